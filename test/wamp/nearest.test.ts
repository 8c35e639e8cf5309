import { nearest } from '../../src/wamp/nearest.js';

const NAMES = ['acknowledge', 'excludeMe', 'exclude', 'eligible', 'timeout', 'match'];

describe('nearest', () => {
  test.each([
    ['timeuot', 'timeout'],
    ['timout', 'timeout'],
    ['TimeOut', 'timeout'],
    ['aknowledge', 'acknowledge'],
    ['exclude_me', 'excludeMe'],
    ['excludMe', 'excludeMe'],
    ['elegible', 'eligible'],
    ['mtach', 'match'],
  ])('of %s is %s', (name, meant) => {
    expect(nearest(name, NAMES)).toBe(meant);
  });

  test.each(['', 'x', 'priority', 'to', 'timeoutInSeconds', 'a'.repeat(10_000)])('of %.20j is nothing', (name) => {
    expect(nearest(name, NAMES)).toBeUndefined();
  });

  it('takes the first of two that are equally near', () => {
    expect(nearest('cat', ['car', 'bat'])).toBe('car');
  });
});
