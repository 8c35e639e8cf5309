import { requestFrom, Usage } from './command-line.js';

const VERBS = ['supervision', 'router'];

describe('requestFrom', () => {
  it.each([
    [['router'], { verb: 'router', json: undefined, quick: false, beside: undefined }],
    [
      ['--quick', 'supervision', '--json', 'a.json', '--beside', '/other'],
      { verb: 'supervision', json: 'a.json', quick: true, beside: '/other' },
    ],
  ])('reads %j', (args, expected) => {
    expect(requestFrom(args, VERBS)).toEqual(expected);
  });

  it.each([
    [[], 'expected one of supervision, router, received nothing to measure'],
    [['routers'], 'expected one of supervision, router, received routers'],
    [['router', 'supervision'], 'expected one thing to measure, received router supervision'],
    [['router', '--fast'], "Unknown option '--fast'"],
    [['router', '--json'], "Option '--json <value>' argument missing"],
  ])('refuses %j', (args, message) => {
    expect(() => requestFrom(args, VERBS)).toThrow(new Usage(message));
  });
});
