import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import type { Transport, TransportEvents } from '../../src/transports/transport.js';
import { KINDS } from '../transports/contract.js';
import { type Ends, faultsOfSerializer, faultsOfTransport } from './contract-kit.js';
import { channelPair, inverted } from './own-behaviours.js';

describe('faultsOfTransport', () => {
  it.each(KINDS)('finds none in $kind', async ({ open }) => {
    const stops: (() => Promise<void>)[] = [];
    const faults = await faultsOfTransport(async () => {
      const { client, router, stop } = await open();
      stops.push(stop);
      return [client, router];
    });
    for (const stop of stops) await stop();
    expect(faults).toEqual([]);
  });

  it('finds none in one over a MessageChannel', async () => {
    expect(await faultsOfTransport(() => channelPair())).toEqual([]);
  });

  /** The channel, with one thing about the client's end changed. */
  const but = (change: (client: Transport) => Partial<Transport>) => (): Ends => {
    const [client, router] = channelPair();
    const bound: Transport = {
      address: client.address,
      subprotocol: client.subprotocol,
      queued: 0,
      listen: (events) => client.listen(events),
      send: (frame) => client.send(frame),
      close: () => client.close(),
      destroy: () => client.destroy(),
    };
    return [{ ...bound, ...change(client) }, router];
  };

  it.each<[string, (client: Transport) => Partial<Transport>, string]>([
    ['has no address', () => ({ address: undefined as never }), 'have an address'],
    [
      'throws after its end',
      (client) => {
        let isOver = false;
        return {
          listen: (events: TransportEvents) =>
            client.listen({
              ...events,
              closed: (why) => {
                isOver = true;
                events.closed(why);
              },
            }),
          send: (frame) => {
            if (isOver) throw new Error('EPIPE');
            client.send(frame);
          },
        };
      },
      'take frames after its end in silence: it threw Error: EPIPE',
    ],
    [
      'tells of its end twice',
      (client) => ({
        listen: (events: TransportEvents) =>
          client.listen({
            ...events,
            closed: (why) => {
              events.closed(why);
              events.closed(why);
            },
          }),
      }),
      'tell both ends once',
    ],
    [
      'tells of its end from within close',
      (client) => {
        let given: TransportEvents | undefined;
        return {
          listen: (events: TransportEvents) => {
            given = events;
            client.listen({ frame: (frame) => events.frame(frame), closed: () => {} });
          },
          close: () => given?.closed(new Error('closed') as never),
        };
      },
      'tell both ends once, by a ConnectionLost',
    ],
    [
      'loses frames',
      (client) => ({ send: (frame) => void (frame !== '[48,7]' && client.send(frame)) }),
      'bring every frame, in order',
    ],
  ])(
    'finds that one %s',
    async (_what, change, said) => {
      expect((await faultsOfTransport(but(change))).join('\n')).toContain(said);
    },
    30_000,
  );
});

describe('faultsOfSerializer', () => {
  it.each([json(), msgpack(), cbor(), inverted(json(), 10), inverted(msgpack(), 11)])(
    'finds none in $subprotocol',
    (serializer) => {
      expect(faultsOfSerializer(serializer)).toEqual([]);
    },
  );

  const plain: Serializer = {
    subprotocol: 'wamp.2.json',
    encode: (message) => JSON.stringify(message),
    decode: (frame) => JSON.parse(String(frame)),
  };
  it.each<[string, Partial<Serializer>, string]>([
    ['that loses values', {}, 'it carries a function, which cannot arrive as it was'],
    ['that throws what it likes', {}, 'it refuses a cycle by another error than SerializationError'],
    ['that lets errors of a parser through', {}, 'it refuses the text "{" by another error than ProtocolError'],
    ['with a name that is none', { subprotocol: 'my json' }, 'its subprotocol is no name for a WebSocket'],
    ['that gives no frame', { encode: () => 7 as never }, 'it gives no frame for [6,'],
    ['that changes messages', { decode: () => [] }, 'as another message'],
  ])('finds what is wrong with one %s', (_what, change, said) => {
    expect(faultsOfSerializer({ ...plain, ...change }).join('\n')).toContain(said);
  });
});
