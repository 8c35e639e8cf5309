/**
 * Children that fail in every way, at every moment and at every depth, each in a tree of its own. It prints a line for each
 * that leaves something behind, or that reaches the process: nobody has put a guard there.
 */
import {
  type AnyActorLogic,
  type AnyActorRef,
  fromCallback,
  fromEventObservable,
  fromObservable,
  fromPromise,
  type InspectionEvent,
  setup,
} from 'xstate';
import {
  type ChildSpec,
  dynamicSupervisor,
  exit,
  link,
  monitor,
  sendExit,
  start,
  supervised,
  supervisor,
  type Tree,
} from '../../supervisors/index.js';
import { hasEnded } from '../../supervisors/links/watch.js';
import { FAILURES, fail, idle, observable, worker } from '../supervisors/support/workers.js';
import { CountingClock } from './counting-clock.js';

const reached: string[] = [];
let now = '';
for (const event of ['uncaughtException', 'unhandledRejection', 'warning'] as const) {
  process.on(event, (error: unknown) => reached.push(`${now}: ${event}: ${String(error)}`));
}

const fails = (): never => {
  throw new Error('fails');
};
const rejects = () => Promise.reject(new Error('fails'));

/** A machine that has another logic as its child, beside a timer and a socket. */
const above = (logic: AnyActorLogic, onError: object | undefined): AnyActorLogic =>
  setup({ actors: { logic, idle } }).createMachine({
    initial: 'busy',
    states: {
      busy: {
        invoke: [{ src: 'idle' }, { id: 'below', src: 'logic', ...(onError === undefined ? {} : { onError }) }],
        after: { 60000: 'never' },
      },
      never: {},
    },
  });

/** What fails when it is stopped, or ends, or after that. */
const ENDINGS: readonly (readonly [string, AnyActorLogic])[] = [
  ['a callback whose cleanup throws', fromCallback(() => fails)],
  ['a callback whose cleanup rejects is caught by itself', fromCallback(() => () => void rejects().catch(() => {}))],
  [
    'a callback that sends while it is cleaned up',
    fromCallback(
      ({ sendBack }) =>
        () =>
          sendBack({ type: 'late' }),
    ),
  ],
  [
    'an observable whose cleanup throws',
    fromObservable(() => ({ subscribe: () => ({ unsubscribe: fails }) }) as never),
  ],
  [
    'an event observable that fails when it is cleaned up',
    fromEventObservable(
      () =>
        ({
          subscribe: ({ error }: { error: (error: unknown) => void }) => ({
            unsubscribe: () => error(new Error('fails')),
          }),
        }) as never,
    ),
  ],
  [
    'a promise that rejects when it is given up',
    fromPromise(
      ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('fails')))),
    ),
  ],
  ['a machine whose exit throws', setup({}).createMachine({ exit: fails, on: { 'supervisor.shutdown': {} } })],
  [
    'a machine that throws when it is asked to end',
    setup({}).createMachine({ on: { 'supervisor.shutdown': { actions: fails } } }),
  ],
  ['a machine whose entry rejects', setup({}).createMachine({ entry: rejects })],
  ['a machine whose entry rejects later', setup({}).createMachine({ entry: () => Promise.resolve().then(rejects) })],
  ['a machine whose exit rejects', setup({}).createMachine({ exit: rejects })],
  [
    'a machine whose action rejects when it is asked to end',
    setup({}).createMachine({
      initial: 'a',
      states: { a: { on: { 'supervisor.shutdown': { target: 'b', actions: rejects } } }, b: { type: 'final' } },
    }),
  ],
  [
    'a machine whose output throws',
    setup({}).createMachine({
      initial: 'a',
      states: { a: { on: { 'supervisor.shutdown': 'b' } }, b: { type: 'final' } },
      output: fails,
    }),
  ],
  [
    'a machine that ends with a reason',
    setup({}).createMachine({
      initial: 'a',
      states: { a: { on: { 'supervisor.shutdown': 'b' } }, b: { type: 'final' } },
      output: () => exit(new Error('fails')),
    }),
  ],
  [
    'an observable that ends',
    fromObservable(() => observable((observer) => queueMicrotask(() => observer.complete?.()))),
  ],
];

async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Runs one tree, and looks at what is left of it. */
async function tried(title: string, children: readonly ChildSpec[], blows: (tree: Tree) => unknown): Promise<void> {
  now = title;
  const clock = new CountingClock();
  const actors = new Set<AnyActorRef>();
  const inspect = (event: InspectionEvent): void =>
    void (event.type === '@xstate.actor' && actors.add(event.actorRef as AnyActorRef));
  const tree = start(supervisor({ intensity: 20, children }), { clock, inspect });
  await settle();
  await blows(tree);
  await settle();
  const stopped = tree.stop();
  await settle();
  clock.increment(10_000);
  await stopped;
  await settle();
  const left = [...actors].filter((actor) => !hasEnded(actor)).map(({ id }) => id);
  if (left.length > 0) reached.push(`${title}: still running: ${left.join(', ')}`);
  if (clock.timers > 0) reached.push(`${title}: timers: ${clock.timers}`);
}

/** Hits the children at a path, or what is below them, until their supervisor gives up or they are not to be hit. */
const hit = (path: string) => async (tree: Tree) => {
  for (let blow = 0; blow < 3; blow++) {
    const actor = tree.find(path)?.actor;
    const below: AnyActorRef | undefined = actor?.getSnapshot().children?.['below'];
    if (actor !== undefined) fail(below ?? actor);
    await settle();
  }
};

async function main(): Promise<void> {
  let trees = 0;
  const run = async (...args: Parameters<typeof tried>) => {
    trees += 1;
    await tried(...args);
  };
  for (const [name, when, logic] of FAILURES) {
    const places: readonly (readonly [string, AnyActorLogic])[] = [
      ['', logic],
      [' below a machine', above(logic, undefined)],
      [' below a machine that minds', above(logic, {})],
      [' below two machines', above(above(logic, undefined), undefined)],
    ];
    for (const [place, start] of places) {
      const title = `${name}${place}`;
      await run(
        title,
        [
          { id: 'a', start },
          { id: 'b', start: worker() },
        ],
        hit('a'),
      );
      await run(
        `${title}, in a tree`,
        [{ id: 's', start: supervisor({ intensity: 1, children: [{ id: 'a', start }] }) }],
        hit('s/a'),
      );
      await run(`${title}, added`, [{ id: 's', start: dynamicSupervisor() }], async (tree) => {
        await tree.startChild({ id: 'a', start }, 's').catch(() => {});
        await hit('s/a')(tree);
      });
      if (when === 'start') {
        let starts = 0;
        const flaky = () => (++starts % 2 === 1 ? worker() : start);
        await run(`${title}, when restarted`, [{ id: 'a', start: flaky, backoff: { first: 10 } }], async (tree) => {
          tree.find('a')?.actor.send({ type: 'crash' });
        });
      }
    }
  }
  for (const [name, logic] of ENDINGS) {
    for (const [place, start] of [
      ['', logic],
      [' below a machine', above(supervised(logic), undefined)],
    ] as const) {
      await run(`${name}${place}, stopped`, [{ id: 'a', start, shutdown: 100 }], () => {});
      await run(`${name}${place}, killed`, [{ id: 'a', start, shutdown: 'brutal_kill' }], () => {});
      await run(`${name}${place}, sent an exit`, [{ id: 'a', start }], (tree) => {
        for (const reason of ['boom', 'kill']) {
          const found = tree.find('a');
          if (found !== undefined) sendExit(found.actor, reason);
        }
      });
      await run(
        `${name}${place}, whose supervisor is killed`,
        [{ id: 's', start: supervisor({ children: [{ id: 'a', start, shutdown: 100 }] }) }],
        (tree) => {
          const found = tree.find('s');
          if (found !== undefined) sendExit(found.actor, 'kill');
        },
      );
    }
  }
  const hooks: readonly (readonly [string, Partial<ChildSpec>])[] = [
    ['a start function that throws', { start: fails }],
    ['a start function that is async', { start: (async () => worker()) as never }],
    ['a start function that rejects', { start: rejects as never }],
    ['an input that throws', { input: fails }],
    ['a judge that throws', { judge: fails }],
    ['a judge that is async', { judge: (async () => 'park') as never }],
    ['a judge that rejects', { judge: rejects as never }],
    ['a ready that throws', { ready: fails }],
    ['a ready that is async', { ready: (async () => true) as never }],
    ['a ready that rejects', { ready: rejects as never }],
    [
      'a ready that never comes',
      { ready: () => false, startTimeout: 100, probe: 100, budget: { intensity: 0, period: 1 } },
    ],
    ['a handle that throws', { handle: fails }],
    ['a handle whose functions throw', { handle: () => ({ started: fails, exited: fails, disposed: fails }) }],
    ['a handle whose functions reject', { handle: () => ({ started: rejects, exited: rejects, disposed: rejects }) }],
    ['a handle that is never ready', { handle: () => ({ ready: rejects() }) }],
  ];
  for (const [name, spec] of hooks) {
    await run(name, [{ id: 'a', start: worker(), ...spec }], (tree) => tree.find('a')?.actor.send({ type: 'crash' }));
  }
  for (const [name, listener] of [
    ['throws', fails],
    ['rejects', rejects],
  ] as const) {
    await run(`a listener that ${name}`, [{ id: 'a', start: worker() }], (tree) => {
      const found = tree.find('a');
      if (found === undefined) return;
      monitor(found.actor, listener);
      tree.monitor('a', listener);
      tree.onReport(listener);
      found.actor.send({ type: 'crash' });
    });
  }
  await run(
    'links in a ring',
    ['a', 'b', 'c'].map((id) => ({ id, start: worker() })),
    (tree) => {
      const [a, b, c] = ['a', 'b', 'c'].map((id) => tree.find(id)?.actor);
      if (a === undefined || b === undefined || c === undefined) return;
      link(a, b);
      link(b, c);
      link(c, a);
      b.send({ type: 'crash' });
    },
  );
  await settle();
  for (const line of reached) console.log(line);
  console.log(`${trees} trees`);
}

void main();
