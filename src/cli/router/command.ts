import { type Command, Option } from 'commander';
import { ConnectError, UsageError } from '../../errors.js';
import type { RouterOptions } from '../../router/options.js';
import type { ServerTls } from '../../transports/tls-front.js';
import { EXIT } from '../exit-codes.js';
import { onInterrupt } from '../interrupt.js';
import { configure, type Given } from './configuration.js';
import { schemaText } from './schema.js';
import { FLAGS, type Flag, flagName, LOG_LEVELS, SETTINGS } from './settings.js';

const EXAMPLES = `Examples:
  respell router                                 realm1 on ws://127.0.0.1:8080 and rs://127.0.0.1:8080
  respell router --port 9000 --realm house       another port, another realm
  respell router --port 0 --json                 any free port; a program reads which
  respell router --config router.json            users, limits and all the rest
  respell router --metrics 9090                  and figures for Prometheus at http://127.0.0.1:9090/metrics
  respell router --check router.json             whether a file is good, and what is wrong with it
`;

const NOTES = `
Each flag may stand in the environment (RESPELL_LOG_LEVEL for --log-level) or, by its key, in the file: flags go first,
then the environment, then the file. Secrets stand in the file as { "env": "NAME" } or { "file": "PATH" }.

Ctrl-C and SIGTERM say goodbye to every session and end with 0; a second one ends at once.
With TLS, SIGHUP reads certificates and keys anew.
Exit codes: 0 ended as asked, 1 failed, 2 a flag or the file cannot be meant, 69 the port or socket cannot be had.
`;

interface Wishes extends Readonly<Record<string, unknown>> {
  readonly config?: string;
  readonly check?: string;
  readonly schema?: true;
  readonly json?: true;
}

export function defineRouter(command: Command): void {
  command.addHelpText('before', EXAMPLES).addHelpText('after', NOTES).helpOption('-h, --help', 'show this');
  for (const flag of FLAGS) command.addOption(optionOf(flag));
  command
    .option('--config <file>', 'a JSON file with all of it; RESPELL_CONFIG')
    .option('--check <file>', 'look at a file, start nothing')
    .option('--schema', 'print the JSON schema of the file, for an editor')
    .option('--json', 'one JSON object a line on stdout')
    .action((wishes: Wishes) => run(wishes));
}

/** Calls `renew` at each SIGHUP. @returns what ends that */
function atHangup(renew: () => void): () => void {
  process.on('SIGHUP', renew);
  return () => process.off('SIGHUP', renew);
}

async function run(wishes: Wishes): Promise<void> {
  const { env } = process;
  if (wishes.schema) {
    process.stdout.write(schemaText());
    return;
  }
  const file = wishes.check ?? wishes.config ?? (env['RESPELL_CONFIG'] || undefined);
  const flags: Given['flags'] = Object.fromEntries(
    FLAGS.map((flag) => [
      flagName(flag),
      wishes[optionOf(flag).attributeName()] as string | true | readonly string[] | undefined,
    ]),
  );
  const { options, logLevel } = configure({ flags, env, file });
  if (wishes.check !== undefined) {
    await check(wishes.check, options);
    return;
  }
  // The router is loaded by whoever starts one: help has to be there at once.
  const [{ serve }, { commandLog }] = await Promise.all([import('./serve.js'), import('../log.js')]);
  try {
    const ended = await serve({
      options: {
        ...options,
        ...(options.tls && { tls: () => configure({ flags, env, file }).options.tls as ServerTls }),
      },
      logger: commandLog(logLevel),
      json: wishes.json === true,
      signal: onInterrupt(),
      ...(options.tls && { onRenewal: atHangup }),
      stdout: process.stdout,
      stderr: process.stderr,
      file,
    });
    process.exitCode = ended ? EXIT.ok : EXIT.failed;
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    process.stderr.write(`respell: ${error.message}\n`);
    process.exitCode = EXIT.unavailable;
  }
}

/** What the file's shape cannot say, the router does. */
async function check(file: string, options: RouterOptions): Promise<void> {
  const { realmsOf } = await import('../../router/options.js');
  let realms: ReadonlyMap<string, unknown>;
  try {
    realms = realmsOf(options);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${file}: ${error.message}`) : error;
  }
  process.stdout.write(`${file} is good: realms ${[...realms.keys()].join(', ')}\n`);
}

function optionOf(flag: Flag): Option {
  const { usage, path, isList } = flag;
  const { says = '', fallback } = SETTINGS[path[0] ?? ''] ?? {};
  const what = flag.says ?? says.charAt(0).toLowerCase() + says.slice(1);
  const choices = flagName(flag) === '--log-level' ? `: ${LOG_LEVELS.join(', ')}` : '';
  const otherwise = fallback === undefined || flag.says !== undefined ? '' : ` (default ${fallback})`;
  const told = `${what}${choices}${isList ? '; may be repeated' : ''}${otherwise}`;
  const option = new Option(usage, told);
  return isList
    ? option.argParser((text, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text])
    : option;
}
