/** What must never happen, whatever children do. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { type AnyActorLogic, type AnyActorRef, createActor, fromCallback, fromPromise, setup } from 'xstate';
import { exit, link, type Report, start, supervised, supervisor } from '../../supervisors/index.js';
import { CountingClock } from '../support/counting-clock.js';
import { settle } from './support/settle.js';
import { worker } from './support/workers.js';

it('a failure, of whatever kind, at whatever moment and depth, reaches the process, or leaves an actor or a timer', async () => {
  const program = join(__dirname, '../support/children-that-fail.ts');
  const { code, output } = await new Promise<{ code: number | null; output: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['--disable-warning=DEP0180', '-r', 'ts-node/register/transpile-only', program],
      { cwd: join(__dirname, '../..'), timeout: 60_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
  // Nothing but how many there were. It has ended by itself, too.
  expect(output).toMatch(/^[3-9]\d\d trees\n$/);
  expect(code).toBe(0);
}, 70_000);

describe('an async action', () => {
  const rejecting = (when: 'now' | 'later' | 'never') =>
    setup({}).createMachine({
      initial: 'a',
      states: {
        a: {
          on: {
            go: {
              target: 'b',
              actions: async () => {
                if (when === 'later') await new Promise((resolve) => setImmediate(resolve));
                if (when !== 'never') throw new Error('rejected');
              },
            },
            end: 'c',
          },
        },
        b: { on: { end: 'c' } },
        c: { type: 'final' },
      },
      output: () => exit('normal'),
    });

  it.each(['now', 'later'] as const)('that rejects %s fails its machine, which is restarted', async (when) => {
    const reports: Report[] = [];
    const children = [{ id: 'a', start: rejecting(when) }];
    const tree = start(supervisor({ children }), { onReport: (report) => reports.push(report) });
    tree.ref('a').send({ type: 'go' });
    await settle();
    await settle();
    expect(reports).toContainEqual(
      expect.objectContaining({ type: 'exited', reason: new Error('rejected'), fate: 'restarting' }),
    );
    expect([tree.ref('a').incarnation, tree.ref('a').actor?.getSnapshot().value]).toEqual([2, 'a']);
    await tree.stop();
  });

  it('that is fulfilled concerns nobody, nor does one that rejects when the machine has ended', async () => {
    const fine = createActor(supervised(rejecting('never'))).start();
    fine.send({ type: 'go' });
    const ended = createActor(supervised(rejecting('later'))).start();
    ended.send({ type: 'go' });
    ended.send({ type: 'end' });
    await settle();
    await settle();
    expect([fine.getSnapshot().value, ended.getSnapshot().status]).toEqual(['b', 'done']);
    fine.stop();
  });
});

describe('restarts that follow each other at once', () => {
  const gone = createActor(setup({}).createMachine({ initial: 'a', states: { a: { type: 'final' } } })).start();
  const hurt = fromPromise(() => Promise.reject(new Error('hurt')));
  const logics: readonly (readonly [string, AnyActorLogic])[] = [
    ['that end as soon as they run', setup({}).createMachine({ initial: 'a', states: { a: { type: 'final' } } })],
    ['that fail as soon as they run', hurt],
    ['that link themselves to what is gone', fromCallback(({ self }) => link(self, gone))],
  ];
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    Error.stackTraceLimit = 1_000;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it.each(logics)('of children %s: never on one stack, and the event loop has its turns', async (_title, logic) => {
    let deepest = 0;
    let calls = 0;
    const tree = start(supervisor({ intensity: 1_000_000, children: [{ id: 'a', start: logic }] }), {
      onReport: () => {
        calls += 1;
        if (calls % 50 === 0) deepest = Math.max(deepest, (new Error('stack').stack ?? '').split('\n').length);
      },
    });
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(tree.view().supervisor?.children[0]?.restarts).toBeGreaterThan(100);
    expect(tree.view().supervisor?.children[0]?.restarts).toBeLessThan(10_000);
    expect(deepest).toBeGreaterThan(1);
    expect(deepest).toBeLessThan(60);
    await tree.stop();
  });
});

describe('ten thousand children with a timer each', () => {
  const sleeper = setup({}).createMachine({
    initial: 'waiting',
    states: { waiting: { after: { 3600000: 'never' } }, never: {} },
  });

  /** In milliseconds of this process's processor time: others may be busy on the machine. */
  const cpu = async (work: () => Promise<unknown>): Promise<number> => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };

  it('are stopped in less than 200 ms of processor time, and leave no timer', async () => {
    const times: number[] = [];
    for (let round = 0; round < 5 && Math.min(...times) >= 200; round++) {
      const clock = new CountingClock();
      const children = Array.from({ length: 10_000 }, (_, i) => ({ id: `c${i}`, start: sleeper }));
      const tree = start(supervisor({ children }), { clock });
      await tree.ready;
      expect(clock.timers).toBe(10_000);
      times.push(await cpu(() => tree.stop()));
      expect(clock.timers).toBe(0);
    }
    expect(Math.min(...times)).toBeLessThan(200);
  });
});

describe('what comes late from an old incarnation', () => {
  it.each([
    ['its error', (id: string) => ({ type: `xstate.error.actor.${id}`, actorId: id, error: 'late' })],
    ['its end', (id: string) => ({ type: `xstate.done.actor.${id}`, actorId: id, output: 'late' })],
  ])('%s is not acted on', async (_title, late) => {
    const tree = start(supervisor({ intensity: 5, children: [{ id: 'a', start: worker() }] }));
    const old = tree.find('a')?.actor as AnyActorRef;
    old.send({ type: 'exit', reason: 'boom' });
    await settle();
    tree.root.send(late(old.id) as never);
    tree.root.send(late('a#2') as never);
    tree.root.send(late('nobody#1') as never);
    tree.root.send({ type: 'supervisor.started' } as never);
    await settle();
    expect(tree.ref('a').incarnation).toBe(2);
    expect(tree.view().supervisor?.recentRestarts).toBe(1);
    await tree.stop();
  });
});
