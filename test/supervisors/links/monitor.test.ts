import {
  type AnyActorLogic,
  type AnyActorRef,
  createActor,
  fromCallback,
  fromObservable,
  fromPromise,
  fromTransition,
  setup,
} from 'xstate';
import {
  BadSpec,
  type ChildDownNotice,
  type ChildSpec,
  type DownEvent,
  type DownNotice,
  dynamicSupervisor,
  GaveUp,
  monitor,
  NotRunning,
  type Report,
  StartTimedOut,
  sendExit,
  start,
  supervisor,
  type Tree,
} from '../../../supervisors/index.js';
import { CountingClock } from '../../support/counting-clock.js';
import { settle } from '../support/settle.js';
import { FAILURES, fail, idle, observable, worker } from '../support/workers.js';

const actorAt = (tree: Tree, path: string): AnyActorRef => {
  const found = tree.find(path);
  if (found === undefined) throw new Error(`nothing runs at ${path}`);
  return found.actor;
};

/** Heard of one actor: what and when. */
function listen(actor: AnyActorRef) {
  const notices: DownNotice[] = [];
  const { cancel } = monitor(actor, (notice) => notices.push(notice));
  return { notices, cancel };
}

const observers = (actor: AnyActorRef): number =>
  (actor as unknown as { readonly observers: ReadonlySet<unknown> }).observers.size;

const silent: AnyActorLogic = fromTransition((state) => state, 0);

/** Who listens to a single actor of no tree, so that XState does not throw its error. */
const run = (logic: AnyActorLogic): AnyActorRef => createActor(logic).start();

describe('a monitor of an actor of no tree', () => {
  test.each<[string, AnyActorLogic, (actor: AnyActorRef) => void, unknown]>([
    ['is done', worker(), (actor) => actor.send({ type: 'exit', reason: 'normal' }), 'normal'],
    ['exits with a reason', worker(), (actor) => actor.send({ type: 'exit', reason: 'boom' }), 'boom'],
    ['throws', worker(), (actor) => actor.send({ type: 'crash' }), new Error('crashed')],
    ['is stopped', worker(), (actor) => (actor as ReturnType<typeof createActor>).stop(), 'killed'],
    ['is stopped, a transition function', silent, (actor) => actor.send({ type: 'xstate.stop' }), 'killed'],
  ])('tells once, with the reason, that it %s', async (_title, logic, end, reason) => {
    const actor = run(logic);
    const { notices } = listen(actor);
    end(actor);
    expect(notices).toEqual([]);
    await settle();
    expect(notices).toEqual([{ actor, path: undefined, incarnation: undefined, reason, cause: reason }]);
  });

  it('tells of each kind of logic', async () => {
    const reject = new Error('rejected');
    const promise = run(fromPromise(() => Promise.reject(reject)));
    const done = run(fromPromise(async () => 1));
    const stream = run(fromObservable(() => observable((observer) => queueMicrotask(() => observer.error?.(reject)))));
    const callback = run(fromCallback(() => {}));
    const all = [promise, done, stream, callback].map(listen);
    callback.send({ type: 'xstate.stop' });
    await settle();
    expect(all.map(({ notices }) => notices.map(({ reason }) => reason))).toEqual([
      [reject],
      ['normal'],
      [reject],
      ['killed'],
    ]);
  });

  it('tells of one that ended long ago, on an empty stack, and still with the true reason', async () => {
    const reasons = ['normal', 'boom', { shutdown: 'tired' }];
    const actors = reasons.map((reason) => {
      const actor = run(worker());
      actor.send({ type: 'exit', reason });
      return actor;
    });
    await settle();
    const all = actors.map(listen);
    expect(all.flatMap(({ notices }) => notices)).toEqual([]);
    await settle();
    expect(all.map(({ notices }) => notices.map(({ reason }) => reason))).toEqual(reasons.map((reason) => [reason]));
  });

  it('tells of one whose logic paid no heed to being stopped', async () => {
    const deaf = { ...fromTransition(() => 0, 0), transition: (snapshot: unknown) => snapshot } as AnyActorLogic;
    const [watched, later] = [run(deaf), run(deaf)];
    const { notices } = listen(watched);
    for (const actor of [watched, later]) actor.send({ type: 'xstate.stop' });
    const { notices: late } = listen(later);
    await settle();
    expect([...notices, ...late].map(({ actor, reason }) => [actor, reason])).toEqual([
      [watched, 'killed'],
      [later, 'killed'],
    ]);
  });

  it('tells nothing after it was cancelled, even if a notice was on its way; cancelling twice does no harm', async () => {
    const actor = run(worker());
    const early = listen(actor);
    const late = listen(actor);
    const other = listen(actor);
    early.cancel();
    actor.send({ type: 'exit', reason: 'boom' });
    late.cancel();
    const past = listen(actor);
    past.cancel();
    past.cancel();
    await settle();
    expect([early, late, past].flatMap(({ notices }) => notices)).toEqual([]);
    expect(other.notices).toHaveLength(1);
  });

  it('leaves nothing on an actor that nobody monitors any more, and one observer for many', () => {
    const actor = run(worker());
    const all = [listen(actor), listen(actor), listen(actor)];
    expect(observers(actor)).toBe(1);
    for (const { cancel } of all) cancel();
    expect(observers(actor)).toBe(0);
  });

  it('is let go with a listener that is an actor, and lets go of it', async () => {
    const watched = run(worker());
    const kept = run(worker());
    for (let i = 0; i < 3; i++) monitor(watched, kept);
    for (let i = 0; i < 3; i++) {
      const listener = run(worker());
      monitor(watched, listener);
      listener.send({ type: 'exit', reason: 'normal' });
    }
    await settle();
    expect(observers(watched)).toBe(1);
    kept.send({ type: 'exit', reason: 'normal' });
    await settle();
    expect(observers(watched)).toBe(0);

    const [second, listener] = [run(worker()), run(worker())];
    monitor(second, listener);
    expect(observers(listener)).toBe(1);
    second.send({ type: 'exit', reason: 'normal' });
    await settle();
    expect(observers(listener)).toBe(0);
  });

  it('sends a listener that is an actor the notice as an event', async () => {
    const machine = setup({ types: { context: {} as { heard: DownEvent[] }, events: {} as DownEvent } }).createMachine({
      context: { heard: [] },
      on: { 'supervisor.down': { actions: ({ context, event }) => context.heard.push(event) } },
    });
    const [actor, listener] = [run(worker()), createActor(machine).start()];
    monitor(actor, listener);
    actor.send({ type: 'exit', reason: 'boom' });
    await settle();
    expect(listener.getSnapshot().context.heard).toEqual([
      { type: 'supervisor.down', actor, path: undefined, incarnation: undefined, reason: 'boom', cause: 'boom' },
    ]);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('listener');
      },
    ],
    ['rejects', () => Promise.reject(new Error('listener'))],
  ])('is harmless to others when its listener %s, and logs that', async (_title, listener) => {
    const logged: unknown[] = [];
    const actor = createActor(worker(), { logger: (...args) => logged.push(...args) }).start();
    monitor(actor, listener);
    const { notices } = listen(actor);
    actor.send({ type: 'exit', reason: 'boom' });
    await settle();
    expect(notices).toHaveLength(1);
    expect(logged).toEqual([expect.stringContaining('listener of a monitor'), new Error('listener')]);
  });

  test.each([
    ['an actor', () => monitor({} as AnyActorRef, () => {})],
    ['an actor', () => monitor(undefined as unknown as AnyActorRef, () => {})],
    ['a function or an actor', () => monitor(run(worker()), 'me' as unknown as () => void)],
  ])('is refused without %s', (expected, call) => {
    expect(call).toThrow(BadSpec);
    expect(call).toThrow(`expected ${expected}`);
  });
});

function tree(children: readonly ChildSpec[], options: object = {}) {
  const clock = new CountingClock();
  const reports: Report[] = [];
  const running = start(supervisor({ intensity: 100, children, ...options }), {
    clock,
    onReport: (report) => reports.push(report),
  });
  return { tree: running, clock, reports };
}

describe('a monitor of a child', () => {
  const permanent: ChildSpec = { id: 'a', start: worker() };

  test.each<[string, Partial<ChildSpec>, (tree: Tree) => unknown, unknown]>([
    ['ends by itself', {}, (tree) => actorAt(tree, 'a').send({ type: 'exit', reason: 'boom' }), 'boom'],
    ['is asked to end', {}, (tree) => tree.terminateChild('a'), 'shutdown'],
    ['is stopped, as it cannot be asked', { start: idle }, (tree) => tree.terminateChild('a'), 'shutdown'],
    ['is killed', { shutdown: 'brutal_kill' }, (tree) => tree.terminateChild('a'), 'killed'],
    ['does not end in time', { start: worker('ignore'), shutdown: 0 }, (tree) => tree.stop(), 'killed'],
    ['has a tree that is stopped', {}, (tree) => tree.stop(), 'shutdown'],
  ])('tells what its supervisor sees: %s', async (_title, spec, end, reason) => {
    const { tree: house } = tree([{ ...permanent, ...spec }]);
    const { notices } = listen(actorAt(house, 'a'));
    void end(house);
    await settle();
    expect(notices).toMatchObject([{ path: 'a', incarnation: 1, reason }]);
    await house.stop();
  });

  test.each(FAILURES.filter(([, when]) => when === 'event'))('tells its error: %s', async (_title, _when, logic) => {
    const { tree: house } = tree([{ id: 'a', start: logic }]);
    const { notices } = listen(actorAt(house, 'a'));
    fail(actorAt(house, 'a'));
    await settle();
    expect(notices).toMatchObject([{ path: 'a', incarnation: 1, reason: { message: 'fails' } }]);
    await house.stop();
  });

  it('is of one incarnation, and tells of one of long ago which it was', async () => {
    const { tree: house } = tree([
      { id: 'deep', start: supervisor({ intensity: 9, children: [{ ...permanent, id: 'a#b' }] }) },
    ]);
    const actors: AnyActorRef[] = [];
    for (let i = 0; i < 3; i++) {
      const actor = actorAt(house, 'deep/a#b');
      actors.push(actor);
      actor.send({ type: 'exit', reason: `boom ${i}` });
      await settle();
    }
    const all = actors.map(listen);
    await settle();
    expect(all.map(({ notices }) => notices)).toMatchObject([
      [{ path: 'deep/a#b', incarnation: 1, reason: 'boom 0' }],
      [{ path: 'deep/a#b', incarnation: 2, reason: 'boom 1' }],
      [{ path: 'deep/a#b', incarnation: 3, reason: 'boom 2' }],
    ]);
    await house.stop();
  });

  it('that is a supervisor which gave up tells the story beside the reason', async () => {
    const { tree: house } = tree([{ id: 'inner', start: supervisor({ intensity: 0, children: [permanent] }) }]);
    const { notices } = listen(actorAt(house, 'inner'));
    actorAt(house, 'inner/a').send({ type: 'exit', reason: 'boom' });
    await settle();
    expect(notices).toMatchObject([{ path: 'inner', reason: 'shutdown', cause: { child: 'inner/a', cause: 'boom' } }]);
    expect(notices[0]?.cause).toBeInstanceOf(GaveUp);
    await house.stop();
  });

  it('that does not start in time tells so', async () => {
    const slow = Object.assign(Object.create(idle), { [Symbol.for('respell.starting')]: () => true }) as AnyActorLogic;
    const { tree: house, clock } = tree([{ id: 'a', start: slow, startTimeout: 100 }]);
    const { notices } = listen(actorAt(house, 'a'));
    clock.increment(100);
    await settle();
    expect(notices.map(({ reason }) => reason)).toEqual([expect.any(StartTimedOut)]);
  });

  it('is reported when its listener throws, also of an actor deep below', async () => {
    const machine = setup({ actors: { inner: worker() } }).createMachine({ invoke: { id: 'inner', src: 'inner' } });
    const { tree: house, reports } = tree([{ id: 'a', start: machine }]);
    const inner = actorAt(house, 'a').getSnapshot().children.inner as AnyActorRef;
    for (const actor of [inner, actorAt(house, 'a')]) {
      monitor(actor, () => {
        throw new Error('listener');
      });
    }
    await house.stop();
    await settle();
    expect(reports.filter(({ type }) => type === 'hook failed')).toEqual(
      ['a', 'a'].map((path) => expect.objectContaining({ path, hook: 'monitor', error: new Error('listener') })),
    );
  });

  it('costs those that nobody monitors nothing: they have no observer', async () => {
    const { tree: house } = tree([permanent, { ...permanent, id: 'b' }]);
    listen(actorAt(house, 'b'));
    expect([observers(actorAt(house, 'a')), observers(actorAt(house, 'b'))]).toEqual([0, 1]);
    await house.stop();
  });
});

describe('a monitor of a path', () => {
  const child: ChildSpec = { id: 'a', start: worker(), restart: 'transient' };
  const short = ({ path, incarnation, reason, fate }: ChildDownNotice) => `${path}#${incarnation} ${reason} ${fate}`;

  function house(children: readonly ChildSpec[], path: string, options: object = {}) {
    const all = tree(children, options);
    const heard: string[] = [];
    const actors: unknown[] = [];
    const watch = all.tree.monitor(path, (notice) => {
      heard.push(short(notice));
      actors.push(notice.actor);
    });
    const end = async (reason: unknown, at = path) => {
      actorAt(all.tree, at).send({ type: 'exit', reason });
      await settle();
    };
    return { ...all, heard, actors, watch, end };
  }

  it('tells of every incarnation, with what becomes of the child', async () => {
    const { tree: running, heard, actors, end } = house([child], 'a');
    const first = actorAt(running, 'a');
    await end('boom');
    const second = actorAt(running, 'a');
    await end('boom');
    await end('normal');
    await running.restartChild('a');
    await running.stop();
    await settle();
    expect(heard).toEqual(['a#1 boom restarting', 'a#2 boom restarting', 'a#3 normal stopped', 'a#4 shutdown stopped']);
    expect(actors.slice(0, 2)).toEqual([first, second]);
  });

  it('tells over restarts of the supervisors above, and by itself when these are killed', async () => {
    const inner = supervisor({ intensity: 0, children: [child] });
    const { tree: running, heard, end } = house([{ id: 'inner', start: inner }], 'inner/a');
    await end('boom');
    await end('bang');
    sendExit(actorAt(running, 'inner'), 'kill');
    await settle();
    expect(actorAt(running, 'inner/a').getSnapshot().status).toBe('active');
    expect(heard).toEqual(['inner/a#1 boom restarting', 'inner/a#2 bang restarting', 'inner/a#3 killed restarting']);
    await running.stop();
  });

  it('tells once more when an announced restart does not take place', async () => {
    const { tree: running, heard, end } = house([{ ...child, backoff: { first: 1_000 } }], 'a');
    await end('boom');
    await running.terminateChild('a');
    await settle();
    expect(heard).toEqual(['a#1 boom restarting', 'a#1 shutdown stopped']);
    await running.stop();
  });

  it('tells of a child that is parked', async () => {
    const { tree: running, heard, end } = house([{ ...child, budget: { intensity: 0, period: 1_000 } }], 'a');
    await end('boom');
    expect(heard).toEqual(['a#1 boom parked']);
    await running.stop();
  });

  it('may be there before the child is, and while it is down', async () => {
    const { tree: running, heard, end } = house([{ id: 'pool', start: dynamicSupervisor({}) }], 'pool/x');
    await running.startChild({ ...child, id: 'x' }, 'pool');
    await end('boom');
    expect(heard).toEqual(['pool/x#1 boom restarting']);
    await running.stop();

    const second = tree([child]);
    await second.tree.terminateChild('a');
    const late: string[] = [];
    second.tree.monitor('a', (notice) => late.push(short(notice)));
    await second.tree.restartChild('a');
    await second.tree.stop();
    await settle();
    expect(late).toEqual(['a#2 shutdown stopped']);
  });

  it('tells of starts that fail; without an actor where there was none', async () => {
    let starts = 0;
    const flaky = () => {
      starts += 1;
      if (starts === 2) throw new Error('no logic');
      return worker();
    };
    const { tree: running, heard, actors, end } = house([{ ...child, start: flaky }], 'a');
    await end('boom');
    await end('bang');
    expect(heard).toEqual(['a#1 boom restarting', 'a#3 bang restarting']);
    expect(actors).not.toContain(undefined);
    await running.stop();

    const never = tree([{ id: 'x', start: dynamicSupervisor({}) }]);
    const told: ChildDownNotice[] = [];
    never.tree.monitor('x/y', (notice) => told.push(notice));
    const fails = () => {
      throw new Error('no logic');
    };
    await expect(never.tree.startChild({ id: 'y', start: fails }, 'x')).rejects.toThrow('no logic');
    await settle();
    expect(told).toMatchObject([{ actor: undefined, incarnation: 1, fate: 'stopped' }]);
    await never.tree.stop();
  });

  it('ends when it is cancelled, even with a notice on its way, and when the spec vanishes, with the last notice told', async () => {
    const temporary: ChildSpec = { ...child, restart: 'temporary' };
    const all = tree([child]);
    const heard: string[] = [];
    const cancelOther = () => {
      heard.push('first');
      second.cancel();
      second.cancel();
    };
    all.tree.monitor('a', cancelOther);
    const second = all.tree.monitor('a', () => heard.push('second'));
    actorAt(all.tree, 'a').send({ type: 'exit', reason: 'boom' });
    await settle();
    expect(heard).toEqual(['first']);
    await all.tree.stop();

    const first = house([temporary], 'a');
    await first.end('boom');
    await first.tree.startChild(child);
    await first.end('boom');
    expect(first.heard).toEqual(['a#1 boom stopped']);
    await first.tree.stop();
  });

  it('may have an actor as its listener, and then ends with it', async () => {
    const heard: unknown[] = [];
    const listener = createActor(
      fromTransition((state, event: { type: string; path?: string; fate?: string }) => {
        heard.push(`${event.type} ${event.path} ${event.fate}`);
        return state;
      }, 0),
    ).start();
    const { tree: running } = tree([child]);
    running.monitor('a', listener);
    const end = async () => {
      actorAt(running, 'a').send({ type: 'exit', reason: 'boom' });
      await settle();
    };
    await end();
    listener.stop();
    await end();
    expect(heard.slice(0, 1)).toEqual(['supervisor.down a restarting']);
    expect(heard).not.toContainEqual(expect.stringMatching(/down.*down/));
    expect(heard.filter((each) => String(each).startsWith('supervisor.down'))).toHaveLength(1);
    await running.stop();
  });

  it('is reported when its listener throws', async () => {
    const { tree: running, reports } = tree([child]);
    running.monitor('a', () => {
      throw new Error('listener');
    });
    await running.stop();
    await settle();
    expect(reports.at(-1)).toMatchObject({ type: 'hook failed', path: 'a', hook: 'monitor' });
  });

  it('is refused without a path, without a listener, and when the tree has ended', async () => {
    const { tree: running } = tree([child]);
    for (const path of ['', undefined, 1]) expect(() => running.monitor(path as string, () => {})).toThrow(BadSpec);
    expect(() => running.monitor('a', 'me' as unknown as () => void)).toThrow('a function or an actor');
    await running.stop();
    expect(() => running.monitor('a', () => {})).toThrow(NotRunning);
  });

  it('tells of thousands at once without keeping the event loop', async () => {
    const children = Array.from({ length: 2_000 }, (_, i) => ({ ...child, id: `c${i}` }));
    const { tree: running } = tree(children);
    let heard = 0;
    for (const { id } of children)
      running.monitor(id, () => {
        heard += 1;
      });
    await running.stop();
    for (let turn = 0; turn < 100 && heard < 2_000; turn++) await settle();
    expect(heard).toBe(2_000);
  });
});

it('an actor that ended with a reason of its own is told so even if its supervisor had given up on it', async () => {
  const { tree: house, clock } = tree([
    { id: 's', start: supervisor({ children: [{ id: 'a', start: worker({ slow: 50 }), shutdown: 500 }] }) },
  ]);
  const { notices } = listen(actorAt(house, 's/a'));
  sendExit(actorAt(house, 's'), 'kill');
  await settle();
  expect(notices).toEqual([]);
  clock.increment(50);
  await settle();
  expect(notices).toMatchObject([{ path: 's/a', incarnation: 1, reason: 'killed' }]);
  await Promise.all([house.stop(), Promise.resolve().then(() => clock.increment(50))]);
});
