import fc from 'fast-check';
import { createActor } from 'xstate';
import { SessionAborted } from '../../src/errors.js';
import { clean, isSecretKey, redact } from '../../src/inspector/redact.js';
import { CANARY, peerMachine } from '../support/inspected-house.js';

describe('redact', () => {
  it.each([
    ['numbers JSON cannot hold', { a: Number.NaN, b: -0.5, c: 7n }, { a: 'NaN', b: -0.5, c: '7n' }],
    ['functions, symbols and undefined', { a: () => 1, b: Symbol('b'), c: undefined, d: 1 }, { d: 1 }],
    ['maps and sets', { a: new Map([['k', 1]]), b: new Set([1, 2]) }, { a: { k: 1 }, b: [1, 2] }],
    ['octets', { a: new Uint8Array(5) }, { a: '[5 octets]' }],
    ['a date, by its toJSON', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['an object of a class, by its name', { socket: new (class Socket {})() }, { socket: '[Socket]' }],
    [
      'an error',
      { e: Object.assign(new TypeError('bad'), { code: 'E1' }) },
      { e: { name: 'TypeError', message: 'bad', code: 'E1' } },
    ],
    ['what is deep', { a: { b: { c: { d: { e: 1 } } } } }, { a: { b: { c: { d: '[object]' } } } }],
  ])('shows %s', (_, value, expected) => {
    expect(redact(value)).toEqual(expected);
  });

  it('shows an error of this package by its code, and not by its details', () => {
    const error = new SessionAborted('no such realm', {
      uri: 'wamp.error.no_such_realm',
      established: true,
      details: { x: CANARY },
    });
    expect(redact({ error })).toEqual({
      error: { name: 'SessionAborted', message: 'no such realm', code: 'WAMP_ERR_ABORTED' },
    });
  });

  it('shows an actor by its id and state', () => {
    const actor = createActor(peerMachine, { id: 'lamp', input: {} });
    expect(redact({ actor })).toEqual({ actor: { actor: 'lamp', state: 'joining' } });
  });

  it('walks no cycle', () => {
    const loop: Record<string, unknown> = { n: 1 };
    loop['self'] = loop;
    expect(redact(loop)).toEqual({ n: 1, self: '[circular]' });
  });

  it.each([
    [
      'a getter that throws',
      Object.defineProperty({}, 'x', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
      { x: '[unreadable]' },
    ],
    [
      'a proxy that throws',
      {
        x: new Proxy(
          {},
          {
            get: () => {
              throw new Error('no');
            },
            has: () => {
              throw new Error('no');
            },
          },
        ),
      },
      { x: '[unreadable]' },
    ],
    [
      'a toJSON that throws',
      {
        x: {
          toJSON: () => {
            throw new Error('no');
          },
        },
      },
      { x: '[unreadable]' },
    ],
  ])('survives %s', (_, value, expected) => {
    expect(redact(value)).toEqual(expected);
  });

  it('ends where toJSON gives ever new objects', () => {
    const endless = (): object => ({ toJSON: endless });
    expect(redact(endless())).toBe('[object]');
  });

  it('caps lists, objects and what there is in all', () => {
    expect(redact(Array.from({ length: 100 }, (_, index) => index))).toEqual([...Array(20).keys(), '[80 more]']);
    const wide = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, index]));
    expect(Object.keys(redact(wide) as object)).toHaveLength(31);
    const huge = Array.from({ length: 20 }, () => Array.from({ length: 20 }, () => Array(20).fill('x')));
    expect(JSON.stringify(redact(huge)).length).toBeLessThan(10_000);
  });

  it('keeps a key that would change the prototype a key', () => {
    expect(Object.keys(redact(JSON.parse('{"__proto__": {"a": 1}}')) as object)).toEqual(['__proto__']);
  });

  it.each([
    'secret',
    'clientSecret',
    'ticket',
    'password',
    'Password',
    'db_password',
    'pass',
    'passphrase',
    'token',
    'accessToken',
    'signature',
    'privkey',
    'private_key',
    'key',
    'apiKey',
    'authextra',
    'challenge',
    'auth',
    'Authorization',
    'cookie',
    'credentials',
    'seed',
    'salt',
    'pin',
    'jwt',
    'api-key',
  ])('never shows what stands under the key %s', (key) => {
    expect(isSecretKey(key)).toBe(true);
    expect(JSON.stringify(redact({ a: [{ [key]: CANARY }], b: { [key]: { deep: CANARY } } }))).not.toContain(CANARY);
    expect(JSON.stringify(redact(new Map([[key, CANARY]])))).not.toContain(CANARY);
  });

  it.each(['realm', 'authid', 'authrole', 'authmethods', 'pubkey', 'passed', 'name', 'keys', 'keyboard'])(
    'shows what stands under %s',
    (key) => {
      expect(redact({ [key]: 'shown' })).toEqual({ [key]: 'shown' });
    },
  );

  it('never throws and always gives JSON', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withSet: true, withNullPrototype: true }), (value) => {
        expect(() => JSON.stringify(redact(value))).not.toThrow();
      }),
    );
  });
});

describe('clean', () => {
  it.each([
    ['a\r\n\u001b[31mb\u0085', 'a   [31mb '],
    ['\u202eevil', ' evil'],
    ['x'.repeat(300), `${'x'.repeat(200)}\u2026`],
    ['wss://me:hunter2@example.com/ws', 'wss://[redacted]@example.com/ws'],
    ['ws://h/ws?token=abc&x=1', 'ws://h/ws?token=[redacted]&x=1'],
  ])('%j becomes %j', (text, expected) => {
    expect(clean(text)).toBe(expected);
  });
});
