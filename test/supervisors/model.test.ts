/** Supervisors under random plans and random blows, against a model of OTP's rules; and every edge of the chart. */
import fc from 'fast-check';
import { SimulatedClock } from 'xstate';
import { type ChildSpec, start, supervisor, type Tree } from '../../supervisors/index.js';
import { agree } from './support/agreement.js';
import { commandsFor, happenings } from './support/happenings.js';
import { EDGES, Moves } from './support/moves.js';
import { settle } from './support/settle.js';
import { SITUATIONS, type Situation } from './support/situations.js';
import { trees } from './support/trees.js';
import { idle, worker } from './support/workers.js';

/** How many runs, and which. `MODEL_RUNS=100000` takes some minutes. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 2_000);
const SEED = Number(process.env['MODEL_SEED'] ?? 65);
/** So many runs bring about every situation. */
const ENOUGH_RUNS = 1_000;
const TIMEOUT_MS = 60_000 + RUNS * 60;

it(
  'does what the rules say, whatever happens in whichever tree',
  async () => {
    const moves = new Moves();
    const seen = new Map<Situation, number>();
    let [runs, performed, reordered] = [0, 0, 0];
    const resolution = fc.constantFrom(1, 250, 1_000);
    const property = fc.asyncProperty(trees, happenings, resolution, async (plan, what, milliseconds) => {
      const commands = commandsFor(plan, what);
      const agreement = await agree(plan, milliseconds, commands, moves.inspect);
      runs += 1;
      performed += commands.length;
      if (agreement.reordered > 0) reordered += 1;
      for (const situation of agreement.seen) seen.set(situation, (seen.get(situation) ?? 0) + 1);
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED });
    const show = (figure: number): string => figure.toLocaleString('en');
    const [rarest, times] = [...seen].sort(([, a], [, b]) => a - b)[0] ?? ['nothing', 0];
    process.stdout.write(
      `model: ${show(runs)} runs, ${show(performed)} commands, 0 divergences, seed ${SEED} ` +
        `(${show(reordered)} runs in another order than the first; least often seen: ${rarest}, in ${show(times)})\n`,
    );
    expect(runs).toBe(RUNS);
    if (RUNS >= ENOUGH_RUNS) expect(SITUATIONS.filter((situation) => !seen.has(situation))).toEqual([]);
    expect([...moves.seen].filter((move) => !EDGES.includes(move))).toEqual([]);
  },
  TIMEOUT_MS,
);

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
