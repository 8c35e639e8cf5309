/** Peers that end in good order: what they work on is finished, what they have asked for is answered. */
import { connect } from '../../src/connect.js';
import { ApplicationError, PeerDown } from '../../src/errors.js';
import type { Peer } from '../../src/peer/peer.js';
import { peer } from '../../src/peer/spec.js';
import { type Router, router } from '../../src/router/router.js';
import { start } from '../../src/start.js';
import { supervisor } from '../../supervisors/index.js';
import { Deferred } from '../../supervisors/tree/deferred.js';
import { eventually, failure, next, QUICK } from '../support/house.js';

const WORK = 'com.example.work';
const HELP = 'com.example.help';
const TOPIC = 'com.example.topic';

let house: Router;
let caller: Peer;
beforeEach(async () => {
  house = await router({ port: 0 });
  caller = await connect(house, { realm: 'realm1' });
});
afterEach(async () => {
  await caller.leave();
  await house.stop();
});

const join = (options = {}) => connect(house.url ?? '', { realm: 'realm1', backoff: QUICK, ...options });

describe('a peer that drains', () => {
  it('finishes the calls that it works on, refuses those that still come, says GOODBYE and is over', async () => {
    const { promise, resolve: release } = new Deferred<void>();
    let begun = 0;
    const callee = await join({
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
    const exit = next(callee, 'exited');
    const drained = callee.drain();
    const late = await failure(caller.call(WORK));
    expect(['wamp.error.no_available_callee', 'wamp.error.no_such_procedure']).toContain(late['uri']);
    expect(callee.session).toBeDefined();
    release();
    expect((await running).args).toEqual(['done']);
    expect(await drained).toEqual({ abandoned: 0 });
    expect(await exit).toEqual({ reason: 'normal', fate: 'stopped' });
    expect(begun).toBe(1);
  });

  it('lets its handlers ask others until they are done, and then refuses new requests', async () => {
    const { promise, resolve: release } = new Deferred<void>();
    await caller.register(HELP, () => 'help');
    const callee = await join({
      register: {
        [WORK]: async () => {
          await promise;
          return (await callee.call(HELP)).args[0];
        },
      },
    });
    const running = caller.call(WORK);
    await eventually(() => callee.stats().working === 1);
    const drained = callee.drain();
    release();
    expect((await running).args).toEqual(['help']);
    await drained;
    expect(await failure(callee.call(HELP))).toBeInstanceOf(PeerDown);
  });

  it('awaits the answers to what it has asked, acknowledgements included', async () => {
    const { promise, resolve: release } = new Deferred<void>();
    await caller.register(HELP, () => promise);
    const me = await join();
    const call = me.call(HELP);
    const published = me.publish(TOPIC, [], { acknowledge: true });
    const drained = me.drain();
    expect(await failure(me.call(HELP))).toBeInstanceOf(PeerDown);
    expect(typeof (await published)).toBe('number');
    expect(me.session).toBeDefined();
    release();
    await call;
    expect(await drained).toEqual({ abandoned: 0 });
  });

  it('finishes the events that it has, and gets no more', async () => {
    const { promise, resolve: release } = new Deferred<void>();
    const heard: unknown[] = [];
    const me = await join({
      receiveBuffer: { concurrency: 1 },
      subscribe: {
        [TOPIC]: async ({ args: [number] }: { args: readonly unknown[] }) => {
          await promise;
          heard.push(number);
        },
      },
    });
    for (const number of [1, 2, 3]) await caller.publish(TOPIC, [number], { acknowledge: true });
    await eventually(() => me.stats().held === 2);
    const drained = me.drain();
    await eventually(() => house.stats().subscriptions === 0);
    await caller.publish(TOPIC, [4], { acknowledge: true });
    release();
    expect(await drained).toEqual({ abandoned: 0 });
    expect(heard).toEqual([1, 2, 3]);
  });

  it('gives up what is not finished in time, and says how much', async () => {
    const callee = await join({ register: { [WORK]: () => new Promise(() => {}) } });
    const running = failure(caller.call(WORK));
    await eventually(() => callee.stats().working === 1);
    expect(await callee.drain({ within: 20 })).toEqual({ abandoned: 1 });
    expect(await running).toBeInstanceOf(ApplicationError);
    expect(callee.status).toBe('stopped');
  });

  it('does not come back when its session is lost meanwhile', async () => {
    const callee = await join({ register: { [WORK]: () => new Promise(() => {}) } });
    const running = failure(caller.call(WORK));
    await eventually(() => callee.stats().working === 1);
    const drained = callee.drain();
    house.abort(callee.session?.id ?? 0, 'wamp.error.unavailable');
    await drained;
    await running;
    expect(['down', 'stopped']).toContain(callee.status);
    await eventually(() => callee.status === 'stopped');
  });

  it('leaves at once when there is nothing to do, or no session', async () => {
    const idle = await join();
    expect(await idle.drain()).toEqual({ abandoned: 0 });
    expect(await idle.drain()).toEqual({ abandoned: 0 });
    expect(idle.status).toBe('stopped');
  });

  it('loses no call that it has begun, in two hundred drains', async () => {
    let begun = 0;
    let answered = 0;
    const refused = new Set<string>();
    for (let round = 0; round < 200; round += 1) {
      const before = begun;
      const callee = await join({
        register: {
          [WORK]: async ({ args: [turns] }: { args: readonly unknown[] }) => {
            begun += 1;
            for (let turn = 0; turn < Number(turns); turn += 1) await new Promise(setImmediate);
          },
        },
      });
      const calls = Array.from({ length: 10 }, (_, index) =>
        caller.call(WORK, [index % 4]).then(
          () => {
            answered += 1;
          },
          (error: ApplicationError) => refused.add(error.uri),
        ),
      );
      if (round % 3 > 0) await eventually(() => begun > before);
      expect(await callee.drain()).toEqual({ abandoned: 0 });
      await Promise.all(calls);
    }
    expect(answered).toBe(begun);
    expect(begun).toBeGreaterThan(500);
    for (const uri of refused)
      expect(['wamp.error.no_available_callee', 'wamp.error.no_such_procedure']).toContain(uri);
  }, 60_000);
});

describe('a tree that drains', () => {
  it('drains its peers, the last first, since those before serve it, and stops', async () => {
    const { promise, resolve: release } = new Deferred<void>();
    const url = house.url ?? '';
    const options = { url, realm: 'realm1', restart: 'permanent' } as const;
    const tree = start(
      supervisor({
        children: [
          peer('helper', { ...options, register: { [HELP]: () => 'help' } }),
          peer('worker', {
            ...options,
            register: {
              [WORK]: async () => {
                await promise;
                return (await tree.peer('worker').call(HELP)).args[0];
              },
            },
          }),
        ],
      }),
    );
    await tree.ready;
    const [helper, worker] = [tree.peer('helper'), tree.peer('worker')];
    const running = caller.call(WORK);
    await eventually(() => worker.stats().working === 1);
    const drained = tree.drain();
    release();
    expect((await running).args).toEqual(['help']);
    expect(await drained).toEqual({ abandoned: 0 });
    expect(await tree.exited).toBe('shutdown');
    expect(house.sessions()).toHaveLength(1);
    expect([helper.incarnation, worker.incarnation]).toEqual([1, 1]);
    expect(await tree.drain()).toEqual({ abandoned: 0 });
  });

  it('takes no longer than it may', async () => {
    const tree = start(
      supervisor({
        children: [
          peer('worker', { url: house.url ?? '', realm: 'realm1', register: { [WORK]: () => new Promise(() => {}) } }),
        ],
      }),
    );
    await tree.ready;
    const running = failure(caller.call(WORK));
    await eventually(() => tree.peer('worker').stats().working === 1);
    expect(await tree.drain({ within: 20 })).toEqual({ abandoned: 1 });
    await running;
  });
});
