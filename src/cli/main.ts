#!/usr/bin/env node
import { Command } from 'commander';
import { EXIT } from './exit-codes.js';
import { version } from './version.js';

interface Verb {
  readonly says: string;
  /** Loads what it needs, and says what it takes. */
  readonly define: (command: Command) => Promise<void>;
}

/** Only the verb that is asked for is loaded: help has to be there at once. */
const VERBS: Readonly<Record<string, Verb>> = {
  router: {
    says: 'a WAMP router for this machine: WebSocket and RawSocket on one port',
    define: async (command) => (await import('./router/command.js')).defineRouter(command),
  },
  demo: {
    says: 'a house of nine peers that survives an ABORT every few seconds',
    define: async (command) => (await import('./demo/command.js')).defineDemo(command),
  },
  chart: {
    says: 'the state chart of an actor, from its own definition',
    define: async (command) => (await import('./chart-command.js')).defineChart(command),
  },
};

const EXAMPLES = `Examples:
  respell router --port 8080 --realm realm1     a router, until Ctrl-C
  respell demo                                  see supervisors keep peers alive
  respell chart session --format svg            a state chart, for your documentation
`;

async function main(args: readonly string[]): Promise<void> {
  const program = new Command('respell')
    .description('Long-lived WAMP peers that stay alive, under supervisors with Erlang/OTP semantics.')
    .version(version(), '--version', 'print the version of this program')
    .helpOption('-h, --help', 'show this')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', '\nrespell help VERB tells what a verb takes.')
    .showHelpAfterError('Run respell --help for what there is.')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage));
  const asked = args.find((arg) => Object.hasOwn(VERBS, arg));
  for (const [name, { says, define }] of Object.entries(VERBS)) {
    const command = program
      .command(name)
      .description(says)
      .helpOption('-h, --help', 'show this')
      .showHelpAfterError(`Run respell ${name} --help for what it takes.`);
    if (name === asked) await define(command);
  }
  await program.parseAsync(args, { from: 'user' });
}

/** What went wrong in a user's words; where in our code, only when it is ours to mend. */
async function fail(error: unknown): Promise<never> {
  const { UsageError, WampError } = await import('../errors.js');
  const { SupervisorError } = await import('../../supervisors/index.js');
  const isTold = error instanceof WampError || error instanceof SupervisorError;
  const text = isTold ? error.message : error instanceof Error ? error.stack : String(error);
  for (const line of isTold ? (text ?? '').split('\n') : [text]) process.stderr.write(`respell: ${line}\n`);
  process.exit(error instanceof UsageError ? EXIT.usage : EXIT.failed);
}

main(process.argv.slice(2)).catch(fail);
