import { field } from '../../src/wamp/field.js';

describe('field', () => {
  it.each([
    ['id', 7, 0],
    ['uri', 'com.example', 7],
    ['dict', {}, []],
    ['list', [], {}],
    ['boolean', true, 1],
  ] as const)('%s takes %j, and not %j', (kind, good, bad) => {
    expect(field[kind](good)).toBe(good);
    expect(() => field[kind](bad)).toThrow();
  });
});
