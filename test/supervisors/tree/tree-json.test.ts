import { type AnyActorLogic, createMachine, SimulatedClock } from 'xstate';
import {
  type Actors,
  type ChildJson,
  dynamicSupervisor,
  type NodeSpec,
  type StartOptions,
  start,
  supervisor,
  type TreeJson,
  type TreeSpec,
} from '../../../supervisors/index.js';
import { settle } from '../support/settle.js';
import { idle, worker } from '../support/workers.js';

const actors: Actors = { worker: worker(), idle };

const run = (root: Parameters<typeof start>[0], more: StartOptions = {}) =>
  start(root, { clock: new SimulatedClock(), random: () => 0.5, actors, ...more });

const parsed = (tree: unknown): TreeJson => JSON.parse(JSON.stringify(tree)) as TreeJson;

/** What is left is what the specs say. */
const withoutLive = (tree: unknown): TreeSpec =>
  JSON.parse(JSON.stringify(tree), (key, value) => (key === 'live' ? undefined : value)) as TreeSpec;

const DEFAULTS = { restart: 'permanent', shutdown: 5_000, type: 'worker', significant: false };

/** Every option that JSON can express, but for those that are never written. */
const SPEC: TreeSpec = {
  strategy: 'rest_for_one',
  intensity: 3,
  period: 10_000,
  autoShutdown: 'any_significant',
  children: [
    {
      id: 'a',
      start: 'worker',
      restart: 'transient',
      shutdown: 'brutal_kill',
      type: 'worker',
      significant: true,
      modules: ['thermostat'],
      startTimeout: 50,
      backoff: { first: 0, max: 10 },
      budget: { intensity: 1, period: 1_000 },
      probe: 60_000,
    },
    {
      id: 'up',
      restart: 'temporary',
      strategy: 'one_for_all',
      children: [{ id: 'deep', children: [{ id: 'leaf', start: 'idle', modules: 'dynamic' }] }],
    },
    {
      id: 'pool',
      dynamic: { child: { start: 'worker', restart: 'temporary' }, maxChildren: 2, restore: true, intensity: 9 },
    },
  ],
};

describe('JSON.stringify', () => {
  it('writes what the specs say where a tree of data has it, and what is the case now apart', async () => {
    const tree = run({ children: [{ id: 'up', children: [{ id: 'a', start: 'worker', restart: 'transient' }] }] });
    const live = { status: 'running', isReady: true, incarnation: 1, restarts: 0 };
    expect(parsed(tree)).toEqual({
      strategy: 'one_for_one',
      intensity: 1,
      period: 5_000,
      autoShutdown: 'never',
      waitFor: 'started',
      children: [
        {
          id: 'up',
          ...DEFAULTS,
          shutdown: 'infinity',
          type: 'supervisor',
          strategy: 'one_for_one',
          intensity: 1,
          period: 5_000,
          autoShutdown: 'never',
          waitFor: 'started',
          children: [
            {
              id: 'a',
              ...DEFAULTS,
              start: 'worker',
              restart: 'transient',
              live: { path: 'up/a', ...live, state: 'working' },
            },
          ],
          live: { path: 'up', ...live, state: 'running', recentRestarts: 0 },
        },
      ],
      live: { path: '', ...live, state: 'running', recentRestarts: 0 },
    });
    await tree.stop();
  });

  it('gives back the tree of data that it came from, with the same names and all defaults', async () => {
    const tree = run(SPEC);
    expect(withoutLive(tree)).toMatchObject(SPEC);
    await tree.stop();
  });

  it('gives, without what is live, a tree that starts and gives the same again', async () => {
    const first = run(SPEC);
    const second = run(withoutLive(first));
    expect(withoutLive(second)).toEqual(withoutLive(first));
    expect(second.toJSON()).toEqual(first.toJSON());
    await Promise.all([first.stop(), second.stop()]);
  });

  it('follows what becomes of the children', async () => {
    const clock = new SimulatedClock();
    const child = { start: 'worker', restart: 'transient' } as const;
    const children: NodeSpec[] = [
      { ...child, id: 'crashed' },
      { ...child, id: 'parked', budget: { intensity: 0, period: 1 } },
      { ...child, id: 'waiting', backoff: { first: 100 } },
      { ...child, id: 'deleted' },
    ];
    const tree = run({ intensity: 3, children }, { clock });
    clock.increment(7);
    for (const id of ['crashed', 'parked', 'waiting']) tree.find(id)?.actor.send({ type: 'crash' });
    await tree.terminateChild('deleted');
    await tree.deleteChild('deleted');
    await tree.startChild({ id: 'added', start: 'idle' });
    await settle();
    const { live, children: now = [] } = parsed(tree);
    const lastExit = { reason: 'Error: crashed', at: 7 };
    expect(live).toMatchObject({ status: 'running', state: 'restarting', recentRestarts: 2 });
    expect(now.map((each) => [each.id, each.start, each.live])).toEqual([
      [
        'crashed',
        'worker',
        { path: 'crashed', status: 'running', isReady: true, incarnation: 2, restarts: 1, state: 'working', lastExit },
      ],
      ['parked', 'worker', { path: 'parked', status: 'parked', isReady: false, incarnation: 1, restarts: 0, lastExit }],
      [
        'waiting',
        'worker',
        { path: 'waiting', status: 'restarting', isReady: false, incarnation: 1, restarts: 0, lastExit, retryAt: 57 },
      ],
      ['added', 'idle', { path: 'added', status: 'running', isReady: true, incarnation: 1, restarts: 0 }],
    ]);
    await tree.stop();
  });

  it('shows what a supervisor that is down would start, without what is live', async () => {
    const tree = run(SPEC);
    await tree.terminateChild('pool');
    await tree.startChild({ id: 'branch', children: [{ id: 'deep', children: [{ id: 'leaf', start: 'idle' }] }] });
    await tree.terminateChild('branch');
    const json = parsed(tree);
    expect(json.children?.at(-2)).toMatchObject({ id: 'pool', dynamic: { child: { start: 'worker' } } });
    expect(json.children?.at(-1)).toMatchObject({
      id: 'branch',
      children: [{ id: 'deep', children: [{ id: 'leaf', start: 'idle' }] }],
      live: { status: 'stopped' },
    });
    expect(json.children?.at(-1)?.children?.[0]?.live).toBeUndefined();
    await tree.deleteChild('branch');
    await tree.stop();
    expect(withoutLive(tree)).toMatchObject(SPEC);
    expect(parsed(tree).live).toMatchObject({ status: 'stopped', lastExit: { reason: 'shutdown' } });
  });

  it('shows dynamic children among what is live, for no spec has them', async () => {
    const tree = run({ dynamic: { child: { start: 'worker', restart: 'transient' } } });
    await tree.startChild({ args: ['first'] });
    await tree.startChild({ id: 'named' });
    const { live, ...spec } = parsed(tree);
    expect(live.children?.map(({ id, start, live: now }) => [id, start, now?.path])).toEqual([
      ['1', 'worker', '1'],
      ['named', 'worker', 'named'],
    ]);
    const child = { id: 'child', ...DEFAULTS, start: 'worker', restart: 'transient' };
    expect(spec).toEqual({
      dynamic: { child, intensity: 1, period: 5_000, autoShutdown: 'never', restore: false },
    });
    await tree.stop();
  });

  it('shows what a named supervisor is made of among what is live, for its spec says the name', async () => {
    const house = supervisor({ strategy: 'one_for_all', children: [{ id: 'a', start: idle }] });
    const pool = dynamicSupervisor({ child: { start: idle }, maxChildren: 4 });
    const children: NodeSpec[] = [
      { id: 'house', start: 'house' },
      { id: 'pool', start: 'pool' },
    ];
    const tree = run({ children }, { actors: { house, pool } });
    await tree.startChild({}, 'pool');
    const [first, second] = parsed(tree).children ?? [];
    expect(first).not.toHaveProperty('children');
    expect(first).toMatchObject({ start: 'house', live: { strategy: 'one_for_all', children: [{ id: 'a' }] } });
    expect(second).not.toHaveProperty('dynamic');
    expect(second).toMatchObject({ start: 'pool', live: { dynamic: { maxChildren: 4 }, children: [{ id: '1' }] } });
    await tree.stop();
    const planned = parsed(tree).children as readonly ChildJson[];
    expect(planned.map(({ id, start: name }) => [id, name])).toEqual([
      ['house', 'house'],
      ['pool', 'pool'],
    ]);
  });

  it('shows a tree of code, without names, and what a start function made', async () => {
    const made = (): AnyActorLogic => supervisor({ children: [{ id: 'a', start: idle }] });
    const tree = run(supervisor({ children: [{ id: 'up', start: made, type: 'supervisor' }] }));
    expect(parsed(tree)).toMatchObject({ children: [{ id: 'up', children: [{ id: 'a', live: { path: 'up/a' } }] }] });
    expect(JSON.stringify(tree)).not.toContain('"start"');
    await tree.stop();
  });

  it('holds no input, no argument and no context', async () => {
    const keeper = createMachine({ context: { secret: 'sesame' } });
    const secret = { input: { secret: 'sesame' }, args: ['sesame'] };
    const children: NodeSpec[] = [
      { id: 'a', start: 'keeper', ...secret },
      { id: 'pool', dynamic: { args: ['sesame'], child: { start: 'keeper', ...secret } } },
    ];
    const tree = run({ children }, { actors: { keeper } });
    await tree.startChild({ args: ['sesame'] }, 'pool');
    expect(parsed(tree).children).toMatchObject([{ id: 'a' }, { live: { children: [{ id: '1' }] } }]);
    expect(JSON.stringify(tree)).not.toContain('sesame');
    await tree.stop();
  });

  const circle: { self?: unknown } = {};
  circle.self = circle;

  test.each([
    ['a name', 'joined', 'joined'],
    ['an object', { joined: 'degraded' }, { joined: 'degraded' }],
    ['null', null, null],
    ['nothing', undefined, undefined],
    ['a number that JSON has not', Number.NaN, 'NaN'],
    ['a bigint', 10n, '10n'],
    ['an object with a bigint', { n: 10n }, 'an object that JSON cannot express'],
    ['a circle', circle, 'an object that JSON cannot express'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a function', () => 1, 'a function'],
    [
      'an object whose toJSON throws',
      { toJSON: () => circle['self'] === circle && JSON.parse('{') },
      'an object that JSON cannot express',
    ],
  ])('describes a state that is no JSON: %s', async (_title, value, expected) => {
    const odd = {
      transition: (snapshot: unknown) => snapshot,
      getInitialSnapshot: () => ({ status: 'active', output: undefined, error: undefined, value }),
      getPersistedSnapshot: (snapshot: unknown) => snapshot,
    } as unknown as AnyActorLogic;
    const tree = run({ children: [{ id: 'odd', start: odd }] });
    expect(parsed(tree).children?.[0]?.live?.state).toEqual(expected);
    await tree.stop();
  });

  it('shows the others when a state cannot even be looked at', async () => {
    const odd = {
      transition: (snapshot: unknown) => snapshot,
      getInitialSnapshot: () => ({
        status: 'active',
        get value() {
          throw new Error('closed');
        },
      }),
      getPersistedSnapshot: (snapshot: unknown) => snapshot,
    } as unknown as AnyActorLogic;
    const tree = run({
      children: [
        { id: 'odd', start: odd },
        { id: 'b', start: 'idle' },
      ],
    });
    expect(parsed(tree).children?.map(({ live }) => live?.status)).toEqual(['running', 'running']);
    expect(tree.view().supervisor?.children.map(({ state }) => state)).toEqual([undefined, undefined]);
    await tree.stop();
  });
});
