import { NO_ARGS, NO_KWARGS } from '../../src/roles/empty-payload.js';

it('what stands for a payload that did not come is the same for all, and nobody can write to it', () => {
  expect([NO_ARGS, NO_KWARGS]).toEqual([[], {}]);
  expect(() => (NO_ARGS as unknown[]).push(1)).toThrow(TypeError);
  expect(() => Object.assign(NO_KWARGS, { a: 1 })).toThrow(TypeError);
});
