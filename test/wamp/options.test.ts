import { checkWireOptions } from '../../src/wamp/checked-options.js';
import { OPTIONS, type Options } from '../../src/wamp/option-table.js';
import { wireName, wireOptions } from '../../src/wamp/options.js';

const NAMES = Object.values(OPTIONS).flatMap((rows) => Object.keys(rows));

describe('wireName', () => {
  test.each(NAMES)('%s: it is the camel case of the name on the wire', (name) => {
    const wire = wireName(name);
    expect(wire).toMatch(/^_?[a-z][a-z0-9_]{2,}$/);
    expect(wire.replace(/^_/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())).toBe(name);
  });

  it('has one that the standard does not know, under the name that it leaves to implementations', () => {
    expect(NAMES.map(wireName).filter((wire) => wire.startsWith('_'))).toEqual(['_queue_limit']);
  });
});

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

  it('makes nothing new where nothing is sent', () => {
    expect(wireOptions({})).toBe(wireOptions({ match: undefined }));
  });
});
