import { createActor, createMachine, SimulatedClock, setup } from 'xstate';
import { type ChildSpec, exit, type Report, start, supervisor, TASK_CHART, task } from '../../../supervisors/index.js';
import { settle } from '../support/settle.js';

type Settle = { resolve: (value: unknown) => void; reject: (error: unknown) => void; signal: AbortSignal };

/** A task whose end the test decides: one entry for each time that its function was called. */
function controlled(timeout?: number) {
  const calls: Settle[] = [];
  const logic = task(
    ({ signal }) => new Promise((resolve, reject) => calls.push({ resolve, reject, signal })),
    timeout === undefined ? {} : { timeout },
  );
  return { logic, calls, call: (index = 0): Settle => calls[index]! };
}

function house(spec: Partial<ChildSpec> & Pick<ChildSpec, 'start'>) {
  const clock = new SimulatedClock();
  const reports: Report[] = [];
  const tree = start(supervisor({ children: [{ id: 'job', restart: 'transient', ...spec }] }), {
    clock,
    onReport: (report) => reports.push(report),
  });
  const exits = () => reports.flatMap((report) => (report.type === 'exited' ? [[report.reason, report.fate]] : []));
  return { tree, clock, reports, exits, status: async () => (await tree.whichChildren())[0]?.status };
}

const boom = new Error('boom');

describe('a task as a child', () => {
  it('ends normally with its result, and is not restarted', async () => {
    const { logic, call, calls } = controlled();
    const { tree, exits } = house({ start: logic });
    const actor = tree.find('job')?.actor;
    call().resolve(42);
    await settle();
    expect(exits()).toEqual([['normal', 'stopped']]);
    expect(actor?.getSnapshot()).toMatchObject({ status: 'done', value: 'done', output: 42 });
    expect(calls).toHaveLength(1);
    await tree.stop();
  });

  it.each([
    ['rejects', () => Promise.reject(boom)],
    [
      'throws at once',
      () => {
        throw boom;
      },
    ],
  ])('that %s ends with the error itself, and is tried again by its supervisor', async (_title, fail) => {
    let tries = 0;
    const { tree, exits } = house({
      start: task(() => {
        tries += 1;
        return tries === 1 ? fail() : 'done';
      }),
    });
    await settle();
    expect(exits()).toEqual([
      [boom, 'restarting'],
      ['normal', 'stopped'],
    ]);
    expect(exits()[0]?.[0]).toBe(boom);
    await tree.stop();
  });

  it('may end with a reason of its own', async () => {
    const { tree, exits } = house({ start: task(async () => exit({ shutdown: 'nothing to do' })) });
    await settle();
    expect(exits()).toEqual([[{ shutdown: 'nothing to do' }, 'stopped']]);
    await tree.stop();
  });

  it('is told its input and which actor it is', async () => {
    const seen: unknown[] = [];
    const { tree } = house({
      start: task<void, string>(({ input, self, system }) => void seen.push(input, self.id, typeof system.get)),
      input: ({ path, incarnation }: { path: string; incarnation: number }) => `${path} ${incarnation}`,
    });
    await settle();
    expect(seen).toEqual(['job 1', 'job#1', 'function']);
    await tree.stop();
  });
});

describe('a task that is asked to stop', () => {
  it.each([
    ['fulfils', (call: Settle) => call.resolve('late')],
    ['rejects', (call: Settle) => call.reject(new Error('late'))],
    ['rejects with what the signal says', (call: Settle) => call.reject(call.signal.reason)],
  ])('has its signal aborted, and ends with the reason asked for, when it %s', async (_title, end) => {
    const { logic, call } = controlled();
    const { tree, reports } = house({ start: logic });
    const actor = tree.find('job')?.actor;
    const stopped = tree.stop();
    await settle();
    const { signal } = call();
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ name: 'AbortError', message: 'the task was asked to stop: shutdown' });
    expect(actor?.getSnapshot()).toMatchObject({ status: 'active', value: 'stopping' });
    end(call());
    await stopped;
    expect(actor?.getSnapshot()).toMatchObject({ status: 'done', value: 'stopped' });
    expect(reports.at(-1)).toMatchObject({ type: 'exited', path: 'job', reason: 'shutdown', fate: 'stopped' });
  });

  it('is killed when its time is over, and what it does then is dropped', async () => {
    const { logic, call } = controlled();
    const { tree, clock, exits } = house({ start: logic, shutdown: 100 });
    const events: string[] = [];
    tree.inspect((event) => event.type === '@xstate.event' && events.push(event.event.type));
    const actor = tree.find('job')?.actor;
    const stopped = tree.terminateChild('job');
    await settle();
    clock.increment(99);
    await settle();
    expect(actor?.getSnapshot().value).toBe('stopping');
    clock.increment(1);
    await stopped;
    expect(exits()).toEqual([['killed', 'stopped']]);
    call().reject(boom);
    await settle();
    expect(actor?.getSnapshot()).toMatchObject({ status: 'stopped', value: 'killed' });
    expect(events).not.toContain('task.rejected');
    await tree.stop();
  });

  it('is killed at once under brutal_kill, with its signal aborted', async () => {
    const { logic, call } = controlled();
    const { tree, exits } = house({ start: logic, shutdown: 'brutal_kill' });
    await tree.terminateChild('job');
    expect(exits()).toEqual([['killed', 'stopped']]);
    expect(call().signal.reason).toMatchObject({ name: 'AbortError', message: 'the task was killed' });
    call().resolve('late');
    await settle();
    await tree.stop();
  });

  it('is asked once: the first reason counts', async () => {
    const { logic, call } = controlled();
    const actor = createActor(logic).start();
    actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' });
    actor.send({ type: 'supervisor.shutdown', reason: 'again' });
    call().resolve(1);
    await settle();
    expect(actor.getSnapshot().output).toEqual(exit('shutdown'));
  });
});

describe('the timeout of a task', () => {
  it('ends it with TaskTimedOut, each try by itself', async () => {
    const { logic, call, calls } = controlled(1_000);
    const { tree, clock, exits } = house({ start: logic });
    clock.increment(999);
    await settle();
    expect(exits()).toEqual([]);
    clock.increment(1);
    await settle();
    expect(exits()).toEqual([
      [expect.objectContaining({ code: 'SUPERVISOR_ERR_TASK_TIMED_OUT', timeout: 1_000 }), 'restarting'],
    ]);
    expect(call(0).signal.aborted).toBe(true);
    call(0).reject(boom);
    expect(calls).toHaveLength(2);
    clock.increment(999);
    call(1).resolve('in time');
    await settle();
    expect(exits().at(-1)).toEqual(['normal', 'stopped']);
    await tree.stop();
  });

  it('leaves the time to shut down to its spec', async () => {
    const { logic, call } = controlled(10);
    const { tree, clock, exits } = house({ start: logic });
    const stopped = tree.terminateChild('job');
    await settle();
    clock.increment(10);
    await settle();
    expect(exits()).toEqual([]);
    call().resolve(1);
    await stopped;
    expect(exits()).toEqual([['shutdown', 'stopped']]);
    await tree.stop();
  });

  it('leaves no timer behind a task that has ended', async () => {
    const { logic, call } = controlled(60_000);
    const { tree, clock } = house({ start: logic });
    call().resolve(1);
    await settle();
    expect((clock as unknown as { timeouts: Map<unknown, unknown> }).timeouts.size).toBe(0);
    await tree.stop();
  });
});

describe('task', () => {
  it('has no use for events that are not its own', async () => {
    const { logic, call } = controlled();
    const actor = createActor(logic).start();
    for (const type of ['task.fulfilled', 'task.rejected', 'task.timedOut'] as const) actor.send({ type });
    actor.send({ type: 'hello' } as never);
    expect(actor.getSnapshot().value).toBe('running');
    call().resolve(1);
    await settle();
    expect(actor.getSnapshot().output).toBe(1);
  });

  it('can be invoked by a machine', async () => {
    const logic = task(async ({ input }: { input: number }) => input + 1);
    const machine = setup({ actors: { logic } }).createMachine({
      initial: 'busy',
      states: { busy: { invoke: { src: 'logic', input: 41, onDone: 'finished' } }, finished: { type: 'final' } },
      output: ({ event }) => event.output,
    });
    const actor = createActor(machine).start();
    await settle();
    expect(actor.getSnapshot()).toMatchObject({ value: 'finished' });
  });

  it('has a snapshot that is plain data, from which it runs again if it had not ended', async () => {
    const { logic, call, calls } = controlled();
    const actor = createActor(logic, { input: { page: 1 } }).start();
    actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' });
    const stopping = JSON.parse(JSON.stringify(actor.getPersistedSnapshot()));
    expect(stopping).toEqual({ status: 'active', value: 'stopping', input: { page: 1 } });
    const again = createActor(logic, { snapshot: stopping }).start();
    expect(calls).toHaveLength(2);
    call(1).resolve('second');
    await settle();
    expect(again.getSnapshot()).toMatchObject({ value: 'done', output: 'second' });
    const ended = JSON.parse(JSON.stringify(again.getPersistedSnapshot()));
    expect(createActor(logic, { snapshot: ended }).start().getSnapshot()).toMatchObject({ value: 'done' });
    expect(calls).toHaveLength(2);
    actor.stop();
  });

  it('is a chart that XState can make a machine of, and moves along its edges only', async () => {
    const machine = createMachine(JSON.parse(JSON.stringify(TASK_CHART)));
    expect(Object.keys(machine.states)).toEqual(['running', 'stopping', 'done', 'failed', 'stopped', 'killed']);
    const edges = Object.entries(TASK_CHART.states).flatMap(([from, state]) =>
      'on' in state ? Object.entries(state.on).map(([type, { target }]) => [from, type, target]) : [],
    );
    expect(edges).toHaveLength(8);
    for (const [from, type, target] of edges) {
      const { logic, call } = controlled(5);
      const clock = new SimulatedClock();
      const actor = createActor(logic, { clock });
      actor.subscribe({ error: () => {} });
      actor.start();
      if (from === 'stopping') actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' });
      if (type === 'task.fulfilled') call().resolve(1);
      else if (type === 'task.rejected') call().reject(boom);
      else if (type === 'task.timedOut') clock.increment(5);
      else if (type === 'xstate.stop') actor.stop();
      else actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' });
      await settle();
      expect([from, type, actor.getSnapshot().value]).toEqual([from, type, target]);
      actor.stop();
    }
  });

  it.each([
    ['no function', [42], 'task: expected a function, received 42'],
    ['no options', [() => {}, null], 'task: expected options, an object, received null'],
    ['an unknown option', [() => {}, { timeuot: 1 }], "task: unknown option 'timeuot'; did you mean 'timeout'?"],
    ['no duration', [() => {}, { timeout: -1 }], 'task: timeout: expected milliseconds, more than 0, received -1'],
  ])('refuses %s', (_title, args, message) => {
    expect(() => (task as (...args: unknown[]) => unknown)(...args)).toThrow(message);
  });
});
