import { faultInOptions } from '../../src/wamp/fault-in-options.js';

describe('faultInOptions', () => {
  test.each([
    ['SUBSCRIBE', { match: 'prefix', get_retained: false }],
    ['SUBSCRIBE', { nosuchoption: 1, _mine: { x: [] }, getRetained: 'x' }],
    ['SUBSCRIBE', JSON.parse('{"__proto__":{"match":7}}')],
    ['PUBLISH', { acknowledge: true, exclude: [], eligible_authrole: ['a'] }],
    ['CALL', { timeout: 0 }],
  ] as const)('finds none in %s %j', (type, options) => {
    expect(faultInOptions(type, options)).toBeUndefined();
  });

  test.each([
    ['SUBSCRIBE', { match: 7 }, "SUBSCRIBE.options.match: expected 'exact', 'prefix' or 'wildcard', received 7"],
    ['SUBSCRIBE', { match: ['prefix'] }, 'SUBSCRIBE.options.match: '],
    ['REGISTER', { match: null }, 'REGISTER.options.match: '],
    ['REGISTER', { match: '__proto__' }, 'REGISTER.options.match: '],
    ['REGISTER', { concurrency: 0 }, 'REGISTER.options.concurrency: expected an integer from 1, received 0'],
    ['REGISTER', { invoke: null }, 'REGISTER.options.invoke: '],
    ['PUBLISH', { acknowledge: 'true' }, 'PUBLISH.options.acknowledge: expected true or false, received a string'],
    ['PUBLISH', { exclude: { 0: 1 } }, 'PUBLISH.options.exclude: expected a list, received a dictionary'],
    [
      'PUBLISH',
      { eligible: [1.5] },
      'PUBLISH.options.eligible: element 0: expected an ID from 1 to 2^53, received 1.5',
    ],
    ['CALL', { timeout: '100' }, 'CALL.options.timeout: expected an integer from 0, received a string'],
    ['CANCEL', { mode: 'murder' }, "CANCEL.options.mode: expected 'skip', 'kill' or 'killnowait', received a string"],
  ] as const)('finds one in %s %j', (type, options, said) => {
    expect(faultInOptions(type, options as Readonly<Record<string, unknown>>)).toContain(said);
  });

  it.each([
    ['PUBLISH', { forward_for: 'x' }, 'PUBLISH.options.forward_for'],
    ['PUBLISH', { transaction_hash: 1 }, 'PUBLISH.options.transaction_hash'],
    ['PUBLISH', { enc_algo: 'invalid' }, 'PUBLISH.options.enc_algo'],
    ['CALL', { ppt_scheme: 7 }, 'CALL.options.ppt_scheme'],
    ['SUBSCRIBE', { forward_for: {} }, 'SUBSCRIBE.options.forward_for'],
  ] as const)('finds one in what others may put there: %s %j', (type, options, fault) => {
    expect(faultInOptions(type, options)).toContain(fault);
  });
});
