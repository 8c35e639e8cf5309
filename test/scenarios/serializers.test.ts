/** Peers that speak different serializers, on one router: the embedded one, and those of other people's. */
import type { Peer } from '../../src/peer/peer.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import { eventually, failure, House } from '../support/house.js';
import { describeWith } from '../support/requirement.js';
import { CROSSBAR, LINKED, NEXUS, type Running, WEBSOCKET, type World } from '../support/worlds.js';

const SERIALIZERS: Readonly<Record<string, () => Serializer>> = { json, msgpack, cbor };
const NAMES = Object.keys(SERIALIZERS);
const PAIRS = NAMES.flatMap((from) => NAMES.map((to) => [from, to] as const));

const DATA = {
  integers: [0, -1, 23, 24, 127, 128, -129, 65_536, 2 ** 31, 2 ** 32 + 1, -(2 ** 40)],
  fractions: [1.5, -0.1, 1e-7],
  texts: ['', 'größe 😀', 'x'.repeat(300)],
  rest: [true, false, null, [], {}, [[{ a: [] }]]],
};

/** @param octetPairs between which the router carries octets */
function exchange(world: World, octetPairs: typeof PAIRS = PAIRS): void {
  let running: Running;
  let house: House;
  let peers: Record<string, Peer>;

  beforeAll(async () => {
    running = await world.start();
    house = new House(running);
    const joined = NAMES.map((name) => house.connect({ name, serializers: [(SERIALIZERS[name] ?? json)()] }));
    peers = Object.fromEntries((await Promise.all(joined)).map((peer) => [peer.name, peer]));
  }, 60_000);
  afterAll(async () => {
    await house.end();
    await running.dispose();
  });

  const peer = (name: string) => peers[name] as Peer;

  it.each(PAIRS)(
    'a call by a peer that speaks %s reaches one that speaks %s, and its result comes back',
    async (from, to) => {
      const registration = await peer(to).register('com.example.echo', ({ args, kwargs }) => [args[0], kwargs]);
      const { args } = await peer(from).call('com.example.echo', [DATA], { kwargs: { also: DATA } });
      expect(args).toEqual([[DATA, { also: DATA }]]);
      await registration.unregister();
    },
  );

  it.each(octetPairs)('octets that a peer sends in %s arrive in %s as they were', async (from, to) => {
    const octets = Uint8Array.from({ length: 300 }, (_, i) => i & 255);
    const heard: unknown[] = [];
    const subscription = await peer(to).subscribe('com.example.octets', ({ args }) => heard.push(args[0]));
    await peer(from).publish('com.example.octets', [octets], { acknowledge: true, excludeMe: false });
    await eventually(() => heard.length > 0);
    expect(heard).toEqual([octets]);
    await subscription.unsubscribe();
  });
}

/** Nexus hands JSON's octets on as the text that they are there, and the others' to JSON as base64. */
const ALIKE = PAIRS.filter(([from, to]) => (from === 'json') === (to === 'json'));

describe.each([LINKED, WEBSOCKET])('on $name', (world) => exchange(world));
describeWith('nexus', `on ${NEXUS.name}`, () => exchange(NEXUS, ALIKE));
describeWith('crossbar', `on ${CROSSBAR.name}`, () => exchange(CROSSBAR));

describe.each([LINKED, WEBSOCKET])('what JSON has no place for, on $name', (world) => {
  let running: Running;
  let house: House;
  beforeAll(async () => {
    running = await world.start();
  });
  beforeEach(() => {
    house = new House(running);
  });
  afterEach(async () => expect(await house.end()).toEqual([]));
  afterAll(() => running.dispose());

  const join = (serializer: Serializer) => house.connect({ serializers: [serializer] });

  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['a bigint', 2n ** 60n + 1n],
    ['a text that begins with U+0000', '\0text'],
  ])('%s reaches whom it can; a call that cannot be delivered fails, and no session ends', async (_what, value) => {
    const [packed, binary, text] = await Promise.all([join(msgpack()), join(cbor()), join(json())]);
    const heard: { readonly binary: unknown[]; readonly text: unknown[] } = { binary: [], text: [] };
    await binary.subscribe('com.example.news', ({ args }) => heard.binary.push(args[0]));
    await text.subscribe('com.example.news', ({ args }) => heard.text.push(args[0]));
    await packed.publish('com.example.news', [value], { acknowledge: true });
    await packed.publish('com.example.news', ['end'], { acknowledge: true });
    await eventually(() => heard.binary.length === 2 && heard.text.length > 0);
    expect(heard).toEqual({ binary: [value, 'end'], text: ['end'] });

    await binary.register('com.example.binary', ({ args }) => args[0]);
    await text.register('com.example.text', ({ args }) => args[0]);
    expect((await packed.call('com.example.binary', [value])).args).toEqual([value]);
    expect(await failure(packed.call('com.example.text', [value]))).toMatchObject({ uri: 'wamp.error.unavailable' });
    await packed.register('com.example.back', () => value);
    expect(await failure(text.call('com.example.back'))).toMatchObject({ uri: 'wamp.error.payload_size_exceeded' });
    expect([packed, binary, text].map(({ incarnation }) => incarnation)).toEqual([1, 1, 1]);
  });
});
