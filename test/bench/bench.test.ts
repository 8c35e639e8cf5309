import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, run } from '../support/programs.js';
import { describeWith } from '../support/requirement.js';
import { ROOT } from '../support/source-files.js';
import type { Comparison as ClientComparison } from './clients/compare.js';
import type { Section } from './comparison.js';
import type { Comparison as RouterComparison } from './router/compare.js';
import type { Comparison } from './supervision/compare.js';

/** Many times what it takes: all tests of the project may run at the same time. */
const DEADLINE_MS = 180_000;

/** `npm run bench -- ...args`, without npm. */
function bench(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const program = ['--disable-warning=DEP0180', '--require', 'ts-node/register', join(__dirname, 'bench.ts'), ...args];
  return run(process.execPath, program, { cwd: ROOT, deadline: DEADLINE_MS, env }).ended;
}

async function quickly<T>(
  verb: string,
  env: Readonly<Record<string, string>> = {},
  ...more: readonly string[]
): Promise<{ outcome: Outcome; figures: T }> {
  const file = join(tmpdir(), `respell-bench-${process.pid}-${verb}.json`);
  try {
    const outcome = await bench([verb, '--quick', '--json', file, ...more], env);
    return { outcome, figures: JSON.parse(readFileSync(file, 'utf8')) as T };
  } finally {
    rmSync(file, { force: true });
  }
}

/** What was measured on both sides or one, as `measure kind` and `measure Erlang`, if it is a figure above 0. */
function measured({ sections }: Comparison): readonly string[] {
  return sections.flatMap(({ id, rows, erlang }) => [
    ...rows.filter(({ ours }) => Math.min(...ours.rounds) > 0).map(({ kind }) => `${id} ${kind}`),
    ...(erlang !== undefined && Math.min(...erlang.rounds) > 0 ? [`${id} Erlang`] : []),
  ]);
}

const MEASURES = [
  'restartsShortWindow',
  'restartsLongWindow',
  'restartsHugeWindow',
  'latencyMedian',
  'latencyP99',
  'starts',
  'memory',
  'stop',
  'stopTimed',
];
const KINDS = ['custom', 'machine', 'invoking'];

describeWith('erlang', 'npm run bench -- supervision, beside Erlang', () => {
  it(
    'measures everything on both sides, and says how one compares with the other',
    async () => {
      const { outcome, figures } = await quickly<Comparison>('supervision');
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(measured(figures)).toEqual(
        MEASURES.flatMap((measure) => [...KINDS, 'Erlang'].map((of) => `${measure} ${of}`)),
      );
      expect(figures.sections.flatMap(({ rows }) => rows).every(({ ratio }) => (ratio?.low ?? 0) > 0)).toBe(true);
      expect(figures.versions.erlang?.flavor).toBe('jit');
      expect(outcome.stdout).toContain('ours / Erlang');
    },
    DEADLINE_MS,
  );
});

describe('npm run bench -- supervision', () => {
  it(
    'measures ours alone where there is no Erlang, and says what would change that',
    async () => {
      const { outcome, figures } = await quickly<Comparison>('supervision', { PATH: '' });
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(measured(figures)).toEqual(MEASURES.flatMap((measure) => KINDS.map((kind) => `${measure} ${kind}`)));
      expect(outcome.stdout).toContain(
        'There is nothing to compare with: erlang was not found: npm run setup -- erlang',
      );
    },
    DEADLINE_MS,
  );

  it.each([
    [['supervisor'], 'bench: expected one of supervision, clients, router, received supervisor\n'],
    [
      ['supervision', '--beside', '..'],
      'bench: expected --beside with clients or router, received it with supervision\n',
    ],
    [['supervision', '--slow'], "bench: Unknown option '--slow'\n"],
  ])('refuses %j in one line', async (args, stderr) => {
    expect(await bench(args)).toMatchObject({ code: 2, stdout: '', stderr });
  });

  it('says what kept it from writing the figures, before it measures anything', async () => {
    const outcome = await bench(['supervision', '--quick', '--json', join(tmpdir(), 'no-such-folder', 'figures.json')]);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^bench: ENOENT: [^\n]*\n$/);
  });
});

/** The titles of the rows of each section that have a figure above 0, and a ratio where that is due. */
function shown({ sections }: { readonly sections: readonly Section[] }): readonly (readonly string[])[] {
  return sections.map(({ rows }) =>
    rows
      .filter(({ figures, ratio }) => Math.min(...figures.rounds) >= 0 && (ratio === undefined || ratio.low >= 0))
      .map(({ title }) => title),
  );
}

const both = (...names: readonly string[]) => [...names, ...names.map((name) => `${name}: processor time for each`)];

describeWith('nexus', 'npm run bench -- router, beside nexus', () => {
  it(
    'loads both with everything, and says how one compares with the other',
    async () => {
      const { outcome, figures } = await quickly<RouterComparison>('router');
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(shown(figures)).toEqual(figures.sections.map(() => both('respell', 'nexus')));
      expect(outcome.stdout).toContain('ours / it');
    },
    DEADLINE_MS,
  );
});

describe('npm run bench -- router', () => {
  it(
    'measures another checkout beside this one',
    async () => {
      const { outcome, figures } = await quickly<RouterComparison>('router', {}, '--beside', ROOT);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(shown(figures)[0]?.slice(0, 2)).toEqual(['respell', 'the other checkout']);
    },
    DEADLINE_MS,
  );
});

describeWith(['js-clients', 'node22'], 'npm run bench -- clients, beside others', () => {
  it(
    'measures each of them at the same router',
    async () => {
      const { outcome, figures } = await quickly<ClientComparison>('clients');
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(shown(figures)).toEqual(figures.sections.map(() => both('respell', 'autobahn-js', 'wampy')));
    },
    DEADLINE_MS,
  );
});
