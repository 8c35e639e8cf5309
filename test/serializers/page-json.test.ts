import fc from 'fast-check';
import { ProtocolError, SerializationError } from '../../src/errors.js';
import { json } from '../../src/serializers/json.js';
import { json as pageJson } from '../../src/serializers/page-json.js';

const thrown = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('the JSON of a page', () => {
  it('is that of everybody else, both ways', () => {
    const value = fc.oneof(fc.jsonValue(), fc.uint8Array({ maxLength: 20 }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), (message) => {
        const text = thrown(() => pageJson().encode(message));
        expect(text).toEqual(thrown(() => json().encode(message)));
        if (typeof text === 'string') expect(pageJson().decode(text)).toEqual(json().decode(text));
      }),
    );
  });

  it('refuses what cannot be sent by its path, and what cannot be read', () => {
    expect(thrown(() => pageJson().encode([48, 1, { when: 5n }]))).toMatchObject({ path: '[2].when' });
    expect(thrown(() => pageJson().encode([48, 1, { when: 5n }]))).toBeInstanceOf(SerializationError);
    expect(thrown(() => pageJson().decode('[1,'))).toBeInstanceOf(ProtocolError);
    expect(thrown(() => pageJson().decode(new Uint8Array(1)))).toBeInstanceOf(ProtocolError);
  });

  it.each([
    ['[[[]]]', true],
    ['[[[[]]]]', false],
    ['[{"a":[]}]', true],
    ['[{"a":[{}]}]', false],
    ['["[[[[",{"{{{{\\"[[":"]"}]', true],
    ['[[],[],[],[[]]]', true],
  ])(
    'keeps the depth before anything is made of a text, and takes no bracket in a string for one: %s',
    (text, fits) => {
      const decoded = thrown(() => pageJson({ maxDepth: 3 }).decode(text));
      if (fits) expect(decoded).toEqual(JSON.parse(text));
      else expect(decoded).toMatchObject({ limit: 'maxDepth' });
    },
  );

  it('keeps the length both ways', () => {
    const { encode, decode } = pageJson({ maxLength: 10 });
    expect(thrown(() => decode('["12345678"]'))).toMatchObject({ limit: 'maxLength' });
    expect(thrown(() => encode(['12345678']))).toMatchObject({ message: expect.stringContaining('maxLength') });
    expect(decode(encode(['123456']) as string)).toEqual(['123456']);
  });

  it('leaves memory at what the length allows', () => {
    const empty = `[${'{},'.repeat(100_000)}{}]`;
    expect(thrown(() => json().decode(empty))).toMatchObject({ limit: 'maxGrowth' });
    expect(pageJson().decode(empty)).toHaveLength(100_001);
  });
});
