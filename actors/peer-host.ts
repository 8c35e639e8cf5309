/**
 * What one incarnation of a peer is made of, whatever runs it: its chart (`peer.ts`), or the lean logic for pages
 * (`lean-peer.ts`). Nothing here needs XState.
 */

import { TimeoutError } from '../src/errors.js';
import type { Dict, Id } from '../src/wamp/values.js';
import { type ExitReason, isExit } from '../supervisors/exit-reason.js';
import type { SessionInput, SessionReport } from './session-facts.js';

/** What a peer's machine asks of whoever keeps the peer over its sessions. None of it may throw. */
export interface PeerHost {
  /** For messages and logs: the router's address. */
  readonly address: string;
  readonly openTimeout: number;
  /** Opens a transport and prepares a session on it. Rejects with the true reason. */
  open(signal: AbortSignal): Promise<SessionInput>;
  /** Whether there is another router to try in this incarnation, now that the present one cannot be had. */
  readonly hasNext: boolean;
  /** Goes on to that one. */
  passOver(why: unknown): void;
  /** What the incarnation comes to, when it fails with `why` and other routers may have failed it before. */
  outcome(why: ExitReason): ExitReason;
  /** WELCOME came: answer with `peer.restored` or `peer.degraded` once registrations and subscriptions are back. */
  established(session: Id, details: Dict): void;
  /** Requests may flow. */
  joined(): void;
  /** Everything the router refused is now back. */
  healed(): void;
  /** No new request may be sent. */
  leaving(): void;
  /** This incarnation has ended: whatever is in flight settles now. */
  ended(reason: ExitReason): void;
  /** So has its session, by this side's wish, and another one is to come on another transport, beginning with the first router. */
  rejoining(): void;
}

export interface PeerInput {
  readonly host: PeerHost;
}

/** Where an incarnation stands. */
export type PeerState =
  | 'connecting'
  | { readonly connected: 'joining' | 'restoring' | 'joined' | 'degraded' | 'leaving' }
  | 'left'
  | 'failed';

export type PeerEvent =
  | SessionReport
  | { type: 'peer.restored' }
  | { type: 'peer.degraded' }
  /** Says GOODBYE with `reason`, default `wamp.close.close_realm`; with `wait: false` does not await the router's. */
  | { type: 'peer.leave'; reason?: string; wait?: boolean }
  /** Says GOODBYE and joins anew, in the same incarnation: no supervisor is asked. */
  | { type: 'peer.rejoin' }
  /** Ends the session with ABORT: an abnormal end, after which a supervisor restarts the peer. */
  | { type: 'peer.abort'; reason: string; message: string }
  | { type: 'supervisor.shutdown'; reason: ExitReason };

/** Why there is no transport after `openTimeout`. */
export function notOpened({ address, openTimeout }: PeerHost): TimeoutError {
  return new TimeoutError(`no answer from ${address} within ${openTimeout} ms; is it a WAMP router?`, {
    operation: 'open',
    timeout: openTimeout,
  });
}

/** Why a session has ended that had `output`. */
export function reasonOf(output: unknown): ExitReason {
  return isExit(output) ? output.reason : 'normal';
}
