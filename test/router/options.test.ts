import { UsageError } from '../../src/errors.js';
import { type RouterOptions, realmsOf, serializersOf } from '../../src/router/options.js';
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
