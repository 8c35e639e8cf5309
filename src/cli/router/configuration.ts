import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../../errors.js';
import type { RouterOptions } from '../../router/options.js';
import { parseJson } from '../config/json-text.js';
import { type Origin, Place, pathText } from '../config/place.js';
import { isObject, meant } from '../config/shape.js';
import { FILE, FLAGS, type Flag, flagName, type LOG_LEVELS } from './settings.js';

/** What `respell router` was told, in the order in which it counts. */
export interface Given {
  /** By their names: `--port`. A flag that may be repeated has all that it was given. */
  readonly flags: Readonly<Record<string, string | true | readonly string[] | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The path of the configuration file, if there is one. */
  readonly file: string | undefined;
}

export interface Configuration {
  readonly options: RouterOptions;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** What the table of settings has let pass. */
interface File extends RouterOptions {
  readonly $schema?: string;
  readonly logLevel: Configuration['logLevel'];
}

/** Whoever sends the signal has calls under way that are to be answered; a program that stops its own router says how long. */
const DEFAULTS = { port: 8_080, realms: { realm1: {} }, drain: 5_000, logLevel: 'warn' } as const;

/**
 * Flags before environment variables before the file before defaults.
 *
 * @throws {UsageError} that says all that is wrong, a line each, with the flag, the variable, or the file and the path in it
 */
export function configure({ flags, env, file }: Given): Configuration {
  const raw: Record<string, unknown> = file === undefined ? {} : { ...readConfiguration(file) };
  const origins = new Map<string, string>();
  for (const flag of FLAGS) {
    const [where, texts] = textsOf(flag, flags, env);
    if (texts.length === 0) continue;
    const [key = ''] = flag.path;
    raw[key] = key === 'realms' ? chosen(raw[key], texts, where) : put(raw[key], flag.path.slice(1), flag, texts);
    if (key !== 'realms') origins.set(pathText(flag.path), where);
  }
  const problems: string[] = [];
  const folder = file === undefined ? '.' : dirname(file);
  const readFile = (path: string) => readFileSync(resolve(folder, path), 'utf8');
  const read = FILE.read(raw, new Place(originOf(origins, file), problems, { env, readFile }));
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const { $schema: _, logLevel, ...options } = { ...DEFAULTS, ...(read as File) };
  return { options, logLevel };
}

/** @throws {UsageError} when the file cannot be read, or holds no JSON object */
export function readConfiguration(file: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT' ? `${file}: there is no such file` : `${file}: it cannot be read (${code ?? String(error)})`,
    );
  }
  const parsed = parseJson(text);
  if ('problem' in parsed) {
    throw new UsageError(`${file}:${parsed.line}:${parsed.column}: no JSON: ${parsed.problem}`);
  }
  if (!isObject(parsed.value)) throw new UsageError(`${file}: expected ${FILE.expected}`);
  return parsed.value;
}

/** What stands there, and what it is called. */
function textsOf(flag: Flag, flags: Given['flags'], env: Given['env']): [where: string, texts: readonly string[]] {
  const name = flagName(flag);
  const given = flags[name];
  if (given !== undefined) return [name, typeof given === 'object' ? given : [String(given)]];
  const text = env[flag.env];
  // An empty variable is how a shell says that there is none.
  if (text === undefined || text === '') return [flag.env, []];
  return [flag.env, flag.isList ? text.split(',').map((each) => each.trim()) : [text]];
}

/** The same value with what the flag says at its path. */
function put(value: unknown, path: readonly string[], flag: Flag, texts: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key !== undefined) return { ...(isObject(value) ? value : {}), [key]: put(undefined, rest, flag, texts) };
  const { fromText = (text: string) => text } = flag;
  return flag.isList ? texts.map(fromText) : fromText(texts[0] ?? '');
}

/**
 * The realms that are named, as the file has them. Where it has some, another name is a mistake: a realm that only a flag
 * names would be open to everybody.
 *
 * @throws {UsageError} when the file has realms, but not this one
 */
function chosen(configured: unknown, names: readonly string[], where: string): Readonly<Record<string, unknown>> {
  const realms = isObject(configured) ? configured : undefined;
  const unknown = realms && names.find((name) => !Object.hasOwn(realms, name));
  if (realms !== undefined && unknown !== undefined) {
    throw new UsageError(
      `${where}: the configuration file has no realm ${JSON.stringify(unknown)}${meant(unknown, Object.keys(realms))}`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, realms?.[name] ?? {}]));
}

function originOf(origins: ReadonlyMap<string, string>, file: string | undefined): Origin {
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const origin = origins.get(pathText(path.slice(0, length)));
      if (origin !== undefined) return origin;
    }
    if (path.length === 0) return file ?? 'respell router';
    return file === undefined ? pathText(path) : `${file}: ${pathText(path)}`;
  };
}
