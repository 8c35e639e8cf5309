import { GuardedWire } from '../../actors/guarded-wire.js';
import { RouterWire } from '../../actors/router-wire.js';
import type { WireEvent } from '../../actors/wire.js';
import { ConnectionLost, SerializationError } from '../../src/errors.js';
import { PeerWire } from '../../src/peer/relay/peer-wire.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import type { Transport } from '../../src/transports/transport.js';
import type { MessageTable } from '../../src/wamp/message.js';
import { plainJson, ScriptedTransport, settle, wired } from './scripted.js';

describe.each([
  ['a guarded wire', GuardedWire],
  ['a router’s', RouterWire],
  ['a peer’s', PeerWire],
])('%s:', (_name, Kind) => {
  const setUp = (serializer?: Serializer) => wired(Kind, serializer);

  function listening(table?: MessageTable, serializer?: Serializer) {
    const set = setUp(serializer);
    set.listen();
    if (table !== undefined) set.wire.install(table);
    return set;
  }

  describe('a serializer that throws anything', () => {
    it('throws SerializationError whatever the serializer throws', () => {
      const cause = new Error('a defect');
      const { wire } = listening(undefined, {
        ...plainJson,
        encode: () => {
          throw cause;
        },
      });
      expect(() => wire.send({ type: 'CANCEL', request: 1, options: {} })).toThrow(
        expect.objectContaining({ name: 'SerializationError', cause }),
      );
    });

    test.each([
      { type: 'ABORT', details: {}, reason: 'com.example.why' },
      { type: 'GOODBYE', details: {}, reason: 'com.example.why' },
    ] as const)('sends nothing after $type', (farewell) => {
      const { wire, transport } = listening();
      wire.send(farewell);
      wire.send({ type: 'YIELD', request: 1, options: {} });
      expect(transport.sent).toHaveLength(1);
    });
  });

  describe('a transport that breaks its contract', () => {
    const broken = (how: Partial<Transport>, serializer = plainJson) => {
      const transport = Object.assign(new ScriptedTransport(), how);
      const wire = new Kind(transport, serializer);
      const events: WireEvent[] = [];
      wire.listen((event) => events.push(event));
      return { transport, wire, events };
    };
    const throwing = (thrown: unknown) => () => {
      throw thrown;
    };
    const YIELD = { type: 'YIELD', request: 1, options: {} } as const;

    it.each([
      ['an Error', new Error('EPIPE'), ': EPIPE'],
      ['what is no Error', 'EPIPE', ''],
    ])(
      'by throwing %s from send has ended: whoever sends is told, and the session, once',
      async (_what, thrown, said) => {
        const { wire, events, transport } = broken({ send: throwing(thrown) });
        expect(() => wire.send(YIELD)).toThrow(
          expect.objectContaining({
            code: 'WAMP_ERR_CONNECTION_LOST',
            mayHaveExecuted: true,
            message: `the transport to ws://127.0.0.1:8080/ws broke its contract: it threw from send${said}`,
          }),
        );
        wire.send(YIELD);
        await settle();
        transport.lose();
        expect(events).toEqual([{ type: 'transport.closed', error: expect.objectContaining({ cause: thrown }) }]);
        expect(transport.state).not.toBe('open');
      },
    );

    it('by a send that is async and rejects has ended, and nobody is left with the rejection', async () => {
      const send = (async () => throwing(new Error('EPIPE'))()) as () => void;
      const { wire, events } = broken({ send });
      wire.send(YIELD);
      await settle();
      expect(events).toMatchObject([
        { type: 'transport.closed', error: { message: expect.stringContaining('rejected from send: EPIPE') } },
      ]);
    });

    it('by throwing from listen has ended', async () => {
      const { events } = broken({ listen: throwing(new Error('in use')) });
      await settle();
      expect(events).toMatchObject([
        { type: 'transport.closed', error: { message: expect.stringContaining('threw from listen: in use') } },
      ]);
    });

    it('by delivering what is no frame has ended', async () => {
      const { events, transport } = broken({});
      transport.receiveFrame(new ArrayBuffer(2) as never);
      await settle();
      expect(events).toMatchObject([
        {
          type: 'transport.closed',
          error: { message: expect.stringContaining('expected a string or a Uint8Array, received a dictionary') },
        },
      ]);
    });

    it('by telling of its end twice, without a reason, or with frames behind it, is heard once', () => {
      const { events, transport } = broken({});
      transport.lose('gone' as never);
      transport.lose();
      transport.receive([6, {}, 'wamp.close.close_realm']);
      expect(events).toEqual([{ type: 'transport.closed', error: expect.any(ConnectionLost) }]);
    });

    it('by throwing from close and destroy disturbs nobody', () => {
      const { wire } = broken({ close: throwing(new Error('no')), destroy: throwing(new Error('no')) });
      expect(() => wire.close()).not.toThrow();
    });
  });

  describe('a serializer that breaks its contract', () => {
    it.each([
      [
        'throws what is no Error',
        {
          encode: () => {
            throw 'no';
          },
        },
        'YIELD: the serializer cannot encode this message',
      ],
      [
        'gives no frame',
        { encode: () => undefined as never },
        'YIELD: the serializer for wamp.2.json gave no frame: expected a string or a Uint8Array, received undefined',
      ],
      ['gives a promise', { encode: (async () => '') as never }, 'received a dictionary'],
    ])('and %s fails the message, and nothing else', (_what, how, said) => {
      const { wire, transport, events } = listening(undefined, { ...plainJson, ...how });
      expect(() => wire.send({ type: 'YIELD', request: 1, options: {} })).toThrow(SerializationError);
      expect(() => wire.send({ type: 'YIELD', request: 1, options: {} })).toThrow(said);
      expect([transport.sent, events]).toEqual([[], []]);
    });

    it.each([
      [{ a: 1 }, 'received a dictionary'],
      [null, 'received null'],
      ['[1]', 'received a string'],
    ])('and decodes %j ends the session, whose fault it names', (decoded, said) => {
      const { transport, events } = listening(undefined, { ...plainJson, decode: () => decoded as never });
      transport.receive([1]);
      expect(events).toMatchObject([
        {
          type: 'protocol.violated',
          error: { message: expect.stringContaining(`wamp.2.json to decode a list, ${said}`) },
        },
      ]);
    });
  });
});
