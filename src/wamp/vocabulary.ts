/**
 * The messages that a peer knows, laid out for its codec: those of the standard, and what its user adds (`custom-messages.ts`).
 *
 * @see WAMP Basic Profile, "Messages": codes from 256 to 1023 are for extensions
 */

import { MESSAGES, type Message, type MessageShape, type Side } from './message.js';
import type { Dict, Parse } from './values.js';

/** One kind of message, laid out for a loop. */
export interface Layout {
  readonly type: string;
  readonly code: number;
  readonly from: Side | 'both';
  readonly names: readonly string[];
  readonly parses: readonly Parse<unknown>[];
  /** How many of them must be there. */
  readonly required: number;
  readonly payload: boolean;
  /** The most elements a list of this type may have, its code included. */
  readonly most: number;
  /** The message that answers it, where it is a request. An ERROR may, too. */
  readonly reply: string | undefined;
}

export interface Vocabulary {
  readonly byType: Readonly<Record<string, Layout>>;
  readonly byCode: readonly (Layout | undefined)[];
  /** The messages that answer a client's request, without ERROR. */
  readonly replies: ReadonlySet<string>;
}

/** A message of any type that a vocabulary has, as whoever does not look into it sees it. */
export type AnyMessage = Message | ({ readonly type: string } & Dict);

/** What the standard has. */
export const STANDARD: Vocabulary = vocabulary(
  Object.entries<MessageShape>(MESSAGES).map(([type, shape]) => layout(type, shape)),
);

/** The codes that the standard leaves to extensions. */
export const FIRST_CUSTOM = 256;
export const LAST_CUSTOM = 1_023;

/** One more kind of message. */
export function layout(type: string, shape: MessageShape): Layout {
  const { code, from, fields, optional, payload = false, reply } = shape;
  const all = { ...fields, ...optional };
  const names = Object.keys(all);
  const required = Object.keys(fields).length;
  const most = 1 + names.length + (payload ? 2 : 0);
  return { type, code, from, names, parses: Object.values(all), required, payload, most, reply };
}

/** Those, for a codec. */
export function vocabulary(layouts: readonly Layout[]): Vocabulary {
  const byType = Object.fromEntries(layouts.map((each) => [each.type, each]));
  const byCode: (Layout | undefined)[] = [];
  const replies = new Set<string>();
  for (const each of layouts) {
    byCode[each.code] = each;
    if (each.reply !== undefined) replies.add(each.reply);
  }
  return { byType, byCode, replies };
}
