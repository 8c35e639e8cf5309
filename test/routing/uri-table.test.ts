import fc from 'fast-check';
import { UriTable } from '../../src/routing/uri-table.js';
import type { UriPattern } from '../../src/wamp/uri.js';

function tableOf(...entries: [UriPattern, string][]): UriTable<string> {
  const table = new UriTable<string>();
  for (const [match, uri] of entries) table.set(match, uri, `${match} ${uri}`);
  return table;
}

describe('UriTable', () => {
  // The registrations and calls of the standard's own example, but for one component: it holds that prefix a1.b2.c3
  // does not match a1.b2.c33, against its own definition of a prefix and its examples of it. So c33 is x33 here.
  const example = tableOf(
    ['exact', 'a1.b2.c3.d4.e55'],
    ['prefix', 'a1.b2.c3'],
    ['prefix', 'a1.b2.c3.d4'],
    ['wildcard', 'a1.b2..d4.e5'],
    ['wildcard', 'a1.b2.x33..e5'],
    ['wildcard', 'a1.b2..d4.e5..g7'],
    ['wildcard', 'a1.b2..d4..f6.g7'],
  );

  test.each([
    ['a1.b2.c3.d4.e55', 'exact a1.b2.c3.d4.e55'],
    ['a1.b2.c3.d98.e74', 'prefix a1.b2.c3'],
    ['a1.b2.c3.d4.e325', 'prefix a1.b2.c3.d4'],
    ['a1.b2.c55.d4.e5', 'wildcard a1.b2..d4.e5'],
    ['a1.b2.x33.d4.e5', 'wildcard a1.b2.x33..e5'],
    ['a1.b2.c88.d4.e5.f6.g7', 'wildcard a1.b2..d4.e5..g7'],
    ['a2.b2.c2.d2.e2', undefined],
  ])('routes %s to %s', (uri, expected) => {
    expect(example.best(uri)).toBe(expected);
  });

  test.each([
    ['com.a', ['prefix com', 'prefix com.a', 'wildcard com.', 'wildcard .a']],
    ['com.ab', ['prefix com', 'prefix com.a', 'wildcard com.']],
    ['com', ['prefix com']],
    ['net.a', ['wildcard .a']],
    ['org.b.c', []],
  ])('finds the patterns that match %s', (uri, expected) => {
    const table = tableOf(['prefix', 'com'], ['prefix', 'com.a'], ['wildcard', 'com.'], ['wildcard', '.a']);
    expect([...table.patterns(uri)].sort()).toEqual([...expected].sort());
  });

  it('keeps the same URI apart under each policy', () => {
    const table = tableOf(['exact', 'com.a'], ['prefix', 'com.a'], ['wildcard', 'com.a']);
    expect(table.size).toBe(3);
    table.delete('prefix', 'com.a');
    expect(table.get('exact', 'com.a')).toBe('exact com.a');
    expect(table.get('prefix', 'com.a')).toBeUndefined();
    expect(table.get('wildcard', 'com.a')).toBe('wildcard com.a');
  });

  it('holds nothing that an object inherits', () => {
    expect(new UriTable().best('constructor')).toBeUndefined();
    expect(new UriTable().patterns('__proto__')).toEqual([]);
  });

  it('finds what a search through all entries finds, after any additions and deletions', () => {
    const component = fc.constantFrom('', 'a', 'b', 'ab');
    const uri = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    const match = fc.constantFrom<UriPattern>('exact', 'prefix', 'wildcard');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), match, uri), { maxLength: 40 }), uri, (changes, asked) => {
        const table = new UriTable<string>();
        const entries = new Map<string, [UriPattern, string]>();
        for (const [add, policy, at] of changes) {
          if (add) {
            table.set(policy, at, `${policy} ${at}`);
            entries.set(`${policy} ${at}`, [policy, at]);
          } else {
            table.delete(policy, at);
            entries.delete(`${policy} ${at}`);
          }
        }
        const expected = [...entries].filter(([, [policy, at]]) => matches(policy, at, asked)).map(([name]) => name);
        const exact = table.exact(asked);
        expect([...(exact === undefined ? [] : [exact]), ...table.patterns(asked)].sort()).toEqual(expected.sort());
        expect(table.size).toBe(entries.size);
        expect(table.best(asked) === undefined).toBe(expected.length === 0);
      }),
    );
  });
});

function matches(policy: UriPattern, pattern: string, uri: string): boolean {
  if (policy === 'exact') return uri === pattern;
  if (policy === 'prefix') return uri.startsWith(pattern);
  const spelt = pattern.split('.');
  const components = uri.split('.');
  return spelt.length === components.length && spelt.every((each, i) => each === '' || each === components[i]);
}
