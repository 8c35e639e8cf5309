import type { Dict } from './values.js';

const NONE: Dict = Object.freeze({});

/** The options that are this side's own business and never leave it, whatever they are options of. */
const LOCAL: ReadonlySet<string> = new Set([
  'timeout',
  'signal',
  'whenDown',
  'kwargs',
  'cancelMode',
  'passthru',
  'idempotent',
  'onProgress',
  'handler',
  'partsBuffer',
  'buffer',
  'overflow',
  'parts',
]);

/** The names of the wire that are not ours in snake case. */
const RENAMED: Readonly<Record<string, string>> = {
  // With it a router that keeps the limit lets as many wait as the callee would; the standard has none.
  queueLimit: '_queue_limit',
  // Of a call `timeout` is this side's.
  dealerTimeout: 'timeout',
};

/** By our names, those on the wire, once they were asked for: a program has few. */
const NAMES = new Map<string, string>();

/** @returns `exclude_me` for `excludeMe` */
export function wireName(ours: string): string {
  let name = NAMES.get(ours);
  if (name === undefined) {
    name = RENAMED[ours] ?? ours.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    NAMES.set(ours, name);
  }
  return name;
}

/**
 * Turns a user's options into the wire's, without those that stay here. One that is `undefined` counts as not given. Whether they
 * make sense is for `checkWireOptions` to say, before.
 *
 * @returns a dictionary that may be shared: nobody may change it
 */
export function wireOptions(options: object): Dict {
  let wire: Record<string, unknown> | undefined;
  for (const name of Object.keys(options)) {
    const value = (options as Dict)[name];
    if (value === undefined || LOCAL.has(name)) continue;
    wire ??= {};
    wire[wireName(name)] = value;
  }
  return wire ?? NONE;
}
