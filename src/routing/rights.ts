import type { Dict, Uri } from '../wamp/values.js';
import { type Action, ALLOWED, type Decision } from './authorization.js';

/** What one session may do, as broker and dealer ask it. */
export interface Rights {
  /**
   * Whether the session may do that.
   *
   * @param uri valid, and no reserved one where that is forbidden to all
   * @param options those of the message; `match` among them
   * @returns a promise, which never rejects, where that has to be found out: give it to {@link Rights.hold}
   */
  of(action: Action, uri: Uri, options: Dict): Decision | Promise<Decision>;
  /**
   * Goes on with a request once it is decided. Until then the session's later requests wait, so that they are served in the order
   * in which they came; other sessions do not. It does not go on when the session has ended meanwhile.
   *
   * @param goOn may throw what the handler of a message may throw
   */
  hold(decision: Promise<Decision>, goOn: (decision: Decision) => void): void;
  /** Whether the session may be told that there is such a procedure, as far as that is known without asking anybody. */
  mayKnow(procedure: Uri): boolean;
}

/** All of them. */
export const EVERY_RIGHT: Rights = {
  of: () => ALLOWED,
  hold: (decision, goOn) => void decision.then(goOn),
  mayKnow: () => true,
};
