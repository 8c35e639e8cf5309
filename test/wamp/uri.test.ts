import fc from 'fast-check';
import { checkUri, isReserved, isUri, MAX_URI_LENGTH, matchesPrefix, matchesWildcard } from '../../src/wamp/uri.js';

describe('checkUri', () => {
  test.each([
    'com.myapp.mytopic1',
    'wamp.error.not_authorized',
    'a',
    'A-B.c/d:e',
    'größe.日本',
    '__proto__',
    'constructor',
    'x'.repeat(MAX_URI_LENGTH),
  ])('takes %s', (uri) => {
    expect(checkUri(uri)).toBeUndefined();
    expect(isUri(uri)).toBe(true);
  });

  test.each([
    ['', 'is empty'],
    ['.', 'has an empty component: number 1 of 2'],
    ['.a', 'has an empty component: number 1 of 2'],
    ['a.', 'has an empty component: number 2 of 2'],
    ['a..b', 'has an empty component: number 2 of 3'],
    ['a b', 'holds whitespace (U+0020) at position 1'],
    ['a.b\n', 'holds whitespace (U+000A) at position 3'],
    ['a\u00a0b', 'holds whitespace (U+00A0) at position 1'],
    ['a\u2028b', 'holds whitespace (U+2028) at position 1'],
    ['a\ufeffb', 'holds whitespace (U+FEFF) at position 1'],
    ['a#b', 'holds "#", which is reserved, at position 1'],
    ['x'.repeat(MAX_URI_LENGTH + 1), 'is 1025 characters long, the limit is 1024'],
    ['a.'.repeat(2_500_000), 'is 5000000 characters long, the limit is 1024'],
  ])('refuses %.20j and says that it %s', (uri, said) => {
    expect(checkUri(uri)).toBe(said);
    expect(isUri(uri)).toBe(false);
  });

  test.each(['', '.', 'com.', 'com..userevent', '.a', 'a..', 'a1...d4', 'com.myapp.topic.emergency'])(
    'takes %j as a pattern, where components may be empty',
    (uri) => {
      expect(checkUri(uri, { pattern: 'prefix' })).toBeUndefined();
      expect(checkUri(uri, { pattern: 'wildcard' })).toBeUndefined();
    },
  );

  test.each(['a b', 'a#', 'x'.repeat(MAX_URI_LENGTH + 1), '.'.repeat(65_000)])('refuses the pattern %.20j', (uri) => {
    expect(checkUri(uri, { pattern: 'wildcard' })).toBeDefined();
    expect(checkUri(uri, { pattern: 'prefix' })).toBeDefined();
  });

  const LOOSE = /^([^\s.#\u0085]+\.)*([^\s.#\u0085]+)$/u;
  const LOOSE_EMPTY = /^(([^\s.#\u0085]+\.)|\.)*([^\s.#\u0085]+)?$/u;
  const letters = fc.constantFrom(
    'a',
    'z',
    '0',
    '_',
    'A',
    '-',
    '.',
    '.',
    '#',
    ' ',
    '\t',
    '\u0085',
    '\u2003',
    'é',
    '😀',
  );
  const uris = fc.oneof(
    fc.array(letters, { maxLength: 12 }).map((all) => all.join('')),
    fc.string({ unit: 'binary' }),
  );

  it('agrees with the expressions of the standard', () => {
    fc.assert(
      fc.property(uris, (uri) => {
        expect(checkUri(uri) === undefined).toBe(LOOSE.test(uri));
        expect(isUri(uri)).toBe(LOOSE.test(uri));
        expect(checkUri(uri, { pattern: 'wildcard' }) === undefined).toBe(LOOSE_EMPTY.test(uri));
      }),
      { numRuns: 5_000 },
    );
  });

  it('knows every character that JavaScript takes for whitespace', () => {
    const differing: number[] = [];
    for (let code = 0; code <= 0xffff; code += 1) {
      const character = String.fromCharCode(code);
      const isBarred = character !== '.' && checkUri(`a${character}b`) !== undefined;
      if (isBarred !== /[\s#\u0085]/.test(character)) differing.push(code);
    }
    expect(differing).toEqual([]);
  });
});

describe('isReserved', () => {
  test.each([
    ['wamp', 'exact', true],
    ['wamp.session.count', 'exact', true],
    ['wampum.x', 'exact', false],
    ['com.wamp', 'exact', false],
    ['', 'prefix', true],
    ['w', 'prefix', true],
    ['wa', 'prefix', true],
    ['wam', 'prefix', true],
    ['wamp', 'prefix', true],
    ['wamp.', 'prefix', true],
    ['wamp.ses', 'prefix', true],
    ['wampu', 'prefix', false],
    ['wb', 'prefix', false],
    ['com.', 'prefix', false],
    ['', 'wildcard', true],
    ['..count', 'wildcard', true],
    ['.a', 'wildcard', true],
    ['wamp..count', 'wildcard', true],
    ['com..count', 'wildcard', false],
    ['wampum..x', 'wildcard', false],
  ] as const)('of %j as %s says %s', (uri, pattern, reserved) => {
    expect(isReserved(uri, pattern)).toBe(reserved);
  });

  it('is true of every pattern that matches a URI of the protocol', () => {
    const components = fc.constantFrom('', 'wamp', 'session', 'com', 'w');
    fc.assert(
      fc.property(fc.array(components, { minLength: 1, maxLength: 4 }), (parts) => {
        const pattern = parts.join('.');
        for (const uri of ['wamp', 'wamp.session', 'wamp.session.count', 'wamp.a.b.c']) {
          if (matchesWildcard(pattern, uri)) expect(isReserved(pattern, 'wildcard')).toBe(true);
          if (matchesPrefix(pattern, uri)) expect(isReserved(pattern, 'prefix')).toBe(true);
        }
      }),
    );
  });
});

describe('matchesPrefix', () => {
  test.each([
    ['com.myapp.topic.emergency.11', true],
    ['com.myapp.topic.emergency-low', true],
    ['com.myapp.topic.emergency.category.severe', true],
    ['com.myapp.topic.emergency', true],
    ['com.myapp.topic.emerge', false],
  ])('com.myapp.topic.emergency and %s: %s', (uri, matches) => {
    expect(matchesPrefix('com.myapp.topic.emergency', uri)).toBe(matches);
  });
});

describe('matchesWildcard', () => {
  test.each([
    ['com.myapp..userevent', 'com.myapp.foo.userevent', true],
    ['com.myapp..userevent', 'com.myapp.bar.userevent', true],
    ['com.myapp..userevent', 'com.myapp.a12.userevent', true],
    ['com.myapp..userevent', 'com.myapp.foo.userevent.bar', false],
    ['com.myapp..userevent', 'com.myapp.foo.user', false],
    ['com.myapp..userevent', 'com.myapp2.foo.userevent', false],
    ['a1.b2..d4.e5..g7', 'a1.b2.c55.d4.e5.f6.g7', true],
    ['a1.b2..d4.e5..g7', 'a1.b2.c55.d4.e5.f6.g8', false],
    ['', 'a', true],
    ['', 'a.b', false],
    ['.', 'a.b', true],
    ['.b', 'a.b', true],
    ['a.', 'a.b', true],
    ['a.', 'a', false],
    ['a', 'a.b', false],
    ['a.b', 'a', false],
    ['a.b', 'a.b', true],
    ['a.b', 'a.bc', false],
    ['a.bc', 'a.b', false],
  ])('%j and %s: %s', (pattern, uri, matches) => {
    expect(matchesWildcard(pattern, uri)).toBe(matches);
  });

  it('compares component by component', () => {
    const parts = fc.array(fc.constantFrom('', 'a', 'ab', 'b'), { minLength: 1, maxLength: 4 });
    const uris = fc.array(fc.constantFrom('a', 'ab', 'b'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, uris, (pattern, uri) => {
        const same = pattern.length === uri.length && pattern.every((part, i) => part === '' || part === uri[i]);
        expect(matchesWildcard(pattern.join('.'), uri.join('.'))).toBe(same);
      }),
      { numRuns: 1_000 },
    );
  });
});
