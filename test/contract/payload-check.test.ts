import { PayloadCheck } from '../../src/contract/payload-check.js';
import type { StandardSchema } from '../../src/index.js';

const schema = (validate: (value: unknown) => unknown): StandardSchema => ({
  '~standard': { version: 1, vendor: 'test', validate: validate as StandardSchema['~standard']['validate'] },
});
const anything = schema((value) => ({ value }));
const byDefault = schema((value) => ({ value: value ?? 5 }));
const refused = (...issues: unknown[]) => schema(() => ({ issues }));
const later = (of: StandardSchema) => schema(async (value) => of['~standard'].validate(value));

describe('PayloadCheck', () => {
  it.each([
    ['a place in a list', ['a', 1], 'args[0].a[1]'],
    ['a key that is no name', ['a b', '\u0000'], 'args[0]["a b"]["\\u0000"]'],
    ['a segment as an object', [{ key: 'a' }, { key: 0 }], 'args[0].a[0]'],
    ['a symbol', [Symbol('s')], 'args[0]["Symbol(s)"]'],
    ['nothing', undefined, 'args[0]'],
  ])('writes a path as it is written in code: %s', (_what, path, expected) => {
    const check = new PayloadCheck({ args: [refused({ message: 'no', path })] });
    expect(check.check([1], {})).toEqual({ issues: [{ path: expected, message: 'no' }] });
  });

  it('keeps what a schema makes of an argument that was left out, if that is something', () => {
    const check = new PayloadCheck({ args: [anything, byDefault, anything] });
    expect(check.check([1], {})).toEqual({ args: [1, 5], kwargs: {} });
    expect(check.check([1, undefined, undefined], {})).toEqual({ args: [1, 5, undefined], kwargs: {} });
  });

  it('answers by a promise only where a schema does', async () => {
    expect(new PayloadCheck({ args: [anything] }).check([1], {})).toEqual({ args: [1], kwargs: {} });
    const check = new PayloadCheck({ args: [anything, later(byDefault)], kwargs: later(refused({ message: 'no' })) });
    const verdict = check.check([1], {});
    expect(verdict).toBeInstanceOf(Promise);
    expect(await verdict).toEqual({ issues: [{ path: 'kwargs', message: 'no' }] });
  });

  it.each([
    [
      'throws',
      schema(() => {
        throw new Error('out of order');
      }),
    ],
    ['rejects', schema(() => Promise.reject(new Error('out of order')))],
  ])('takes a schema that %s for one that does not fit', async (_how, broken) => {
    expect(await new PayloadCheck({ args: [broken] }).check([1], {})).toEqual({
      issues: [{ path: 'args[0]', message: 'the schema failed: out of order' }],
    });
  });

  it('does not take what is no list for arguments', () => {
    expect(new PayloadCheck({ args: schema(() => ({ value: 5 })) }).check([1], {})).toEqual({
      issues: [{ path: 'args', message: 'the schema made 5 of it' }],
    });
  });

  it('tells a bounded number of issues, each at a bounded length, fit to be sent', () => {
    const many = Array.from({ length: 100 }, () => ({ message: `\ud800${'x'.repeat(1_000)}` }));
    const verdict = new PayloadCheck({ args: [refused(...many)] }).check([1], {});
    if (verdict instanceof Promise || verdict.issues === undefined) throw new Error('expected issues');
    expect(verdict.issues).toHaveLength(16);
    expect(verdict.issues[0]?.message).toMatch(/^\ufffdx{399}$/);
  });
});
