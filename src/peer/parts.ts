import type { remedyFor } from '../../actors/session-remedies.js';
import type { guardedMethod } from '../auth/guarded-method.js';
import type { Serializer } from '../serializers/serializer.js';
import type { VerbChecks } from './checks/verbs.js';
import type { Finishing } from './drain.js';
import type { Guard } from './guard/guard.js';
import type { Crossings } from './relay/crossings.js';
import type { Passage } from './relay/passage.js';
import type { Seals } from './seals.js';
import type { openTransport } from './session/given-transport.js';
import type { inboxOf } from './session/inbox.js';

/** What is a user's own, and may be anything. */
export interface Foreign {
  readonly openTransport: typeof openTransport;
  readonly method: typeof guardedMethod;
}

/** What a peer has beyond its core, each in the form in which it has it, or does without. */
export interface PeerParts {
  /** What it speaks where its user has not said. */
  readonly serializer: Serializer;
  /** Looks at what a user hands to its methods. Without it that is taken as it is: a program that was tried with it needs it no more. */
  readonly checks: VerbChecks | undefined;
  /** Holds a user's own connectors and methods of authentication to what they have to be. Without it they are taken as they are. */
  readonly foreign: Foreign | undefined;
  /** What the reason for a session's end means, and what to do about it. Without it errors name no more than the reason. */
  readonly remedyFor: typeof remedyFor | undefined;
  /** Seals and opens payloads that pass through. */
  readonly sealing: Seals;
  /** Keeps the contract of the peer, if that has schemas. */
  readonly guard: Guard | undefined;
  /** All that passes, for a user's roles and streams. */
  readonly passage: Crossings;
  /** Has what comes wait while too many handlers are at work. */
  readonly inbox: typeof inboxOf | undefined;
  /** Ends sessions when their work is done. */
  readonly finishing: Finishing | undefined;
}

/** Those of a peer that can do all. */
export interface FullParts extends PeerParts {
  readonly passage: Passage;
  readonly finishing: Finishing;
}
