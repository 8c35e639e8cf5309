import type { Dict } from '../wamp/values.js';
import { wireName } from '../wamp/wire-name.js';

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

/** By our names, those on the wire, once they were asked for: a program has few. Of a call `timeout` is this side's. */
const NAMES = new Map([['dealerTimeout', 'timeout']]);

function onTheWire(ours: string): string {
  // A user's own go out as they are, and may be new each time.
  if (ours.startsWith('_')) return ours;
  let name = NAMES.get(ours);
  if (name === undefined) {
    name = wireName(ours);
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
    wire[onTheWire(name)] = value;
  }
  return wire ?? NONE;
}
