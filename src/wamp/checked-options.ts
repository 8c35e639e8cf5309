import { UsageError } from '../errors.js';
import { came } from './given.js';
import { nearest } from './nearest.js';
import { OPTIONS, type Options, type OptionsType } from './option-table.js';
import type { Dict, Parse } from './values.js';
import { wireName } from './wire-name.js';

/**
 * Checks what a user wants to be sent as options.
 *
 * @param local the names of the options that are not sent, and that somebody else looks at
 * @param where what to begin an error's message with
 * @throws {UsageError} for an unknown name, and for a value that the option does not take
 */
export function checkWireOptions<T extends OptionsType>(
  type: T,
  options: Options<T>,
  local: readonly string[] = [],
  where = '',
): void {
  const table: Readonly<Record<string, Parse<unknown>>> = OPTIONS[type];
  for (const name of Object.keys(options)) {
    if (local.includes(name)) continue;
    const value = (options as Dict)[name];
    const parse = Object.hasOwn(table, name) ? table[name] : undefined;
    if (parse !== undefined) {
      if (value !== undefined) check(where, type, name, parse, value);
    } else if (!isCustom(name)) {
      throw new UsageError(where + adviceOn(type, name, [...new Set([...Object.keys(table), ...local])]));
    }
  }
}

function check(where: string, type: OptionsType, name: string, parse: Parse<unknown>, value: unknown): void {
  try {
    parse(value);
  } catch (error) {
    // What came over the wire is not repeated; what stands in the user's own program is.
    const message = (error as Error).message.replace(/received a string$/, () => `received ${came(value)}`);
    throw new UsageError(`${where}option '${name}' of ${type}: ${message}`);
  }
}

/**
 * By the standard's rule for keys of an implementation's own: `_` and at least three of `a-z`, `0-9` and `_`. The one
 * that would set a prototype fits the rule, and is none.
 */
function isCustom(name: string): boolean {
  return /^_[a-z0-9_]{3,}$/.test(name) && name !== '__proto__';
}

/**
 * What is said of an unknown option: the one that was probably meant, or what is written in its place.
 *
 * @param known the names of those that there are
 */
function adviceOn(type: OptionsType, name: string, known: readonly string[]): string {
  const said = `unknown option '${name}' of ${type}`;
  if (name === 'progress' && type === 'CALL')
    return `option 'progress' of CALL is not a user's: it says that more parts of the call are to come, and none would; stream() sends a call in parts, progress() or onProgress takes its result so`;
  if (/^args(list|dict)$/i.test(name))
    return `${said}: args are the second argument, and the rest goes in kwargs: { … }`;
  if (name.startsWith('_'))
    return `${said}: a custom one is "_" and three or more of a-z, 0-9 and "_", such as '_trace'`;
  for (const ours of Object.keys(OPTIONS[type])) if (wireName(ours) === name) return `${said}: it is '${ours}' here`;
  const meant = nearest(name, known);
  if (meant !== undefined) return `${said}: did you mean '${meant}'?`;
  const list = `${said}: expected one of ${known.join(', ')}, or a custom one that begins with "_"`;
  return type === 'CALL' || type === 'PUBLISH' ? `${list}; keyword arguments go in kwargs: { … }` : list;
}
