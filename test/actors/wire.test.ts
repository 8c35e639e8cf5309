import { RouterWire } from '../../actors/router-wire.js';
import { Wire, type WireEvent } from '../../actors/wire.js';
import { ConnectionLost, ProtocolError, SerializationError } from '../../src/errors.js';
import { PeerWire } from '../../src/peer/relay/peer-wire.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import type { Transport } from '../../src/transports/transport.js';
import type { MessageTable } from '../../src/wamp/message.js';
import { plainJson, ScriptedTransport, settle } from './scripted.js';

describe.each([
  ['a wire', Wire],
  ['a router’s', RouterWire],
  ['a peer’s', PeerWire],
])('%s:', (_name, Kind) => {
  function setUp(serializer: Serializer = plainJson) {
    const transport = new ScriptedTransport();
    const wire = new Kind(transport, serializer);
    const events: WireEvent[] = [];
    return { transport, wire, events, listen: () => wire.listen((event) => events.push(event)) };
  }

  function listening(table?: MessageTable, serializer?: Serializer) {
    const set = setUp(serializer);
    set.listen();
    if (table !== undefined) set.wire.install(table);
    return set;
  }

  describe('Wire', () => {
    test.each([
      [[1, 'realm1', {}], 'HELLO'],
      [[2, 7, {}], 'WELCOME'],
      [[3, {}, 'com.example.why'], 'ABORT'],
      [[4, 'ticket', {}], 'CHALLENGE'],
      [[5, 'signature', {}], 'AUTHENTICATE'],
      [[6, {}, 'wamp.close.close_realm'], 'GOODBYE'],
    ])('tells of %j as it is', (list, type) => {
      const { transport, events } = listening();
      transport.receive(list);
      expect(events).toMatchObject([{ type }]);
    });

    it('tells of traffic as unexpected while no table is installed', () => {
      const { transport, events } = listening();
      transport.receive([36, 1, 2, {}]);
      expect(events).toEqual([
        { type: 'message.unexpected', message: { type: 'EVENT', subscription: 1, publication: 2, details: {} } },
      ]);
    });

    it('hands a message to its entry in the installed table, and tells the session nothing', () => {
      const taken: unknown[] = [];
      const { transport, events } = listening({ EVENT: (event) => taken.push(event.args) });
      transport.receive([36, 1, 2, {}, ['first']], [36, 1, 2, {}, ['second']]);
      expect(taken).toEqual([['first'], ['second']]);
      expect(events).toEqual([]);
    });

    it('tells of a message that the installed table does not take as unexpected', () => {
      const { transport, events } = listening({ EVENT: () => {} });
      transport.receive([48, 1, {}, 'com.example.add']);
      expect(events).toMatchObject([{ type: 'message.unexpected', message: { type: 'CALL' } }]);
    });

    it('hands nothing to a table that was uninstalled', () => {
      const taken: unknown[] = [];
      const { wire, transport, events } = listening({ EVENT: (event) => taken.push(event) });
      wire.uninstall();
      transport.receive([36, 1, 2, {}]);
      expect(taken).toEqual([]);
      expect(events).toMatchObject([{ type: 'message.unexpected' }]);
    });

    it('delivers what came before it was listened to', () => {
      const { transport, events, listen } = setUp();
      transport.receive([1, 'realm1', {}]);
      listen();
      expect(events).toMatchObject([{ type: 'HELLO', realm: 'realm1' }]);
    });

    test.each([
      ['no JSON', '[1,'],
      ['an empty list', '[]'],
      ['an unknown type', '[99]'],
      ['a message with a wrong field', '[2,"1",{}]'],
    ])('tells of %s as a violation, once, and delivers nothing more', (_, frame) => {
      const { transport, events } = listening({ EVENT: () => {} });
      transport.receiveFrame(frame);
      transport.receiveFrame(frame);
      transport.receive([6, {}, 'wamp.close.close_realm'], [36, 1, 2, {}]);
      transport.lose();
      expect(events).toEqual([{ type: 'protocol.violated', error: expect.any(ProtocolError) }]);
    });

    it('takes whatever a serializer throws while decoding for a violation', () => {
      const cause = new RangeError('stack');
      const { transport, events } = listening(undefined, {
        ...plainJson,
        decode: () => {
          throw cause;
        },
      });
      transport.receive([6, {}, 'com.example']);
      expect(events).toMatchObject([{ type: 'protocol.violated', error: { cause } }]);
    });

    it('tells of a table entry that finds a violation, and delivers nothing more', () => {
      const error = new ProtocolError('no such request');
      const { transport, events } = listening({
        RESULT: () => {
          throw error;
        },
      });
      transport.receive([50, 1, {}], [50, 1, {}]);
      expect(events).toEqual([{ type: 'protocol.violated', error }]);
    });

    it('tells of any other throw of a table entry as a failure of its own', () => {
      const error = new TypeError('a defect');
      const { transport, events } = listening({
        RESULT: () => {
          throw error;
        },
      });
      transport.receive([50, 1, {}], [50, 1, {}]);
      expect(events).toEqual([{ type: 'wire.failed', error }]);
    });

    it('tells of the end of its transport, once', () => {
      const { transport, events } = listening();
      const error = new ConnectionLost('gone', { mayHaveExecuted: false });
      transport.lose(error);
      transport.lose(error);
      expect(events).toEqual([{ type: 'transport.closed', error }]);
    });

    it('sends a message as a list', () => {
      const { wire, transport } = listening();
      wire.send({ type: 'CALL', request: 1, options: {}, procedure: 'com.example.add', args: [2, 3] });
      expect(transport.sent).toEqual([[48, 1, {}, 'com.example.add', [2, 3]]]);
    });

    it('throws SerializationError for a value that cannot be sent, and goes on', () => {
      const { wire, transport } = listening();
      const send = (args: unknown[]) => wire.send({ type: 'PUBLISH', request: 1, options: {}, topic: 'a.b', args });
      expect(() => send([1n])).toThrow(SerializationError);
      send([1]);
      expect(transport.sent).toHaveLength(1);
    });

    it('throws what its transport says of a message that is too long, which is no last word then', () => {
      const { transport, wire } = listening();
      const send = transport.send.bind(transport);
      transport.send = () => {
        throw new SerializationError('message', 'it is 513 octets long, the router takes 512 at most');
      };
      const goodbye = { type: 'GOODBYE', details: {}, reason: 'com.example.why' } as const;
      expect(() => wire.send(goodbye)).toThrow('message: it is 513 octets long, the router takes 512 at most');
      transport.send = send;
      wire.send(goodbye);
      expect(transport.sent).toEqual([[6, {}, 'com.example.why']]);
    });

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

    it('closes and destroys its transport, and shows its address and nothing else', () => {
      const one = listening();
      one.wire.close();
      expect(one.transport.state).toBe('closed');
      const two = listening();
      two.wire.destroy();
      expect(two.transport.state).toBe('destroyed');
      two.transport.queued = 5;
      expect(two.wire.queued).toBe(5);
      expect(JSON.stringify(two.wire)).toBe('{"address":"ws://127.0.0.1:8080/ws"}');
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
