import { UsageError } from '../errors.js';

/** A token of HTTP, which is what a subprotocol's name has to be. */
const TOKEN = /^[!#$%&'*+\-.^`|~\w]+$/;

/** Whether the subprotocol's frames are text: JSON's are, every other serializer's are binary. */
export function isText(subprotocol: string): boolean {
  return subprotocol === 'wamp.2.json';
}

/**
 * Checks what is to be offered or supported.
 *
 * @throws {UsageError} when nothing is, or a name is none, or stands there twice
 */
export function checkSubprotocols(subprotocols: readonly string[]): void {
  if (subprotocols.length === 0) throw new UsageError('expected at least one subprotocol, such as wamp.2.json');
  for (const [index, name] of subprotocols.entries()) {
    if (!TOKEN.test(name)) throw new UsageError(`expected a subprotocol such as wamp.2.json, received "${name}"`);
    if (subprotocols.indexOf(name) !== index) throw new UsageError(`the subprotocol ${name} is given twice`);
  }
}

/**
 * The first of what a client offers that the router supports. To a router they are all the same; a client names first
 * what suits it best.
 */
export function chooseSubprotocol(supported: readonly string[], offered: Iterable<string>): string | undefined {
  for (const name of offered) if (supported.includes(name)) return name;
  return undefined;
}
