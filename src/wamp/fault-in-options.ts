import { type Attributes, FORWARD_FOR } from './attributes.js';
import { OPTIONS } from './option-table.js';
import { END_TO_END } from './payload-attributes.js';
import { boolean, type Dict, oneOf, type Parse, string } from './values.js';
import { wireName } from './wire-name.js';

const OF_A_PAYLOAD: Attributes = { transaction_hash: string, ...FORWARD_FOR, ...END_TO_END };

/** What may stand in the options of each message that has some, by its name on the wire: what a user of this package may ask for, and others. */
const KNOWN = {
  PUBLISH: { ...onTheWire(OPTIONS.PUBLISH), ...OF_A_PAYLOAD },
  SUBSCRIBE: { ...onTheWire(OPTIONS.SUBSCRIBE), ...FORWARD_FOR },
  CALL: { ...onTheWire(OPTIONS.CALL), progress: boolean, ...OF_A_PAYLOAD },
  CANCEL: { mode: oneOf('skip', 'kill', 'killnowait') },
  REGISTER: { ...onTheWire(OPTIONS.REGISTER), ...FORWARD_FOR },
  YIELD: { progress: boolean, ...FORWARD_FOR, ...END_TO_END },
} as const satisfies Readonly<Record<string, Attributes>>;

/** The messages that carry options of their sender's choice. */
export type TypeWithOptions = keyof typeof KNOWN;

const TABLES: ReadonlyMap<TypeWithOptions, ReadonlyMap<string, Parse<unknown>>> = new Map(
  Object.entries(KNOWN).map(([type, parses]) => [type as TypeWithOptions, new Map(Object.entries(parses))]),
);

/**
 * The first option of a message that came whose value makes no sense, as a sentence, or `undefined`. Options that
 * nobody here knows are no fault.
 *
 * @returns `SUBSCRIBE.options.match: expected 'exact', 'prefix' or 'wildcard', received a list`, fit for the arguments
 *   of an ERROR with `wamp.error.invalid_argument`
 */
export function faultInOptions(type: TypeWithOptions, options: Dict): string | undefined {
  const table = TABLES.get(type) as ReadonlyMap<string, Parse<unknown>>;
  for (const key of Object.keys(options)) {
    const parse = table.get(key);
    if (parse === undefined) continue;
    try {
      parse(options[key]);
    } catch (error) {
      return `${type}.options.${key}: ${(error as Error).message}`;
    }
  }
  return undefined;
}

function onTheWire(options: Attributes): Attributes {
  return Object.fromEntries(Object.entries(options).map(([name, parse]) => [wireName(name), parse]));
}
