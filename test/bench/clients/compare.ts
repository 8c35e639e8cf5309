/** Has the clients take turns at one and the same router, each in a process of its own. */
import { join } from 'node:path';
import { locate } from '../../../scripts/system-parts.js';
import { ROOT } from '../../support/source-files.js';
import { outputOf } from '../child-process.js';
import { type Machine, machine, type Section, versionOf } from '../comparison.js';
import { type Figures, Rounds } from '../rounds.js';
import { startEmbedded } from '../router/contenders.js';
import type { ClientName } from './adapters.js';
import { FULL, MEASURES, type MeasureId, type Order, QUICK, SERIALIZATIONS, type Sizes } from './measures.js';
import { startOtherEnd } from './other-end.js';

/** For one process, many times what it takes. */
const DEADLINE_MS = 60_000;

/** All that a run has measured. It can become JSON. */
export interface Comparison {
  readonly quick: boolean;
  readonly sizes: Sizes;
  readonly took: number;
  readonly machine: Machine;
  readonly versions: { readonly node: string; readonly autobahn?: string; readonly wampy?: string };
  /** Why there is no other client, and what to do about it. */
  readonly withoutOthers?: string;
  readonly sections: readonly Section[];
}

interface CompareOptions {
  readonly quick: boolean;
  /** The folder of another checkout of this project, whose peer is measured, too. */
  readonly beside: string | undefined;
  readonly onProgress: (what: string) => void;
}

interface Contender {
  readonly name: string;
  readonly client: ClientName;
  readonly folder: string;
}

/** @throws {ProgramFailed} when a client, or the router, fails */
export async function compare({ quick, beside, onProgress }: CompareOptions): Promise<Comparison> {
  const begun = performance.now();
  const sizes = quick ? QUICK : FULL;
  const packages = locate('js-clients');
  // autobahn-js needs it, and all of them have to have the same.
  const node = locate('node22');
  const others = packages.available && node.available ? packages.path : undefined;
  const contenders: readonly Contender[] = [
    { name: 'respell', client: 'respell', folder: ROOT },
    ...(beside === undefined ? [] : [{ name: 'the other checkout', client: 'respell', folder: beside } as const]),
    ...(others === undefined
      ? []
      : (['autobahn-js', 'wampy'] as const).map((client) => ({ name: client, client, folder: others }))),
  ];
  const program = node.available ? node.path : process.execPath;
  const rounds = await measureAll(contenders, program, sizes, onProgress);
  const missing = [packages, node].flatMap((part) => (part.available ? [] : [`${part.why}: ${part.get}`]));
  return {
    quick,
    sizes,
    took: performance.now() - begun,
    machine: machine(),
    versions: {
      node: (await outputOf(program, ['--version'], DEADLINE_MS)).trim().slice(1),
      ...(others !== undefined && { autobahn: versionOf('autobahn', others), wampy: versionOf('wampy', others) }),
    },
    ...(missing.length > 0 && { withoutOthers: missing.join('; ') }),
    sections: SERIALIZATIONS.flatMap(([serializer, called]) =>
      MEASURES.map(({ id, title }) => rounds.section(`${id} ${serializer}`, `${title}: ${called} over WebSocket`)),
    ),
  };
}

async function measureAll(
  contenders: readonly Contender[],
  program: string,
  sizes: Sizes,
  onProgress: (what: string) => void,
): Promise<Rounds> {
  const rounds = new Rounds(contenders.map(({ name }) => name));
  const router = await startEmbedded();
  try {
    const endOtherEnd = await startOtherEnd(router.ports);
    const url = `ws://127.0.0.1:${router.ports.websocket}/ws`;
    for (let round = 1; round <= sizes.rounds; round += 1) {
      for (const [serializer, called] of SERIALIZATIONS) {
        for (const { name, client, folder } of contenders) {
          onProgress(`round ${round} of ${sizes.rounds}: ${called}: ${name}`);
          const measured = await measure(program, { ...sizes, client, folder, url, serializer });
          for (const { id } of MEASURES) rounds.add(name, `${id} ${serializer}`, measured[id]);
        }
      }
    }
    await endOtherEnd();
  } finally {
    await router.stop();
  }
  return rounds;
}

async function measure(program: string, order: Order): Promise<Record<MeasureId, Figures>> {
  const runner = ['--disable-warning=DEP0180', '--require', 'ts-node/register', join(__dirname, 'client-program.ts')];
  return JSON.parse(await outputOf(program, [...runner, JSON.stringify(order)], DEADLINE_MS));
}
