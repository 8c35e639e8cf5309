import type { Copies } from '../wamp/copies.js';
import type { Dict, Id, Message } from '../wamp/message.js';
import type { RequestIdCheck } from '../wamp/sequence.js';
import type { LimitName } from './limits.js';
import type { Rights } from './rights.js';

/** A client's session as broker and dealer see it. They know no transport: whoever made this one does. */
export interface RouterPeer {
  /** The session's id, random and global. */
  readonly session: Id;
  readonly authid: string;
  readonly authrole: string;
  /** `HELLO.Details`: what the client announced. */
  readonly details: Dict;
  /** It was refused something since it has reached a limit. */
  reached(limit: LimitName): void;
  /** Whether it is the router itself, which asks its users' procedures about what others want. Default false. */
  readonly isRouter?: boolean;
  /** What it may do. Asked for each request, those for the router's own procedures included. */
  readonly rights: Rights;
  /** One for broker and dealer together: their requests share one sequence. */
  readonly requests: Pick<RequestIdCheck, 'expect' | 'isStrict'>;
  /**
   * Hands a message over. It never throws, and never calls back into broker or dealer before it has returned.
   *
   * @param copies of a message that goes to others, too: the same for all of them
   * @returns false when the message will not leave: it is too long, or the session is ending
   */
  send(message: Message, copies?: Copies): boolean;
}
