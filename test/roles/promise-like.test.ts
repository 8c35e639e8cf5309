import { runInNewContext } from 'node:vm';
import { isPromiseLike } from '../../src/roles/promise-like.js';
import { thenable } from './recorded.js';

describe('isPromiseLike', () => {
  const callable = Object.assign(
    () => {},
    thenable(() => {}),
  );
  it.each([
    ['a promise', Promise.resolve(), true],
    ['a promise of another realm', runInNewContext('Promise.resolve()'), true],
    ['a thenable', thenable(() => {}), true],
    ['a function with then', callable, true],
    ['an object whose then is data', JSON.parse('{"then":5}'), false],
    ['a function', () => {}, false],
    ['null', null, false],
    ['undefined', undefined, false],
    ['a string', 'then', false],
  ])('tells %s from the rest', (_title, value, expected) => {
    expect(isPromiseLike(value)).toBe(expected);
  });
});
