/** Supervisors under random plans and random blows, against a model that restarts by the book; and every edge of the chart. */
import fc from 'fast-check';
import { SimulatedClock } from 'xstate';
import { type ChildSpec, type ChildView, start, supervisor, type Tree } from '../../supervisors/index.js';
import { Model, type Picture, type Plan } from './support/model.js';
import { EDGES, Moves } from './support/moves.js';
import { settle } from './support/settle.js';
import { idle, worker } from './support/workers.js';

const strategy = fc.constantFrom('one_for_one', 'one_for_all', 'rest_for_one');
const restart = fc.constantFrom('permanent', 'transient', 'temporary');
const intensity = fc.constantFrom(0, 1, 2, 5);

const plans = (depth: number): fc.Arbitrary<readonly Plan[]> =>
  fc
    .array(depth === 0 ? leaf : fc.oneof({ weight: 2, arbitrary: leaf }, branch(depth - 1)), { maxLength: 4 })
    .map((children) => children.map((child, index) => ({ ...child, id: 'abcd'[index] ?? '' })));
const leaf: fc.Arbitrary<Plan> = fc.record({ id: fc.constant(''), restart });
const branch = (depth: number): fc.Arbitrary<Plan> =>
  fc.record({
    id: fc.constant(''),
    restart,
    below: fc.record({ strategy, intensity, period: fc.constant(1_000), children: plans(depth) }),
  });

/** `pick` chooses among the children that there are when the step is taken. */
const step = fc.record({
  op: fc.constantFrom('exit', 'exit', 'exit', 'exit', 'terminate', 'restart', 'delete', 'wait'),
  pick: fc.nat(),
  reason: fc.constantFrom<unknown>('normal', 'shutdown', { shutdown: 'why' }, 'boom', new Error('boom')),
  ms: fc.constantFrom(1, 500, 1_000, 1_001),
});

const WORKER = worker();

function specOf({ id, restart, below }: Plan): ChildSpec {
  if (below === undefined) return { id, restart, start: WORKER };
  return { id, restart, start: supervisor({ ...below, children: below.children.map(specOf) }) };
}

function pictureOf(tree: Tree): Picture {
  const of = (view: ChildView): string[] =>
    (view.supervisor?.children ?? []).flatMap((child) => [
      `${child.status === 'running' ? '' : '-'}${child.path}#${child.incarnation}`,
      ...of(child),
    ]);
  const view = tree.view();
  return view.status === 'stopped' ? ['down'] : of(view);
}

it('does what the rules say, whatever dies in whichever tree', async () => {
  const moves = new Moves();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(branch(2), fc.array(step, { maxLength: 12 }), async (plan, steps) => {
      runs += 1;
      const clock = new SimulatedClock();
      const model = new Model({ ...plan, id: '' });
      const below = plan.below ?? { children: [] };
      const logic = supervisor({ ...below, children: below.children.map(specOf) });
      const tree = start(logic, { clock, inspect: moves.inspect });
      expect(pictureOf(tree)).toEqual(model.picture());
      for (const { op, pick, reason, ms } of steps) {
        const paths = op === 'exit' ? model.workers() : model.children();
        const path = paths[pick % paths.length];
        if (op === 'wait') {
          clock.increment(ms);
          model.now += ms;
        } else if (path === undefined) continue;
        else if (op === 'exit') {
          tree.find(path)?.actor.send({ type: 'exit', reason });
          model.exit(path, reason);
          await settle();
        } else if (op === 'terminate') {
          await tree.terminateChild(path);
          model.terminate(path);
        } else {
          const done = op === 'restart' ? tree.restartChild(path) : tree.deleteChild(path);
          const allowed = op === 'restart' ? model.restart(path) : model.delete(path);
          expect(
            await done.then(
              () => true,
              () => false,
            ),
          ).toBe(allowed);
        }
        expect(pictureOf(tree)).toEqual(model.picture());
      }
      await tree.stop();
      expect(pictureOf(tree)).toEqual(['down']);
    }),
    { numRuns: 1_000 },
  );
  expect(runs).toBeGreaterThanOrEqual(1_000);
  expect([...moves.seen].filter((move) => !EDGES.includes(move))).toEqual([]);
});

describe('the chart of a supervisor', () => {
  it('has an edge for every move, and every move is made', async () => {
    const moves = new Moves();
    const observed = async (children: readonly ChildSpec[], act: (tree: Tree, clock: SimulatedClock) => unknown) => {
      const clock = new SimulatedClock();
      const tree = start(supervisor({ children }), { clock, inspect: moves.inspect, random: () => 0.5 });
      await act(tree, clock);
      await settle();
      for (let due = 0; due < 20; due++) {
        clock.increment(1_000);
        await settle();
      }
    };
    const quick: ChildSpec = { id: 'a', start: worker() };
    const patient: ChildSpec = { id: 'a', start: worker(), backoff: {} };
    const slow: ChildSpec = { id: 'b', start: worker({ slow: 100 }) };
    const broken: ChildSpec = { id: 'c', start: Object.create(idle, { getInitialSnapshot: { value: null } }) };
    const crash = async (tree: Tree, times = 1): Promise<void> => {
      for (let time = 0; time < times; time++) {
        tree.find('a')?.actor.send({ type: 'crash' });
        await settle();
      }
    };
    const kill = (tree: Tree): void => tree.root.send({ type: 'xstate.stop' });
    const stop = (tree: Tree): void => void tree.stop();

    await observed([quick], (tree) => tree.stop());
    await observed([quick, slow], stop);
    await observed([broken], () => {});
    await observed([slow, broken], () => {});
    await observed([slow, broken], kill);
    await observed([quick], kill);
    await observed([quick], (tree) => crash(tree, 2));
    await observed([slow, quick], (tree) => crash(tree, 2));
    await observed([slow, quick], (tree) => crash(tree, 2).then(() => kill(tree)));
    await observed([slow, quick], async (tree) => {
      stop(tree);
      await settle();
      kill(tree);
    });
    await observed([patient], (tree) => crash(tree));
    for (const end of [stop, kill]) await observed([patient], (tree) => crash(tree).then(() => end(tree)));
    await observed([slow, patient], (tree) => crash(tree).then(() => stop(tree)));
    const other: ChildSpec = { id: 'other', start: worker() };
    for (const more of [[], [slow]]) {
      await observed([patient, ...more, other], async (tree) => {
        await crash(tree);
        tree.find('other')?.actor.send({ type: 'crash' });
      });
    }
    expect([...moves.seen].sort()).toEqual([...new Set(EDGES)].sort());
  });
});
