/** What many are sent alike is encoded once: at the router, for all transports together. */
import { connect } from '../../src/connect.js';
import type { Peer } from '../../src/peer/peer.js';
import { type Router, router } from '../../src/router/router.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import type { Dict, List } from '../../src/wamp/message.js';

const TOPIC = 'com.example.news';
const EVENT = 36;

describe('an event for many', () => {
  let house: Router;
  let peers: Peer[];
  /** The EVENTs that the router has encoded, or has tried to: by what serializer, and details and arguments. */
  let encoded: [string, unknown, unknown][];
  let heard: List[];

  const noting = (serializer: Serializer): Serializer => ({
    subprotocol: serializer.subprotocol,
    ...(serializer.rawSocketId !== undefined && { rawSocketId: serializer.rawSocketId }),
    decode: (frame) => serializer.decode(frame),
    encode: (list) => {
      if (list[0] === EVENT) encoded.push([serializer.subprotocol, list[3], list[4]]);
      return serializer.encode(list);
    },
  });

  beforeEach(async () => {
    [peers, encoded, heard] = [[], [], []];
    house = await router({ port: 0, serializers: [json(), msgpack(), cbor()].map(noting) });
  });
  afterEach(async () => {
    await Promise.all(peers.map((peer) => peer.leave()));
    await house.stop();
  });

  const join = async (way: 'ws' | 'rs' | 'linked', serializer: Serializer) => {
    const to = way === 'linked' ? house : (house.urls.find((url) => url.startsWith(way)) ?? '');
    const peer = await connect(to, { realm: 'realm1', serializers: [serializer] });
    peers.push(peer);
    return peer;
  };

  const subscriber = async (way: 'ws' | 'rs' | 'linked', serializer: Serializer, match?: 'prefix') => {
    const peer = await join(way, serializer);
    await peer.subscribe(
      match === undefined ? TOPIC : 'com.example',
      ({ args }) => void heard.push(args),
      match === undefined ? {} : { match },
    );
    return peer;
  };

  /** Until every peer has had an answer behind all events before. */
  const settled = () =>
    Promise.all(peers.map((peer) => peer.publish('org.example.settled', [], { acknowledge: true })));

  const publishFrom = async (peer: Peer, args: List, options: Dict = {}) => {
    await peer.publish(TOPIC, args, { acknowledge: true, ...options });
    await settled();
  };

  it('is encoded once by each serializer, whatever transports it goes over', async () => {
    for (const way of ['ws', 'rs', 'linked'] as const) {
      for (const serializer of [json(), json(), msgpack(), cbor()]) await subscriber(way, serializer);
    }
    await publishFrom(await join('ws', msgpack()), ['x', { y: 'ü' }]);
    expect(encoded.map(([by]) => by).sort()).toEqual(['wamp.2.cbor', 'wamp.2.json', 'wamp.2.msgpack']);
    expect(heard).toEqual(Array.from({ length: 12 }, () => ['x', { y: 'ü' }]));
  });

  it('is encoded anew where what is told of it differs, and for each publication', async () => {
    await subscriber('ws', json());
    await subscriber('rs', json());
    await subscriber('ws', json(), 'prefix');
    await subscriber('rs', json(), 'prefix');
    const publisher = await join('ws', json());
    await publishFrom(publisher, [1]);
    await publishFrom(publisher, [2], { discloseMe: true });
    const identity = {
      publisher: expect.any(Number),
      publisher_authid: expect.any(String),
      publisher_authrole: 'anonymous',
    };
    expect(encoded.map(([, details, args]) => [details, args])).toEqual([
      [{}, [1]],
      [{ topic: TOPIC }, [1]],
      [identity, [2]],
      [{ ...identity, topic: TOPIC }, [2]],
    ]);
    expect(heard).toHaveLength(8);
  });

  it('that a serializer cannot carry is tried once, and counts for none of those who would get it so', async () => {
    for (const serializer of [json(), json(), json(), msgpack(), msgpack()]) await subscriber('ws', serializer);
    const publisher = await join('ws', msgpack());
    const before = house.stats().events;
    await publishFrom(publisher, [Number.NaN]);
    expect(encoded.map(([by]) => by).sort()).toEqual(['wamp.2.json', 'wamp.2.msgpack']);
    expect(heard).toEqual([[Number.NaN], [Number.NaN]]);
    expect(house.stats().events).toBe(before + 2);
  });
});
