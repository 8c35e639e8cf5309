/**
 * One incarnation of a peer as a plain actor logic, for pages: it needs nothing of XState but `createActor`, and is to do in
 * each case what the chart does (`peer.ts`). One set of tests holds both.
 */

import { type ActorLogic, type ActorScope, type AnyActorRef, createActor, type Snapshot } from 'xstate';
import { type Exit, type ExitReason, exit } from '../supervisors/exit-reason.js';
import { SHUTDOWN_TRAIT } from '../supervisors/traits.js';
import { leanSession } from './lean-session.js';
import { notOpened, type PeerEvent, type PeerInput, type PeerState, reasonOf } from './peer-host.js';
import type { SessionEvent, SessionInput } from './session-facts.js';

type Connected = Extract<PeerState, object>['connected'];
type Live = 'connecting' | Connected;
type Final = 'left' | 'failed';

interface PeerContext extends PeerInput {
  /** Of the transport that is open. */
  readonly session: AnyActorRef | undefined;
  /** Whether this side asked for the end: then it is a normal one, however the session ended. */
  readonly asked: boolean;
  /** Whether it asked for another session in its place. */
  readonly again: boolean;
  readonly reason: ExitReason;
  /** Lets go of what it holds: an attempt to open a transport, or an open one and the session on it. */
  readonly release: () => void;
}

export type LeanPeerSnapshot = Snapshot<Exit> & {
  readonly value: PeerState;
  readonly context: PeerContext;
};

type Event =
  | PeerEvent
  // Internal.
  | { type: 'transport.opened'; input: SessionInput }
  | { type: 'transport.unopened'; error: unknown }
  | { type: 'transport.timedOut' }
  | { type: 'xstate.done.actor.session'; output: unknown }
  | { type: 'xstate.error.actor.session'; error: unknown };

type Scope = ActorScope<LeanPeerSnapshot, PeerEvent>;

/** Where an event leads, if elsewhere, and what has changed. */
type Move = { readonly to?: Live | Final } & Partial<PeerContext>;

/** What is done about an event, by its type. */
type Takes = {
  readonly [T in Event['type']]?: (
    peer: PeerContext,
    event: Extract<Event, { readonly type: T }>,
    scope: Scope,
  ) => Move;
};

// Whatever touches transports, sessions and time is deferred, as a machine would: until the snapshot tells where the event led.

/** Has a transport opened, and lets go of what there was before. */
function connect({ host, release }: PeerContext, { self, system, defer }: Scope): Move {
  const opening = new AbortController();
  const { signal } = opening;
  let isSettled = false;
  const settle = (event: Event): void => {
    if (signal.aborted) return;
    isSettled = true;
    self.send(event as PeerEvent);
  };
  defer(release);
  defer(() => {
    system.scheduler.schedule(self, self, { type: 'transport.timedOut' }, host.openTimeout, 'opening');
    host.open(signal).then(
      (input) => settle({ type: 'transport.opened', input }),
      (error: unknown) => settle({ type: 'transport.unopened', error }),
    );
  });
  return {
    to: 'connecting',
    release() {
      system.scheduler.cancel(self, 'opening');
      if (!isSettled) opening.abort();
    },
  };
}

/** Begins a session on a transport that has opened. */
function join({ release }: PeerContext, input: SessionInput, { self, defer, stopChild }: Scope): Move {
  const session = createActor(leanSession, { id: 'session', parent: self, input });
  defer(release);
  defer(() => session.start().send({ type: 'session.join' }));
  return {
    to: 'joining',
    session,
    release() {
      input.wire.close();
      stopChild(session);
    },
  };
}

function say({ session }: PeerContext, event: SessionEvent, { defer }: Scope): Move {
  defer(() => session?.send(event));
  return {};
}

/** Says GOODBYE, and waits for the end of the session, if it is to. */
function leave(peer: PeerContext, known: Move, scope: Scope, wait = true, reason?: string): Move {
  peer.host.leaving();
  say(peer, { type: 'session.leave', wait, reason }, scope);
  return { ...known, to: 'leaving' };
}

/** There is no session to be had of this router, or no more: there may be another one. */
function elsewhere(peer: PeerContext, why: unknown, scope: Scope): Move {
  const { host } = peer;
  if (!host.hasNext) return end(peer, 'failed', host.outcome(why), scope);
  host.passOver(why);
  return connect(peer, scope);
}

function end({ host, release }: PeerContext, to: Final, reason: ExitReason, { defer }: Scope): Move {
  host.ended(reason);
  defer(release);
  return { to, reason };
}

/** Who asks for the end outweighs who asks for another session. */
const ASKED = { asked: true, again: false };
const AGAIN = { again: true };

const rejoin = (peer: PeerContext, _: unknown, scope: Scope): Move => leave(peer, AGAIN, scope);

/** Whatever becomes of its session. */
const CONNECTED: Takes = {
  'peer.leave': (peer, { wait, reason }, scope) => leave(peer, ASKED, scope, wait, reason),
  // If its supervisor was killed, the next incarnation may be there already, and has the host to itself.
  'supervisor.shutdown': (peer, { reason }, scope) =>
    reason === 'killed' ? end(peer, 'left', reason, scope) : leave(peer, { ...ASKED, reason }, scope),
  'peer.abort': (peer, { reason, message }, scope) => say(peer, { type: 'session.abort', reason, message }, scope),
  'xstate.done.actor.session'(peer, { output }, scope) {
    if (peer.again) {
      peer.host.rejoining();
      return { ...connect(peer, scope), again: false };
    }
    return peer.asked ? end(peer, 'left', peer.reason, scope) : elsewhere(peer, reasonOf(output), scope);
  },
  'xstate.error.actor.session': (peer, { error }, scope) => end(peer, 'failed', error, scope),
};

const STATES: Readonly<Record<Live, Takes>> = {
  connecting: {
    'transport.opened': (peer, { input }, scope) => join(peer, input, scope),
    'transport.unopened': (peer, { error }, scope) => elsewhere(peer, error, scope),
    'transport.timedOut': (peer, _, scope) => elsewhere(peer, notOpened(peer.host), scope),
    'peer.leave': (peer, _, scope) => end(peer, 'left', peer.reason, scope),
    'supervisor.shutdown': (peer, { reason }, scope) => end(peer, 'left', reason, scope),
  },
  joining: {
    ...CONNECTED,
    'session.established'({ host }, { session, details }) {
      host.established(session, details);
      return { to: 'restoring' };
    },
  },
  restoring: {
    ...CONNECTED,
    'peer.restored'({ host }) {
      host.joined();
      return { to: 'joined' };
    },
    'peer.degraded'({ host }) {
      host.joined();
      return { to: 'degraded' };
    },
  },
  joined: { ...CONNECTED, 'peer.rejoin': rejoin },
  degraded: {
    ...CONNECTED,
    'peer.restored'({ host }) {
      host.healed();
      return { to: 'joined' };
    },
    'peer.rejoin': rejoin,
  },
  // Asked once is enough: a second wish must not say GOODBYE twice. Who wants it to stay away is heard all the same.
  leaving: {
    ...CONNECTED,
    'peer.leave': () => ASKED,
    'peer.abort': () => ({}),
    'supervisor.shutdown': (peer, { reason }, scope) =>
      reason === 'killed' ? end(peer, 'left', reason, scope) : { ...ASKED, reason },
  },
};

/** As {@link peerMachine}, with less behind it: the same input, events, states and output, and the same told to its host. */
export const leanPeer: ActorLogic<LeanPeerSnapshot, PeerEvent, PeerInput> = {
  ...SHUTDOWN_TRAIT,

  getInitialSnapshot(scope, { host }) {
    const nothing: PeerContext = {
      host,
      session: undefined,
      asked: false,
      again: false,
      reason: 'normal',
      release: () => {},
    };
    const { to: _, ...known } = connect(nothing, scope);
    return {
      status: 'active',
      output: undefined,
      error: undefined,
      value: 'connecting',
      context: { ...nothing, ...known },
    };
  },

  transition(snapshot, event: Event | { type: 'xstate.stop' }, scope) {
    const { value, context } = snapshot;
    if (event.type === 'xstate.stop') {
      scope.defer(context.release);
      return { ...snapshot, status: 'stopped' } as LeanPeerSnapshot;
    }
    const take = STATES[(typeof value === 'string' ? value : value.connected) as Live][event.type];
    if (take === undefined) return snapshot;
    let move: Move;
    try {
      // The types say that each entry takes the event under whose type it stands; this index cannot.
      move = (take as (peer: PeerContext, event: Event, scope: Scope) => Move)(context, event, scope);
    } catch (error) {
      // However this incarnation ends, its transport ends with it.
      context.release();
      throw error;
    }
    const { to, ...known } = move;
    const next = { ...snapshot, context: { ...context, ...known } };
    if (to === undefined) return next;
    if (to === 'left' || to === 'failed')
      return { ...next, value: to, status: 'done', output: exit(next.context.reason) } as LeanPeerSnapshot;
    return { ...next, value: to === 'connecting' ? to : { connected: to } };
  },

  getPersistedSnapshot: (snapshot) => snapshot,
};
