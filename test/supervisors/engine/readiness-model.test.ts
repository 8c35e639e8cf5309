/** `waitFor: 'ready'` under random plans and random blows: who may be started when, and that all are up in the end. */
import fc from 'fast-check';
import { type ChildSpec, type ChildView, type Report, start, supervisor } from '../../../supervisors/index.js';
import { CountingClock } from '../../support/counting-clock.js';
import { EDGES, Moves } from '../support/moves.js';
import { settle } from '../support/settle.js';
import { warming } from '../support/warming.js';

const strategy = fc.constantFrom('one_for_one', 'one_for_all', 'rest_for_one');
const leaf = fc.record({
  ready: fc.boolean(),
  more: fc.constantFrom<Partial<ChildSpec>>(
    {},
    { backoff: { first: 100, base: 100 } },
    { startTimeout: 300 },
    { budget: { intensity: 1, period: 500 }, probe: 200 },
  ),
});
const branch = fc.record({ strategy, children: fc.array(leaf, { maxLength: 3 }) });
const plan = fc.record({ strategy, children: fc.array(fc.oneof(leaf, branch), { minLength: 1, maxLength: 4 }) });
type Leaf = typeof leaf extends fc.Arbitrary<infer T> ? T : never;
type Branch = typeof branch extends fc.Arbitrary<infer T> ? T : never;

const step = fc.record({
  op: fc.constantFrom('warm', 'warm', 'crash', 'crash', 'wait'),
  pick: fc.nat(),
  ms: fc.constantFrom(1, 50, 100, 300),
});

const MOST = { intensity: 1_000, period: 1_000 } as const;

function specOf(id: string, given: Leaf | Branch): ChildSpec {
  if ('children' in given) return { id, start: supervisorOf(given) };
  return warming(id, [], given.ready ? given.more : { ...given.more, ready: () => true });
}

const supervisorOf = ({ strategy, children }: { strategy: Branch['strategy']; children: readonly (Leaf | Branch)[] }) =>
  supervisor({ ...MOST, strategy, waitFor: 'ready', children: children.map((each, at) => specOf(`${at}`, each)) });

function leavesOf(view: ChildView): readonly ChildView[] {
  return (view.supervisor?.children ?? []).flatMap((child) =>
    child.type === 'supervisor' ? leavesOf(child) : [child],
  );
}

/** Those that its own supervisor has before a child, and that are not ready now. What is above that one is not its affair. */
function obstaclesOf(path: string, root: ChildView): readonly string[] {
  const ids = path.split('/');
  const id = ids.pop();
  let children = root.supervisor?.children ?? [];
  for (const above of ids) children = children.find((child) => child.id === above)?.supervisor?.children ?? [];
  const before = children.slice(
    0,
    children.findIndex((child) => child.id === id),
  );
  return before.filter((child) => !child.isReady).map((child) => child.path);
}

it('starts nothing while a child before it is not ready; all are up in the end, and no timer is left', async () => {
  const moves = new Moves();
  let waited = 0;
  await fc.assert(
    fc.asyncProperty(plan, fc.array(step, { maxLength: 12 }), async (given, steps) => {
      const clock = new CountingClock();
      const early: string[] = [];
      let look = (): ChildView | undefined => undefined;
      const onReport = ({ type, path }: Report): void => {
        const view = type === 'started' ? look() : undefined;
        if (view !== undefined) early.push(...obstaclesOf(path, view).map((other) => `${path} before ${other}`));
      };
      const tree = start(supervisorOf(given), { clock, onReport, random: () => 0.5, inspect: moves.inspect });
      look = () => tree.view();
      await settle();
      const leaves = (): readonly ChildView[] => leavesOf(tree.view());
      for (const { op, pick, ms } of steps) {
        const running = leaves().filter(({ status }) => status === 'running');
        const path = running[pick % running.length]?.path;
        if (op === 'wait') clock.increment(ms);
        else if (path !== undefined) tree.find(path)?.actor.send({ type: op });
        await settle();
        expect(early).toEqual([]);
        waited += leaves().filter(({ status }) => status === 'waiting').length;
      }
      // Everyone gets ready as soon as it runs, and nobody fails any more.
      for (let round = 0; round < 40 && leaves().some(({ isReady }) => !isReady); round++) {
        for (const { path, status, isReady } of leaves()) {
          if (status === 'running' && !isReady) tree.find(path)?.actor.send({ type: 'warm' });
        }
        await settle();
        clock.increment(100);
        await settle();
      }
      expect(early).toEqual([]);
      expect(leaves().map(({ path, status, isReady }) => ({ path, status, isReady }))).toEqual(
        leaves().map(({ path }) => ({ path, status: 'running', isReady: true })),
      );
      expect(tree.view().isReady).toBe(true);
      expect(clock.timers).toBe(0);
      await tree.stop();
      expect(clock.timers).toBe(0);
    }),
    { numRuns: 200 },
  );
  expect(waited).toBeGreaterThan(100);
  expect([...moves.seen].filter((move) => !EDGES.includes(move))).toEqual([]);
});
