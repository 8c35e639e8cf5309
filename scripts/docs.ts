/**
 * `npm run docs`: draws the state charts in docs/architecture.md, each from the machine's own definition, and writes the JSON
 * schema of the router's configuration file and the table of it in docs/router.md, from its settings, and the table of the
 * router's limits.
 *
 * `npm run docs:check` writes nothing, and exits 1 if one of them shows anything else than the sources have.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { peerMachine } from '../actors/peer.js';
import { routerSessionMachine } from '../actors/router-session.js';
import { sessionMachine } from '../actors/session.js';
import { schemaText, settingsTable } from '../src/cli/router/schema.js';
import { chartOf, toMermaid } from '../src/inspector/index.js';
import { limitsTable } from '../src/routing/limits.js';
import { supervisor, task } from '../supervisors/index.js';

const PAGE = join(__dirname, '../docs/architecture.md');
const SCHEMA = join(__dirname, '../src/cli/router/router-schema.json');
const ROUTER = join(__dirname, '../docs/router.md');

const CHARTS: readonly { readonly title: string; readonly file: string; readonly logic: unknown }[] = [
  { title: 'The session, the client’s half', file: 'actors/session.ts', logic: sessionMachine },
  { title: 'The session, the router’s half', file: 'actors/router-session.ts', logic: routerSessionMachine },
  { title: 'The peer: one incarnation', file: 'actors/peer.ts', logic: peerMachine },
  { title: 'The supervisor', file: 'supervisors/engine/chart.ts', logic: supervisor({ children: [] }) },
  { title: 'A task', file: 'supervisors/tasks/task.ts', logic: task(() => {}) },
];

/** The charts as Markdown, folded, so that the page stays readable. */
export function drawCharts(): string {
  const sections = CHARTS.map(({ title, file, logic }) => {
    const chart = chartOf(logic);
    if (chart === undefined) throw new TypeError(`expected a machine in ${file}`);
    const summary = `<summary>${title} (<code>${file}</code>)</summary>`;
    return `<details>\n${summary}\n\n\`\`\`mermaid\n${toMermaid(chart)}\`\`\`\n\n</details>\n`;
  });
  return sections.join('\n');
}

/**
 * The page with what was made for it between the markers of that name; the rest is left as it is.
 *
 * @throws {RangeError} when the page does not have each marker once, in order
 */
export function withMade(name: string, page: string, made: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [before, inside, ...more] = page.split(begin);
  const [, after, ...yetMore] = (inside ?? '').split(end);
  if (before === undefined || after === undefined || more.length + yetMore.length > 0) {
    throw new RangeError(`expected ${begin} and then ${end} in the page, once each`);
  }
  return `${before}${begin}\n\n${made}\n${end}${after}`;
}

function main(args: readonly string[]): number {
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown !== undefined) {
    process.stderr.write(`docs: expected --check or nothing, received ${unknown}\n`);
    return 2;
  }
  const present = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const made = [
    { file: PAGE, fresh: withMade('charts', present(PAGE), drawCharts()) },
    { file: ROUTER, fresh: withMade('limits', withMade('settings', present(ROUTER), settingsTable()), limitsTable()) },
    { file: SCHEMA, fresh: schemaText() },
  ];
  const stale = made.filter(({ file, fresh }) => present(file) !== fresh);
  if (stale.length > 0 && args.includes('--check')) {
    const names = stale.map(({ file }) => relative(join(__dirname, '..'), file)).join(', ');
    process.stderr.write(`docs: ${names} shows other than the sources have: run \`npm run docs\`\n`);
    return 1;
  }
  for (const { file, fresh } of stale) writeFileSync(file, fresh);
  return 0;
}

if (require.main === module) process.exitCode = main(process.argv.slice(2));
