import { faultInEvent } from '../../src/wamp/attributes.js';

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
