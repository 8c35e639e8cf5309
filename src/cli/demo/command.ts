import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../exit-codes.js';
import { onInterrupt } from '../interrupt.js';
import { commandLog } from '../log.js';
import { demo } from './demo.js';

interface DemoFlags {
  readonly url?: string;
  readonly realm: string;
  readonly for?: number;
  readonly json?: true;
  readonly port: number;
  readonly log?: string;
}

const EXAMPLES = `Examples:
  respell demo                                   a router, nine peers, and an ABORT every few seconds, until Ctrl-C
  respell demo --url ws://127.0.0.1:8080/ws --realm realm1     the same on a router of yours
  respell demo --for 15 --json                   ends by itself; the last line on stdout is its figures
`;

const NOTES = `
Ctrl-C and SIGTERM drain the house and end with 0; a second one ends at once.
Exit codes: 0 ended as asked, 1 failed, or no peer could join; 2 a flag cannot be meant.
`;

export function defineDemo(command: Command): void {
  command
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', NOTES)
    .option('--url <url>', 'run the same tree on a router of yours')
    .option('--realm <realm>', 'the realm to join', 'house')
    .option('--for <seconds>', 'stop by itself after so many seconds', positive)
    .option('--json', 'print the figures as one JSON object, the last line on stdout')
    .option('--port <port>', 'the first port to try for the embedded router', positive, 8_080)
    .addOption(new Option('--log <level>', 'what to log').choices(['silent', 'error', 'warn', 'info', 'debug']))
    .action((flags: DemoFlags) => run(flags));
}

async function run(flags: DemoFlags): Promise<void> {
  const shown = process.stdout.isTTY && !flags.json;
  const figures = await demo({
    ...(flags.url === undefined ? {} : { url: flags.url }),
    ...(flags.for === undefined ? {} : { seconds: flags.for }),
    ...(shown ? { screen: process.stdout } : {}),
    realm: flags.realm,
    port: flags.port,
    colours: coloursWanted(),
    logger: commandLog(flags.log ?? (shown ? 'silent' : 'info')),
    signal: onInterrupt(),
  });
  process.stdout.write(flags.json ? `${JSON.stringify(figures)}\n` : summary(figures));
  process.exitCode = figures.exit === 'normal' ? EXIT.ok : EXIT.failed;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

/** https://no-color.org, and no colours in a pipe. */
function coloursWanted(): boolean {
  const { env, stdout } = process;
  return stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

function summary(figures: object): string {
  return `${Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}\n`;
}
