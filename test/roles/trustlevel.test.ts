import { trustlevelOf } from '../../src/roles/trustlevel.js';

describe('trustlevelOf', () => {
  it.each([
    [0, 0],
    [7, 7],
    [-1, undefined],
    [0.5, undefined],
    ['7', undefined],
    [undefined, undefined],
  ])('reads %j as %j', (trustlevel, expected) => {
    expect(trustlevelOf({ trustlevel })).toBe(expected);
  });
});
