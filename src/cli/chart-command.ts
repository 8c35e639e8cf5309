import { type Command, Option } from 'commander';
import { peerMachine } from '../../actors/peer.js';
import { sessionMachine } from '../../actors/session.js';
import { supervisor } from '../../supervisors/index.js';
import { CHART_FORMATS, renderChart } from './chart.js';

/** What `respell chart` draws, each from its own definition. */
const CHARTS = { session: sessionMachine, peer: peerMachine, supervisor: supervisor({ children: [] }) };

const EXAMPLES = `Examples:
  respell chart session                          as Mermaid, for a page of Markdown
  respell chart peer --format svg > peer.svg     as a drawing
`;

export function defineChart(command: Command): void {
  command
    .addHelpText('before', EXAMPLES)
    .argument('<name>', Object.keys(CHARTS).join(', '))
    .addOption(new Option('--format <format>', 'how to write it').choices(CHART_FORMATS).default('mermaid'))
    .action((name: string, { format }: { format: string }) => {
      process.stdout.write(`${renderChart(name, format, CHARTS)}\n`);
    });
}
