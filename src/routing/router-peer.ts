import type { Dict, Id, Message } from '../wamp/message.js';
import type { RequestIdCheck } from '../wamp/sequence.js';

/** A client's session as broker and dealer see it. They know no transport: whoever made this one does. */
export interface RouterPeer {
  /** The session's id, random and global. */
  readonly session: Id;
  readonly authid: string;
  readonly authrole: string;
  /** What the client announced in `HELLO.Details.roles`, as it came. */
  readonly roles: Dict;
  /**
   * Hands a message over. It never throws, and never calls back into broker or dealer before it has returned.
   *
   * @returns false when the message will not leave: it is too long, or the session is ending
   */
  send(message: Message): boolean;
  /** One for broker and dealer together: their requests share one sequence. */
  readonly requests: Pick<RequestIdCheck, 'expect'>;
}

/**
 * Whether the client announced `feature` for `role`. Some chapters of the standard, and so some clients, write
 * `call_cancelling` where the others have `call_canceling`: both count.
 *
 * @see WAMP Advanced Profile, "Feature Announcement"
 */
export function announces(
  peer: RouterPeer,
  role: 'caller' | 'callee' | 'publisher' | 'subscriber',
  feature: string,
): boolean {
  const features = own(own(peer.roles, role), 'features');
  if (own(features, feature) === true) return true;
  return feature === 'call_canceling' && own(features, 'call_cancelling') === true;
}

/** Never the prototype's: the dictionaries of a client may lack a key that `Object.prototype` has. */
function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Dict)[key];
}
