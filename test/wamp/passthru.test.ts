import { ProtocolError } from '../../src/errors.js';
import { attributesOf, factsOf, fromAttributes, toAttributes } from '../../src/wamp/passthru.js';

const octets = Uint8Array.of(1, 2, 3);
const ALL = { ppt_scheme: 'wamp', ppt_serializer: 'cbor', ppt_cipher: 'aes256gcm', ppt_keyid: 'k1' };

describe('attributes', () => {
  it('are written, and read as what was written', () => {
    expect(toAttributes('wamp', { serializer: 'cbor', cipher: 'aes256gcm', keyId: 'k1' })).toEqual(ALL);
    expect(fromAttributes({ ...ALL, progress: true }, { args: [octets] })).toEqual({
      scheme: 'wamp',
      serializer: 'cbor',
      cipher: 'aes256gcm',
      keyId: 'k1',
      octets,
    });
  });

  it('are left out where there is nothing to say', () => {
    expect(toAttributes('x_mine', { serializer: undefined })).toEqual({ ppt_scheme: 'x_mine' });
    expect(factsOf({ ppt_scheme: 'x_mine', ppt_cipher: null })).toEqual({});
  });

  it('are taken over as they are, and nothing else is', () => {
    expect(attributesOf({ ...ALL, ppt_keyid: 7, acknowledge: true })).toEqual({ ...ALL, ppt_keyid: 7 });
    expect(attributesOf({ ppt_scheme: 'mqtt' })).toEqual({ ppt_scheme: 'mqtt' });
  });

  it.each(Object.keys(ALL))('are strings: %s', (key) => {
    const read = () => fromAttributes({ ...ALL, [key]: 7 }, { args: [octets] });
    expect(read).toThrow(ProtocolError);
    expect(read).toThrow(`${key}: expected a string, received 7`);
  });
});
