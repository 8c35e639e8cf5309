import { UsageError } from '../src/errors.js';
import { type RouterOptions, realmsOf, serializersOf } from '../src/router-options.js';
import { cbor } from '../src/serializers/cbor.js';

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
    ['neither', { realms: { one: { auth: { users: { joe: {} } } } } }],
    ['is an environment variable unset?', { realms: { one: { auth: { users: { joe: { ticket: '' } } } } } }],
    ['auth.methods', { realms: { one: { auth: { users: {}, methods: ['magic' as 'ticket'] } } } }],
  ])('rejects options with: %s', (message, options) => {
    expect(() => realmsOf(options)).toThrow(UsageError);
    expect(() => realmsOf(options)).toThrow(message);
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
