/**
 * Each limit of the router is reached over a real socket: whoever reaches it is told so, and it is counted, under the name and for
 * the realm that the documentation says.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import WebSocket from 'ws';
import type { RouterOptions } from '../../src/router/options.js';
import { type Router, router } from '../../src/router/router.js';
import { LIMITS, type LimitName, noHits } from '../../src/routing/limits.js';
import { RawClient } from '../support/raw-client.js';
import { until } from '../support/record.js';

let house: Router;
const clients: { drop(): void }[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.drop();
  await house.stop();
});

type Realm = NonNullable<RouterOptions['realms']>[string];

interface Way {
  readonly options?: RouterOptions;
  readonly realm?: Realm;
  /** How often it is reached. Default once. */
  readonly times?: number;
  /** Whether it is reached before the router knows for which realm. */
  readonly isNobodys?: true;
  /** Reaches it, and looks at the answer. */
  reach(): Promise<void>;
}

const ROLES = { roles: { caller: {}, callee: {}, publisher: {}, subscriber: {} } };
const LOGIN = [1, 'realm1', { ...ROLES, authid: 'joe', authmethods: ['ticket'] }];
const UNAVAILABLE = 'wamp.error.unavailable';
const VIOLATION = 'wamp.error.protocol_violation';

const url = () => house.url ?? '';
const keep = <C extends { drop(): void }>(client: C): C => {
  clients.push(client);
  return client;
};
const open = async () => keep(await RawClient.open(url()));
const join = async () => keep(await RawClient.join(url()));
const abort = (reason: string, said: RegExp) => [3, { message: expect.stringMatching(said) }, reason];
const error = (type: number, reason: string, said: RegExp) => [
  8,
  type,
  expect.any(Number),
  {},
  reason,
  [expect.stringMatching(said)],
];

/** A socket that speaks no protocol by itself, and hears all that is said until its end. */
function socket(): { readonly socket: Socket; readonly heard: Promise<string>; drop(): void } {
  const raw = connectTcp({ host: '127.0.0.1', port: Number(new URL(url()).port) });
  let text = '';
  raw.on('error', () => {});
  raw.on('data', (octets) => (text += octets.toString('latin1')));
  const heard = new Promise<string>((resolve) => raw.once('close', () => resolve(text)));
  return keep({ socket: raw, heard, drop: () => raw.destroy() });
}

/** A WebSocket for what {@link RawClient} does not say. */
async function webSocket(options: WebSocket.ClientOptions = {}) {
  const opened = new WebSocket(url(), ['wamp.2.json'], options);
  opened.on('error', () => {});
  const closed = new Promise<[number, string]>((resolve) =>
    opened.once('close', (code, reason) => resolve([code, reason.toString()])),
  );
  const messages: unknown[][] = [];
  opened.on('message', (data) => messages.push(JSON.parse(String(data)) as unknown[]));
  await new Promise((resolve) => opened.once('open', resolve));
  opened.send(JSON.stringify([1, 'realm1', ROLES]));
  await until(() => messages.length > 0);
  return keep({ opened, closed, messages, drop: () => opened.terminate() });
}

/** A message for a RawSocket. */
const frame = (message: unknown): Buffer => {
  const text = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(text.length);
  return Buffer.concat([head, text]);
};

const never = () => new Promise<never>(() => {});

const WAYS: { readonly [Name in LimitName]: Way | readonly Way[] } = {
  connections: {
    options: { limits: { connections: 1 } },
    isNobodys: true,
    async reach() {
      await open();
      expect(await socket().heard).toBe('');
    },
  },
  opening: {
    options: { handshakeTimeout: 60 },
    isNobodys: true,
    times: 2,
    async reach() {
      const silent = socket();
      const half = socket();
      half.socket.write('GET /ws HTTP/1.1\r\nHost: here\r\n');
      expect(await silent.heard).toBe('');
      expect(await half.heard).toMatch(/^HTTP\/1.1 408 [\s\S]*expected a request to open a WebSocket within 60 ms/);
    },
  },
  headerLength: {
    isNobodys: true,
    async reach() {
      const long = socket();
      long.socket.write(`GET /ws HTTP/1.1\r\nHost: here\r\nCookie: ${'x'.repeat(20_000)}\r\n\r\n`);
      expect(await long.heard).toMatch(/^HTTP\/1.1 431 [\s\S]*expected headers of at most 16384 octets/);
    },
  },
  unjoined: {
    options: { limits: { unjoined: 1 } },
    isNobodys: true,
    async reach() {
      await open();
      const second = await open();
      expect(await second.hear()).toEqual(abort(UNAVAILABLE, /^1 clients have not joined yet.*try again later$/));
      await second.closed;
    },
  },
  joining: [
    {
      options: { handshakeTimeout: 60 },
      isNobodys: true,
      async reach() {
        const client = await open();
        expect(await client.hear()).toEqual(abort('wamp.error.timeout', /^expected HELLO within 60 ms/));
      },
    },
    {
      options: { handshakeTimeout: 60 },
      realm: { auth: { users: { joe: { ticket: 'secret' } } } },
      async reach() {
        const client = await open();
        await client.ask(LOGIN);
        expect(await client.hear()).toEqual(abort('wamp.error.timeout', /^expected AUTHENTICATE within 60 ms/));
      },
    },
  ],
  helloLength: {
    options: { limits: { helloLength: 100 } },
    isNobodys: true,
    async reach() {
      const client = await open();
      const answer = await client.ask([1, 'realm1', { ...ROLES, agent: 'x'.repeat(100) }]);
      expect(answer).toEqual(abort(VIOLATION, /^expected a message of at most 100 octets before WELCOME/));
    },
  },
  failedLogins: {
    options: { limits: { failedLogins: { attempts: 1, loopback: true } } },
    realm: { auth: { users: { joe: { ticket: 'secret' } } } },
    async reach() {
      await failLogin('127.0.0.1');
      const answer = await (await open()).ask(LOGIN);
      expect(answer).toEqual(abort('wamp.error.authentication_failed', /failed: try again in 60 s$/));
    },
  },
  loginAddresses: {
    options: { limits: { failedLogins: { addresses: 1, loopback: true } } },
    realm: { auth: { users: { joe: { ticket: 'secret' } } } },
    isNobodys: true,
    async reach() {
      await failLogin('127.0.0.1');
      await failLogin('127.0.0.2');
    },
  },
  sessions: {
    realm: { limits: { sessions: 1 }, auth: { users: { joe: { ticket: 'secret' } } } },
    times: 2,
    async reach() {
      const [first, second] = [await open(), await open()];
      for (const client of [first, second]) expect((await client.ask(LOGIN))?.[0]).toBe(4);
      expect((await first.ask([5, 'secret', {}]))?.[0]).toBe(2);
      const full = abort(UNAVAILABLE, /^this realm takes 1 sessions at a time.*try again later$/);
      // One that was challenged while there was room, and one that was not.
      expect(await second.ask([5, 'secret', {}])).toEqual(full);
      expect(await (await open()).ask(LOGIN)).toEqual(full);
    },
  },
  messageLength: [
    {
      options: { maxPayload: 1_000 },
      async reach() {
        const { opened, closed } = await webSocket();
        opened.send('x'.repeat(1_001));
        expect(await closed).toEqual([1009, 'a frame of more than 1000 octets came (maxPayload)']);
      },
    },
    {
      options: { maxPayload: 1_000 },
      times: 2,
      async reach() {
        for (const length of [1_010, 1_025]) {
          const client = socket();
          client.socket.write(Buffer.from('7ff10000', 'hex'));
          client.socket.write(frame([1, 'realm1', ROLES]));
          await until(() => house.sessions().length === 1);
          const message = [48, 1, {}, 'com.example.p', ['']];
          message[4] = ['x'.repeat(length - JSON.stringify(message).length)];
          client.socket.write(frame(message));
          const said = await client.heard;
          if (length < 1_024) expect(said).toContain('expected at most 1000 characters, received 1010 (maxLength)');
        }
      },
    },
  ],
  depth: {
    options: { limits: { depth: 8 } },
    async reach() {
      const client = await join();
      const answer = await client.ask(`[48,1,{},"com.p",${'['.repeat(8)}${']'.repeat(8)}]`);
      expect(answer).toEqual(abort(VIOLATION, /^expected at most 8 levels/));
    },
  },
  growth: {
    options: { limits: { growth: 1 } },
    async reach() {
      const client = await join();
      const answer = await client.ask(`[48,1,{},"com.p",[${Array(20_000).fill('{}').join()}]]`);
      expect(answer).toEqual(abort(VIOLATION, /at most 1048576 octets of memory.*\(maxGrowth\)$/));
    },
  },
  pieces: {
    async reach() {
      const { opened, closed } = await webSocket();
      for (let piece = 0; piece < 1_100; piece += 1) opened.send('x', { fin: false });
      expect(await closed).toEqual([1008, expect.stringContaining('more than 1024 frames')]);
    },
  },
  pongs: {
    async reach() {
      const { opened } = await webSocket();
      opened.pause();
      const load = Buffer.alloc(125);
      const reached = () => house.stats().limits.pongs > 0;
      while (!reached() && opened.readyState === WebSocket.OPEN) {
        for (let at = 0; at < 5_000; at += 1) opened.ping(load);
        await until(() => opened.bufferedAmount === 0 || reached());
      }
    },
  },
  uriLength: [
    {
      async reach() {
        const client = await join();
        const answer = await client.ask([32, 1, {}, 'x'.repeat(1_025)]);
        expect(answer).toEqual(error(32, 'wamp.error.invalid_uri', /1025 characters long, the limit is 1024$/));
      },
    },
    {
      isNobodys: true,
      async reach() {
        const answer = await (await open()).ask([1, 'x'.repeat(1_025), ROLES]);
        expect(answer).toEqual(abort('wamp.error.invalid_uri', /1025 characters long, the limit is 1024$/));
      },
    },
  ],
  ping: {
    options: { ping: { interval: 30, timeout: 30 } },
    async reach() {
      const { closed } = await webSocket({ autoPong: false });
      expect((await closed)[0]).toBe(1006);
    },
  },
  goodbye: {
    options: { goodbyeTimeout: 50 },
    async reach() {
      const client = await join();
      house.goodbye(client.session);
      expect((await client.hear())?.[0]).toBe(6);
      expect(await client.hear()).toBeUndefined();
    },
  },
  subscriptions: {
    realm: { limits: { subscriptions: 1 } },
    async reach() {
      const client = await join();
      expect((await client.ask([32, 1, {}, 'com.example.a']))?.[0]).toBe(33);
      expect(await client.ask([32, 2, {}, 'com.example.b'])).toEqual(error(32, UNAVAILABLE, /1 subscriptions/));
    },
  },
  registrations: {
    realm: { limits: { registrations: 1 } },
    async reach() {
      const client = await join();
      expect((await client.ask([64, 1, {}, 'com.example.a']))?.[0]).toBe(65);
      expect(await client.ask([64, 2, {}, 'com.example.b'])).toEqual(error(64, UNAVAILABLE, /1 registrations/));
    },
  },
  calls: {
    realm: { limits: { calls: 1 } },
    async reach() {
      const [callee, caller] = [await join(), await join()];
      await callee.ask([64, 1, {}, 'com.example.a']);
      caller.say([48, 1, {}, 'com.example.a']);
      expect(await caller.ask([48, 2, {}, 'com.example.a'])).toEqual(error(48, UNAVAILABLE, /1 calls in flight/));
    },
  },
  callsWaiting: {
    realm: { limits: { callsWaiting: 1 } },
    async reach() {
      const [callee, caller] = [await join(), await join()];
      await callee.ask([64, 1, { concurrency: 1 }, 'com.example.a']);
      for (const request of [1, 2]) caller.say([48, request, {}, 'com.example.a']);
      expect(await caller.ask([48, 3, {}, 'com.example.a'])).toEqual(error(48, UNAVAILABLE, /is busy.*1 wait/));
    },
  },
  queued: {
    realm: { limits: { queued: 1_000 } },
    async reach() {
      const [slow, publisher] = [await join(), await join()];
      await slow.ask([32, 1, {}, 'com.example.a']);
      slow.pause();
      for (let request = 1; house.stats().limits.queued === 0; request += 1) {
        await publisher.ask([16, request, { acknowledge: true }, 'com.example.a', ['x'.repeat(100_000)]]);
      }
      await until(() => house.sessions().length === 1);
    },
  },
  authorizing: {
    realm: { authorize: never, limits: { authorizing: 2 } },
    async reach() {
      const client = await join();
      for (let request = 1; request < 4; request += 1) client.say([48, request, {}, 'com.example.a']);
      const answer = await client.ask([48, 4, {}, 'com.example.a']);
      expect(answer).toEqual(abort(UNAVAILABLE, /^more than 2 requests of this session wait for an authorizer/));
    },
  },
  authorizeTimeout: [
    {
      realm: { authorize: never, authorizeTimeout: 30 },
      async reach() {
        const answer = await (await join()).ask([48, 1, {}, 'com.example.a']);
        expect(answer?.slice(0, 5)).toEqual([8, 48, 1, {}, 'wamp.error.authorization_failed']);
      },
    },
    {
      realm: {
        auth: { methods: ['anonymous', 'ticket'], users: { boss: { ticket: 'secret', role: 'boss' } } },
        roles: {
          boss: { permissions: [{ uri: '', match: 'prefix', allow: 'all' }] },
          anonymous: { authorize: 'com.example.authorize' },
        },
        authorizeTimeout: 30,
      },
      async reach() {
        const boss = await open();
        await boss.ask([1, 'realm1', { ...ROLES, authid: 'boss', authmethods: ['ticket'] }]);
        await boss.ask([5, 'secret', {}]);
        await boss.ask([64, 1, {}, 'com.example.authorize']);
        const answer = await (await join()).ask([48, 1, {}, 'com.example.a']);
        expect(answer?.slice(0, 5)).toEqual([8, 48, 1, {}, 'wamp.error.authorization_failed']);
      },
    },
  ],
  testaments: {
    realm: { limits: { testaments: 1 } },
    async reach() {
      const client = await join();
      expect((await client.ask([48, 1, {}, 'wamp.session.add_testament', ['com.a', [], {}]]))?.[0]).toBe(50);
      const answer = await client.ask([48, 2, {}, 'wamp.session.add_testament', ['com.b', [], {}]]);
      expect(answer).toEqual(error(48, UNAVAILABLE, /may leave 1 testaments/));
    },
  },
  testamentOctets: {
    realm: { limits: { testamentOctets: 1_000 } },
    async reach() {
      const testament = ['com.a', ['x'.repeat(1_000)], {}];
      const answer = await (await join()).ask([48, 1, {}, 'wamp.session.add_testament', testament]);
      expect(answer).toEqual(error(48, UNAVAILABLE, /of 1000 octets together/));
    },
  },
  retained: {
    realm: { limits: { retained: 2 } },
    reach: () => publish([{ retain: true }], ['com.a', 'com.b', 'com.c']),
  },
  retainedOctets: {
    realm: { limits: { retainedOctets: 1_500 } },
    reach: () => publish([{ retain: true }], ['com.a', 'com.b'], ['x'.repeat(1_000)]),
  },
  retainedForSome: {
    reach: () => publish(Array(17).fill({ retain: true, eligible: [1] }), ['com.a']),
  },
  history: {
    realm: { history: { 'com.a': { limit: 2 } } },
    times: 3,
    reach: () => publish(Array(5).fill({}), ['com.a']),
  },
  historyOctets: {
    realm: { history: { 'com.a': { limit: 100, octets: 1_500 } } },
    reach: () => publish([{}, {}], ['com.a'], ['x'.repeat(1_000)]),
  },
};

/** A login with a wrong ticket, from an address of this machine. */
async function failLogin(localAddress: string) {
  const client = keep(await RawClient.open(url(), { localAddress }));
  await client.ask(LOGIN);
  expect((await client.ask([5, 'wrong', {}]))?.[2]).toBe('wamp.error.authentication_denied');
}

/** Publishes to each topic, each time with the next of these options. */
async function publish(options: readonly object[], topics: readonly string[], args: readonly unknown[] = []) {
  const client = await join();
  let request = 0;
  for (const each of options) {
    for (const topic of topics) {
      request += 1;
      expect((await client.ask([16, request, { ...each, acknowledge: true }, topic, args]))?.[0]).toBe(17);
    }
  }
}

const ALL = (Object.keys(LIMITS) as LimitName[]).flatMap((name) =>
  [WAYS[name]].flat().map((way) => [name, way as Way] as const),
);

it.each(ALL)(
  'whoever reaches %s is told so, and it is counted, and nothing else is',
  async (name, { options, realm = {}, times = 1, isNobodys, reach }) => {
    house = await router({ port: 0, ...options, realms: { realm1: realm } });
    expect(house.stats().limits).toEqual(noHits());
    await reach();
    await until(() => house.stats().limits[name] >= times);
    expect(house.stats().limits).toEqual({ ...noHits(), [name]: times });
    const where = isNobodys ? '' : 'realm1';
    expect(house.metrics()).toContain(`respell_router_limits_hit_total{realm="${where}",limit="${name}"} ${times}\n`);
  },
  20_000,
);
