import type { Deadlined } from '../deadlines.js';
import { announces } from '../wamp/features.js';
import type { Id } from '../wamp/values.js';
import type { Registration } from './registration.js';
import type { RouterPeer } from './router-peer.js';
import { Tombstones } from './tombstones.js';

/** What the dealer knows of one session. */
export interface Member {
  readonly peer: RouterPeer;
  readonly canBeInterrupted: boolean;
  readonly sendsProgress: boolean;
  readonly takesProgress: boolean;
  readonly registrations: Map<Id, Registration<Member>>;
  /** As a caller: its calls in flight, by the id of its CALL. */
  readonly calls: Map<Id, Invocation>;
  /** As a callee: what it has to answer, by the id of the INVOCATION. */
  readonly invocations: Map<Id, Invocation>;
  readonly unwanted: Tombstones;
  lastInvocation: Id;
  /** It has left: of what was still on its way from it, nothing counts. */
  left: boolean;
}

/** One call on its way: from the caller's CALL to the callee's last answer, or to its cancellation. */
export interface Invocation extends Deadlined {
  readonly call: Id;
  readonly caller: Member;
  readonly request: Id;
  readonly callee: Member;
  readonly progress: boolean;
  readonly timeout: number;
  /** The callee was interrupted in mode `kill`; its answer still counts. */
  killed: boolean;
}

/** A session that has only just joined. */
export function memberOf(peer: RouterPeer): Member {
  const canBeInterrupted = announces(peer.details, 'callee', 'callCanceling');
  return {
    peer,
    canBeInterrupted,
    // Without cancelling nothing could stop a stream whose caller has left, so such a callee's progress is not wanted.
    sendsProgress: canBeInterrupted && announces(peer.details, 'callee', 'progressiveCallResults'),
    takesProgress: announces(peer.details, 'caller', 'progressiveCallResults'),
    registrations: new Map(),
    calls: new Map(),
    invocations: new Map(),
    unwanted: new Tombstones(),
    lastInvocation: 0,
    left: false,
  };
}
