import { PassthruError, SerializationError, UsageError } from '../../src/errors.js';
import { tunnel } from '../../src/passthru/tunnel.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';

const octets = Uint8Array.of(1, 2, 3);
const CALL = { type: 'CALL', uri: 'com.example.add' } as const;

describe('tunnel', () => {
  it('hands octets on as they are', () => {
    const mqtt = tunnel('mqtt');
    const sealed = mqtt.seal({ args: [octets], kwargs: {} }, CALL);
    expect(sealed).toEqual({ serializer: 'native', octets });
    expect(mqtt.open(sealed, CALL)).toEqual({ args: [octets], kwargs: {} });
    // As the standard has it, no serializer is the same as native.
    expect(mqtt.open({ octets }, CALL)).toEqual({ args: [octets], kwargs: {} });
    expect({ scheme: mqtt.scheme, authenticates: mqtt.authenticates }).toEqual({ scheme: 'mqtt' });
  });

  it.each([
    ['a text', { args: ['x'], kwargs: {} }],
    ['two octet strings', { args: [octets, octets], kwargs: {} }],
    ['keyword arguments', { args: [octets], kwargs: { a: 1 } }],
    ['nothing', { args: [], kwargs: {} }],
  ])('refuses %s where octets are native', (_what, payload) => {
    expect(() => tunnel('mqtt').seal(payload, CALL)).toThrow(SerializationError);
  });

  it('writes in the serializer that it is given, and reads any', () => {
    const inCbor = tunnel('x_own', { serializer: cbor() });
    const inJson = tunnel('x_own', { serializer: json() });
    const sealed = inCbor.seal({ args: [1, octets], kwargs: { a: null } }, CALL);
    expect(sealed.serializer).toBe('cbor');
    expect(inJson.open(sealed, CALL)).toEqual({ args: [1, octets], kwargs: { a: null } });
    expect(() => inJson.open({ ...sealed, serializer: 'flatbuffers' }, CALL)).toThrow(PassthruError);
  });

  it.each([
    ['json', json().name],
    ['native', 'native'],
  ])('answers in what the call came in: %s', (serializer, expected) => {
    const answer = tunnel('x_own', { serializer: cbor() }).seal(
      { args: [octets], kwargs: {} },
      { type: 'YIELD', uri: 'com.example.add', inReplyTo: { serializer } },
    );
    expect(answer.serializer).toBe(expected);
  });

  it.each([
    [
      'a scheme',
      () => tunnel('wamp' as never),
      'tunnel: expected a scheme "mqtt" or one that begins with "x_", received "wamp"',
    ],
    ['a serializer', () => tunnel('mqtt', { serializer: 'cbor' as never }), 'or "native", received a string'],
    ['an option', () => tunnel('mqtt', { serialiser: 1 } as never), 'did you mean "serializer"?'],
  ])('refuses %s that makes no sense', (_what, make, message) => {
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });
});
