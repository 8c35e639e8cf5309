import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What was asked for. */
export interface Request {
  readonly verb: string;
  /** Where the figures go, too, as JSON. */
  readonly json: string | undefined;
  /** Little of everything: it shows that all of it works, and measures badly. */
  readonly quick: boolean;
  /** The folder of another checkout of this project, to be measured beside this one. An absolute path. */
  readonly beside: string | undefined;
}

/** The command line makes no sense. Its message is one line for whoever wrote it. */
export class Usage extends Error {
  override readonly name = 'Usage';
}

/**
 * @param args what follows `npm run bench --`
 * @throws {Usage} for a verb that is not among `verbs`, an unknown option, or `--json` without a file
 */
export function requestFrom(args: readonly string[], verbs: readonly string[]): Request {
  const { positionals, values } = parsed(args);
  const [verb, ...more] = positionals;
  const expected = `expected ${verbs.length === 1 ? verbs.join() : `one of ${verbs.join(', ')}`}`;
  if (verb === undefined) throw new Usage(`${expected}, received nothing to measure`);
  if (!verbs.includes(verb)) throw new Usage(`${expected}, received ${verb}`);
  if (more.length > 0) throw new Usage(`expected one thing to measure, received ${positionals.join(' ')}`);
  const { json, quick, beside } = values;
  return { verb, json, quick, beside: beside === undefined ? undefined : resolve(beside) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'string' }, quick: { type: 'boolean', default: false }, beside: { type: 'string' } },
    });
  } catch (error) {
    // Node's advice on arguments that start with a dash fills a second sentence.
    throw new Usage(String((error as Error).message).split('. ')[0]);
  }
}
