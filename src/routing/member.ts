import type { Deadlined } from '../deadlines.js';
import { announces } from '../wamp/features.js';
import type { Message } from '../wamp/message.js';
import { Tombstones } from '../wamp/tombstones.js';
import type { Dict, Id, Uri } from '../wamp/values.js';
import type { Registration, Slots } from './registration.js';
import type { RouterPeer } from './router-peer.js';

/** What the dealer knows of one session. */
export interface Member {
  readonly peer: RouterPeer;
  readonly canBeInterrupted: boolean;
  readonly sendsProgress: boolean;
  readonly takesProgress: boolean;
  /** As a caller: whether it may send a call in parts. */
  readonly sendsParts: boolean;
  /** As a callee: whether it takes a call in parts. */
  readonly takesParts: boolean;
  /** Whether payloads may pass through to it, as a caller and as a callee. */
  readonly takesPassthru: { readonly caller: boolean; readonly callee: boolean };
  /** As a callee: whether what it cannot attend to may go to another. */
  readonly canBeBypassed: boolean;
  /** As a callee: whether it is told when a registration is taken back. */
  readonly hearsRevocation: boolean;
  /** As a callee: whether it can see to the timeout of a call itself. */
  readonly keepsTimeouts: boolean;
  readonly registrations: Map<Id, Registration<Member>>;
  /** As a caller: its calls in flight, by the id of its CALL. */
  readonly calls: Map<Id, Invocation>;
  /** As a callee: what it has to answer, by the id of the INVOCATION. */
  readonly invocations: Map<Id, Invocation>;
  readonly unwanted: Tombstones;
  /** As a caller: its calls in parts that have ended before their last part. Made for the first of them. */
  cutOff: Tombstones | undefined;
  lastInvocation: Id;
  /** It has left: of what was still on its way from it, nothing counts. */
  left: boolean;
}

/** One call on its way: from the caller's CALL to the callee's last answer, or to its cancellation. */
export interface Invocation extends Deadlined {
  readonly call: Id;
  readonly caller: Member;
  request: Id;
  /** `undefined` while it waits for one that is free. */
  callee: Member | undefined;
  /** Of its callee, where that takes no more than so many calls at a time. */
  slots: Slots<Member> | undefined;
  progress: boolean;
  /** In milliseconds; 0 for none, or where the callee sees to it. */
  timeout: number;
  /** Whose callees may be asked next, while the call may go to another one. */
  registration: Registration<Member> | undefined;
  /** Whether callees are told who calls. */
  readonly disclosed: boolean;
  /** What the caller said. */
  readonly message: Message<'CALL'>;
  /** Callees that could not attend to it. */
  tried: Set<Member> | undefined;
  /** Of a call that comes in parts. */
  readonly parts: Parts | undefined;
  /** The callee was interrupted in mode `kill`; its answer still counts. */
  killed: boolean;
}

/** What the first part of a call has settled for those that follow. */
export interface Parts {
  readonly procedure: Uri;
  readonly registration: Id;
  /** Details of each INVOCATION, but for `progress`. */
  readonly details: Dict;
  /** Whether more of them are to come. */
  more: boolean;
}

/** A session that has only just joined. */
export function memberOf(peer: RouterPeer): Member {
  const { details } = peer;
  const canBeInterrupted = announces(details, 'callee', 'call_canceling');
  return {
    peer,
    canBeInterrupted,
    // Without cancelling nothing could stop a stream whose caller has left, so such a callee's progress is not wanted.
    sendsProgress: canBeInterrupted && announces(details, 'callee', 'progressive_call_results'),
    takesProgress: announces(details, 'caller', 'progressive_call_results'),
    sendsParts: announces(details, 'caller', 'progressive_call_invocations'),
    takesParts: canBeInterrupted && announces(details, 'callee', 'progressive_call_invocations'),
    takesPassthru: {
      caller: announces(details, 'caller', 'payload_passthru_mode'),
      callee: announces(details, 'callee', 'payload_passthru_mode'),
    },
    canBeBypassed: announces(details, 'callee', 'call_reroute'),
    hearsRevocation: announces(details, 'callee', 'registration_revocation'),
    keepsTimeouts: announces(details, 'callee', 'call_timeout'),
    registrations: new Map(),
    calls: new Map(),
    invocations: new Map(),
    unwanted: new Tombstones(),
    cutOff: undefined,
    lastInvocation: 0,
    left: false,
  };
}

/** A call in parts is over, and the caller, who does not know it yet, may send more of them. */
export function cutOff(caller: Member, call: Id): void {
  if (caller.left) return;
  caller.cutOff ??= new Tombstones(undefined, caller.peer.requests.isStrict);
  caller.cutOff.add(call);
}
