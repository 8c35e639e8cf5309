import { LOCAL_OPTIONS } from '../../src/peer/checks/local-options.js';
import { wireOptions } from '../../src/peer/wire-options.js';
import { checkWireOptions } from '../../src/wamp/checked-options.js';
import type { Options } from '../../src/wamp/option-table.js';

describe('wireOptions', () => {
  test.each([
    [
      'PUBLISH',
      { excludeMe: false, discloseMe: true, acknowledge: true, eligibleAuthid: ['joe'], exclude: [7], retain: true },
      {
        exclude_me: false,
        disclose_me: true,
        acknowledge: true,
        eligible_authid: ['joe'],
        exclude: [7],
        retain: true,
      },
    ],
    ['SUBSCRIBE', { match: 'prefix', getRetained: true }, { match: 'prefix', get_retained: true }],
    ['CALL', { receiveProgress: true }, { receive_progress: true }],
    [
      'REGISTER',
      { match: 'wildcard', invoke: 'roundrobin', forceReregister: true, concurrency: 4 },
      { match: 'wildcard', invoke: 'roundrobin', force_reregister: true, concurrency: 4 },
    ],
    ['CALL', { timeout: undefined }, {}],
    ['CALL', {}, {}],
    ['CALL', { _trace: { id: 1 } }, { _trace: { id: 1 } }],
  ] as const)('%s with %j sends %j', (type, options, wire) => {
    checkWireOptions(type, options as unknown as Options<typeof type>);
    expect(wireOptions(options)).toEqual(wire);
  });

  it('keeps back what is this side’s own, and sends the dealer the timeout that is his', () => {
    const { signal } = new AbortController();
    expect(wireOptions({ timeout: 5, signal, idempotent: true, dealerTimeout: 7, _mine: 1 })).toEqual({
      timeout: 7,
      _mine: 1,
    });
  });

  test.each(Object.entries(LOCAL_OPTIONS))('keeps back all that is said to be local of %s', (_verb, names) => {
    // What the dealer is told of them, it is told by names of its own.
    const local = names.filter((name) => name !== 'dealerTimeout' && name !== 'receiveProgress');
    expect(wireOptions(Object.fromEntries(local.map((name) => [name, 1])))).toEqual({});
  });

  it('sends what is a user’s own by the name that he gave it', () => {
    expect(wireOptions({ _traceId: 1, constructor: 2 })).toEqual({ _traceId: 1, constructor: 2 });
  });

  it('makes nothing new where nothing is sent', () => {
    expect(wireOptions({})).toBe(wireOptions({ match: undefined }));
  });
});
