/** Runs both sides in turn, each time in a process of its own, so that what else the machine does hits both alike. */
import { join } from 'node:path';
import { locate } from '../../../scripts/system-parts.js';
import { outputOf } from '../child-process.js';
import { type Machine, machine, versionOf } from '../comparison.js';
import { type Range, ratio, type Series, series } from '../statistics.js';
import { compiled, type Erlang, type ErlangVersions } from './erlang.js';
import { KINDS, type KindId } from './kinds.js';
import { type Figures, FULL, type Measure, measuresOf, QUICK, type Sizes } from './measures.js';

/** For one process, many times what it takes. */
const DEADLINE_MS = 60_000;

/** One measure of one kind of child. */
export interface Row {
  readonly kind: KindId;
  readonly title: string;
  readonly ours: Series;
  /** Of our figure to Erlang's. */
  readonly ratio?: Range;
}

export interface Section extends Measure {
  /** The same for all rows: Erlang has one kind of process. */
  readonly erlang?: Series;
  readonly rows: readonly Row[];
}

/** All that a run has measured. It can become JSON. */
export interface Comparison {
  readonly quick: boolean;
  readonly sizes: Sizes;
  readonly took: number;
  readonly machine: Machine;
  readonly versions: {
    readonly node: string;
    readonly v8: string;
    readonly xstate: string;
    readonly erlang?: ErlangVersions;
  };
  /** Why there is nothing to compare with, and what to do about it. */
  readonly withoutErlang?: string;
  readonly sections: readonly Section[];
}

interface CompareOptions {
  readonly quick: boolean;
  readonly onProgress: (what: string) => void;
}

/**
 * @param options.quick with little of everything, for a test that only wants to see it work
 * @throws {ProgramFailed} when either side fails
 */
export async function compare({ quick, onProgress }: CompareOptions): Promise<Comparison> {
  const begun = performance.now();
  const sizes = quick ? QUICK : FULL;
  const located = locate('erlang');
  const erlang = located.available ? await compiled(located.path) : undefined;
  try {
    const { ours, theirs, versions } = await measure(sizes, erlang, onProgress);
    return {
      quick,
      sizes,
      took: performance.now() - begun,
      machine: machine(),
      versions: {
        node: process.versions.node,
        v8: process.versions.v8,
        xstate: versionOf('xstate'),
        ...(versions === undefined ? {} : { erlang: versions }),
      },
      ...(located.available ? {} : { withoutErlang: `${located.why}: ${located.get}` }),
      sections: measuresOf(sizes).map((each) => section(each, ours, theirs)),
    };
  } finally {
    erlang?.dispose();
  }
}

interface Rounds {
  readonly ours: Readonly<Record<KindId, readonly Figures[]>>;
  readonly theirs: readonly Figures[];
  readonly versions: ErlangVersions | undefined;
}

async function measure(sizes: Sizes, erlang: Erlang | undefined, onProgress: (what: string) => void): Promise<Rounds> {
  const ours: Record<KindId, Figures[]> = { custom: [], machine: [], invoking: [] };
  const theirs: Figures[] = [];
  let versions: ErlangVersions | undefined;
  for (let round = 1; round <= sizes.rounds; round++) {
    const say = (what: string): void => onProgress(`round ${round} of ${sizes.rounds}: ${what}`);
    for (const kind of Object.keys(KINDS) as KindId[]) {
      say(KINDS[kind].title);
      ours[kind].push(await measureOurs(kind, sizes));
      // Right after its nearest counterpart.
      if (erlang === undefined || kind !== 'custom') continue;
      say('Erlang');
      const measured = await erlang.measure(sizes, DEADLINE_MS);
      theirs.push(measured.figures);
      versions = measured.versions;
    }
  }
  return { ours, theirs, versions };
}

async function measureOurs(kind: KindId, sizes: Sizes): Promise<Figures> {
  const runner = ['--expose-gc', '--disable-warning=DEP0180', '--require', 'ts-node/register'];
  const args = [...runner, join(__dirname, 'ours.ts'), kind, JSON.stringify(sizes)];
  return JSON.parse(await outputOf(process.execPath, args, DEADLINE_MS)) as Figures;
}

function section(measure: Measure, ours: Rounds['ours'], theirs: readonly Figures[]): Section {
  const of = (figures: readonly Figures[]): Series => series(figures.map((each) => each[measure.id]));
  const erlang = theirs.length === 0 ? undefined : of(theirs);
  const rows = (Object.keys(KINDS) as KindId[]).map((kind) => {
    const mine = of(ours[kind]);
    const row = { kind, title: KINDS[kind].title, ours: mine };
    return erlang === undefined ? row : { ...row, ratio: ratio(mine, erlang) };
  });
  return { ...measure, ...(erlang === undefined ? {} : { erlang }), rows };
}
