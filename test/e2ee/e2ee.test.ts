import { createDecipheriv } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { e2ee } from '../../src/e2ee/index.js';
import { PassthruError, SerializationError, UsageError } from '../../src/errors.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';

const K1 = '01'.repeat(32);
const K2 = '02'.repeat(32);
const CALL = { type: 'CALL', uri: 'com.example.add' } as const;
const PAYLOAD = { args: ['the cellar door is open', Uint8Array.of(0, 255)], kwargs: { at: 3 } };

const thrown = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('e2ee', () => {
  it.each([
    ['xsalsa20poly1305', json()],
    ['xsalsa20poly1305', msgpack()],
    ['xsalsa20poly1305', cbor()],
    ['aes256gcm', json()],
    ['aes256gcm', msgpack()],
    ['aes256gcm', cbor()],
  ] as const)('gives back any payload as it was, by %s', (cipher, serializer) => {
    const here = e2ee({ keys: { k1: K1 }, cipher, serializer });
    const there = e2ee({ keys: { k1: K1 } });
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.uint8Array(), fc.boolean())), fc.integer(), (args, at) => {
        const sealed = here.seal({ args, kwargs: { at } }, CALL);
        expect(sealed).toMatchObject({ serializer: serializer.name, cipher, keyId: 'k1' });
        expect(there.open(sealed, CALL)).toEqual({ args, kwargs: { at } });
      }),
      { numRuns: 30 },
    );
  });

  it('writes what the standard describes: args and kwargs in CBOR, encrypted', () => {
    const { octets } = e2ee({ keys: { k1: K1 }, cipher: 'aes256gcm' }).seal(PAYLOAD, CALL);
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(K1, 'hex'), octets.subarray(0, 12));
    decipher.setAuthTag(octets.subarray(-16));
    const plain = Buffer.concat([decipher.update(octets.subarray(12, -16)), decipher.final()]);
    expect(cbor().decodePayload(new Uint8Array(plain))).toEqual({ ...PAYLOAD, context: 'CALL com.example.add' });
  });

  it('opens what others have sealed for nothing in particular', () => {
    const { encrypt } = jest.requireActual<typeof import('../../src/e2ee/ciphers.js')>('../../src/e2ee/ciphers.js');
    const octets = encrypt(
      'xsalsa20poly1305',
      new Uint8Array(Buffer.from(K1, 'hex')),
      cbor().encodePayload({ args: [5] }),
    );
    const sealed = { serializer: 'cbor', cipher: 'xsalsa20poly1305', octets };
    expect(e2ee({ keys: { k1: K1 } }).open(sealed, CALL)).toEqual({ args: [5], kwargs: {} });
  });

  it.each([
    ['another procedure', { type: 'CALL', uri: 'com.example.open' }],
    ['an event', { type: 'PUBLISH', uri: 'com.example.add' }],
    ['a result', { type: 'YIELD', uri: 'com.example.add' }],
    ['an error', { type: 'ERROR', uri: 'com.example.add' }],
  ] as const)('does not open a call as that of %s', (_what, context) => {
    const scheme = e2ee({ keys: { k1: K1 } });
    expect(thrown(() => scheme.open(scheme.seal(PAYLOAD, CALL), context))).toMatchObject({
      problem: 'forged',
      message: 'it was sealed for another procedure, topic or kind of message',
    });
  });

  it('opens with every key, and seals with one: so keys are changed without a gap', () => {
    const old = e2ee({ keys: { k1: K1 } });
    const between = e2ee({ keys: { k1: K1, k2: K2 }, keyId: 'k2' });
    const young = e2ee({ keys: { k2: K2 } });
    expect(between.open(old.seal(PAYLOAD, CALL), CALL)).toEqual(PAYLOAD);
    expect(young.open(between.seal(PAYLOAD, CALL), CALL)).toEqual(PAYLOAD);
    expect(thrown(() => old.open(between.seal(PAYLOAD, CALL), CALL))).toMatchObject({ problem: 'unknownKey' });
    // An answer is sealed as its call was.
    const answer = between.seal(PAYLOAD, {
      type: 'YIELD',
      uri: 'com.example.add',
      inReplyTo: { keyId: 'k1', cipher: 'aes256gcm', serializer: 'json' },
    });
    expect(answer).toMatchObject({ keyId: 'k1', cipher: 'aes256gcm', serializer: 'json' });
    expect(old.open(answer, { type: 'YIELD', uri: 'com.example.add' })).toEqual(PAYLOAD);
  });

  it('asks for its keys before each session, and has those of the last time until then', async () => {
    let keys: Record<string, string> = { k1: K1 };
    const scheme = e2ee({ keys: async () => keys, keyId: () => Object.keys(keys)[0] ?? '' });
    expect(thrown(() => scheme.seal(PAYLOAD, CALL))).toMatchObject({ problem: 'unknownKey' });
    await scheme.prepare?.(AbortSignal.timeout(1_000));
    expect(scheme.seal(PAYLOAD, CALL).keyId).toBe('k1');
    keys = { k2: K2 };
    expect(thrown(() => scheme.seal(PAYLOAD, CALL))).toMatchObject({ problem: 'unknownKey' });
    await scheme.prepare?.(AbortSignal.timeout(1_000));
    expect(scheme.seal(PAYLOAD, CALL).keyId).toBe('k2');
  });

  it('says that its keys could not be had, and why', async () => {
    const cause = new Error('the vault is shut');
    const scheme = e2ee({ keys: () => Promise.reject(cause) });
    await expect(scheme.prepare?.(AbortSignal.timeout(1_000))).rejects.toMatchObject({ problem: 'failed', cause });
  });

  it.each([
    ['no cipher', { cipher: undefined }, 'plain'],
    ['a cipher that is not here', { cipher: 'rot13' }, 'unsupported'],
    ['a serializer that is not here', { serializer: 'flatbuffers' }, 'unsupported'],
    ['another key id', { keyId: 'k2' }, 'unknownKey'],
    ['another cipher', { cipher: 'aes256gcm' }, 'forged'],
    ['another serializer', { serializer: 'json' }, 'malformed'],
    ['nothing in it', { octets: new Uint8Array(0) }, 'malformed'],
  ])('does not open a payload with %s', (_what, changed, problem) => {
    const scheme = e2ee({ keys: { k1: K1 } });
    const why = thrown(() => scheme.open({ ...scheme.seal(PAYLOAD, CALL), ...changed }, CALL));
    expect(why).toBeInstanceOf(PassthruError);
    expect(why).toMatchObject({ problem });
  });

  it('names the value that cannot be sent', () => {
    const seal = () => e2ee({ keys: { k1: K1 } }).seal({ args: [{ when: () => 0 }], kwargs: {} }, CALL);
    expect(seal).toThrow(SerializationError);
    expect(seal).toThrow('args[0].when');
  });

  it.each([
    ['an option', { keys: { k1: K1 }, cypher: 'x' }, 'did you mean "cipher"?'],
    ['a cipher', { keys: { k1: K1 }, cipher: 'rot13' }, 'one of "xsalsa20poly1305", "aes256gcm"'],
    ['a serializer', { keys: { k1: K1 }, serializer: 'cbor' }, 'a serializer, such as cbor()'],
    ['a key', { keys: { k1: K1.slice(1) } }, 'hexadecimal digits, received 63 of them'],
  ])('refuses %s that makes no sense', (_what, options, message) => {
    expect(() => e2ee(options as never)).toThrow(UsageError);
    expect(() => e2ee(options as never)).toThrow(message);
  });

  it('shows no key and no payload, however it is looked at', () => {
    const scheme = e2ee({ keys: { k1: K1 } });
    const sealed = scheme.seal(PAYLOAD, CALL);
    const errors = [
      thrown(() => scheme.open({ ...sealed, keyId: 'k2' }, CALL)),
      thrown(() => scheme.open({ ...sealed, octets: sealed.octets.map((octet) => octet ^ 1) }, CALL)),
      thrown(() => e2ee({ keys: { k1: `${K1}0` } })),
    ];
    const said = [scheme, sealed, ...errors]
      .map((each) => `${inspect(each, { showHidden: true, depth: 9 })}`)
      .join('\n');
    expect(said + JSON.stringify(scheme)).not.toMatch(/0101010|1, 1, 1, 1|cellar/);
    expect(JSON.parse(JSON.stringify(scheme))).toEqual({ scheme: 'wamp', cipher: 'xsalsa20poly1305' });
  });
});
