import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { SimulatedClock } from 'xstate';
import {
  type ChildSpec,
  type ExitReason,
  GaveUp,
  type Report,
  runTask,
  sendExit,
  start,
  startTask,
  supervisor,
  type TaskContext,
  TaskStopped,
  type TaskSupervisorOptions,
  type Tree,
  taskSupervisor,
} from '../../../supervisors/index.js';
import { settle } from '../support/settle.js';
import { worker } from '../support/workers.js';

type Call = TaskContext & { resolve: (value: unknown) => void; reject: (error: unknown) => void };

const boom = new Error('boom');

function house(options: TaskSupervisorOptions = {}, ...more: readonly ChildSpec[]) {
  const clock = new SimulatedClock();
  const reports: Report[] = [];
  const tree = start(
    supervisor({ intensity: 100, children: [{ id: 'tasks', start: taskSupervisor(options) }, ...more] }),
    { clock, random: () => 0.5, onReport: (report) => reports.push(report) },
  );
  /** The calls of functions whose end the test decides. */
  const calls: Call[] = [];
  const run = (context: TaskContext) =>
    new Promise<unknown>((resolve, reject) => calls.push({ ...context, resolve, reject }));
  /** One that ends when it is asked to. */
  const polite = ({ signal }: TaskContext) =>
    new Promise<unknown>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const count = async () => (await tree.countChildren('tasks')).specs;
  const exits = () =>
    reports.flatMap((report) =>
      report.type === 'exited' && report.path.startsWith('tasks/') ? [[report.path, report.reason, report.fate]] : [],
    );
  return { tree, clock, reports, calls, run, polite, count, exits, call: (index = 0): Call => calls[index]! };
}

/** How a promise stands, for those that are not to be waited for. */
function watch(promise: Promise<unknown>): { state: unknown } {
  const watched: { state: unknown } = { state: 'pending' };
  promise.then(
    (output) => Object.assign(watched, { state: { output } }),
    (error: unknown) => Object.assign(watched, { state: error }),
  );
  return watched;
}

const timersOf = (clock: SimulatedClock): number =>
  (clock as unknown as { readonly timeouts: Map<unknown, unknown> }).timeouts.size;

describe('runTask', () => {
  it('gives the result of the function, with its type, and leaves nothing behind', async () => {
    const { tree, count, clock, exits } = house();
    const answer: number = await runTask(tree, 'tasks', async ({ signal }) => (signal.aborted ? 0 : 42), {
      timeout: 1_000,
    });
    expect(answer).toBe(42);
    await settle();
    expect(await count()).toBe(0);
    expect(timersOf(clock)).toBe(0);
    expect(exits()).toEqual([['tasks/1', 'normal', 'stopped']]);
    await tree.stop();
  });

  it.each([
    ['rejects', () => Promise.reject(boom)],
    [
      'throws',
      () => {
        throw boom;
      },
    ],
  ])('rejects with the error itself of a function that %s, and the other tasks go on', async (_title, fails) => {
    const { tree, run, call } = house();
    const other = runTask(tree, 'tasks', run);
    await expect(runTask(tree, 'tasks', fails)).rejects.toBe(boom);
    await settle();
    call().resolve('well');
    expect(await other).toBe('well');
    await tree.stop();
  });

  it('runs tasks at the same time, under ids of their own or given ones', async () => {
    const { tree, run, calls, call } = house();
    const results = [runTask(tree, 'tasks', run), runTask(tree, 'tasks', run, { id: 'sync' })];
    await settle();
    expect(calls.map(({ child }) => child.path)).toEqual(['tasks/1', 'tasks/sync']);
    await expect(runTask(tree, 'tasks', run, { id: 'sync' })).rejects.toMatchObject({
      code: 'SUPERVISOR_ERR_CHILD_STATE',
    });
    call(1).resolve('second');
    call(0).resolve('first');
    expect(await Promise.all(results)).toEqual(['first', 'second']);
    await tree.stop();
  });

  it('knows a task supervisor by its path, by an id that is unique, and as the root', async () => {
    const deep = house({}, {
      id: 'up',
      start: supervisor({ children: [{ id: 'jobs', start: taskSupervisor() }] }),
    } as ChildSpec);
    expect(await runTask(deep.tree, 'up/jobs', () => 1)).toBe(1);
    expect(await runTask(deep.tree, 'jobs', () => 2)).toBe(2);
    await deep.tree.stop();
    const root = start(taskSupervisor(), { clock: new SimulatedClock() });
    expect(await runTask(root, '', ({ child }) => child.path)).toBe('1');
    await root.stop();
  });

  const ENDS: readonly (readonly [string, ExitReason, (tree: Tree) => unknown])[] = [
    ['its tree is stopped', 'shutdown', (tree) => tree.stop()],
    ['the root is killed', 'killed', (tree) => sendExit(tree.root, 'kill')],
    ['the root is stopped as XState does it', 'killed', (tree) => tree.root.send({ type: 'xstate.stop' })],
    ['its supervisor is terminated', 'shutdown', (tree) => tree.terminateChild('tasks')],
    ['its supervisor is killed', 'killed', (tree) => sendExit(tree.find('tasks')!.actor, 'kill')],
    ['it is terminated by its path', 'shutdown', (tree) => tree.terminateChild('tasks/1')],
    ['it is terminated by its actor', 'shutdown', (tree) => tree.terminateChild(tree.find('tasks/1')!.actor)],
    ['it is killed', 'killed', (tree) => sendExit(tree.find('tasks/1')!.actor, 'kill')],
    ['it is asked to end with another reason', 'bye', (tree) => sendExit(tree.find('tasks/1')!.actor, 'bye')],
  ];

  it.each(ENDS)('rejects with TaskStopped when %s', async (_title, reason, end) => {
    const { tree, polite, clock } = house();
    const result = watch(runTask(tree, 'tasks', polite, { timeout: 60_000 }));
    await settle();
    void end(tree);
    await settle();
    expect(result.state).toBeInstanceOf(TaskStopped);
    expect(result.state).toMatchObject({
      code: 'SUPERVISOR_ERR_TASK_STOPPED',
      path: 'tasks/1',
      reason,
    });
    expect(result.state).not.toHaveProperty('cause');
    expect(timersOf(clock)).toBe(0);
    await tree.stop();
  });

  it('rejects with TaskStopped when a supervisor restarts its supervisor, and when that gives up', async () => {
    const clock = new SimulatedClock();
    const children = [
      { id: 'other', start: worker() },
      { id: 'tasks', start: taskSupervisor() },
    ];
    const tree = start(supervisor({ strategy: 'one_for_all', children }), { clock });
    const restarted = watch(runTask(tree, 'tasks', () => new Promise(() => {}), { shutdown: 10 }));
    await settle();
    tree.find('other')?.actor.send({ type: 'crash' });
    await settle();
    clock.increment(10);
    await settle();
    expect(restarted.state).toMatchObject({ path: 'tasks/1', reason: 'killed' });
    const stopped = watch(runTask(tree, 'tasks', () => new Promise(() => {}), { shutdown: 10 }));
    const failed = watch(runTask(tree, 'tasks', () => Promise.reject(boom), { restart: 'transient' }));
    await settle();
    clock.increment(10);
    await settle();
    expect(failed.state).toMatchObject({ path: 'tasks/3', reason: 'shutdown', cause: boom });
    expect(stopped.state).toBeInstanceOf(TaskStopped);
    await tree.stop();
  });

  it('gives the result of a task that has it in time, though it was asked to end', async () => {
    const { tree, run, call } = house();
    const result = runTask(tree, 'tasks', run);
    await settle();
    const stopped = tree.stop();
    await settle();
    expect(call().signal.aborted).toBe(true);
    call().resolve('just so');
    expect(await result).toBe('just so');
    await stopped;
  });

  const gaveUp = new GaveUp({ supervisor: '', child: 'a', exits: 1, total: 1, intensity: 0, period: 1, cause: boom });

  it.each([
    ['its signal’s own reason', (signal: AbortSignal) => signal.reason, undefined],
    ['an AbortError', () => new DOMException('aborted', 'AbortError'), undefined],
    ['another error', () => boom, boom],
    ['the story of a supervisor', () => gaveUp, gaveUp],
  ])('tells what a task failed with that was asked to end, if that is news: %s', async (_title, errorOf, cause) => {
    const { tree, run, call } = house();
    const result = watch(runTask(tree, 'tasks', run));
    await settle();
    const stopped = tree.stop();
    await settle();
    call().reject(errorOf(call().signal));
    await stopped;
    expect(result.state).toBeInstanceOf(TaskStopped);
    expect((result.state as TaskStopped).message).toBe("task 'tasks/1' was ended before it had a result: shutdown");
    expect((result.state as TaskStopped).cause).toBe(cause);
  });

  it('rejects with the story of a supervisor that a task had below it, too', async () => {
    const { tree } = house();
    await expect(runTask(tree, 'tasks', () => Promise.reject(gaveUp))).rejects.toBe(gaveUp);
    await tree.stop();
  });

  it.each([
    ['of the supervisor', { shutdown: 50 }, {}],
    ['of its own', {}, { shutdown: 50 }],
  ])('kills a task that does not end within the shutdown %s, and drops what it does then', async (_title, all, own) => {
    const { tree, run, call, clock } = house(all);
    const result = watch(runTask(tree, 'tasks', run, own));
    await settle();
    const stopped = tree.stop();
    await settle();
    clock.increment(49);
    await settle();
    expect(result.state).toBe('pending');
    clock.increment(1);
    await stopped;
    expect(result.state).toMatchObject({ reason: 'killed' });
    call().reject(boom);
    await settle();
  });

  it('rejects at once when its supervisor has as many tasks as it may have', async () => {
    const { tree, run, call } = house({ maxChildren: 1 });
    const first = runTask(tree, 'tasks', run);
    await expect(runTask(tree, 'tasks', run)).rejects.toMatchObject({ code: 'SUPERVISOR_ERR_MAX_CHILDREN' });
    call().resolve(1);
    await first;
    await settle();
    expect(await runTask(tree, 'tasks', () => 2)).toBe(2);
    await tree.stop();
  });

  it('rejects when the supervisor is down, or ends before it comes to it', async () => {
    const { tree } = house();
    const late = runTask(tree, 'tasks', () => 1);
    sendExit(tree.find('tasks')!.actor, 'kill');
    await expect(late).rejects.toMatchObject({ code: 'SUPERVISOR_ERR_NOT_RUNNING' });
    await tree.terminateChild('tasks');
    await expect(runTask(tree, 'tasks', () => 1)).rejects.toThrow("supervisor 'tasks' is not running");
    await tree.stop();
    await expect(runTask(tree, 'tasks', () => 1)).rejects.toThrow('the root supervisor is not running');
  });
});

describe('a caller that gives up', () => {
  it('by its signal is told at once, why it said; the task has its time, and the supervisor goes on', async () => {
    const { tree, run, call, calls, clock, exits, count } = house({ shutdown: 100 });
    const abort = new AbortController();
    const result = runTask(tree, 'tasks', run, { signal: abort.signal });
    await settle();
    abort.abort(boom);
    await expect(result).rejects.toBe(boom);
    expect(call().signal.aborted).toBe(true);
    expect(await runTask(tree, 'tasks', () => 'meanwhile')).toBe('meanwhile');
    expect(calls).toHaveLength(1);
    clock.increment(100);
    await settle();
    expect(exits()).toContainEqual(['tasks/1', 'killed', 'stopped']);
    expect(await count()).toBe(0);
    call().reject(new Error('late'));
    await tree.stop();
  });

  it('by its timeout is told so at once, and the end of the task is reported as a failure', async () => {
    const { tree, polite, clock, exits } = house();
    const result = watch(runTask(tree, 'tasks', polite, { timeout: 500, restart: 'transient' }));
    await settle();
    clock.increment(499);
    await settle();
    expect(result.state).toBe('pending');
    clock.increment(1);
    await settle();
    const error = expect.objectContaining({ code: 'SUPERVISOR_ERR_TASK_TIMED_OUT', timeout: 500 });
    expect(result.state).toEqual(error);
    expect(exits()).toEqual([['tasks/1', error, 'stopped']]);
    expect(timersOf(clock)).toBe(0);
    await tree.stop();
  });

  it.each(['brutal_kill', 0] as const)('kills a task whose shutdown is %p', async (shutdown) => {
    const { tree, run, clock, exits, call } = house();
    const result = watch(runTask(tree, 'tasks', run, { timeout: 500, shutdown }));
    await settle();
    clock.increment(500);
    await settle();
    expect(result.state).toMatchObject({ timeout: 500 });
    expect(exits()).toEqual([['tasks/1', 'killed', 'stopped']]);
    expect(call().signal.aborted).toBe(true);
    await tree.stop();
  });

  it('waits for ever for a task whose shutdown is infinity', async () => {
    const { tree, run, clock, exits, call } = house();
    const result = watch(runTask(tree, 'tasks', run, { timeout: 500, shutdown: 'infinity' }));
    await settle();
    clock.increment(1_000_000);
    await settle();
    expect(result.state).toMatchObject({ timeout: 500 });
    expect(exits()).toEqual([]);
    expect(timersOf(clock)).toBe(0);
    call().resolve('at last');
    await settle();
    expect(exits()).toHaveLength(1);
    await tree.stop();
  });

  it.each([
    ['is terminated', (tree: Tree) => tree.terminateChild('tasks')],
    ['is killed with the whole tree', (tree: Tree) => sendExit(tree.root, 'kill')],
  ])('leaves no timer behind when its supervisor %s then, and the task ends', async (_title, end) => {
    const { tree, run, call, clock } = house();
    const result = watch(runTask(tree, 'tasks', run, { timeout: 500 }));
    await settle();
    clock.increment(500);
    await settle();
    expect(result.state).toMatchObject({ timeout: 500 });
    void end(tree);
    await settle();
    call().resolve('late');
    await settle();
    expect(timersOf(clock)).toBe(0);
    await tree.stop();
  });

  it('before its task has begun never sees it begin', async () => {
    const { tree, run, calls, count } = house();
    const [early, late] = [new AbortController(), new AbortController()];
    early.abort(boom);
    await expect(runTask(tree, 'tasks', run, { signal: early.signal })).rejects.toBe(boom);
    const result = runTask(tree, 'tasks', run, { signal: late.signal });
    const started = startTask(tree, 'tasks', run, { signal: late.signal });
    late.abort(boom);
    await expect(result).rejects.toBe(boom);
    await expect(started).rejects.toBe(boom);
    expect(calls).toEqual([]);
    expect(await count()).toBe(0);
    await tree.stop();
  });

  it('has its signal let go when the task has ended', async () => {
    const { tree } = house({ maxChildren: 1 });
    const { signal } = new AbortController();
    const ends = [
      runTask(tree, 'tasks', () => 1, { signal }),
      runTask(tree, 'tasks', () => 1, { signal }),
      runTask(tree, 'tasks', () => 1, { signal, id: '/' }),
    ];
    expect((await Promise.allSettled(ends)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await tree.stop();
  });
});

describe('a task that is tried again', () => {
  it('has its caller wait for the result of the last try', async () => {
    const { tree, clock, exits } = house({ intensity: 2 });
    const result = watch(
      runTask(
        tree,
        'tasks',
        ({ child }) => (child.incarnation < 3 ? Promise.reject(boom) : `at try ${child.incarnation}`),
        { restart: 'transient', backoff: { first: 20, base: 20 } },
      ),
    );
    for (let tries = 0; tries < 2; tries++) {
      await settle();
      expect(result.state).toBe('pending');
      clock.increment(20);
    }
    await settle();
    expect(result.state).toEqual({ output: 'at try 3' });
    expect(exits().map(([, , fate]) => fate)).toEqual(['restarting', 'restarting', 'stopped']);
    await tree.stop();
  });

  it.each([
    ['has spent its budget', { budget: { intensity: 1, period: 1_000 } }, 2],
    [
      'is not to be, says its judge',
      { judge: (reason: unknown) => (reason === boom ? ('stop' as const) : undefined) },
      1,
    ],
    ['is to be parked, says its judge', { judge: () => 'park' as const }, 1],
  ])('rejects with its last error when it %s, and is gone', async (_title, options, expected) => {
    const { tree, count } = house();
    let tries = 0;
    const other = watch(runTask(tree, 'tasks', () => new Promise(() => {}), { shutdown: 'brutal_kill' }));
    const failing = () => {
      tries += 1;
      throw boom;
    };
    await expect(runTask(tree, 'tasks', failing, { restart: 'transient', ...options })).rejects.toBe(boom);
    await settle();
    expect(tries).toBe(expected);
    expect(await count()).toBe(1);
    expect(other.state).toBe('pending');
    await tree.stop();
  });

  it('rejects with TaskStopped when it is ended while it waits for a try, and tells the last error', async () => {
    for (const [end, fate] of [
      [(tree: Tree) => tree.stop(), 'shutdown'],
      [(tree: Tree) => tree.terminateChild('tasks'), 'shutdown'],
      [(tree: Tree) => tree.terminateChild('tasks/1'), 'shutdown'],
    ] as const) {
      const { tree, clock } = house();
      const waiting = { restart: 'transient', backoff: { first: 1_000 } } as const;
      const result = watch(runTask(tree, 'tasks', () => Promise.reject(boom), waiting));
      await settle();
      expect(result.state).toBe('pending');
      void end(tree);
      await settle();
      expect(result.state).toMatchObject({ code: 'SUPERVISOR_ERR_TASK_STOPPED', reason: fate, cause: boom });
      expect(timersOf(clock)).toBe(0);
      await tree.stop();
    }
  });

  it('is gone at once when its caller gives up while it waits for a try', async () => {
    const { tree, clock, count } = house();
    const options = { restart: 'transient', backoff: { first: 1_000 }, timeout: 100 } as const;
    const result = watch(runTask(tree, 'tasks', () => Promise.reject(boom), options));
    await settle();
    expect(await count()).toBe(1);
    clock.increment(100);
    await settle();
    expect(result.state).toMatchObject({ code: 'SUPERVISOR_ERR_TASK_TIMED_OUT' });
    expect(await count()).toBe(0);
    expect(timersOf(clock)).toBe(0);
    await tree.stop();
  });

  it('is tried again when it was killed', async () => {
    const { tree, run, call } = house();
    const result = runTask(tree, 'tasks', run, { restart: 'transient' });
    await settle();
    sendExit(tree.find('tasks/1')!.actor, 'kill');
    await settle();
    call(1).resolve('second');
    expect(await result).toBe('second');
    await tree.stop();
  });
});

describe('startTask', () => {
  it('is fulfilled when the task has started, and its failure is only reported', async () => {
    const { tree, run, call, exits, count } = house();
    const info = await startTask(tree, 'tasks', run, { id: 'mail' });
    expect(info).toMatchObject({ id: 'mail', path: 'tasks/mail', status: 'running' });
    call().reject(boom);
    await settle();
    expect(exits()).toEqual([['tasks/mail', boom, 'stopped']]);
    expect(await count()).toBe(0);
    await tree.stop();
  });

  it('rejects when the task cannot start', async () => {
    const { tree, run } = house({ maxChildren: 0 });
    await expect(startTask(tree, 'tasks', run)).rejects.toMatchObject({ code: 'SUPERVISOR_ERR_MAX_CHILDREN' });
    await tree.stop();
  });

  it('ends the task at its timeout, which is reported as its failure', async () => {
    const { tree, clock, exits, polite } = house();
    await startTask(tree, 'tasks', polite, { timeout: 10 });
    clock.increment(10);
    await settle();
    expect(exits()).toEqual([['tasks/1', expect.objectContaining({ timeout: 10 }), 'stopped']]);
    await tree.stop();
  });
});

describe('every call', () => {
  type Op =
    | readonly ['run' | 'retry' | 'resolve' | 'reject' | 'abort' | 'terminate' | 'kill', number]
    | readonly [string];
  const ops: fc.Arbitrary<Op> = fc.oneof(
    fc.tuple(fc.constantFrom('run', 'retry', 'resolve', 'reject', 'abort', 'terminate', 'kill'), fc.nat(5)),
    fc.tuple(fc.constantFrom('killSupervisor', 'restartSupervisor', 'wait', 'settle', 'settle')),
  ) as fc.Arbitrary<Op>;

  it('settles, whatever becomes of its task, and leaves no timer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ops, { maxLength: 25 }), async (steps) => {
        const { tree, clock, run, calls } = house({ maxChildren: 4, intensity: 2 });
        const results: { state: unknown }[] = [];
        const aborts: AbortController[] = [];
        for (const [op, index = 0] of steps) {
          const actor = tree.find(`tasks/${index}`)?.actor;
          if (op === 'run' || op === 'retry') {
            const abort = new AbortController();
            aborts.push(abort);
            const more = op === 'retry' ? ({ restart: 'transient', backoff: { first: 20 } } as const) : {};
            results.push(
              watch(runTask(tree, 'tasks', run, { signal: abort.signal, timeout: 50, shutdown: 20, ...more })),
            );
          } else if (op === 'resolve') calls[index]?.resolve('done');
          else if (op === 'reject') calls[index]?.reject(boom);
          else if (op === 'abort') aborts[index]?.abort();
          else if (op === 'terminate') tree.terminateChild(`tasks/${index}`).catch(() => {});
          else if (op === 'kill' && actor !== undefined) sendExit(actor, 'kill');
          else if (op === 'killSupervisor') sendExit(tree.find('tasks')?.actor ?? tree.root, 'kill');
          else if (op === 'restartSupervisor')
            tree
              .terminateChild('tasks')
              .then(() => tree.restartChild('tasks'))
              .catch(() => {});
          else if (op === 'wait') clock.increment(15);
          else await settle();
        }
        const stopped = tree.stop();
        for (let turn = 0; turn < 5; turn++) {
          await settle();
          clock.increment(20);
        }
        await stopped;
        await settle();
        expect(results.map(({ state }) => state)).not.toContain('pending');
        expect(timersOf(clock)).toBe(0);
        for (const { reject } of calls) reject(boom);
      }),
      { numRuns: 150 },
    );
  });
});

describe('what makes no sense is refused', () => {
  it.each([
    ['options', null, 'taskSupervisor: expected options, an object, received null'],
    [
      'a misspelt option',
      { maxChildern: 1 },
      "taskSupervisor: unknown option 'maxChildern'; did you mean 'maxChildren'?",
    ],
    ['an option of another supervisor', { restore: true }, "taskSupervisor: unknown option 'restore'"],
    ['maxChildren', { maxChildren: -1 }, 'taskSupervisor: maxChildren: expected an integer of at least 0, received -1'],
    [
      'shutdown',
      { shutdown: 'soon' },
      "taskSupervisor: shutdown: expected milliseconds, brutal_kill or infinity, received 'soon'",
    ],
  ])('by taskSupervisor: %s', (_title, options, message) => {
    expect(() => taskSupervisor(options as never)).toThrow(message);
  });

  it.each([
    ['no tree', [{}, 'tasks', () => 1], 'a tree: expected what start(…) returned'],
    ['no supervisor', [undefined, 'taks', () => 1], "no child 'taks'; did you mean 'tasks'?"],
    ['no path', [undefined, 7, () => 1], 'a child: expected its path, a string, received 7'],
    [
      'another supervisor',
      [undefined, '', () => 1],
      'runTask: expected a task supervisor, made by taskSupervisor(…); the root is',
    ],
    ['a worker', [undefined, 'worker', () => 1], "made by taskSupervisor(…); child 'worker' is another kind of child"],
    ['no function', [undefined, 'tasks', 7], 'runTask: expected a function, received 7'],
    ['no options', [undefined, 'tasks', () => 1, 7], 'runTask: expected options, an object, received 7'],
    [
      'a misspelt option',
      [undefined, 'tasks', () => 1, { timout: 1 }],
      "unknown option 'timout'; did you mean 'timeout'?",
    ],
    [
      'a restart',
      [undefined, 'tasks', () => 1, { restart: 'permanent' }],
      'runTask: restart: expected temporary or transient',
    ],
    [
      'a timeout',
      [undefined, 'tasks', () => 1, { timeout: 0 }],
      'runTask: timeout: expected milliseconds, more than 0',
    ],
    ['a shutdown', [undefined, 'tasks', () => 1, { shutdown: -1 }], 'runTask: shutdown: expected milliseconds'],
    ['a signal', [undefined, 'tasks', () => 1, { signal: {} }], 'runTask: signal: expected an AbortSignal'],
    ['a judge', [undefined, 'tasks', () => 1, { judge: 1 }], 'runTask: judge: expected a function'],
    ['an id', [undefined, 'tasks', () => 1, { id: 'a/b' }], "id: expected a string that is not empty and has no '/'"],
    ['a budget', [undefined, 'tasks', () => 1, { budget: 3 }], 'budget: expected an object with intensity and period'],
  ])('by runTask: %s', async (_title, [other, ...args], message) => {
    const { tree, count } = house({}, { id: 'worker', start: worker() });
    await expect((runTask as (...args: unknown[]) => unknown)(other ?? tree, ...args)).rejects.toThrow(message);
    expect(await count()).toBe(0);
    await tree.stop();
  });
});
