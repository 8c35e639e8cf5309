/**
 * Defects that other people's WAMP clients and routers were seen to have, one test each: what led to it there, and how a
 * peer, or the embedded router, fares in the same place.
 */
import { connect, ProtocolError, router } from '../../src/index.js';
import { DEFAULT_PING } from '../../src/transports/heartbeat.js';
import type { List } from '../../src/wamp/values.js';
import { settle } from '../actors/scripted.js';
import { NOTHING_LEFT, scripted, WELCOME } from '../peer/scripted-router.js';
import { fallingSilent } from '../support/falling-silent.js';
import { eventually, failure } from '../support/house.js';
import { RawClient } from '../support/raw-client.js';

const never = () => new Promise(() => {});

describe('a peer', () => {
  let world: Awaited<ReturnType<typeof scripted>>;
  let expected: object;
  const begin = async (...options: Parameters<typeof scripted>) => {
    world = await scripted(...options);
    return world;
  };
  beforeEach(() => {
    expected = NOTHING_LEFT;
  });
  afterEach(async () => expect(await world.end()).toEqual(expected));

  /** What was sent in the present session, of one type. */
  const sent = (code: number): readonly List[] => world.router.sent.filter(([each]) => each === code);
  const sessions = () => world.router.transports.length;

  it('D1: a call that is pending when the connection drops is settled, also when a new session follows', async () => {
    const { me } = await (await begin()).welcome();
    const call = failure(me.call('com.example.add', [2, 3]));
    await settle();
    await world.reconnect();
    await world.welcome();
    expect(await call).toMatchObject({ code: 'WAMP_ERR_CONNECTION_LOST', mayHaveExecuted: true });
    expect(sessions()).toBe(2);
  });

  it('D2: a call that is canceled may still be answered, and the session goes on', async () => {
    const { me, router } = await (await begin()).welcome();
    const stop = new AbortController();
    const call = failure(me.call('com.example.sleep', [], { signal: stop.signal }));
    await settle();
    stop.abort();
    expect((await call).name).toBe('AbortError');
    expect(sent(49)).toEqual([[49, 1, { mode: 'killnowait' }]]);
    await router.say([8, 48, 1, {}, 'wamp.error.canceled']);
    const next = me.call('com.example.add', [2, 3]);
    await router.say([50, 2, {}, [5]]);
    expect((await next).args).toEqual([5]);
    expect({ late: me.stats().late, sessions: sessions(), state: router.transport.state }).toEqual({
      late: 1,
      sessions: 1,
      state: 'open',
    });
  });

  it('D3: an ABORT in a session is its reason, and a breach of the protocol is answered with one', async () => {
    const { me, router, clock } = await (await begin()).welcome();
    await router.say([3, { message: 'the realm is full' }, 'com.example.full']);
    expect(me.lastExit).toMatchObject({ code: 'WAMP_ERR_ABORTED', uri: 'com.example.full', established: true });
    clock.increment(100);
    await settle();
    await world.welcome();
    await router.say([2, 8, { roles: { broker: {} } }]);
    expect(sent(3)).toEqual([[3, expect.any(Object), 'wamp.error.protocol_violation']]);
    expect(me.lastExit).toBeInstanceOf(ProtocolError);
    clock.increment(100);
    await settle();
    await world.welcome();
    expect(me.status).toBe('joined');
  });

  it('D4: a router that shuts down is answered by the standard’s URI, and joined again', async () => {
    const { me, router, clock } = await (await begin()).welcome();
    const first = router.transport;
    await router.say([6, {}, 'wamp.close.system_shutdown']);
    expect(first.sent.at(-1)).toEqual([6, {}, 'wamp.close.goodbye_and_out']);
    clock.increment(100);
    await settle();
    await world.welcome();
    expect({ status: me.status, sessions: sessions() }).toEqual({ status: 'joined', sessions: 2 });
  });

  it('D5: whatever a hook returns, a promise too, the peer connects again', async () => {
    const left: unknown[] = [];
    const { me } = await (
      await begin({
        onLeave: async (reason) => {
          left.push(reason);
          return true;
        },
      })
    ).welcome();
    await world.reconnect();
    await world.welcome();
    expect({ status: me.status, sessions: sessions(), left: left.length }).toEqual({
      status: 'joined',
      sessions: 2,
      left: 1,
    });
  });

  it('D6: to leave while the next attempt is waited for is the end of attempts', async () => {
    const joined: unknown[] = [];
    const { me, router, clock } = await (await begin({ onJoin: (session) => joined.push(session) })).welcome();
    router.transport.lose();
    await settle();
    await me.leave();
    clock.increment(60_000);
    await settle();
    expect({ sessions: sessions(), joined: joined.length, status: me.status }).toEqual({
      sessions: 1,
      joined: 1,
      status: 'stopped',
    });
  });

  it('D7: parts of a result come with the language’s own promises', async () => {
    const { me, router } = await (await begin()).welcome();
    const parts: unknown[] = [];
    const call = me.call('com.example.count', [], { onProgress: ({ args }) => parts.push(args[0]) });
    expect(call).toBeInstanceOf(Promise);
    await settle();
    await router.say([50, 1, { progress: true }, [1]], [50, 1, { progress: true }, [2]], [50, 1, {}, ['done']]);
    expect({ parts, result: (await call).args }).toEqual({ parts: [1, 2], result: ['done'] });
  });

  it('D8: a call where there is no session throws nothing: it rejects, with an error that has a code', async () => {
    const { me } = await (await begin()).welcome();
    const left = me.leave();
    await world.router.say([6, {}, 'wamp.close.goodbye_and_out']);
    await left;
    const call = me.call('com.example.add', [2, 3]);
    const error = await failure(call);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code: 'WAMP_ERR_PEER_DOWN' });
  });

  it('D10: each option of a publication is on the wire', async () => {
    const { me } = await (await begin()).welcome();
    const options = { acknowledge: true, excludeMe: false, retain: true, discloseMe: true, eligible: [5] };
    const publication = me.publish('com.example.news', [1], options);
    await settle();
    expect(sent(16)).toEqual([
      [
        16,
        1,
        { acknowledge: true, exclude_me: false, retain: true, disclose_me: true, eligible: [5] },
        'com.example.news',
        [1],
      ],
    ]);
    await world.router.say([17, 1, 99]);
    expect(await publication).toBe(99);
  });

  it('D11: request ids begin with 1 in each session', async () => {
    const { me } = await (await begin({ subscribe: { 'com.example.news': () => {} } })).welcome();
    for (let times = 0; times < 3; times += 1) {
      const call = me.call('com.example.add');
      await world.router.say([50, 2 + times, {}]);
      await call;
    }
    await world.reconnect();
    await world.welcome();
    const call = me.call('com.example.add');
    await world.router.say([50, 2, {}]);
    await call;
    expect(world.router.sent.slice(1).map(([code, id]) => [code, id])).toEqual([
      [32, 1],
      [48, 2],
    ]);
  });

  it('D12: an INTERRUPT ends one piece of work, and nothing else', async () => {
    let signal: AbortSignal | undefined;
    const { me, router } = await (
      await begin({
        register: {
          'com.example.sleep': (invocation) => {
            signal = invocation.signal;
            return never();
          },
        },
      })
    ).welcome();
    await router.say([68, 1, 101, {}], [69, 1, { mode: 'kill' }]);
    expect(signal?.aborted).toBe(true);
    expect(sent(8)).toEqual([[8, 68, 1, {}, 'wamp.error.canceled']]);
    expect({ aborts: sent(3), status: me.status, sessions: sessions() }).toEqual({
      aborts: [],
      status: 'joined',
      sessions: 1,
    });
  });

  it('D13: a pattern may have empty components anywhere, two in a row too; what HELLO announces is what there is', async () => {
    const { me } = await (await begin()).welcome();
    const patterns = ['a1...d4', '.b', 'a.', 'a..c', 'Haus.Küche.'];
    for (const [at, topic] of patterns.entries()) {
      const subscription = me.subscribe(topic, () => {}, { match: 'wildcard' });
      await world.router.say([33, at + 1, at + 200]);
      await subscription;
    }
    expect(sent(32)).toEqual(patterns.map((topic, at) => [32, at + 1, { match: 'wildcard' }, topic]));
    const [, , details] = world.router.sent[0] as [number, string, { roles: object }];
    // Each of them has its row, with its tests, in docs/wamp-profile.md.
    expect(Object.keys(details.roles).sort()).toEqual(['callee', 'caller', 'publisher', 'subscriber']);
  });

  it('D14: no message stops what comes behind it, and no promise is left when the session ends', async () => {
    const heard: unknown[] = [];
    const { me, router } = await (
      await begin({ subscribe: { 'com.example.news': ({ args }) => heard.push(args[0]) } })
    ).welcome();
    const before = failure(me.call('com.example.sleep'));
    await settle();
    await router.say(
      [69, 17, {}],
      [36, 999, 5, {}, ['of a subscription that is not there']],
      [36, 101, 6, {}, ['heard']],
      [3, {}, 'com.example.enough'],
    );
    expect(heard).toEqual(['heard']);
    expect(await before).toMatchObject({ code: 'WAMP_ERR_CONNECTION_LOST' });
    world.clock.increment(100);
    await settle();
    await router.say(WELCOME);
    router.transport.receive([33, 1, 101], [36, 101, 7, {}, ['heard again']]);
    await settle();
    expect(heard).toEqual(['heard', 'heard again']);
    const left = me.leave();
    await settle();
    // The router says nothing: it is not waited for longer than 2 s.
    world.clock.increment(2_000);
    await left;
  });
});

describe('a connection that is half-open', () => {
  it('D9: is noticed by its silence at the client, which joins anew', async () => {
    const between = await fallingSilent();
    const me = await connect(between.webSocketUrl, {
      realm: 'realm1',
      websocket: { ping: { interval: 150, timeout: 150 } },
      backoff: { first: 5, base: 5, max: 20 },
    });
    between.fallSilent();
    const { reason } = await new Promise<{ reason: unknown }>((resolve) => me.on('exited', resolve));
    expect(String(reason)).toContain('no pong within 150 ms');
    between.hear();
    await eventually(() => me.status === 'joined');
    await me.leave();
    await between.end();
  });

  it('D16: is noticed by its silence at the router, which forgets the session, by default within 15 s', async () => {
    expect(DEFAULT_PING).toEqual({ interval: 10_000, timeout: 5_000 });
    const between = await fallingSilent({ ping: { interval: 150, timeout: 150 } });
    const client = await RawClient.join(between.webSocketUrl);
    await client.ask([64, 1, {}, 'com.example.add']);
    expect(between.house.stats()).toMatchObject({ registrations: 1 });
    between.fallSilent();
    await eventually(() => between.house.sessions().length === 0);
    expect(between.house.stats()).toMatchObject({ registrations: 0 });
    client.drop();
    await between.end();
  });
});

describe('a client that does not read', () => {
  it('D15: gets every answer or an end: the embedded router drops no result and no call in silence', async () => {
    const house = await router({ realm: 'realm1', port: 0 });
    const [url = ''] = house.urls;
    const [slow, callee] = [await RawClient.join(url), await connect(house, { realm: 'realm1' })];
    const text = 'x'.repeat(200_000);
    let answered = 0;
    await callee.register('com.example.large', () => {
      answered += 1;
      return text;
    });
    slow.pause();
    for (let request = 1; house.stats().slow === 0; request += 1) {
      slow.say([48, request, {}, 'com.example.large']);
      await eventually(() => answered >= request || house.stats().slow > 0);
    }
    await eventually(() => house.sessions().length === 1);
    expect(house.stats().ends.aborted).toBe(1);
    expect((await callee.call('com.example.large')).args).toEqual([text]);
    slow.drop();
    await callee.leave();
    await house.stop();
  });
});
