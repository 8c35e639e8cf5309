import { UsageError } from '../../src/errors.js';
import { carriedBy, type RouterOptions, realmsOf, serializersOf } from '../../src/router/options.js';
import { cbor } from '../../src/serializers/cbor.js';

describe('realmsOf', () => {
  test.each<[string, RouterOptions, readonly string[]]>([
    ['realm1 by default', {}, ['realm1']],
    ['the only one', { realm: 'com.house' }, ['com.house']],
    ['all by name', { realms: { one: {}, two: {} } }, ['one', 'two']],
  ])('gives %s', (_, options, names) => {
    expect([...realmsOf(options).keys()]).toEqual(names);
  });

  test.each<[string, RouterOptions]>([
    ['realm or realms, received both', { realm: 'one', realms: { one: {} } }],
    ['at least one realm', { realms: {} }],
    ['URIs as names', { realm: 'a b' }],
    ['received none', { realms: { one: { auth: { users: { joe: {} } } } } }],
    ['is an environment variable unset?', { realms: { one: { auth: { users: { joe: { ticket: '' } } } } } }],
    ['router, limits: expected depth to be a whole number from 1 to 1000, received 1001', { limits: { depth: 1_001 } }],
    [
      'router, limits: expected failedLogins to be { attempts, within, addresses, loopback }, or false for no limit, received 10',
      { limits: { failedLogins: 10 as unknown as false } },
    ],
    [
      'router, limits.failedLogins: expected attempts to be a whole number from 1 to 1000, received 0',
      { limits: { failedLogins: { attempts: 0 } } },
    ],
    ['router, limits: unknown option "dept"; did you mean "depth"?', { limits: { dept: 1 } as object }],
    [
      'realm one, limits: unknown option "session"; did you mean "sessions"?',
      { realms: { one: { limits: { session: 1 } as object } } },
    ],
    [
      'realm one, limits: expected callsWaiting to be a whole number from 0, received -1',
      { realms: { one: { limits: { callsWaiting: -1 } } } },
    ],
    ['auth.methods', { realms: { one: { auth: { users: {}, methods: ['magic' as 'ticket'] } } } }],
  ])('rejects options with: %s', (message, options) => {
    expect(() => realmsOf(options)).toThrow(UsageError);
    expect(() => realmsOf(options)).toThrow(message);
  });
});

describe('a realm that is open to everybody', () => {
  const users = { joe: { ticket: 't' } };

  it.each<[RouterOptions]>([
    [{ port: 0, host: '0.0.0.0' }],
    [{ port: 0, host: '::' }],
    [{ port: 0, host: 'example.com' }],
    [{ port: 0, host: '127.0.0.1.example.com' }],
    [{ port: 0, host: '0.0.0.0', insecure: false }],
    [{ port: 0, host: '0.0.0.0', realms: { closed: { auth: { users } }, realm1: {} } }],
  ])('is not served to others than this machine: %j', (options) => {
    expect(() => realmsOf(options)).toThrow(
      new UsageError(
        `realm realm1 is open to everybody, and others than this machine can reach ${options.host}: give the realm auth, say in roles what everybody may do, listen on 127.0.0.1, or set insecure: true if this is meant`,
      ),
    );
  });

  it.each<[string, RouterOptions]>([
    ['by itself', {}],
    ['on the loopback', { port: 0, host: 'localhost' }],
    ['on the loopback', { port: 0, host: '127.0.0.2' }],
    ['on the loopback', { port: 0, host: '::1' }],
    ['over a Unix socket', { unix: '/run/router.sock', host: '0.0.0.0' }],
    ['where that is meant', { port: 0, host: '0.0.0.0', insecure: true }],
    ['where it has auth', { port: 0, host: '0.0.0.0', realms: { one: { auth: { users } } } }],
    [
      'where it has roles',
      { port: 0, host: '0.0.0.0', realms: { one: { roles: { anonymous: { permissions: [] } } } } },
    ],
    ['where somebody is asked', { port: 0, host: '0.0.0.0', realms: { one: { authorize: () => true } } }],
  ])('is served %s: %j', (_, options) => {
    expect(() => realmsOf(options)).not.toThrow();
  });
});

describe('carriedBy', () => {
  it('lets more wait on a transport than any session may leave unread', () => {
    expect(carriedBy({}, [{}])).toEqual({ maxPayload: 2 ** 20, maxQueued: 2 ** 24 });
    const realms = [{}, { limits: { queued: 2 ** 23 } }, { limits: { queued: 2 ** 10 } }];
    expect(carriedBy({ maxPayload: 1_000 }, realms)).toEqual({ maxPayload: 1_000, maxQueued: 2 ** 26 + 3_000 });
    expect(carriedBy({}, [{ limits: { queued: Number.POSITIVE_INFINITY } }]).maxQueued).toBe(2 ** 31 - 1);
  });
});

describe('serializersOf', () => {
  const names = (options: RouterOptions) => serializersOf(options).map(({ subprotocol }) => subprotocol);

  it('gives JSON, MessagePack and CBOR by default, with room for the largest message', () => {
    expect(names({})).toEqual(['wamp.2.json', 'wamp.2.msgpack', 'wamp.2.cbor']);
    for (const serializer of serializersOf({ maxPayload: 2_000_000 })) {
      const message = ['x'.repeat(1_500_000)];
      expect(serializer.decode(serializer.encode(message))).toEqual(message);
      expect(() => serializer.encode(['x'.repeat(2_000_000)])).toThrow('2000000');
    }
  });

  it('gives them the depth and the growth that the router allows', () => {
    for (const serializer of serializersOf({ limits: { depth: 3, growth: 1 } })) {
      expect(serializer.decode(serializer.encode([[[]]]))).toEqual([[[]]]);
      expect(() => serializer.encode([[[[]]]])).toThrow('3');
      expect(() => serializer.encode([Array(30_000).fill({})])).toThrow('(maxGrowth)');
    }
  });

  it.each(['depth', 'growth'] as const)('rejects a %s that serializers which are given would not keep', (name) => {
    expect(() => serializersOf({ serializers: [cbor()], limits: { [name]: 1 } })).toThrow(`limits.${name} is for`);
  });

  it('gives those that are given', () => {
    const own = cbor();
    expect(serializersOf({ serializers: [own] })).toEqual([own]);
  });

  it('rejects two of the same name', () => {
    expect(() => serializersOf({ serializers: [cbor(), cbor()] })).toThrow(
      new UsageError('the subprotocol wamp.2.cbor is given twice'),
    );
  });

  test.each([[[]], [[cbor]], ['wamp.2.cbor']])('realmsOf rejects %j for serializers', (serializers) => {
    expect(() => realmsOf({ serializers } as unknown as RouterOptions)).toThrow(
      'a list of at least one serializer, such as [msgpack(), json()]',
    );
  });
});
