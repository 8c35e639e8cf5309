/**
 * `npm run bench -- WHAT [--json FILE] [--quick] [--beside FOLDER]`: measures a part of the project beside the best of its
 * kind, and beside another checkout of itself, all in the same run. Exit code: 0 measured; 1 something failed; 2 usage.
 */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { ProgramFailed } from './child-process.js';
import { compare as compareClients } from './clients/compare.js';
import { report as reportOnClients } from './clients/report.js';
import { requestFrom, Usage } from './command-line.js';
import { compare as compareRouters } from './router/compare.js';
import { report as reportOnRouters } from './router/report.js';
import { compare as compareSupervisors } from './supervision/compare.js';
import { report as reportOnSupervisors } from './supervision/report.js';

interface Measured {
  /** Every figure, for programs. */
  readonly figures: unknown;
  /** For people. */
  readonly text: string;
}

interface Options {
  readonly quick: boolean;
  readonly beside: string | undefined;
  /** Is told what is being measured now. */
  readonly onProgress: (what: string) => void;
}

/** What there is to measure. */
const VERBS: Readonly<Record<string, (options: Options) => Promise<Measured>>> = {
  supervision: async (options) => {
    if (options.beside !== undefined)
      throw new Usage('expected --beside with clients or router, received it with supervision');
    const figures = await compareSupervisors(options);
    return { figures, text: reportOnSupervisors(figures, { isColoured: isColoured() }) };
  },
  clients: async (options) => {
    const figures = await compareClients(options);
    return { figures, text: reportOnClients(figures, { isColoured: isColoured() }) };
  },
  router: async (options) => {
    const figures = await compareRouters(options);
    return { figures, text: reportOnRouters(figures, { isColoured: isColoured() }) };
  },
};

async function main(args: readonly string[]): Promise<number> {
  try {
    const { verb, json, quick, beside } = requestFrom(args, Object.keys(VERBS));
    // Nobody waits for minutes to hear that the file cannot be written.
    if (json !== undefined) closeSync(openSync(json, 'a'));
    const measured = await VERBS[verb]!({ quick, beside, onProgress });
    onProgress('');
    process.stdout.write(measured.text);
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(measured.figures, undefined, 2)}\n`);
    return 0;
  } catch (error) {
    onProgress('');
    if (error instanceof Usage) {
      process.stderr.write(`bench: ${error.message}\n`);
      return 2;
    }
    // Whatever else it is was not foreseen: its stack says where it arose.
    const isForeseen = error instanceof ProgramFailed || (error as NodeJS.ErrnoException).syscall !== undefined;
    process.stderr.write(`bench: ${isForeseen ? (error as Error).message : ((error as Error).stack ?? error)}\n`);
    return 1;
  }
}

function isColoured(): boolean {
  return process.stdout.isTTY === true && process.stdout.hasColors() && process.env['NO_COLOR'] === undefined;
}

/** One line that is written over by the next, and only where somebody watches. */
function onProgress(what: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\x1b[K${what}`);
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
