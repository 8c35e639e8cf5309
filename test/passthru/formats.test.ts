import { PassthruError } from '../../src/errors.js';
import { A_PAYLOAD_SERIALIZER, Formats } from '../../src/passthru/formats.js';
import { cbor } from '../../src/serializers/cbor.js';

describe('Formats', () => {
  it('reads all three, and one of the user’s in the place of its name', () => {
    const own = { ...cbor(), name: 'x_own' };
    const formats = new Formats(own);
    expect(['json', 'msgpack', 'cbor'].map((name) => formats.named(name).name)).toEqual(['json', 'msgpack', 'cbor']);
    expect(formats.named('x_own')).toBe(own);
    const small = cbor({ maxLength: 10 });
    expect(new Formats(small).named('cbor')).toBe(small);
  });

  it.each([undefined, 'flatbuffers', 'constructor'])('does not read %s', (name) => {
    expect(new Formats().get(name)).toBeUndefined();
    expect(() => new Formats().named(name)).toThrow(PassthruError);
  });
});

it('A_PAYLOAD_SERIALIZER is one that writes a payload by itself', () => {
  expect(A_PAYLOAD_SERIALIZER.fits(cbor())).toBe(true);
  expect(A_PAYLOAD_SERIALIZER.fits({ subprotocol: 'x', encode: () => '', decode: () => [] })).toBe(false);
});
