import fc from 'fast-check';
import { bySpecificity, covers, overlap, type UriSet } from '../../src/routing/uri-patterns.js';
import { UriTable } from '../../src/routing/uri-table.js';
import { matchesPrefix, matchesWildcard } from '../../src/wamp/uri.js';

/** Few components, few letters: so that patterns meet. */
const component = fc.constantFrom('a', 'b', 'ab');
const uri = fc.array(component, { minLength: 1, maxLength: 3 }).map((components) => components.join('.'));
const set: fc.Arbitrary<UriSet> = fc.oneof(
  uri.map((exact) => ({ uri: exact, match: 'exact' as const })),
  fc.tuple(uri, fc.nat(8)).map(([whole, length]) => ({ uri: whole.slice(0, length), match: 'prefix' as const })),
  fc
    .array(fc.oneof(component, fc.constant('')), { minLength: 1, maxLength: 3 })
    .map((components) => ({ uri: components.join('.'), match: 'wildcard' as const })),
);

const isIn = ({ uri: pattern, match }: UriSet, one: string): boolean =>
  match === 'exact'
    ? pattern === one
    : match === 'prefix'
      ? matchesPrefix(pattern, one)
      : matchesWildcard(pattern, one);

const all = fc.sample(uri, 300);

describe('covers', () => {
  it.each([
    ['prefix com.', 'exact com.a', true],
    ['prefix com.', 'prefix com.a', true],
    ['prefix com.a', 'prefix com.', false],
    ['prefix com.', 'wildcard com..a', true],
    ['prefix com.a', 'wildcard com..a', false],
    ['prefix ', 'wildcard .', true],
    ['wildcard com.', 'wildcard com.a', true],
    ['wildcard com.a', 'wildcard com.', false],
    ['wildcard com.', 'prefix com.', false],
    ['exact com.a', 'wildcard com.a', true],
    ['exact com.a', 'prefix com.a', false],
  ])('says of %p and %p: %p', (outer, inner, expected) => {
    expect(covers(parsed(outer), parsed(inner))).toBe(expected);
  });

  it('never claims a set whose URIs are not all in the other', () => {
    fc.assert(
      fc.property(set, set, (outer, inner) => {
        if (!covers(outer, inner)) return;
        for (const one of all) if (isIn(inner, one)) expect(isIn(outer, one)).toBe(true);
      }),
    );
  });
});

describe('overlap', () => {
  it('finds every two sets that have a URI in common, in either order', () => {
    fc.assert(
      fc.property(set, set, (one, other) => {
        expect(overlap(one, other)).toBe(overlap(other, one));
        if (all.some((each) => isIn(one, each) && isIn(other, each))) expect(overlap(one, other)).toBe(true);
      }),
    );
  });

  it.each([
    ['prefix com.a', 'wildcard com..x', true],
    ['prefix com.a.y.z', 'wildcard com..x', false],
    ['prefix org', 'wildcard com..x', false],
    ['wildcard com..x', 'wildcard .a.', true],
    ['wildcard com..x', 'wildcard com.', false],
    ['prefix com.a', 'prefix com.b', false],
  ])('says of %p and %p: %p', (one, other, expected) => {
    expect(overlap(parsed(one), parsed(other))).toBe(expected);
  });
});

describe('bySpecificity', () => {
  it('is an order also among wildcards of different lengths', () => {
    const wildcards = ['.', '', '.b'].map((each) => parsed(`wildcard ${each}`));
    expect(wildcards.sort(bySpecificity).map(({ uri: pattern }) => pattern)).toEqual(['.b', '.', '']);
  });

  it('orders as calls are routed', () => {
    fc.assert(
      fc.property(
        uri,
        fc.uniqueArray(set, { selector: ({ uri: pattern, match }) => `${match} ${pattern}` }),
        (one, sets) => {
          const table = new UriTable<UriSet>();
          for (const each of sets) table.set(each.match, each.uri, each);
          expect(sets.sort(bySpecificity).find((each) => isIn(each, one))).toEqual(table.best(one));
        },
      ),
    );
  });
});

function parsed(text: string): UriSet {
  const [match, pattern = ''] = text.split(' ');
  return { match: match as UriSet['match'], uri: pattern };
}
