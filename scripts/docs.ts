/**
 * `npm run docs`: draws the state charts in docs/architecture.md, each from the machine's own definition.
 *
 * `npm run docs:check` writes nothing, and exits 1 if the page shows anything else than the machines are.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peerMachine } from '../actors/peer.js';
import { routerSessionMachine } from '../actors/router-session.js';
import { sessionMachine } from '../actors/session.js';
import { chartOf, toMermaid } from '../src/inspector/index.js';
import { supervisor, task } from '../supervisors/index.js';

const PAGE = join(__dirname, '../docs/architecture.md');
const [BEGIN, END] = ['<!-- charts:begin -->', '<!-- charts:end -->'];

const CHARTS: readonly { readonly title: string; readonly file: string; readonly logic: unknown }[] = [
  { title: 'The session, the client’s half', file: 'actors/session.ts', logic: sessionMachine },
  { title: 'The session, the router’s half', file: 'actors/router-session.ts', logic: routerSessionMachine },
  { title: 'The peer: one incarnation', file: 'actors/peer.ts', logic: peerMachine },
  { title: 'The supervisor', file: 'supervisors/chart.ts', logic: supervisor({ children: [] }) },
  { title: 'A task', file: 'supervisors/task.ts', logic: task(() => {}) },
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
 * The page with the present charts between its markers; the rest is left as it is.
 *
 * @throws {RangeError} when the page does not have each marker once, in order
 */
export function withCharts(page: string, charts: string): string {
  const [before, inside, ...more] = page.split(BEGIN);
  const [, after, ...yetMore] = (inside ?? '').split(END);
  if (before === undefined || after === undefined || more.length + yetMore.length > 0) {
    throw new RangeError(`expected ${BEGIN} and then ${END} in the page, once each`);
  }
  return `${before}${BEGIN}\n\n${charts}\n${END}${after}`;
}

function main(args: readonly string[]): number {
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown !== undefined) {
    process.stderr.write(`docs: expected --check or nothing, received ${unknown}\n`);
    return 2;
  }
  const page = readFileSync(PAGE, 'utf8');
  const fresh = withCharts(page, drawCharts());
  if (fresh === page) return 0;
  if (args.includes('--check')) {
    process.stderr.write('docs: docs/architecture.md shows other charts than the machines: run `npm run docs`\n');
    return 1;
  }
  writeFileSync(PAGE, fresh);
  return 0;
}

if (require.main === module) process.exitCode = main(process.argv.slice(2));
