/** How long a child may take to start and to get ready: the `startTimeout` of its spec. */
import type { AnyActorRef } from 'xstate';
import { type ChildSpec, dynamicSupervisor, sendExit, supervisor, unlink } from '../../supervisors/index.js';
import { house } from './support/house.js';
import { settle } from './support/settle.js';
import { slowStart } from './support/slow-start.js';
import { warming } from './support/warming.js';
import { worker } from './support/workers.js';

const plain = (id: string): ChildSpec => ({ id, start: worker() });
const timedOut = (path: string) => ({ code: 'SUPERVISOR_ERR_START_TIMED_OUT', path, timeout: 1_000 });

describe('a child that takes too long to start', () => {
  let started: AnyActorRef[] = [];
  const slow = (id: string, more: Partial<ChildSpec> = {}): ChildSpec => ({
    id,
    start: slowStart(started),
    startTimeout: 1_000,
    ...more,
  });
  const up = async (): Promise<void> => {
    started.at(-1)?.send({ type: 'up' });
    await settle();
  };
  beforeEach(() => {
    started = [];
  });

  it('undoes the first start of its supervisor, and is ended', async () => {
    const { tree, wait, clock, picture } = house([plain('a'), slow('b'), plain('c')]);
    expect(picture()).toBe('a running*, b starting, c stopped');
    await wait(999);
    expect(picture()).toBe('a running*, b starting, c stopped');
    await wait(1);
    expect(await tree.exited).toMatchObject({ code: 'SUPERVISOR_ERR_START_FAILED', path: 'b', cause: timedOut('b') });
    expect(started.map((actor) => actor.getSnapshot().status)).toEqual(['stopped']);
    expect(clock.timers).toBe(0);
  });

  it('leaves no timer when it is up in time', async () => {
    const { tree, wait, clock, picture } = house([slow('a'), plain('b')]);
    expect(clock.timers).toBe(1);
    await wait(999);
    await up();
    expect(picture()).toBe('a running*, b running*');
    expect(clock.timers).toBe(0);
    await tree.stop();
  });

  it('has failed to be restarted, and is tried again, which counts', async () => {
    const { tree, wait, clock, types } = house([slow('a')], { intensity: 2, period: 60_000 });
    await up();
    await tree.terminateChild('a');
    const asked = tree.restartChild('a');
    await settle();
    await up();
    await asked;
    sendExit(started.at(-1) as AnyActorRef, 'boom');
    await settle();
    expect(tree.view().supervisor?.children[0]).toMatchObject({ status: 'starting', incarnation: 3 });
    await wait(1_000);
    expect(tree.view().supervisor?.children[0]).toMatchObject({ status: 'starting', incarnation: 4 });
    await wait(1_000);
    expect(await tree.exited).toMatchObject({ code: 'SUPERVISOR_ERR_GAVE_UP', cause: timedOut('a') });
    expect(types('a').filter((type) => type === 'start failed')).toHaveLength(2);
    expect(clock.timers).toBe(0);
  });

  it('has not been added, and restartChild leaves it down; whoever asked is told', async () => {
    const { tree, wait, clock, picture } = house([plain('a')]);
    const asked = expect(tree.startChild(slow('b'))).rejects.toMatchObject({ path: 'b', cause: timedOut('b') });
    await settle();
    // Requests wait behind the start, as behind any.
    const counted = tree.countChildren();
    await wait(1_000);
    await asked;
    expect(await counted).toMatchObject({ specs: 1 });
    const added = tree.startChild(slow('b'));
    await settle();
    await up();
    await added;
    await tree.terminateChild('b');
    const again = expect(tree.restartChild('b')).rejects.toMatchObject({ cause: timedOut('b') });
    await settle();
    await wait(1_000);
    await again;
    expect(picture()).toBe('a running*, b stopped');
    expect(clock.timers).toBe(0);
    await tree.stop();
  });

  it('is not there for a dynamic supervisor either', async () => {
    const pool = dynamicSupervisor({ child: { start: slowStart(started), startTimeout: 1_000 } });
    const { tree, wait, clock } = house([{ id: 'pool', start: pool }]);
    const asked = expect(tree.startChild({}, 'pool')).rejects.toMatchObject({ cause: timedOut('pool/1') });
    await settle();
    await wait(1_000);
    await asked;
    expect(await tree.whichChildren('pool')).toEqual([]);
    expect(clock.timers).toBe(0);
    await tree.stop();
  });

  it('is a supervisor with all below it, which ends with it', async () => {
    const floor = supervisor({ children: [plain('x'), { id: 'y', start: slowStart(started) }] });
    const { tree, wait, clock, reports } = house([plain('a'), { id: 'up', start: floor, startTimeout: 1_000 }]);
    const x = tree.find('up/x')?.actor;
    await wait(1_000);
    expect(await tree.exited).toMatchObject({ path: 'up', cause: timedOut('up') });
    expect(x?.getSnapshot().status).toBe('done');
    expect(started[0]?.getSnapshot().status).toBe('stopped');
    expect(reports.find(({ path, type }) => path === 'up' && type === 'start failed')).toMatchObject({
      error: timedOut('up'),
    });
    expect(clock.timers).toBe(0);
  });

  it('is not heard any more: neither that it is up, nor that it has ended', async () => {
    const { tree, wait, types, picture } = house([plain('a')]);
    const asked = expect(tree.startChild(slow('b'))).rejects.toThrow('startTimeout of 1000 ms');
    await settle();
    const [late] = started;
    await wait(1_000);
    await asked;
    const before = types().length;
    tree.root.send({ type: 'supervisor.started' });
    tree.root.send({ type: 'supervisor.ready', id: late?.id });
    tree.root.send({ type: 'xstate.done.actor.b#1', actorId: late?.id } as never);
    await settle();
    expect(types()).toHaveLength(before);
    expect(picture()).toBe('a running*');
    await tree.stop();
  });

  it('leaves no timer when its tree is killed while it starts', async () => {
    const { tree, clock } = house([slow('a')]);
    tree.root.send({ type: 'xstate.stop' });
    await tree.exited;
    expect(clock.timers).toBe(0);
  });
});

describe('a child that starts in time and takes too long to get ready', () => {
  const startTimeout = 1_000;

  it('is ended, and restarted by its rules', async () => {
    const { tree, wait, reports, picture, send, clock } = house([warming('a', [], { startTimeout })]);
    await wait(999);
    expect(picture()).toBe('a running');
    const actor = tree.find('a')?.actor;
    await wait(1);
    expect(actor?.getSnapshot().status).toBe('stopped');
    expect(tree.view().supervisor?.children[0]).toMatchObject({ status: 'running', incarnation: 2, isReady: false });
    expect(reports.find(({ type }) => type === 'exited')).toMatchObject({
      fate: 'restarting',
      reason: timedOut('a'),
      isStopped: false,
    });
    await send('a', 'warm');
    expect(clock.timers).toBe(0);
    await wait(5_000);
    expect(picture()).toBe('a running*');
    await tree.stop();
  });

  it('has for both together what its spec says', async () => {
    const started: AnyActorRef[] = [];
    const ready = (snapshot: unknown) => (snapshot as { context: string }).context === 'warm';
    const { tree, wait, picture, clock } = house([
      {
        id: 'a',
        start: slowStart(started),
        startTimeout,
        ready,
        restart: 'transient',
        budget: { intensity: 0, period: 1 },
      },
    ]);
    await wait(600);
    started[0]?.send({ type: 'up' });
    await settle();
    expect(picture()).toBe('a running');
    await wait(399);
    expect(picture()).toBe('a running');
    await wait(1);
    expect(picture()).toBe('a parked');
    expect(tree.view().supervisor?.children[0]?.lastExit?.reason).toContain('StartTimedOut');
    expect(clock.timers).toBe(0);
    await tree.stop();
  });

  it('counts for the budget of its supervisor, while others wait for it', async () => {
    const { tree, wait, clock } = house([warming('a', [], { startTimeout }), plain('b')], {
      waitFor: 'ready',
      period: 60_000,
    });
    await wait(1_000);
    await wait(1_000);
    expect(await tree.exited).toMatchObject({ code: 'SUPERVISOR_ERR_GAVE_UP', cause: timedOut('a') });
    expect(clock.timers).toBe(0);
  });

  it('is not ended when it gets ready while its supervisor is busy with another', async () => {
    const { tree, wait, send, picture } = house([
      warming('a', [], { startTimeout }),
      { id: 'b', start: worker({ slow: 2_000 }) },
    ]);
    const terminated = tree.terminateChild('b');
    await settle();
    await wait(1_000);
    await send('a', 'warm');
    await wait(1_000);
    await terminated;
    expect(picture()).toBe('a running*, b stopped');
    expect(tree.view().supervisor?.children[0]?.incarnation).toBe(1);
    await tree.stop();
  });

  it('answers to its last actor while it waits for its restart, as any dynamic child', async () => {
    const { id: _id, ...child } = warming('', [], { startTimeout, backoff: { first: 60_000 } });
    const { tree, wait, clock } = house([{ id: 'pool', start: dynamicSupervisor({ child }) }]);
    const { actor } = await tree.startChild({}, 'pool');
    await wait(1_000);
    expect((await tree.whichChildren('pool')).map(({ status }) => status)).toEqual(['restarting']);
    await tree.terminateChild(actor as AnyActorRef);
    expect(await tree.whichChildren('pool')).toEqual([]);
    expect(clock.timers).toBe(0);
    await tree.stop();
  });

  it('may be a supervisor, which ends with all below it', async () => {
    const floor = supervisor({ children: [plain('x')] });
    const { tree, wait } = house([{ id: 'up', start: floor, ready: () => false, startTimeout, restart: 'temporary' }]);
    const [up, x] = ['up', 'up/x'].map((path) => tree.find(path)?.actor);
    await wait(1_000);
    expect([up, x].map((actor) => actor?.getSnapshot().status)).toEqual(['done', 'done']);
    expect(await tree.whichChildren()).toEqual([]);
    await tree.stop();
  });

  it.each<[string, (home: ReturnType<typeof house>) => unknown]>([
    ['it ends', ({ send }) => send('a', 'exit', 'normal')],
    ['it is terminated', ({ tree }) => tree.terminateChild('a')],
    ['its tree is stopped', ({ tree }) => tree.stop()],
    [
      'it is not linked, has ended, and its tree is stopped',
      ({ tree }) => {
        const actor = tree.find('a')?.actor as AnyActorRef;
        unlink(actor);
        actor.send({ type: 'exit', reason: 'normal' });
        return tree.stop();
      },
    ],
    ['its tree is killed', ({ tree }) => tree.root.send({ type: 'supervisor.kill' })],
  ])('leaves no timer when %s', async (_title, act) => {
    const home = house([warming('a', [], { startTimeout, restart: 'transient' })]);
    expect(home.clock.timers).toBe(1);
    await act(home);
    await settle();
    expect(home.clock.timers).toBe(0);
    await home.tree.stop();
  });
});
