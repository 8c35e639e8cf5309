import type { Dict, Id, List, Uri } from '../wamp/values.js';
import type { Audience } from './audience.js';
import type { RouterPeer } from './router-peer.js';

/** An event that is kept for those who come later: with whatever decided, and decides, who receives it. */
export interface KeptEvent {
  readonly publication: Id;
  readonly topic: Uri;
  /** When it was published, in milliseconds since 1970. */
  readonly at: number;
  /** What its subscribers were told, but for the topic: the publisher, attributes of a payload that passes through. */
  readonly details: Dict;
  readonly args?: List | undefined;
  readonly kwargs?: Dict | undefined;
  /** The publisher's session, if that does not receive it. */
  readonly excluded: Id | undefined;
  readonly audience: Audience | undefined;
}

/** Whether `subscriber` would have received it, had it been there. */
export function isFor({ excluded, audience }: KeptEvent, subscriber: RouterPeer): boolean {
  return excluded !== subscriber.session && audience?.(subscriber) !== false;
}

/** Per value, for what the engine keeps beside it. */
const OVERHEAD = 16;

/** Roughly how many octets of memory a value of a payload takes. */
export function weightOf(value: unknown): number {
  if (typeof value === 'string') return OVERHEAD + value.length;
  if (typeof value !== 'object' || value === null) return OVERHEAD;
  if (value instanceof Uint8Array) return OVERHEAD + value.byteLength;
  let weight = OVERHEAD;
  if (Array.isArray(value)) {
    for (const each of value) weight += weightOf(each);
    return weight;
  }
  for (const key of Object.keys(value)) weight += OVERHEAD + key.length + weightOf((value as Dict)[key]);
  return weight;
}

/** The weight of an event with all that belongs to it. */
export function weightOfEvent({
  topic,
  details,
  args,
  kwargs,
}: Pick<KeptEvent, 'topic' | 'details' | 'args' | 'kwargs'>): number {
  return weightOf(topic) + weightOf(details) + weightOf(args) + weightOf(kwargs);
}
