import {
  type AnyActorLogic,
  type AnyActorRef,
  createActor,
  fromCallback,
  type InspectionEvent,
  SimulatedClock,
  setup,
} from 'xstate';
import {
  type ChildHandle,
  type ChildIdentity,
  type ChildSpec,
  GaveUp,
  type Report,
  StartFailed,
  SUPERVISOR_CHART,
  type SupervisorOptions,
  type SupervisorSnapshot,
  start,
  supervised,
  supervisor,
} from '../../../supervisors/index.js';
import { settle } from '../support/settle.js';
import { FAILURES, fail, idle, worker } from '../support/workers.js';

function house(options: SupervisorOptions, random = 0.5) {
  const clock = new SimulatedClock();
  const reports: Report[] = [];
  const tree = start(supervisor(options), { clock, random: () => random, onReport: (report) => reports.push(report) });
  const actor = (path: string): AnyActorRef => {
    const found = tree.find(path);
    if (found === undefined) throw new Error(`nothing runs at ${path}`);
    return found.actor;
  };
  const end = async (path: string, reason: unknown): Promise<void> => {
    actor(path).send({ type: 'exit', reason });
    await settle();
  };
  const ids = () =>
    tree.view().supervisor?.children.map(({ id, incarnation, status }) => `${id}#${incarnation} ${status}`);
  return { tree, clock, reports, actor, end, ids };
}

const named = (id: string, log: string[], more: Partial<ChildSpec> = {}): ChildSpec => ({
  id,
  start: worker('obey', log),
  input: ({ id, incarnation }: ChildIdentity) => ({ id: `${id}${incarnation}` }),
  ...more,
});

describe('a child that fails', () => {
  const onEvent = FAILURES.filter(([, when]) => when === 'event');
  const onStart = FAILURES.filter(([, when]) => when === 'start');

  test.each(onEvent)('is restarted: %s', async (_title, _when, logic) => {
    const { tree, ids, actor, reports } = house({ children: [{ id: 'a', start: logic }] });
    await tree.ready;
    fail(actor('a'));
    await settle();
    expect(ids()).toEqual(['a#2 running']);
    expect(reports.map(({ type }) => type)).toEqual(['started', 'exited', 'restarting', 'started']);
    await tree.stop();
  });

  test.each(onStart)('while it starts the first time makes the start fail: %s', async (_title, _when, logic) => {
    const log: string[] = [];
    const { tree } = house({ children: [named('a', log), { id: 'b', start: logic }, named('c', log)] });
    await expect(tree.ready).rejects.toThrow("child 'b' did not start: Error: fails");
    expect(await tree.exited).toBeInstanceOf(StartFailed);
    expect(log).toEqual(['start a1', 'asked a1', 'end a1']);
  });

  test.each(onStart)('while it is restarted is tried again until the intensity is spent: %s', async (_t, _w, logic) => {
    let starts = 0;
    const flaky = () => (++starts === 1 ? worker() : logic);
    const { tree, end, reports } = house({ intensity: 3, children: [{ id: 'a', start: flaky }] });
    await tree.ready;
    await end('a', 'boom');
    expect(reports.filter(({ type }) => type === 'start failed')).toHaveLength(3);
    expect(await tree.exited).toMatchObject({ code: 'SUPERVISOR_ERR_GAVE_UP', cause: { message: 'fails' } });
  });

  it('takes its own children with it', async () => {
    let open = 0;
    const socket = fromCallback(() => {
      open += 1;
      return () => {
        open -= 1;
      };
    });
    const machine = setup({ actors: { socket } }).createMachine({
      invoke: { src: 'socket' },
      on: {
        crash: {
          actions: () => {
            throw new Error('crash');
          },
        },
      },
    });
    const { tree, actor } = house({ children: [{ id: 'a', start: machine }] });
    actor('a').send({ type: 'crash' });
    expect(open).toBe(0);
    await settle();
    expect(open).toBe(1);
    await tree.stop();
    expect(open).toBe(0);
  });

  it('takes with it what a child of its own has left behind', async () => {
    let open = 0;
    const socket = fromCallback(() => {
      open += 1;
      return () => {
        open -= 1;
      };
    });
    const session = setup({ actors: { socket } }).createMachine({
      invoke: { src: 'socket' },
      on: {
        crash: {
          actions: () => {
            throw new Error('crash');
          },
        },
      },
    });
    const machine = setup({ actors: { session } }).createMachine({
      invoke: { src: 'session', id: 'session', onError: {} },
      on: { crash: { actions: ({ self, event }) => self.getSnapshot().children['session']?.send(event) } },
    });
    const { tree, actor } = house({ children: [{ id: 'a', start: machine }] });
    actor('a').send({ type: 'crash' });
    await settle();
    expect(open).toBe(1);
    await tree.stop();
    expect(open).toBe(0);
  });

  it('takes its own children with it also when its first entry throws after they have started', async () => {
    let open = 0;
    const socket = fromCallback(() => {
      open += 1;
      return () => {
        open -= 1;
      };
    });
    const machine = setup({ actors: { socket } }).createMachine({
      invoke: { src: 'socket' },
      initial: 'a',
      states: {
        a: {
          entry: () => {
            throw new Error('crash');
          },
        },
      },
    });
    const { tree } = house({ children: [{ id: 'a', start: machine }] });
    await tree.exited;
    expect(open).toBe(0);
  });

  it('for ever, as soon as it runs, leaves the event loop its turn', async () => {
    const hasty = setup({}).createMachine({ initial: 'a', states: { a: { always: 'b' }, b: { type: 'final' } } });
    const { tree } = house({ intensity: 1_000_000, children: [{ id: 'a', start: hasty }] });
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    const { restarts = 0 } = tree.view().supervisor?.children[0] ?? {};
    expect(restarts).toBeGreaterThan(100);
    expect(restarts).toBeLessThan(5_000);
    await tree.stop();
  });
});

describe('strategies', () => {
  test.each([
    ['one_for_one', ['start b2']],
    ['rest_for_one', ['asked c1', 'end c1', 'start b2', 'start c2']],
    ['one_for_all', ['asked c1', 'end c1', 'asked a1', 'end a1', 'start a2', 'start b2', 'start c2']],
  ] as const)('%s stops in reverse and starts in order', async (strategy, expected) => {
    const log: string[] = [];
    const { end, tree } = house({ strategy, children: [named('a', log), named('b', log), named('c', log)] });
    log.length = 0;
    await end('b', 'boom');
    expect(log.slice(1)).toEqual(expected);
    await tree.stop();
  });

  it('one_for_all counts siblings that die together once', async () => {
    const log: string[] = [];
    const { actor, ids, tree } = house({ strategy: 'one_for_all', children: [named('a', log), named('b', log)] });
    actor('a').send({ type: 'exit', reason: 'boom' });
    actor('b').send({ type: 'exit', reason: 'boom' });
    await settle();
    expect(ids()).toEqual(['a#2 running', 'b#2 running']);
    expect(tree.view().supervisor?.recentRestarts).toBe(1);
    await tree.stop();
  });
});

describe('a child that ends while a later one is tried again', () => {
  /** Its second and third start fail. */
  const brokenTwice = (): AnyActorLogic => {
    const healthy = worker();
    let starts = 0;
    const flaky = Object.create(healthy) as AnyActorLogic;
    flaky.getInitialSnapshot = (scope, input) => {
      starts += 1;
      if (starts === 2 || starts === 3) throw new Error('broken');
      return healthy.getInitialSnapshot(scope, input);
    };
    return flaky;
  };

  it('leaves each try to be counted', async () => {
    const children = [named('a', [], { restart: 'temporary' }), { id: 'b', start: brokenTwice() }];
    const { actor, ids, tree } = house({ strategy: 'rest_for_one', intensity: 3, children });
    await tree.ready;
    actor('b').send({ type: 'exit', reason: 'boom' });
    actor('a').send({ type: 'exit', reason: 'boom' });
    await settle();
    expect(ids()).toEqual(['b#4 running']);
    expect(tree.view().supervisor?.recentRestarts).toBe(3);
    await tree.stop();
  });

  it('does not cut its backoff short', async () => {
    const waits = { id: 'b', start: worker(), backoff: { first: 1_000 } };
    const { clock, end, ids, tree } = house({
      strategy: 'rest_for_one',
      children: [named('a', [], { restart: 'temporary' }), waits],
    });
    await end('b', 'boom');
    await end('a', 'boom');
    expect(ids()).toEqual(['b#1 restarting']);
    clock.increment(2_000);
    await settle();
    expect(ids()).toEqual(['b#2 running']);
    await tree.stop();
  });
});

describe('giving up', () => {
  it('stops the other children, and says which child exited how often within how long, and why', async () => {
    const log: string[] = [];
    const { end, tree } = house({ children: [named('a', log), named('b', log)] });
    await end('b', 'first');
    await end('b', 'second');
    const reason = await tree.exited;
    expect(reason).toBeInstanceOf(GaveUp);
    expect((reason as GaveUp).message).toBe(
      "the root supervisor gave up: child 'b' exited 2 times within 5000 ms, and intensity 1 allows 1 restart; " +
        'last reason: second',
    );
    expect((reason as GaveUp).cause).toBe('second');
    expect(log.slice(-2)).toEqual(['asked a1', 'end a1']);
  });

  test.each([
    ['permanent', ['inner#2 running']],
    ['transient', ['inner#1 stopped']],
    ['temporary', []],
  ] as const)('is an exit with shutdown to the supervisor above: a %s one', async (restart, expected) => {
    const inner = supervisor({ intensity: 0, children: [named('a', [])] });
    const { end, ids, tree, reports } = house({ children: [{ id: 'inner', start: inner, restart }] });
    await end('inner/a', 'boom');
    expect(ids()).toEqual(expected);
    expect(reports).toContainEqual(expect.objectContaining({ type: 'exited', path: 'inner', reason: 'shutdown' }));
    await tree.stop();
  });
});

describe('stopping', () => {
  it('waits for each child, last one first, and leaves no timer', async () => {
    const log: string[] = [];
    const slow = (id: string) => named(id, log, { start: worker({ slow: 100 }, log) });
    const { tree, clock, ids } = house({ children: [slow('a'), slow('b')] });
    log.length = 0;
    const stopped = tree.stop();
    await settle();
    expect(log).toEqual(['asked b1']);
    expect(ids()).toEqual(['a#1 running', 'b#1 stopping']);
    clock.increment(100);
    await settle();
    expect(log).toEqual(['asked b1', 'end b1', 'asked a1']);
    clock.increment(100);
    await stopped;
    expect(await tree.exited).toBe('shutdown');
    expect(timersOf(clock)).toBe(0);
    await tree.stop();
  });

  test.each([
    [1_000, 999, 1],
    [0, 0, 0],
  ])('kills a child after shutdown: %i', async (shutdown, before, after) => {
    const { tree, clock, reports } = house({ children: [{ id: 'a', start: worker('ignore'), shutdown }] });
    const stopped = tree.stop();
    await settle();
    if (after > 0) {
      clock.increment(before);
      await settle();
      expect(reports).toHaveLength(1);
      clock.increment(after);
    }
    await stopped;
    expect(reports.slice(1)).toEqual([
      expect.objectContaining({ type: 'exited', reason: 'killed', fate: 'stopped' }),
      expect.objectContaining({ type: 'shutdown error', reason: 'killed' }),
    ]);
    expect(timersOf(clock)).toBe(0);
  });

  it('stops what takes no request at once, with shutdown; brutal_kill with killed', async () => {
    const { tree, reports } = house({
      children: [
        { id: 'a', start: idle },
        { id: 'b', start: worker(), shutdown: 'brutal_kill' },
      ],
    });
    await tree.stop();
    expect(reports.slice(2)).toEqual([
      expect.objectContaining({ type: 'exited', path: 'b', reason: 'killed' }),
      expect.objectContaining({ type: 'exited', path: 'a', reason: 'shutdown' }),
    ]);
  });

  it('reaches every actor when the root is stopped the hard way', async () => {
    let open = 0;
    const socket = fromCallback(() => {
      open += 1;
      return () => {
        open -= 1;
      };
    });
    const inner = supervisor({ children: [{ id: 'b', start: socket }] });
    const { tree, clock } = house({
      children: [
        { id: 'a', start: socket },
        { id: 'inner', start: inner },
      ],
    });
    expect(open).toBe(2);
    tree.root.stop?.();
    expect(open).toBe(0);
    expect(await tree.exited).toBe('killed');
    expect(timersOf(clock)).toBe(0);
  });

  it('ends a restart that waits', async () => {
    const { tree, clock, end } = house({ children: [named('a', [], { backoff: {} })] });
    await end('a', 'boom');
    expect(timersOf(clock)).toBe(1);
    await tree.stop();
    expect(timersOf(clock)).toBe(0);
  });
});

describe('what OTP lacks', () => {
  it('waits before a restart as long as the backoff says', async () => {
    const { tree, clock, end, ids, reports } = house({ intensity: 9, children: [named('a', [], { backoff: {} })] });
    await end('a', 'boom');
    expect(tree.view().supervisor?.children[0]).toMatchObject({ status: 'restarting', retryAt: 125 });
    expect((tree.root.getSnapshot() as SupervisorSnapshot).value).toBe('restarting');
    clock.increment(124);
    await settle();
    expect(ids()).toEqual(['a#1 restarting']);
    clock.increment(1);
    await settle();
    expect(ids()).toEqual(['a#2 running']);
    await end('a', 'boom');
    expect(reports.filter(({ type }) => type === 'restarting')).toMatchObject([
      { in: 125, attempt: 1 },
      { in: 500, attempt: 2 },
    ]);
    clock.increment(500);
    await settle();
    clock.increment(60_000);
    await end('a', 'boom');
    expect(reports.filter(({ type }) => type === 'restarting').at(-1)).toMatchObject({ attempt: 1 });
    await tree.stop();
  });

  it('restarts a waiting child at once when asked to', async () => {
    const { tree, clock, end, ids } = house({ children: [named('a', [], { backoff: {} })] });
    await end('a', 'boom');
    await expect(tree.deleteChild('a')).rejects.toMatchObject({ code: 'SUPERVISOR_ERR_CHILD_STATE' });
    await expect(tree.restartChild('a')).resolves.toMatchObject({ status: 'running' });
    expect(ids()).toEqual(['a#2 running']);
    expect(timersOf(clock)).toBe(0);
    await tree.stop();
  });

  it('stops the group at once, and starts it when the backoff is over', async () => {
    const log: string[] = [];
    const children = [named('a', log, { backoff: {} }), named('b', log)];
    const { tree, clock, end, ids } = house({ strategy: 'one_for_all', children });
    await end('a', 'boom');
    expect(ids()).toEqual(['a#1 restarting', 'b#1 stopped']);
    clock.increment(125);
    await settle();
    expect(ids()).toEqual(['a#2 running', 'b#2 running']);
    await tree.stop();
  });

  it('parks a child that has spent its own budget, and starts it when asked to', async () => {
    const budget = { intensity: 1, period: 1_000 };
    const { tree, end, ids, reports } = house({ intensity: 0, children: [named('a', [], { budget }), named('b', [])] });
    await end('a', 'boom');
    await end('a', 'boom');
    expect(ids()).toEqual(['a#2 parked', 'b#1 running']);
    expect(reports.at(-1)).toMatchObject({ type: 'parked', path: 'a', reason: 'boom' });
    await tree.restartChild('a');
    await end('a', 'boom');
    expect(ids()).toEqual(['a#4 running', 'b#1 running']);
    await tree.stop();
  });

  it('starts the group without a child that is parked while it is restarted', async () => {
    const log: string[] = [];
    const healthy = worker();
    let starts = 0;
    const flaky = Object.create(healthy) as AnyActorLogic;
    flaky.getInitialSnapshot = (scope, input) => {
      if (++starts > 1) throw new Error('broken');
      return healthy.getInitialSnapshot(scope, input);
    };
    const broken = { id: 'b', start: flaky, budget: { intensity: 2, period: 1_000 } };
    const { tree, end, ids } = house({
      strategy: 'one_for_all',
      children: [named('a', log), broken, named('c', log), named('d', log)],
    });
    await tree.terminateChild('d');
    await end('b', 'boom');
    expect(ids()).toEqual(['a#3 running', 'b#3 parked', 'c#2 running', 'd#1 stopped']);
    await tree.stop();
  });

  it('lets a judge park, stop, or charge one exit to a budget', async () => {
    const budget = { intensity: 1, period: 1_000 };
    const verdicts: Readonly<Record<string, typeof budget | 'park' | 'stop'>> = {
      bad: budget,
      lost: 'park',
      bye: 'stop',
    };
    const judge = (reason: unknown) => verdicts[String(reason)];
    const { tree, end, ids } = house({ intensity: 1, children: [named('a', [], { judge })] });
    await end('a', 'bad');
    await end('a', 'other');
    expect(ids()).toEqual(['a#3 running']);
    await end('a', 'bad');
    expect(ids()).toEqual(['a#3 parked']);
    await tree.restartChild('a');
    await end('a', 'bye');
    expect(ids()).toEqual(['a#4 stopped']);
    await tree.stop();
  });

  it('goes on when a judge or a handle throws', async () => {
    const throws = (): never => {
      throw new Error('hook');
    };
    const { tree, end, ids, reports } = house({
      children: [named('a', [], { judge: throws, handle: () => ({ started: throws, exited: throws }) })],
    });
    await end('a', 'boom');
    expect(ids()).toEqual(['a#2 running']);
    expect(reports.filter(({ type }) => type === 'hook failed')).toHaveLength(4);
    await tree.stop();
  });
});

describe('a handle', () => {
  const recorder =
    (log: string[]): NonNullable<ChildSpec['handle']> =>
    ({ path }) => {
      log.push(`made ${path}`);
      return {
        started: (incarnation) => log.push(`started ${incarnation}`),
        exited: (reason, fate) => log.push(`${String(reason)}: ${fate}`),
        disposed: () => log.push('disposed'),
      };
    };

  it('stays the same over restarts of the child and of the supervisor above', async () => {
    const log: string[] = [];
    const inner = supervisor({ intensity: 1, children: [named('a', [], { handle: recorder(log) })] });
    const { tree, end } = house({ children: [{ id: 'inner', start: inner }] });
    const handle = tree.handle('a');
    await end('inner/a', 'boom');
    await end('inner/a', 'boom');
    expect(tree.handle('inner/a')).toBe(handle);
    await tree.stop();
    expect(log).toEqual([
      'made inner/a',
      'started 1',
      'boom: restarting',
      'started 2',
      'boom: restarting',
      'started 3',
      'shutdown: stopped',
      'disposed',
    ]);
  });

  it('hears that an announced restart does not take place', async () => {
    const log: string[] = [];
    const inner = supervisor({ intensity: 0, children: [named('a', [], { handle: recorder(log) })] });
    const { tree, end } = house({ children: [{ id: 'inner', start: inner, restart: 'transient' }] });
    await end('inner/a', 'boom');
    expect(log.slice(2)).toEqual(['boom: restarting', 'shutdown: stopped']);
    await tree.stop();
    expect(log.slice(4)).toEqual(['disposed']);
  });

  it('hears that its waiting child was terminated, and is disposed of with the spec', async () => {
    const log: string[] = [];
    const { tree, end } = house({ children: [named('a', [], { backoff: {}, handle: recorder(log) })] });
    await end('a', 'boom');
    await tree.terminateChild('a');
    await tree.deleteChild('a');
    expect(log.slice(2)).toEqual(['boom: restarting', 'shutdown: stopped', 'disposed']);
    await tree.stop();
    expect(log).toHaveLength(5);
  });

  it('is what a child is told of, with its path and incarnation', async () => {
    const seen: ChildIdentity[] = [];
    const handle: ChildHandle = {};
    const { tree, end } = house({
      children: [
        {
          id: 'a',
          start: worker(),
          handle: () => handle,
          input: (identity: ChildIdentity) => void seen.push(identity),
        },
      ],
    });
    await end('a', 'boom');
    expect(seen).toEqual([
      { id: 'a', path: 'a', incarnation: 1, handle, args: [] },
      { id: 'a', path: 'a', incarnation: 2, handle, args: [] },
    ]);
    expect(seen[0]?.handle).toBe(handle);
    await tree.stop();
  });
});

describe('supervisor as logic', () => {
  it('fails a machine that invokes it with GaveUp', async () => {
    const child = supervisor({ intensity: 0, children: [{ id: 'a', start: worker() }] });
    const errors: unknown[] = [];
    const machine = setup({ actors: { child } }).createMachine({
      initial: 'up',
      states: {
        up: {
          invoke: {
            src: 'child',
            id: 'child',
            onError: { target: 'down', actions: ({ event }) => errors.push(event.error) },
          },
        },
        down: {},
      },
    });
    const actors: AnyActorRef[] = [];
    const inspect = (event: InspectionEvent) =>
      event.type === '@xstate.actor' && actors.push(event.actorRef as AnyActorRef);
    const root = createActor(machine, { clock: new SimulatedClock(), inspect }).start();
    actors.find(({ id }) => id === 'a#1')?.send({ type: 'crash' });
    await settle();
    expect(root.getSnapshot().value).toBe('down');
    expect(errors).toEqual([expect.objectContaining({ code: 'SUPERVISOR_ERR_GAVE_UP', child: 'a' })]);
    root.stop();
  });

  it('has a snapshot that is plain data', async () => {
    const { tree } = house({ children: [named('a', [])] });
    const snapshot = JSON.parse(JSON.stringify(tree.root.getSnapshot()));
    expect(snapshot).toMatchObject({
      status: 'active',
      value: 'running',
      context: { children: [{ id: 'a', state: 'working' }] },
    });
    expect(tree.root.getPersistedSnapshot()).toMatchObject({ value: 'running' });
    await tree.stop();
  });

  it('is the chart that XState can make a machine of', () => {
    expect(Object.keys(setup({}).createMachine(JSON.parse(JSON.stringify(SUPERVISOR_CHART))).states)).toHaveLength(8);
  });
});

describe('supervised', () => {
  it('is the same wrapper for the same logic, and none for a wrapper', () => {
    expect(supervised(idle)).toBe(supervised(idle));
    expect(supervised(supervised(idle))).toBe(supervised(idle));
  });
});

/** How many timers a simulated clock still holds. */
function timersOf(clock: SimulatedClock): number {
  return (clock as unknown as { readonly timeouts: Map<unknown, unknown> }).timeouts.size;
}
