import type { Dict } from '../wamp/values.js';
import type { RouterPeer } from './router-peer.js';

/** Of a subscriber: whether an event is for it. */
export type Audience = (subscriber: RouterPeer) => boolean;

const LISTS = [
  ['exclude', 'session', false],
  ['exclude_authid', 'authid', false],
  ['exclude_authrole', 'authrole', false],
  ['eligible', 'session', true],
  ['eligible_authid', 'authid', true],
  ['eligible_authrole', 'authrole', true],
] as const satisfies readonly (readonly [string, keyof RouterPeer, boolean])[];

/**
 * For whom a publisher means its event, or `undefined` when it is for every subscriber. Whether the publisher itself
 * receives it is another question.
 *
 * @param options those of PUBLISH, whose values were checked
 * @see WAMP Advanced Profile, "Subscriber Black- and Whitelisting"
 */
export function audienceOf(options: Dict): Audience | undefined {
  const rules: Audience[] = [];
  for (const [option, attribute, eligible] of LISTS) {
    if (!Object.hasOwn(options, option)) continue;
    const listed = new Set(options[option] as readonly unknown[]);
    rules.push((subscriber) => listed.has(subscriber[attribute]) === eligible);
  }
  if (rules.length === 0) return undefined;
  return (subscriber) => rules.every((rule) => rule(subscriber));
}
