/**
 * One contract in the schemas of several libraries: each is kept in the same words, and each transforms. ArkType, which is only to
 * be had by `import`, has its turn in test/package/standard-schema.test.ts.
 */
import * as v from 'valibot';
import * as z from 'zod';
import { compiledOf } from '../../src/contract/contract.js';
import { type Contract, contract } from '../../src/index.js';

const LIBRARIES = {
  zod: contract({
    procedures: {
      'com.example.days': {
        args: [z.number().int(), z.number().optional()],
        kwargs: z.object({ from: z.string().transform((text) => new Date(text)) }),
        result: z.string(),
      },
    },
    topics: { 'com.example.pair': { args: z.tuple([z.string(), z.boolean()]) } },
  }),
  valibot: contract({
    procedures: {
      'com.example.days': {
        args: [v.pipe(v.number(), v.integer()), v.optional(v.number())],
        kwargs: v.object({
          from: v.pipe(
            v.string(),
            v.transform((text) => new Date(text)),
          ),
        }),
        result: v.string(),
      },
    },
    topics: { 'com.example.pair': { args: v.tuple([v.string(), v.boolean()]) } },
  }),
};

describe.each(Object.entries(LIBRARIES))('with %s', (_name, made: Contract<unknown>) => {
  const checks = compiledOf(made);
  const call = checks?.procedure('com.example.days')?.call;
  const event = checks?.topic('com.example.pair')?.event;

  it('a payload that fits is what the schemas make of it', () => {
    expect(call?.check([1, 2], { from: '2026-01-01' })).toEqual({
      args: [1, 2],
      kwargs: { from: new Date('2026-01-01') },
    });
    expect(call?.check([1], { from: '2026-01-01' })).toEqual({ args: [1], kwargs: { from: new Date('2026-01-01') } });
    expect(event?.check(['a', true], {})).toEqual({ args: ['a', true], kwargs: {} });
  });

  it.each([
    [['1', 2], { from: '2026-01-01' }, ['args[0]']],
    [[1.5], { from: '2026-01-01' }, ['args[0]']],
    [[1], { from: 5 }, ['kwargs.from']],
    [[], {}, ['args[0]', 'kwargs.from']],
    [[1, 2, 3], { from: '2026-01-01' }, ['args']],
  ])('of %j and %j it says where they do not fit', (args, kwargs, paths) => {
    const verdict = call?.check(args, kwargs);
    expect(verdict).toEqual({ issues: paths.map((path) => ({ path, message: expect.stringMatching(/\S/) })) });
  });

  it('a schema of the whole list names the place in it', () => {
    expect(event?.check(['a', 1], {})).toEqual({ issues: [{ path: 'args[1]', message: expect.any(String) }] });
  });
});
