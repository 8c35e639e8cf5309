import { RouterWire } from '../../actors/router-wire.js';
import { Wire } from '../../actors/wire.js';
import { ConnectionLost, ProtocolError, SerializationError } from '../../src/errors.js';
import { PeerWire } from '../../src/peer/relay/peer-wire.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import type { MessageTable } from '../../src/wamp/message.js';
import { plainJson, wired } from './scripted.js';

describe.each([
  ['a wire', Wire],
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
});
