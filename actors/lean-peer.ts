/**
 * One incarnation of a peer as a lean logic, for pages. It is to do in each case what the chart does (`peer.ts`). One set of tests
 * holds both.
 */

import { type AnyActorRef, createActor } from 'xstate';
import type { ExitReason } from '../supervisors/exit-reason.js';
import { SHUTDOWN_TRAIT, type Traits } from '../supervisors/traits.js';
import {
  awaits,
  clearTimer,
  type LeanContext,
  type LeanLogic,
  type LeanScope,
  leanLogic,
  type Settled,
  type States,
  setTimer,
  type Takes,
} from './lean-logic.js';
import { leanSession } from './lean-session.js';
import { notOpened, type PeerEvent, type PeerInput, type PeerState, reasonOf } from './peer-host.js';
import type { SessionEvent, SessionInput } from './session-facts.js';

type Connected = Extract<PeerState, object>['connected'];
type Live = 'connecting' | Connected;
type Final = 'left' | 'failed';

interface Peer extends LeanContext, PeerInput {
  /** On the transport that is open. */
  session: AnyActorRef | undefined;
  /** Whether this side asked for the end: then it is a normal one, however the session ended. */
  asked: boolean;
  /** Whether it asked for another session in its place. */
  again: boolean;
  /** Of an attempt to open a transport, or of an open one and the session on it. */
  release: () => void;
}

type Event =
  | PeerEvent
  /** What became of the attempt to open a transport. */
  | Settled<SessionInput>
  | { type: 'timedOut' }
  | { type: 'xstate.done.actor.session'; output: unknown }
  | { type: 'xstate.error.actor.session'; error: unknown };

/** Has a transport opened, and lets go of what there was before. */
function connect(peer: Peer, scope: LeanScope): Live {
  const { host } = peer;
  const opening = new AbortController();
  const { signal } = opening;
  let isSettled = false;
  scope.defer(peer.release);
  scope.defer(() => setTimer(scope, 'timedOut', host.openTimeout));
  awaits(
    scope,
    () => host.open(signal),
    (settled) => {
      if (signal.aborted) return;
      isSettled = true;
      scope.self.send(settled);
    },
  );
  peer.release = () => {
    clearTimer(scope, 'timedOut');
    if (!isSettled) opening.abort();
  };
  return 'connecting';
}

/** Begins a session on a transport that has opened. */
function join(peer: Peer, input: SessionInput, { self, defer, stopChild }: LeanScope): Live {
  const session = createActor(leanSession, { id: 'session', parent: self, input });
  defer(peer.release);
  defer(() => session.start().send({ type: 'session.join' }));
  peer.session = session;
  peer.release = () => {
    input.wire.close();
    stopChild(session);
  };
  return 'joining';
}

function say({ session }: Peer, event: SessionEvent, { defer }: LeanScope): void {
  defer(() => session?.send(event));
}

/** Says GOODBYE. What becomes of the incarnation then is remembered. */
function leave(peer: Peer, scope: LeanScope, wait = true, reason?: string): Live {
  peer.host.leaving();
  say(peer, { type: 'session.leave', wait, reason }, scope);
  return 'leaving';
}

/** Who asks for the end outweighs who asks for another session. */
function ask(peer: Peer, outcome = peer.outcome): Live {
  peer.asked = true;
  peer.again = false;
  peer.outcome = outcome;
  return 'leaving';
}

function rejoin(peer: Peer, _: unknown, scope: LeanScope): Live {
  peer.again = true;
  return leave(peer, scope);
}

/** There is no session to be had of this router, or no more: there may be another one. */
function elsewhere(peer: Peer, why: unknown, scope: LeanScope): Live | Final {
  const { host } = peer;
  if (!host.hasNext) return end(peer, 'failed', host.outcome(why), scope);
  host.passOver(why);
  return connect(peer, scope);
}

function end(peer: Peer, state: Final, outcome: ExitReason, scope: LeanScope): Final {
  peer.outcome = outcome;
  peer.host.ended(outcome);
  scope.defer(peer.release);
  return state;
}

/** What an event means whatever its session is at. */
const CONNECTED: Takes<Peer, Event, Live | Final> = {
  'peer.leave'(peer, { wait, reason }, scope) {
    ask(peer);
    return leave(peer, scope, wait, reason);
  },
  'supervisor.shutdown'(peer, { reason }, scope) {
    // The supervisor itself was: the next incarnation may be there already, and has the host to itself.
    if (reason === 'killed') return end(peer, 'left', reason, scope);
    ask(peer, reason);
    return leave(peer, scope);
  },
  'peer.abort'(peer, { reason, message }, scope) {
    say(peer, { type: 'session.abort', reason, message }, scope);
    return undefined;
  },
  'xstate.done.actor.session'(peer, { output }, scope) {
    if (peer.again) {
      peer.again = false;
      peer.host.rejoining();
      return connect(peer, scope);
    }
    return peer.asked ? end(peer, 'left', peer.outcome, scope) : elsewhere(peer, reasonOf(output), scope);
  },
  'xstate.error.actor.session': (peer, { error }, scope) => end(peer, 'failed', error, scope),
};

const STATES: States<Peer, Event, Live, Final> = {
  connecting: {
    done: (peer, { value }, scope) => join(peer, value, scope),
    failed: (peer, { error }, scope) => elsewhere(peer, error, scope),
    timedOut: (peer, _, scope) => elsewhere(peer, notOpened(peer.host), scope),
    'peer.leave': (peer, _, scope) => end(peer, 'left', peer.outcome, scope),
    'supervisor.shutdown': (peer, { reason }, scope) => end(peer, 'left', reason, scope),
  },
  joining: {
    ...CONNECTED,
    'session.established'({ host }, { session, details }) {
      host.established(session, details);
      return 'restoring';
    },
  },
  restoring: {
    ...CONNECTED,
    'peer.restored'({ host }) {
      host.joined();
      return 'joined';
    },
    'peer.degraded'({ host }) {
      host.joined();
      return 'degraded';
    },
  },
  joined: { ...CONNECTED, 'peer.rejoin': rejoin },
  degraded: {
    ...CONNECTED,
    'peer.restored'({ host }) {
      host.healed();
      return 'joined';
    },
    'peer.rejoin': rejoin,
  },
  // Asked once is enough: a second wish must not say GOODBYE twice. Who wants it to stay away is heard all the same.
  leaving: {
    ...CONNECTED,
    'peer.leave': (peer) => ask(peer),
    'peer.abort': () => undefined,
    'supervisor.shutdown': (peer, { reason }, scope) =>
      reason === 'killed' ? end(peer, 'left', reason, scope) : ask(peer, reason),
  },
};

/** As {@link peerMachine}, with less behind it: the same input, events, states and output, and the same told to its host. */
export const leanPeer: LeanLogic<PeerState, Peer, Event, PeerInput> & Traits = {
  ...SHUTDOWN_TRAIT,
  ...leanLogic<Peer, Event, PeerInput, Live, Final, PeerState>(
    'connecting',
    ({ host }, scope) => {
      const peer: Peer = {
        host,
        session: undefined,
        asked: false,
        again: false,
        outcome: 'normal',
        release: () => {},
      };
      connect(peer, scope);
      return peer;
    },
    STATES,
    {},
    (state) => (state === 'connecting' || state === 'left' || state === 'failed' ? state : { connected: state }),
  ),
};
