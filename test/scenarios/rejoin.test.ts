/** A peer that replaces its session: with a new secret, without a restart, and with nothing lost that it has begun. */
import { connect } from '../../src/connect.js';
import { PeerDown, SessionAborted } from '../../src/errors.js';
import { ticket } from '../../src/index.js';
import type { Peer } from '../../src/peer/peer.js';
import { peer } from '../../src/peer/spec.js';
import { type Router, router } from '../../src/router/router.js';
import { start } from '../../src/start.js';
import { supervisor } from '../../supervisors/index.js';
import { Deferred } from '../../supervisors/tree/deferred.js';
import { eventually, failure, next, QUICK } from '../support/house.js';

const WORK = 'com.example.work';
const TOPIC = 'com.example.topic';

/** The tokens that are good now. */
let good: Set<string>;
let house: Router;
let caller: Peer;

beforeEach(async () => {
  good = new Set(['monday']);
  house = await router({
    port: 0,
    realms: {
      realm1: {
        auth: {
          methods: ['ticket', 'anonymous'],
          authenticate: ({ authid, ticket: shown }) => shown === tokenOf(authid) && { role: 'user' },
        },
      },
    },
  });
  caller = await connect(house, { realm: 'realm1' });
});
afterEach(async () => {
  await caller.leave();
  await house.stop();
});

const tokenOf = (authid: string): string => `${authid}-${[...good].join()}`;

const asked: string[] = [];
/** Fetches the token of the day. */
const auth = ticket(async () => {
  asked.push(tokenOf('anna'));
  return tokenOf('anna');
});
const options = { realm: 'realm1', authid: 'anna', auth, backoff: QUICK };
const join = (more = {}) => connect(house.url ?? '', { ...options, ...more });

describe('a peer that rejoins', () => {
  it('says GOODBYE and joins with a secret that is asked for anew, in the same incarnation, all declared being back', async () => {
    const heard: unknown[] = [];
    const me = await join({ register: { [WORK]: () => 'done' }, subscribe: { [TOPIC]: () => heard.push('event') } });
    const before = me.session?.id;
    const left = next(me, 'left');
    asked.length = 0;
    good = new Set(['tuesday']);
    const session = await me.rejoin();
    expect(await left).toBe('rejoin');
    expect(asked).toEqual(['anna-tuesday']);
    expect(session.id).not.toBe(before);
    expect(me.session?.id).toBe(session.id);
    expect(me.incarnation).toBe(1);
    expect(me.stats().sessions).toBe(2);
    expect((await caller.call(WORK)).args).toEqual(['done']);
    await caller.publish(TOPIC, [], { acknowledge: true });
    await eventually(() => heard.length === 1);
    await me.leave();
  });

  it('finishes the calls that it works on first, and its own requests wait for the new session', async () => {
    const { promise, resolve: release } = new Deferred<void>();
    let begun = 0;
    const me = await join({
      register: {
        [WORK]: async () => {
          begun += 1;
          await promise;
          return 'done';
        },
      },
    });
    const running = caller.call(WORK);
    await eventually(() => begun === 1);
    const rejoined = me.rejoin();
    expect(me.rejoin()).toBeInstanceOf(Promise);
    await caller.register('com.example.other', () => 'other');
    // Its road is open until its handlers are done.
    expect((await me.call('com.example.other')).args).toEqual(['other']);
    release();
    expect((await running).args).toEqual(['done']);
    await eventually(() => me.status !== 'joined');
    const waits = me.call('com.example.other');
    await rejoined;
    expect((await waits).args).toEqual(['other']);
    await me.leave();
  });

  it('loses no call of two hundred that it makes while it rejoins ten times', async () => {
    await caller.register('com.example.echo', ({ args }) => args[0]);
    const me = await join();
    const answers: Promise<unknown>[] = [];
    for (let n = 0; n < 200; n += 1) {
      answers.push(me.call('com.example.echo', [n]).then(({ args }) => args[0]));
      if (n % 20 === 0) await me.rejoin();
    }
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect(me.incarnation).toBe(1);
    await me.leave();
  });

  it('leaves the siblings alone that its supervisor would restart with it', async () => {
    const url = house.url ?? '';
    const tree = start(
      supervisor({
        strategy: 'one_for_all',
        children: [peer('anna', { url, ...options }), peer('bert', { url, realm: 'realm1' })],
      }),
    );
    await tree.ready;
    const bert = tree.peer('bert').session?.id;
    await tree.peer('anna').rejoin();
    expect(tree.peer('bert').session?.id).toBe(bert);
    expect(tree.view().supervisor?.children.map(({ incarnation }) => incarnation)).toEqual([1, 1]);
    await tree.stop();
  });

  it('keeps its loops', async () => {
    const me = await join();
    const events = me.events(TOPIC);
    await events.ready;
    await me.rejoin();
    const event = events.next();
    await caller.publish(TOPIC, ['again'], { acknowledge: true });
    expect((await event).value?.args).toEqual(['again']);
    await me.leave();
  });

  it('begins with the router that is wanted most', async () => {
    const first = await router({ port: 0 });
    const url = first.url ?? '';
    await first.stop();
    const me = await connect([url, house.url ?? ''], { realm: 'realm1', backoff: QUICK });
    expect(me.address).toBe(house.url);
    await first.start();
    await me.rejoin();
    expect(me.address).toBe(url);
    await me.leave();
    await first.stop();
  });

  it('gives up what is not finished in time', async () => {
    const me = await join({ register: { [WORK]: () => new Promise(() => {}) } });
    const lost = failure(caller.call(WORK));
    await eventually(() => me.stats().working === 1);
    const before = me.session?.id;
    expect((await me.rejoin({ within: 20 })).id).not.toBe(before);
    expect((await lost)['uri']).toBeDefined();
    await me.leave();
  });

  it('is restarted with backoff, as ever, when it cannot join again, and rejects with the reason once it is parked', async () => {
    const me = await join();
    const stale = connect(house.url ?? '', { ...options, auth: ticket('anna-monday') });
    const other = await stale;
    good = new Set(['tuesday']);
    const error = await failure(other.rejoin());
    expect(error).toBeInstanceOf(SessionAborted);
    expect(error).toMatchObject({ uri: 'wamp.error.authentication_denied' });
    expect(other.status).toBe('parked');
    await me.leave();
    await other.leave();
  });

  it.each(['leave', 'drain'] as const)('is over when it is told to %s meanwhile', async (end) => {
    const { promise, resolve: release } = new Deferred<void>();
    const me = await join({ register: { [WORK]: () => promise } });
    const running = caller.call(WORK).catch(() => {});
    await eventually(() => me.stats().working === 1);
    const rejoined = failure(me.rejoin());
    const exit = next(me, 'exited');
    const over = me[end]();
    release();
    await over;
    expect(await exit).toEqual({ reason: 'normal', fate: 'stopped' });
    expect(await rejoined).toBeInstanceOf(PeerDown);
    expect(me.status).toBe('stopped');
    await running;
  });

  it('is over when it is told to leave while the router still owes its GOODBYE', async () => {
    const me = await join();
    const gone = new Promise<void>((resolve) => {
      me.on('status', (status) => {
        if (status === 'down') resolve();
      });
    });
    const rejoined = failure(me.rejoin());
    await gone;
    await me.leave();
    expect(await rejoined).toBeInstanceOf(PeerDown);
    expect(me.status).toBe('stopped');
  });

  it('awaits the next session where there is none, and rejects where there will be none', async () => {
    const me = await join();
    const left = next(me, 'left');
    await house.kill();
    await left;
    const rejoined = me.rejoin();
    await house.start();
    expect((await rejoined).id).toBe(me.session?.id);
    await me.leave();
    expect(await failure(me.rejoin())).toBeInstanceOf(PeerDown);
    await caller.joined();
  });
});
