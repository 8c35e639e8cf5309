import { type AnyActorRef, SimulatedClock } from 'xstate';
import {
  type ChildIdentity,
  type ChildSpec,
  type ChildTemplate,
  type DynamicSupervisorOptions,
  dynamicSupervisor,
  ignore,
  type Report,
  start,
  supervisor,
} from '../../../supervisors/index.js';
import { settle } from '../support/settle.js';
import { FAILURES, fail, idle, worker } from '../support/workers.js';

/** Counts the timers that run. */
class Clock extends SimulatedClock {
  readonly #timers = new Set<number>();

  get running(): number {
    return this.#timers.size;
  }

  override setTimeout(fn: () => void, after: number): number {
    const id = super.setTimeout(() => {
      this.#timers.delete(id);
      fn();
    }, after);
    this.#timers.add(id);
    return id;
  }

  override clearTimeout(id: number): void {
    this.#timers.delete(id);
    super.clearTimeout(id);
  }
}

/** A dynamic supervisor `pool` below a root that restarts it. */
function house(options: DynamicSupervisorOptions, more: Partial<ChildSpec> = {}) {
  const clock = new Clock();
  const reports: Report[] = [];
  const pool: ChildSpec = { id: 'pool', start: dynamicSupervisor({ intensity: 5, ...options }), ...more };
  const tree = start(supervisor({ intensity: 5, children: [pool] }), {
    clock,
    random: () => 0.5,
    onReport: (report) => reports.push(report),
  });
  const add = (given: Partial<ChildSpec> = {}) => tree.startChild(given, 'pool');
  const actor = (path: string): AnyActorRef => {
    const found = tree.find(path);
    if (found === undefined) throw new Error(`nothing runs at ${path}`);
    return found.actor;
  };
  const pooled = () =>
    tree
      .view()
      .supervisor?.children[0]?.supervisor?.children.map(
        ({ id, incarnation, status }) => `${id}#${incarnation} ${status}`,
      );
  const end = async (path: string, reason: unknown): Promise<void> => {
    actor(path).send({ type: 'exit', reason });
    await settle();
  };
  return { tree, clock, reports, add, actor, pooled, end };
}

const template = (more: Partial<ChildTemplate> = {}): ChildTemplate => ({ start: worker(), ...more });

describe('a dynamic supervisor', () => {
  it('starts with no child, and gives each an id of its own that does not come again', async () => {
    const { tree, add, pooled, end } = house({ child: template({ restart: 'temporary' }) });
    expect(pooled()).toEqual([]);
    expect(await add()).toMatchObject({ id: '1', path: 'pool/1', type: 'worker', status: 'running' });
    expect((await add({ id: 'alice' })).path).toBe('pool/alice');
    await end('pool/1', 'normal');
    expect((await add()).id).toBe('2');
    expect(pooled()).toEqual(['alice#1 running', '2#1 running']);
    await expect(add({ id: 'alice' })).rejects.toMatchObject({ state: 'already_started' });
    await tree.stop();
  });

  it('passes each child the arguments of the supervisor, of the template, and its own, in every incarnation', async () => {
    const seen: unknown[] = [];
    const input = ({ args, id, incarnation }: ChildIdentity): void => void seen.push([`${id}#${incarnation}`, ...args]);
    const { tree, add, end } = house({ args: ['db'], child: template({ args: ['warm'], input }) });
    await add({ id: 'alice', args: [1] });
    await add({ id: 'bob', args: [2] });
    await end('pool/bob', 'boom');
    expect(seen).toEqual([
      ['alice#1', 'db', 'warm', 1],
      ['bob#1', 'db', 'warm', 2],
      ['bob#2', 'db', 'warm', 2],
    ]);
    await tree.stop();
  });

  it('without a template takes a spec for each child', async () => {
    const { tree, add, pooled } = house({ args: ['db'] });
    await add({ id: 'a', start: worker(), restart: 'transient' });
    await add({ start: idle, shutdown: 10 });
    expect(pooled()).toEqual(['a#1 running', '1#1 running']);
    expect(await tree.getChildSpec('pool/a')).toMatchObject({ restart: 'transient', shutdown: 5_000 });
    expect(await tree.countChildren('pool')).toEqual({ specs: 2, active: 2, supervisors: 0, workers: 2 });
    await expect(add({ id: 'b' })).rejects.toThrow("child 'b': start: expected an actor logic");
    await tree.stop();
  });

  test.each([
    [{ start: idle }, "startChild: unknown option 'start'; known are id, args"],
    [{ id: 'a/b' }, "startChild: id: expected a string that is not empty and has no '/', received 'a/b'"],
    [{ args: 'x' }, "startChild: args: expected a list, received 'x'"],
    [null, 'startChild: expected an object, received null'],
  ])('with a template refuses %j', async (given, message) => {
    const { tree, add } = house({ child: template() });
    await expect(add(given as object)).rejects.toThrow(message);
    expect((await add()).id).toBe('1');
    await tree.terminateChild('pool/1');
    expect(await tree.countChildren('pool')).toEqual({ specs: 1, active: 0, supervisors: 0, workers: 0 });
    await tree.stop();
  });

  test.each([
    [{ maxChildren: -1 }, 'dynamicSupervisor: maxChildren: expected an integer of at least 0, received -1'],
    [{ args: 1 }, 'dynamicSupervisor: args: expected a list, received 1'],
    [{ restore: 'yes' }, "dynamicSupervisor: restore: expected true or false, received 'yes'"],
    [{ strategy: 'one_for_all' }, "dynamicSupervisor: unknown option 'strategy'"],
    [{ child: 1 }, 'dynamicSupervisor: child: expected an object, received 1'],
    [{ child: { start: idle, restat: 1 } }, "child 'child': unknown option 'restat'; did you mean 'restart'?"],
    [{ autoShutdown: 'any' }, 'dynamicSupervisor: autoShutdown: expected never, any_significant, all_significant'],
  ])('refuses %j where it is written', (options, message) => {
    expect(() => dynamicSupervisor(options as DynamicSupervisorOptions)).toThrow(message);
  });

  it('takes no more children than it may have, until one has gone', async () => {
    const { tree, add, end } = house({ child: template({ restart: 'temporary' }), maxChildren: 2 });
    await add();
    await add();
    await expect(add()).rejects.toMatchObject({ code: 'SUPERVISOR_ERR_MAX_CHILDREN' });
    await end('pool/1', 'normal');
    expect((await add()).status).toBe('running');
    await tree.stop();
  });

  it('restarts a child by itself, and forgets one that is not restarted', async () => {
    const { tree, add, pooled, end } = house({ child: template({ restart: 'transient' }) });
    await add();
    await add();
    await add();
    await end('pool/1', 'boom');
    await end('pool/2', 'normal');
    await tree.terminateChild('pool/3');
    expect(pooled()).toEqual(['1#2 running']);
    await tree.stop();
  });

  it('knows a child by the actor of an incarnation, too, which may be gone', async () => {
    const { tree, add, pooled } = house({ child: template() });
    const { actor } = await add();
    if (actor === undefined) throw new Error('it is not up');
    expect((await tree.getChildSpec(actor)).id).toBe('child');
    await tree.terminateChild(actor);
    expect(pooled()).toEqual([]);
    await tree.terminateChild(actor);
    expect((await tree.getChildSpec(actor)).id).toBe('child');
    await tree.stop();
  });

  it('does not delete or restart a child: those that are down are gone', async () => {
    const { tree, add } = house({ child: template() });
    await add();
    await expect(tree.deleteChild('pool/1')).rejects.toMatchObject({ code: 'SUPERVISOR_ERR_DYNAMIC_CHILD' });
    await expect(tree.restartChild('pool/1')).rejects.toMatchObject({ code: 'SUPERVISOR_ERR_DYNAMIC_CHILD' });
    await tree.stop();
  });

  it('restarts now, when asked to, a child that waits or is parked', async () => {
    const { tree, add, pooled, end } = house({
      child: template({ backoff: { first: 1_000 }, budget: { intensity: 1, period: 5_000 } }),
    });
    await add();
    await end('pool/1', 'boom');
    expect(pooled()).toEqual(['1#1 restarting']);
    await tree.restartChild('pool/1');
    expect(pooled()).toEqual(['1#2 running']);
    await end('pool/1', 'boom');
    await tree.restartChild('pool/1');
    await end('pool/1', 'boom');
    await tree.restartChild('pool/1');
    expect(pooled()).toEqual(['1#4 running']);
    await tree.stop();
  });

  it('forgets a child that does not start, and one that ignores its start', async () => {
    const broken = FAILURES.find(([, when]) => when === 'start')?.[2];
    if (broken === undefined) throw new Error('there is one');
    let next: unknown = broken;
    const { tree, add, pooled } = house({ child: { start: () => next as typeof ignore } });
    await expect(add()).rejects.toMatchObject({ code: 'SUPERVISOR_ERR_START_FAILED' });
    next = ignore;
    expect(await add()).toMatchObject({ actor: undefined });
    expect(pooled()).toEqual([]);
    await tree.stop();
  });

  it('forgets a child whose restart is ignored, and stops cleanly afterwards', async () => {
    let starts = 0;
    const { tree, add, pooled, end } = house({ child: { start: () => (starts++ === 0 ? worker() : ignore) } });
    await add();
    await end('pool/1', 'boom');
    expect(pooled()).toEqual([]);
    expect(await tree.countChildren('pool')).toEqual({ specs: 1, active: 0, supervisors: 0, workers: 0 });
    await tree.stop();
    expect(await tree.exited).toBe('shutdown');
  });

  it('counts right after a child that could not be restarted was terminated', async () => {
    let isBroken = false;
    const { tree, add, end } = house({
      child: template({
        start: () => {
          if (isBroken) throw new Error('broken');
          return worker();
        },
        backoff: { first: 1_000 },
      }),
    });
    const { actor } = await add();
    await add();
    isBroken = true;
    await end('pool/1', 'boom');
    expect(await tree.countChildren('pool')).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 2 });
    await tree.terminateChild(actor ?? '');
    expect(await tree.countChildren('pool')).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 1 });
    await tree.stop();
  });

  it('gives up like any other, and is started empty again', async () => {
    const { tree, add, pooled, actor } = house({ child: template(), intensity: 0 });
    await add();
    await add();
    actor('pool/1').send({ type: 'crash' });
    await settle();
    expect(pooled()).toEqual([]);
    expect(tree.view().supervisor?.children[0]).toMatchObject({ incarnation: 2, status: 'running' });
    await tree.stop();
  });

  it('with restore starts again what was there, arguments and all, and not what had gone', async () => {
    const seen: unknown[] = [];
    const { tree, add, pooled, actor } = house({
      child: template({ restart: 'temporary', input: ({ args }: ChildIdentity): void => void seen.push(...args) }),
      restore: true,
    });
    await add({ args: ['gone'] });
    await add({ id: 'bob', args: ['bob'] });
    await add({ args: ['later'] });
    await tree.terminateChild('pool/1');
    actor('pool').send({ type: 'supervisor.shutdown', reason: 'boom' });
    await settle();
    expect(pooled()).toEqual(['bob#2 running', '2#2 running']);
    expect(seen).toEqual(['gone', 'bob', 'later', 'bob', 'later']);
    expect((await add({ args: [] })).id).toBe('3');
    await tree.stop();
  });

  it('with restore forgets what does not start again, and what was there when it was terminated by hand', async () => {
    let isBroken = false;
    const { tree, add, pooled, actor } = house({
      restore: true,
      child: {
        start: () => {
          if (isBroken) throw new Error('broken');
          return worker();
        },
      },
    });
    await add();
    isBroken = true;
    actor('pool').send({ type: 'supervisor.shutdown', reason: 'boom' });
    await settle();
    expect(pooled()).toEqual([]);
    isBroken = false;
    await add();
    await tree.terminateChild('pool');
    await tree.restartChild('pool');
    expect(pooled()).toEqual([]);
    await tree.stop();
  });

  it('with restore has nothing to restore if the supervisor above is terminated while it ends', async () => {
    const clock = new Clock();
    const above = supervisor({
      children: [
        { id: 'pool', start: dynamicSupervisor({ child: template(), restore: true }) },
        { id: 'slow', start: worker({ slow: 50 }) },
      ],
    });
    const tree = start(supervisor({ children: [{ id: 'above', start: above }] }), { clock });
    await tree.startChild({}, 'above/pool');
    tree.find('above')?.actor.send({ type: 'supervisor.shutdown', reason: 'boom' });
    await settle();
    const terminated = tree.terminateChild('above');
    await settle();
    clock.increment(50);
    await terminated;
    await tree.restartChild('above');
    expect(await tree.whichChildren('above/pool')).toEqual([]);
    const stopped = tree.stop();
    await settle();
    clock.increment(50);
    await stopped;
  });

  it('ends when its last significant child has ended', async () => {
    const { tree, add, end } = house(
      { child: template({ restart: 'transient', significant: true }), autoShutdown: 'all_significant' },
      { restart: 'transient' },
    );
    await add();
    await add();
    await end('pool/1', 'normal');
    expect(tree.view().supervisor?.children[0]?.status).toBe('running');
    await end('pool/2', 'normal');
    expect(tree.view().supervisor?.children[0]?.status).toBe('stopped');
    await tree.stop();
  });
});

describe('the end of a dynamic supervisor', () => {
  it('stops all children at the same time, each with its own time, on one timer', async () => {
    const { tree, clock, add, reports } = house({});
    await add({ id: 'quick', start: worker() });
    await add({ id: 'slow', start: worker({ slow: 300 }) });
    await add({ id: 'stubborn', start: worker('ignore'), shutdown: 100 });
    await add({ id: 'deaf', start: worker('ignore'), shutdown: 500 });
    await add({ id: 'brutal', start: worker('ignore'), shutdown: 'brutal_kill' });
    let isDown = false;
    const timers = clock.running;
    const stopped = tree.stop().then(() => {
      isDown = true;
    });
    await settle();
    // That of the machine that is slow, and one for all.
    expect(clock.running - timers).toBe(2);
    const left = () =>
      tree.view().supervisor?.children[0]?.supervisor?.children.filter((c) => c.status === 'stopping').length;
    expect(left()).toBe(3);
    clock.increment(100);
    await settle();
    expect(left()).toBe(2);
    clock.increment(200);
    await settle();
    expect([left(), isDown]).toEqual([1, false]);
    clock.increment(200);
    await stopped;
    expect(clock.running).toBe(0);
    expect(reports.filter(({ type }) => type === 'shutdown error')).toMatchObject([
      { path: 'pool', reason: 'killed', count: 2 },
    ]);
  });

  it('does not wait for children that fail while they stop', async () => {
    const event = FAILURES.filter(([, when]) => when === 'event');
    const { tree, add, actor } = house({});
    for (const [id, , start] of event) await add({ id: id.replaceAll(' ', '-'), start });
    for (const [id] of event) fail(actor(`pool/${id.replaceAll(' ', '-')}`));
    await tree.stop();
    expect(await tree.exited).toBe('shutdown');
  });
});
