import fc from 'fast-check';
import { parseJson } from '../../../src/cli/config/json-text.js';

describe('parseJson', () => {
  it('reads what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 2), (value, indent) => {
        expect(parseJson(JSON.stringify(value, null, indent))).toEqual({ value: JSON.parse(JSON.stringify(value)) });
      }),
    );
  });

  it('takes what JSON.parse takes, and nothing else', () => {
    const bits = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '1',
      '-0.5e3',
      '01',
      'true',
      'nul',
      ' ',
      '"',
      '\\',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 8 }), (some) => {
        const text = some.join('');
        const parsed = parseJson(text);
        if ('value' in parsed) expect(parsed.value).toEqual(JSON.parse(text));
        else if (!parsed.problem.includes('twice')) expect(() => JSON.parse(text)).toThrow();
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['', 'expected a value', 1, 1],
    ['{\n  port: 1 }', 'expected a key in double quotes', 2, 3],
    ['{"a": 1,\n}', 'expected a key in double quotes behind the comma', 2, 1],
    ['{"a": tru}', 'expected a value', 1, 7],
    ['{"a" 1}', 'expected a colon', 1, 6],
    ['[1\n 2]', 'expected a comma or ]', 2, 2],
    ['{} x', 'expected the end of the file', 1, 4],
    ['{"ticket": "sesame}', 'expected a string that ends on its line, its escapes as JSON has them', 1, 12],
    ['{"port": 1, "host": "a", "port": 2}', 'the key "port" stands twice in this object', 1, 26],
    ['['.repeat(200), 'expected at most 100 levels', 1, 102],
  ])('says what is wrong with %j, and where', (text, problem, line, column) => {
    expect(parseJson(text)).toEqual({ problem, line, column });
  });
});
