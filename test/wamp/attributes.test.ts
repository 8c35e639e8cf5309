import { FURTHER_OPTIONS, faultInEvent, faultInPayloadAttributes } from '../../src/wamp/attributes.js';
import { faultInOptions, type OptionsType } from '../../src/wamp/options.js';

describe('faultInEvent', () => {
  it.each([
    [{ publisher: 'x' }, 'EVENT.details.publisher: expected an ID from 1 to 2^53, received a string'],
    [{ publisher_authid: 1 }, 'EVENT.details.publisher_authid: expected a string, received 1'],
    [{ publisher_authrole: [] }, 'EVENT.details.publisher_authrole: expected a string, received a list'],
    [{ topic: 7 }, 'EVENT.details.topic: expected a URI, received 7'],
    [{ retained: 1 }, 'EVENT.details.retained: expected true or false, received 1'],
    [{ x_acknowledged_delivery: 'x' }, 'EVENT.details.x_acknowledged_delivery: expected true or false'],
    [{ transaction_hash: 1 }, 'EVENT.details.transaction_hash: expected a string, received 1'],
    [{ forward_for: 'x' }, 'EVENT.details.forward_for: expected a list, received a string'],
    [{ forward_for: [{ session: 'x' }] }, 'EVENT.details.forward_for: element 0: expected an ID'],
  ])('names what is wrong in %j', (details, fault) => {
    expect(faultInEvent(details)).toContain(fault);
  });

  it.each([
    {},
    { publisher: 7, publisher_authid: 'joe', publisher_authrole: 'user', topic: 'com.t', retained: false },
    { forward_for: [{ session: 7, authid: 'joe', authrole: null }], transaction_hash: 'x' },
    { publisher: null, topic: undefined },
    { trustlevel: 'x', nosuch: 1, constructor: 1, hasOwnProperty: 1 },
    JSON.parse('{"__proto__":{"publisher":"x"}}'),
    // The publisher's, not the router's.
    { enc_algo: 'invalid', ppt_scheme: 7 },
  ])('finds nothing in %j', (details) => {
    expect(faultInEvent(details)).toBeUndefined();
  });
});

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

describe('FURTHER_OPTIONS', () => {
  it.each([
    ['PUBLISH', { forward_for: 'x' }, 'PUBLISH.options.forward_for'],
    ['PUBLISH', { transaction_hash: 1 }, 'PUBLISH.options.transaction_hash'],
    ['PUBLISH', { enc_algo: 'invalid' }, 'PUBLISH.options.enc_algo'],
    ['CALL', { ppt_scheme: 7 }, 'CALL.options.ppt_scheme'],
    ['SUBSCRIBE', { forward_for: {} }, 'SUBSCRIBE.options.forward_for'],
  ] as const)('are checked where they come: %s with %j', (type, options, fault) => {
    expect(faultInOptions(type, options)).toContain(fault);
  });

  it('are of messages that have options', () => {
    for (const type of Object.keys(FURTHER_OPTIONS)) expect(faultInOptions(type as OptionsType, {})).toBeUndefined();
  });
});
