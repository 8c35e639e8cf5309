#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { peerMachine } from '../../actors/peer.js';
import { sessionMachine } from '../../actors/session.js';
import { SupervisorError, supervisor } from '../../supervisors/index.js';
import { UsageError, WampError } from '../errors.js';
import { CHART_FORMATS, renderChart } from './chart.js';
import { demo } from './demo/demo.js';
import { commandLog } from './log.js';
import { version } from './version.js';

/** What scripts may rely on. The first is also what a terminal shows after Ctrl-C: it ended as it was asked to. */
const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const;

/** What `respell chart` draws, each from its own definition. */
const CHARTS = { session: sessionMachine, peer: peerMachine, supervisor: supervisor({ children: [] }) };

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

const program = new Command('respell')
  .description('Long-lived WAMP peers that stay alive, under supervisors with Erlang/OTP semantics.')
  .version(version())
  .showHelpAfterError('Run respell --help for what there is.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage));

program
  .command('demo')
  .description('a house of nine peers that survives an ABORT every few seconds')
  .option('--url <url>', 'run the same tree on a router of yours')
  .option('--realm <realm>', 'the realm to join', 'house')
  .option('--for <seconds>', 'stop by itself after so many seconds', positive)
  .option('--json', 'print the figures as one JSON object, the last line on stdout')
  .option('--port <port>', 'the first port to try for the embedded router', positive, 8_080)
  .addOption(new Option('--log <level>', 'what to log').choices(['silent', 'error', 'warn', 'info', 'debug']))
  .action(async (flags: DemoFlags) => {
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
  });

program
  .command('chart')
  .description('the state chart of an actor, from its own definition')
  .argument('<name>', Object.keys(CHARTS).join(', '))
  .addOption(new Option('--format <format>', 'how to write it').choices(CHART_FORMATS).default('mermaid'))
  .action((name: string, { format }: { format: (typeof CHART_FORMATS)[number] }) => {
    process.stdout.write(`${renderChart(name, format, CHARTS)}\n`);
  });

interface DemoFlags {
  readonly url?: string;
  readonly realm: string;
  readonly for?: number;
  readonly json?: true;
  readonly port: number;
  readonly log?: string;
}

/** https://no-color.org, and no colours in a pipe. */
function coloursWanted(): boolean {
  const { env, stdout } = process;
  return stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** Aborts at the first Ctrl-C or SIGTERM; a second one ends the process at once, as a shell tells of that signal. */
function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  const stop = (exit: number) => () => {
    if (controller.signal.aborted) process.exit(exit);
    controller.abort();
  };
  process.on('SIGINT', stop(EXIT.interrupted));
  process.on('SIGTERM', stop(EXIT.terminated));
  return controller.signal;
}

function summary(figures: object): string {
  return `${Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}\n`;
}

program.parseAsync().catch((error: unknown) => {
  // What went wrong in a user's words; where in our code, only when it is ours to mend.
  const isTold = error instanceof WampError || error instanceof SupervisorError;
  const text = isTold ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`respell: ${text}\n`);
  process.exit(error instanceof UsageError ? EXIT.usage : EXIT.failed);
});
