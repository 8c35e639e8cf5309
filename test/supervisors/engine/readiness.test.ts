import { type AnyActorLogic, fromCallback, type InspectionEvent } from 'xstate';
import { type ChildHandle, type ChildSpec, ignore, type Strategy, supervisor } from '../../../supervisors/index.js';
import { house } from '../support/house.js';
import { settle } from '../support/settle.js';
import { isWarm, warming } from '../support/warming.js';
import { idle, worker } from '../support/workers.js';

const plain = (id: string): ChildSpec => ({ id, start: worker() });
const broken = (): never => {
  throw new Error('no fuel');
};

describe('a child whose spec says when it is ready', () => {
  it('runs, and is not ready until the predicate says so', async () => {
    const { tree, picture, send } = house([warming('a'), plain('b')]);
    expect(picture()).toBe('a running, b running*');
    expect((await tree.whichChildren()).map(({ id, isReady }) => [id, isReady])).toEqual([
      ['b', true],
      ['a', false],
    ]);
    await send('a', 'warm');
    expect(picture()).toBe('a running*, b running*');
    await tree.stop();
  });

  it('is ready at once when its first snapshot says so', async () => {
    const { tree, picture, isReady } = house([warming('a', [], { ready: () => true })]);
    expect(picture()).toBe('a running*');
    expect(await isReady()).toBe(true);
    await tree.stop();
  });

  it('is asked after each event, until it says yes, once in each incarnation', async () => {
    const asked: unknown[] = [];
    const ready = (snapshot: unknown): boolean => {
      asked.push((snapshot as { value: unknown }).value);
      return isWarm(snapshot);
    };
    const { tree, send, picture } = house([warming('a', [], { ready })], { intensity: 9 });
    expect(asked).toEqual(['cold']);
    await send('a', 'tick');
    await send('a', 'warm');
    await send('a', 'tick');
    expect(asked).toEqual(['cold', 'cold', 'warm']);
    await send('a', 'crash');
    expect(asked).toEqual(['cold', 'cold', 'warm', 'cold']);
    expect(picture()).toBe('a running');
    await tree.stop();
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('oops');
      },
      'oops',
    ],
    ['returns a promise', async () => true, "child 'a': ready: expected its function to return true or false"],
  ])('is not ready while the predicate %s, which is reported once', async (_title, ready, message) => {
    const { tree, send, picture, reports } = house([warming('a', [], { ready: ready as never })]);
    await send('a', 'tick');
    await send('a', 'warm');
    expect(picture()).toBe('a running');
    expect(reports.filter(({ type }) => type === 'hook failed')).toEqual([
      { type: 'hook failed', hook: 'ready', path: 'a', at: 0, error: expect.objectContaining({}) },
    ]);
    expect(reports.find(({ type }) => type === 'hook failed')).toHaveProperty(
      'error.message',
      expect.stringContaining(message),
    );
    await tree.stop();
  });

  it('costs a logic nothing that is not watched: it is not wrapped', async () => {
    const { tree } = house([warming('a'), { id: 'b', start: idle }, { id: 'c', start: idle, ready: () => true }]);
    const logicOf = (path: string): unknown => {
      const { logic } = (tree.find(path)?.actor ?? {}) as { readonly logic?: object };
      return logic === undefined ? undefined : Object.getPrototypeOf(logic);
    };
    expect(logicOf('b')).toBe(idle);
    expect(logicOf('c')).not.toBe(idle);
    expect(tree.find('c')?.logic).toBe(idle);
    await tree.stop();
  });
});

describe('a supervisor', () => {
  const floor = (id: string, children: readonly ChildSpec[], waitFor: 'started' | 'ready' = 'started'): ChildSpec => ({
    id,
    start: supervisor({ children, waitFor, intensity: 5 }),
  });

  it('is ready when all below it are, and tells the one above', async () => {
    const { tree, picture, send } = house([floor('up', [floor('attic', [warming('a')]), warming('b')])]);
    expect(picture()).toBe('up running');
    await send('up/attic/a', 'warm');
    expect(picture('up')).toBe('attic running*, b running');
    expect(picture()).toBe('up running');
    await send('up/b', 'warm');
    expect(picture()).toBe('up running*');
    expect(tree.view().isReady).toBe(true);
    await tree.stop();
    expect(tree.view().isReady).toBe(false);
  });

  it('stays ready when a child below it is restarted', async () => {
    const { tree, picture, send } = house([floor('up', [warming('a')])]);
    await send('up/a', 'warm');
    await send('up/a', 'crash');
    expect(picture('up')).toBe('a running');
    expect(picture()).toBe('up running*');
    await tree.stop();
  });

  it('has started when it first has to wait, so whoever waits for its start goes on', async () => {
    const { tree, picture } = house([floor('up', [warming('a'), plain('b')], 'ready'), plain('c')]);
    expect(picture()).toBe('up running, c running*');
    expect(picture('up')).toBe('a running, b waiting');
    await tree.stop();
  });

  it('is ready when its spec says so, if that says how to tell', async () => {
    const value = (snapshot: unknown) => (snapshot as { value: string }).value === 'running';
    const { tree, picture } = house([{ ...floor('up', [warming('a')]), ready: value }]);
    expect(picture()).toBe('up running*');
    await tree.stop();
  });

  it('does not tell a supervisor that was killed meanwhile, nor asks the children any more', async () => {
    const sent: string[] = [];
    const inspect = (event: InspectionEvent) => event.type === '@xstate.event' && sent.push(event.event.type);
    let asked = 0;
    const ready = () => {
      asked += 1;
      return false;
    };
    const slow: ChildSpec = { id: 's', start: worker({ slow: 100 }), ready };
    const other: ChildSpec = { id: 't', start: worker({ slow: 100 }), ready };
    const up = { ...floor('up', [floor('attic', [slow]), other]), restart: 'temporary' } as const;
    const { tree, wait } = house([up], {}, { inspect });
    const attic = tree.find('up/attic')?.actor;
    const terminated = tree.terminateChild('s');
    await settle();
    const before = asked;
    tree.find('up')?.actor.send({ type: 'supervisor.kill' });
    await settle();
    expect(asked).toBe(before);
    await wait(100);
    await terminated;
    expect(attic?.getSnapshot()).toMatchObject({ status: 'done', isReady: true });
    expect(sent).not.toContain('supervisor.ready');
    await tree.stop();
  });
});

describe("with waitFor: 'ready'", () => {
  const waitFor = 'ready' as const;
  const log: string[] = [];
  const three = (more: Partial<ChildSpec> = {}) => [
    warming('a', log, more),
    warming('b', log, more),
    warming('c', log, more),
  ];
  beforeEach(() => {
    log.length = 0;
  });

  it('starts a child when all before it are ready, in order', async () => {
    const { tree, picture, send, isReady } = house(three(), { waitFor });
    expect(picture()).toBe('a running, b waiting, c waiting');
    await send('a', 'warm');
    expect(picture()).toBe('a running*, b running, c waiting');
    await send('b', 'warm');
    expect(await isReady()).toBe(false);
    await send('c', 'warm');
    expect(picture()).toBe('a running*, b running*, c running*');
    expect(await isReady()).toBe(true);
    expect(log).toEqual(['+a', '+b', '+c']);
    await tree.stop();
    expect(log.slice(3)).toEqual(['-c', '-b', '-a']);
  });

  it('starts those that have not to wait at once, before start() returns', async () => {
    const { tree, picture, isReady } = house([plain('a'), plain('b')], { waitFor });
    expect(picture()).toBe('a running*, b running*');
    expect(await isReady()).toBe(true);
    await tree.stop();
  });

  it('answers while it waits', async () => {
    const { tree } = house(three(), { waitFor });
    expect((await tree.whichChildren()).map(({ id, status }) => [id, status])).toEqual([
      ['c', 'waiting'],
      ['b', 'waiting'],
      ['a', 'running'],
    ]);
    expect(await tree.countChildren()).toEqual({ specs: 3, active: 1, supervisors: 0, workers: 3 });
    await expect(tree.deleteChild('b')).rejects.toMatchObject({ state: 'waiting' });
    await expect(tree.startChild(plain('b'))).rejects.toMatchObject({ state: 'already_present' });
    await tree.stop();
  });

  it('waits for a supervisor until all below it are ready', async () => {
    const { tree, picture, send } = house(
      [{ id: 'up', start: supervisor({ children: three(), waitFor }) }, plain('d')],
      {
        waitFor,
      },
    );
    for (const id of ['a', 'b', 'c']) {
      expect(picture()).toBe('up running, d waiting');
      await send(`up/${id}`, 'warm');
    }
    expect(picture()).toBe('up running*, d running*');
    await tree.stop();
  });

  it('restarts what dies before it is ready, by its rules, and the others go on waiting', async () => {
    const { tree, picture, send, wait } = house([warming('a', log, { backoff: { first: 1_000 } }), warming('b', log)], {
      waitFor,
    });
    await send('a', 'crash');
    expect(picture()).toBe('a restarting, b waiting');
    await wait(500);
    expect(picture()).toBe('a running, b waiting');
    await send('a', 'warm');
    expect(picture()).toBe('a running*, b running');
    await tree.stop();
  });

  it('gives up when one dies too often before it is ready; those that waited are not started', async () => {
    const { tree, send } = house(three(), { waitFor });
    await send('a', 'crash');
    tree.find('a')?.actor.send({ type: 'crash' });
    expect(await tree.exited).toMatchObject({ code: 'SUPERVISOR_ERR_GAVE_UP' });
    expect(log).toEqual(['+a', '+a']);
    await expect(tree.ready).rejects.toMatchObject({ code: 'SUPERVISOR_ERR_NOT_READY' });
  });

  it.each([
    ['is terminated by hand', (h: House) => h.tree.terminateChild('a'), {}],
    ['is terminated by hand while it waits for its restart', crashThenTerminate, { backoff: {} }],
    ['has done its work', (h: House) => h.send('a', 'exit', 'normal'), { restart: 'transient' as const }],
    ['is temporary, and fails', (h: House) => h.send('a', 'crash'), { restart: 'temporary' as const }],
    ['is to stay down, as its judge says', (h: House) => h.send('a', 'crash'), { judge: () => 'stop' as const }],
  ])('does not wait for one that %s', async (_title, act, more) => {
    const home = house([warming('a', log, more), plain('b')], { waitFor });
    expect(home.picture()).toBe('a running, b waiting');
    await act(home);
    await settle();
    expect(home.picture()).toMatch(/^(a stopped, )?b running\*$/);
    expect(await home.isReady()).toBe(true);
    await home.tree.stop();
  });

  it('does not wait for one that is ignored', async () => {
    const { tree, picture, isReady } = house([warming('a', log, { start: () => ignore }), plain('b')], { waitFor });
    expect(picture()).toBe('a stopped, b running*');
    expect(await isReady()).toBe(true);
    await tree.stop();
  });

  it('waits for one that is parked, until somebody starts it', async () => {
    const { tree, picture, send } = house([warming('a', log, { judge: () => 'park' }), plain('b')], { waitFor });
    await send('a', 'crash');
    expect(picture()).toBe('a parked, b waiting');
    await expect(tree.ready).rejects.toMatchObject({
      message: "child 'a' is parked and the tree was not ready yet: Error: crashed",
      children: ['a'],
    });
    await tree.restartChild('a');
    expect(picture()).toBe('a running, b waiting');
    await send('a', 'warm');
    expect(picture()).toBe('a running*, b running*');
    await tree.stop();
  });

  it('starts one that is asked for at once, whoever is not ready', async () => {
    const { tree, picture, send } = house(three(), { waitFor });
    expect(await tree.restartChild('c')).toMatchObject({ status: 'running', isReady: false });
    expect(await tree.startChild(plain('d'))).toMatchObject({ status: 'running', isReady: true });
    expect(picture()).toBe('a running, b waiting, c running, d running*');
    await send('c', 'warm');
    expect(picture()).toBe('a running, b waiting, c running*, d running*');
    await send('a', 'warm');
    expect(picture()).toBe('a running*, b running, c running*, d running*');
    await tree.stop();
  });

  it('leaves one that did not start when asked for down, as ever, and waits for it', async () => {
    let start: () => AnyActorLogic = broken;
    const { tree, picture, send } = house([plain('x'), warming('a'), { id: 'b', start: () => start() }, plain('c')], {
      waitFor,
    });
    await expect(tree.restartChild('b')).rejects.toThrow("child 'b' did not start: Error: no fuel");
    await send('a', 'warm');
    expect(picture()).toBe('x running*, a running*, b stopped, c waiting');
    start = () => worker();
    await tree.restartChild('b');
    await settle();
    expect(picture()).toBe('x running*, a running*, b running*, c running*');
    await tree.stop();
  });

  it('does not wait for one that did not start when asked for, once it is deleted', async () => {
    const { tree, picture, send } = house([warming('a'), { id: 'b', start: broken }, plain('c')], { waitFor });
    await expect(tree.restartChild('b')).rejects.toThrow('no fuel');
    await send('a', 'warm');
    await tree.deleteChild('b');
    await settle();
    expect(picture()).toBe('a running*, c running*');
    await tree.stop();
  });

  it('one_for_all: starts one that is asked for at once, though one that is restarted with it is not ready', async () => {
    const { tree, picture, send } = house([warming('a'), warming('b', [], { backoff: {} }), plain('c')], {
      waitFor,
      strategy: 'one_for_all',
    });
    for (const id of ['a', 'b']) await send(id, 'warm');
    await send('b', 'crash');
    expect(await tree.restartChild('b')).toMatchObject({ status: 'running' });
    expect(picture()).toBe('a running, b running, c waiting');
    await tree.stop();
  });

  it('rest_for_one: does not wait for one that is down since the restart that it waited for was cancelled', async () => {
    const { tree, picture, send } = house([plain('a'), { ...plain('b'), backoff: {} }, plain('c'), plain('d')], {
      waitFor,
      strategy: 'rest_for_one',
      intensity: 5,
    });
    await send('b', 'crash');
    await tree.terminateChild('b');
    await tree.restartChild('d');
    await send('d', 'crash');
    expect(picture()).toBe('a running*, b stopped, c stopped, d running*');
    await tree.stop();
  });

  it('waits for one that has died, too, whose turn has not come', async () => {
    const { tree, picture, send } = house([warming('a'), warming('b')], { waitFor, intensity: 5 });
    for (const id of ['a', 'b']) await send(id, 'warm');
    for (const id of ['b', 'a']) tree.find(id)?.actor.send({ type: 'crash' });
    await settle();
    expect(picture()).toBe('a running, b waiting');
    await tree.stop();
  });

  it('starts the next ones when one that waits is terminated, and not that one', async () => {
    const { tree, picture, send } = house(three(), { waitFor });
    await tree.terminateChild('b');
    expect(picture()).toBe('a running, b stopped, c waiting');
    await send('a', 'warm');
    expect(picture()).toBe('a running*, b stopped, c running');
    await tree.deleteChild('b');
    expect(log).toEqual(['+a', '+c']);
    await tree.stop();
  });

  it('undoes its start if a child does not start before it first had to wait', async () => {
    const { tree } = house([plain('a'), { id: 'b', start: broken }, ...three().slice(2)], { waitFor });
    expect(await tree.exited).toMatchObject({ code: 'SUPERVISOR_ERR_START_FAILED', path: 'b' });
    await expect(tree.ready).rejects.toThrow("child 'b' did not start");
    expect(log).toEqual([]);
  });

  it('tries again, and counts, if a child does not start later', async () => {
    const { tree, send, types } = house([warming('a'), { id: 'b', start: broken }], { waitFor, intensity: 2 });
    await send('a', 'warm');
    expect(await tree.exited).toMatchObject({ code: 'SUPERVISOR_ERR_GAVE_UP' });
    expect(types('b').filter((type) => type === 'start failed')).toHaveLength(3);
  });

  it.each<[Strategy, string, string, string]>([
    ['one_for_one', 'b', 'a running*, b running, c running*', '+b'],
    ['one_for_one', 'a', 'a running, b running*, c running*', '+a'],
    ['rest_for_one', 'b', 'a running*, b running, c waiting', '-c +b'],
    ['rest_for_one', 'a', 'a running, b waiting, c waiting', '-c -b +a'],
    ['one_for_all', 'b', 'a running, b waiting, c waiting', '-c -a +a'],
    ['one_for_all', 'c', 'a running, b waiting, c waiting', '-b -a +a'],
  ])('%s: when %s fails it starts the group as one after the other gets ready', async (strategy, id, then, steps) => {
    const { tree, picture, send } = house(three(), { waitFor, strategy });
    for (const each of ['a', 'b', 'c']) await send(each, 'warm');
    log.length = 0;
    await send(id, 'crash');
    expect(picture()).toBe(then);
    expect(log.join(' ')).toBe(steps);
    for (const each of ['a', 'b', 'c']) await send(each, 'warm');
    expect(picture()).toBe('a running*, b running*, c running*');
    await tree.stop();
  });

  it('one_for_one: does not restart a child while one before it has yet to get ready', async () => {
    const { tree, picture, send } = house(three(), { waitFor, intensity: 5 });
    for (const each of ['a', 'b', 'c']) await send(each, 'warm');
    await send('a', 'crash');
    await send('c', 'crash');
    expect(picture()).toBe('a running, b running*, c waiting');
    await send('a', 'warm');
    expect(picture()).toBe('a running*, b running*, c running');
    await tree.stop();
  });

  it('rest_for_one: tries again from the child that did not start, when that is due, and the rest waits', async () => {
    let isBroken = false;
    const flaky = () => (isBroken ? broken() : worker());
    const { tree, picture, send, wait } = house(
      [warming('a', log), { id: 'b', start: flaky, backoff: { first: 100, base: 100 } }, warming('c', log)],
      { waitFor, strategy: 'rest_for_one', intensity: 50 },
    );
    await send('a', 'warm');
    await send('c', 'warm');
    isBroken = true;
    await send('a', 'crash');
    expect(picture()).toBe('a running, b waiting, c waiting');
    await send('a', 'warm');
    expect(picture()).toBe('a running*, b restarting, c stopped');
    isBroken = false;
    await wait(100);
    expect(picture()).toBe('a running*, b running*, c running');
    await tree.stop();
  });

  it('starts the rest without a child that cannot be started again and is to stay down', async () => {
    let isBroken = false;
    const flaky = () => (isBroken ? broken() : worker());
    const judge = (reason: unknown) => ((reason as Error).message === 'no fuel' ? 'stop' : undefined);
    const { tree, picture, send } = house([{ id: 'a', start: flaky, judge }, warming('b', log), plain('c')], {
      waitFor,
      strategy: 'rest_for_one',
    });
    await send('b', 'warm');
    isBroken = true;
    await send('a', 'crash');
    expect(picture()).toBe('a stopped, b running, c waiting');
    await send('b', 'warm');
    expect(picture()).toBe('a stopped, b running*, c running*');
    await tree.stop();
  });

  it('has a significant child that waits count as one that is there', async () => {
    const significant = { restart: 'transient', significant: true } as const;
    const { tree, send, picture } = house(
      [warming('a', log, significant), warming('x', log), warming('b', log, significant)],
      { waitFor, autoShutdown: 'all_significant' },
    );
    await send('a', 'exit', 'normal');
    expect(picture()).toBe('a stopped, x running, b waiting');
    await send('x', 'warm');
    await send('b', 'exit', 'normal');
    expect(await tree.exited).toBe('shutdown');
  });

  it('tells the handle of a child that waited that it will not start', async () => {
    const told: unknown[] = [];
    const handle: ChildHandle = {
      exited: (reason, fate) => told.push([reason, fate]),
      disposed: () => told.push('disposed'),
    };
    const { tree } = house([warming('a'), { ...plain('b'), handle: () => handle }], { waitFor });
    await tree.stop();
    expect(told).toEqual([['shutdown', 'stopped'], 'disposed']);
  });

  it('leaves nothing behind when it is stopped while it waits', async () => {
    const { tree, clock } = house(three({ startTimeout: 1_000 }), { waitFor });
    await tree.stop();
    expect(log).toEqual(['+a', '-a']);
    expect(clock.timers).toBe(0);
  });

  it('goes on when the event that makes a child ready is its first, sent while it starts', async () => {
    const eager = fromCallback(({ self }) => self.send({ type: 'up' }));
    let events = 0;
    const { tree, picture } = house([{ id: 'a', start: eager, ready: () => ++events > 1 }, plain('b')], { waitFor });
    await settle();
    expect(picture()).toBe('a running*, b running*');
    await tree.stop();
  });
});

type House = ReturnType<typeof house>;

async function crashThenTerminate({ tree, send }: House): Promise<void> {
  await send('a', 'crash');
  await tree.terminateChild('a');
}

describe('tree.ready', () => {
  it('waits for all children, and for the handles of those that were started later', async () => {
    let open = (): void => {};
    const handle: ChildHandle = {
      ready: new Promise<void>((resolve) => {
        open = resolve;
      }),
    };
    const inner = supervisor({ children: [{ ...plain('b'), handle: () => handle }] });
    const { tree, send, isReady } = house([warming('a'), { id: 'up', start: inner }], { waitFor: 'ready' });
    await send('a', 'warm');
    expect(tree.view().isReady).toBe(true);
    expect(await isReady()).toBe(false);
    open();
    expect(await isReady()).toBe(true);
    await tree.stop();
  });

  it('does not wait for the handle of a child that is ignored when its turn comes', async () => {
    const handle: ChildHandle = { ready: new Promise(() => {}) };
    const { tree, send, isReady } = house([warming('a'), { id: 'b', start: () => ignore, handle: () => handle }], {
      waitFor: 'ready',
    });
    await send('a', 'warm');
    expect(await isReady()).toBe(true);
    await tree.stop();
  });

  it('rejects when a child that waited is terminated before its handle is ready', async () => {
    const handle: ChildHandle = { ready: new Promise(() => {}) };
    const { tree } = house([warming('a'), { ...plain('b'), handle: () => handle }], { waitFor: 'ready' });
    await tree.terminateChild('b');
    await expect(tree.ready).rejects.toThrow("child 'b' is stopped and was never ready: shutdown");
    await tree.stop();
  });
});
