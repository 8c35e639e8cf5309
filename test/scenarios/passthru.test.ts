/** Payloads that pass through routers: over each transport and serializer, on the embedded router and on those of other people's. */
import { e2ee } from '../../src/e2ee/index.js';
import { ApplicationError, PassthruError } from '../../src/errors.js';
import { tunnel } from '../../src/passthru/tunnel.js';
import type { Peer } from '../../src/peer/peer.js';
import { result } from '../../src/roles/endpoint-result.js';
import type { Event } from '../../src/roles/subscriber.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import { eventually, failure, House } from '../support/house.js';
import { describeWith } from '../support/requirement.js';
import {
  CROSSBAR,
  LINKED,
  NEXUS,
  NEXUS_RAWSOCKET,
  RAWSOCKET,
  type Running,
  speaking,
  UNIX_SOCKET,
  WEBSOCKET,
  type World,
} from '../support/worlds.js';

const K1 = new Uint8Array(32).fill(1);
const K2 = new Uint8Array(32).fill(2);
const OCTETS = Uint8Array.from({ length: 300 }, (_, i) => i & 255);
const SECRET = 'the cellar door is open';

/** What two who share keys live through, and one who does not. */
function passthru(world: World): void {
  let running: Running;
  let house: House;

  beforeAll(async () => {
    running = await world.start();
  }, 60_000);
  afterAll(() => running.dispose());
  beforeEach(() => {
    house = new House(running);
  });
  afterEach(async () => expect(await house.end()).toEqual([]));

  const both = (...options: Parameters<typeof e2ee>): Promise<[Peer, Peer]> =>
    Promise.all([house.connect({ passthru: e2ee(...options) }), house.connect({ passthru: e2ee(...options) })]);

  it.each(['xsalsa20poly1305', 'aes256gcm'] as const)(
    'calls, results, parts of results, errors and events arrive as they were sent, by %s',
    async (cipher) => {
      const [alice, bob] = await both({ keys: { k1: K1 }, cipher });
      await alice.register('com.example.echo', ({ args, kwargs, wantsProgress, progress, details }) => {
        if (wantsProgress) progress(['half'], { way: true });
        return result(args, { ...kwargs, cipher: details['ppt_cipher'] });
      });
      await alice.register('com.example.fail', () => {
        throw new ApplicationError('com.example.error', [SECRET], { limit: 5 });
      });
      const events: Event[] = [];
      await alice.subscribe('com.example.news', (event) => events.push(event));
      const parts: unknown[] = [];
      const answer = await bob.call('com.example.echo', [SECRET, OCTETS], {
        kwargs: { loud: true },
        onProgress: ({ args, kwargs }) => parts.push({ args, kwargs }),
      });
      expect(answer).toMatchObject({ args: [SECRET, OCTETS], kwargs: { loud: true, cipher } });
      expect(answer.details).toMatchObject({ ppt_scheme: 'wamp', ppt_serializer: 'cbor', ppt_keyid: 'k1' });
      expect(parts).toEqual([{ args: ['half'], kwargs: { way: true } }]);
      expect(await failure(bob.call('com.example.fail'))).toMatchObject({
        code: 'WAMP_ERR_APPLICATION',
        uri: 'com.example.error',
        args: [SECRET],
        kwargs: { limit: 5 },
      });
      await bob.publish('com.example.news', [SECRET], { kwargs: { at: 3 }, acknowledge: true });
      await eventually(() => events.length === 1);
      expect(events).toMatchObject([{ args: [SECRET], kwargs: { at: 3 }, topic: 'com.example.news' }]);
      expect({ alice: alice.stats().unopened, bob: bob.stats().unopened }).toEqual({ alice: 0, bob: 0 });
    },
  );

  it('calls in parts arrive part by part', async () => {
    const [alice, bob] = await both({ keys: { k1: K1 } });
    await alice.register('com.example.sum', async ({ parts, progress }) => {
      let sum = 0;
      for await (const { args } of parts) {
        sum += Number(args[0]);
        progress([sum]);
      }
      return sum;
    });
    const stream = bob.stream('com.example.sum', [1], { parts: [[2], [3]] });
    const sums: unknown[] = [];
    for await (const { args } of stream) sums.push(args[0]);
    expect({ sums, result: (await stream.result).args }).toEqual({ sums: [1, 3, 6], result: [6] });
  });

  it('what passes by patterns is bound to the URI that was called or published to', async () => {
    const [alice, bob] = await both({ keys: { k1: K1 } });
    const heard: string[] = [];
    await alice.register('com.example.door', ({ procedure }) => procedure, { match: 'prefix' });
    await alice.subscribe('com..news', ({ topic, args }) => heard.push(`${topic} ${args[0]}`), { match: 'wildcard' });
    expect((await bob.call('com.example.door.cellar')).args).toEqual(['com.example.door.cellar']);
    await bob.publish('com.example.news', [SECRET], { acknowledge: true });
    await eventually(() => heard.length === 1);
    expect(heard).toEqual([`com.example.news ${SECRET}`]);
  });

  it('a key that is not there costs the message, and nothing else', async () => {
    const [alice, eve] = await Promise.all([
      house.connect({ passthru: e2ee({ keys: { k1: K1 } }) }),
      house.connect({ passthru: e2ee({ keys: { k2: K2 } }) }),
    ]);
    const heard: unknown[] = [];
    await alice.register('com.example.echo', ({ args }) => heard.push(args));
    await alice.subscribe('com.example.news', ({ args }) => heard.push(args));
    expect(await failure(eve.call('com.example.echo', [SECRET]))).toMatchObject({
      code: 'WAMP_ERR_APPLICATION',
      uri: 'wamp.error.invalid_argument',
      args: ['the callee does not have the key of the payload'],
    });
    await eve.publish('com.example.news', [SECRET], { acknowledge: true });
    await eve.publish('com.example.news', [SECRET], { acknowledge: true });
    await eventually(() => alice.stats().unopened === 3);
    expect(heard).toEqual([]);
    expect(house.log.said('the payload of a call was not opened')).toHaveLength(1);
    expect(house.log.said('the payload of an event was not opened')).toHaveLength(1);
    expect(alice.incarnation).toBe(1);
  });

  it('who asks for sealed payloads gets no plain one', async () => {
    const [alice, bob] = await both({ keys: { k1: K1 } });
    const heard: unknown[] = [];
    await alice.register('com.example.secret', ({ args }) => args[0], { passthru: 'required' });
    await alice.subscribe('com.example.news', ({ args }) => heard.push(args[0]), { passthru: 'required' });
    expect((await bob.call('com.example.secret', ['sealed'])).args).toEqual(['sealed']);
    expect(await failure(bob.call('com.example.secret', ['plain'], { passthru: false }))).toMatchObject({
      uri: 'wamp.error.invalid_argument',
      args: ['the callee takes sealed payloads only'],
    });
    await bob.publish('com.example.news', ['plain'], { passthru: false, acknowledge: true });
    await bob.publish('com.example.news', ['sealed'], { acknowledge: true });
    await eventually(() => heard.length === 1);
    expect(heard).toEqual(['sealed']);
    expect(alice.stats().unopened).toBe(2);
  });

  it('a callee that cannot open anything is not called', async () => {
    const [plain, bob] = await Promise.all([house.connect(), house.connect({ passthru: e2ee({ keys: { k1: K1 } }) })]);
    let called = false;
    await plain.register('com.example.plain', () => {
      called = true;
    });
    expect(await failure(bob.call('com.example.plain', [SECRET]))).toMatchObject({
      uri: 'wamp.error.feature_not_supported',
    });
    expect(called).toBe(false);
  });

  it('octets of another technology are handed on as they are', async () => {
    const mqtt = () => house.connect({ passthru: [tunnel('mqtt'), e2ee({ keys: { k1: K1 } })] });
    const [alice, bob] = await Promise.all([mqtt(), mqtt()]);
    const heard: unknown[] = [];
    await alice.subscribe('com.example.mqtt', ({ args, details }) => heard.push(args[0], details['ppt_scheme']));
    await bob.publish('com.example.mqtt', [OCTETS], { acknowledge: true });
    await bob.publish('com.example.mqtt', [SECRET], { acknowledge: true, passthru: 'wamp' });
    await eventually(() => heard.length === 4);
    expect(heard).toEqual([OCTETS, 'mqtt', SECRET, 'wamp']);
    expect(await failure(bob.publish('com.example.mqtt', ['text']))).toMatchObject({
      code: 'WAMP_ERR_SERIALIZATION',
      path: 'args',
    });
  });
}

for (const world of [LINKED, WEBSOCKET, RAWSOCKET, UNIX_SOCKET]) {
  for (const serializer of [json(), msgpack(), cbor()]) {
    describe(speaking(world, serializer).name, () => passthru(speaking(world, serializer)));
  }
}

describeWith('nexus', NEXUS.name, () => passthru(NEXUS));
describeWith('nexus', NEXUS_RAWSOCKET.name, () => passthru(NEXUS_RAWSOCKET));

describeWith('crossbar', CROSSBAR.name, () => {
  let running: Running;
  let house: House;
  beforeAll(async () => {
    running = await CROSSBAR.start();
    house = new House(running);
  }, 60_000);
  afterAll(async () => {
    expect(await house.end()).toEqual([]);
    await running.dispose();
  });

  it('does not pass payloads through: a request that is to be sealed is not sent, and never plain', async () => {
    const me = await house.connect({ passthru: e2ee({ keys: { k1: K1 } }) });
    const why = await failure(me.call('com.example.secret', [SECRET]));
    expect(why).toBeInstanceOf(PassthruError);
    expect(why).toMatchObject({ problem: 'unsupported', message: expect.stringContaining('payload_passthru_mode') });
    expect(await failure(me.publish('com.example.secret', [SECRET]))).toMatchObject({ code: 'WAMP_ERR_PASSTHRU' });
    expect((await me.call('wamp.session.count')).args[0]).toBeGreaterThan(0);
    expect(me.incarnation).toBe(1);
  });
});
