import { faultInPayloadAttributes } from '../../src/wamp/payload-attributes.js';

describe('faultInPayloadAttributes', () => {
  it.each([
    [{ ppt_scheme: 7 }, 'details.ppt_scheme: expected a string, received 7'],
    [{ ppt_keyid: {} }, 'details.ppt_keyid: expected a string, received a dictionary'],
    [{ enc_algo: 'invalid' }, "details.enc_algo: expected 'cryptobox', 'mqtt' or 'xbr', received a string"],
    [{ enc_algo: 'x_' }, 'details.enc_algo'],
    [{ enc_key: 1 }, 'details.enc_key'],
    [{ enc_serializer: 'yaml' }, 'details.enc_serializer'],
  ])('names what is wrong in %j', (details, fault) => {
    expect(faultInPayloadAttributes(details)).toContain(fault);
  });

  it.each([
    { ppt_scheme: 'wamp', ppt_serializer: 'cbor', ppt_cipher: 'aes256gcm', ppt_keyid: 'k' },
    { enc_algo: 'cryptobox', enc_key: 'k', enc_serializer: 'cbor' },
    { enc_algo: 'x_own1', enc_serializer: 'x_own' },
    { topic: 7 },
  ])('finds nothing in %j', (details) => {
    expect(faultInPayloadAttributes(details)).toBeUndefined();
  });
});
