/**
 * The client's session as a plain actor logic, for pages: it needs nothing of XState but `createActor`, and is to do in each
 * case what the chart does (`session.ts`), which says what the states mean. One set of tests holds both.
 */

import type { ActorLogic, ActorScope, Snapshot } from 'xstate';
import type { Answer } from '../src/auth/auth-method.js';
import type { Dict, Message } from '../src/wamp/message.js';
import * as CLOSE from '../src/wamp/uris/close.js';
import type { Milliseconds } from '../supervisors/clock.js';
import { type Exit, type ExitReason, exit } from '../supervisors/exit-reason.js';
import { sendAbort, sendGoodbye } from './farewell.js';
import { hello, problemOfWelcome } from './hello.js';
import {
  abortedByRouter,
  abortedHere,
  closedByRouter,
  misplaced,
  notOffered,
  notWelcomed,
  unanswerable,
  unpreparable,
} from './session-end.js';
import {
  abort,
  answerChallenge,
  answerInput,
  authFacts,
  factsOf,
  faultInTrust,
  hasToPrepare,
  INTERNAL_ERROR,
  initialContext,
  LAST,
  type LastWords,
  NOT_OFFERED,
  prepareHello,
  type SessionContext,
  type SessionEvent,
  type SessionInput,
  type SessionReport,
  TIMED_OUT,
  UNANSWERED,
  UNTRUSTED,
  VIOLATION,
} from './session-facts.js';

type Live = 'closed' | 'preparing' | 'establishing' | 'challenging' | 'authenticating' | 'established' | 'shuttingDown';
type Final = 'left' | 'aborted' | 'failed' | 'lost';

export type LeanSessionSnapshot = Snapshot<Exit> & {
  readonly value: Live | Final;
  readonly context: SessionContext;
};

type Event =
  | SessionEvent
  // Internal. What is secret is in a function: an event is shown to inspectors.
  | { type: 'hello.prepared'; authextra: () => Dict }
  | { type: 'hello.unprepared'; error: unknown }
  | { type: 'challenge.answered'; answer: () => Answer }
  | { type: 'challenge.unanswered'; error: unknown }
  | { type: 'goodbye.timedOut' };

type Scope = ActorScope<LeanSessionSnapshot, SessionEvent>;

/** Where an event leads, and what is known then that was not. Nothing: the event is ignored. */
type Move = ({ readonly to: Live | Final } & Partial<SessionContext>) | undefined;

/** What is done about an event, by its type. */
type Takes = {
  readonly [T in Event['type']]?: (
    session: SessionContext,
    event: Extract<Event, { readonly type: T }>,
    scope: Scope,
  ) => Move;
};

const left = { to: 'left' } as const;
const ignored = () => undefined;

function failed(session: SessionContext, outcome: ExitReason, words?: LastWords): Move {
  if (words !== undefined) abort(session.wire, words, outcome);
  return { to: 'failed', outcome };
}

function misplacedMessage(session: SessionContext, event: { type: string; message?: { type: string } }): Move {
  const { type } = event.message ?? event;
  return failed(session, misplaced(type, session.session !== undefined), VIOLATION);
}

const broken = (session: SessionContext, { error }: { error: unknown }) => failed(session, error, INTERNAL_ERROR);

const timedOut =
  (last: string, words?: LastWords) =>
  (session: SessionContext): Move =>
    failed(session, notWelcomed(last, session.handshakeTimeout, factsOf(session)), words);

const isWaitless = ({ wait }: { wait?: boolean }) => wait === false;

function sendHello(session: SessionContext, { self }: Scope, authextra = session.authextra): Move {
  try {
    session.wire.send(hello({ ...session, authextra: authextra() }));
  } catch (error) {
    self.send({ type: 'send.failed', error });
  }
  return { to: 'establishing', authextra };
}

function welcomed(session: SessionContext, event: Message<'WELCOME'>, { self, system, defer }: Scope): Move {
  const problem = problemOfWelcome(event);
  if (problem !== undefined) return failed(session, problem, VIOLATION);
  const fault = faultInTrust(event, session);
  if (fault !== undefined) return failed(session, fault, UNTRUSTED);
  session.wire.install(session.table);
  const { session: id, details } = event;
  system.scheduler.cancel(self, 'handshake');
  // Later, as a machine would: who hears of it sees a session that is established.
  defer(() => self._parent?.send({ type: 'session.established', session: id, details } satisfies SessionReport));
  return { to: 'established', session: id, welcome: details, confirm: undefined };
}

function tell({ self }: Scope, event: Event): void {
  // A transport ends after its session, too, and answers may come late. XState's development build would print a warning for each.
  if (self.getSnapshot().status === 'active') self.send(event as SessionEvent);
}

function remind({ self, system }: Scope, event: Event, after: Milliseconds, id: string): void {
  system.scheduler.schedule(self, self, event, after, id);
}

/** What a message or a wish means in whatever state does not say otherwise. */
const ANYWHERE: Takes = {
  HELLO: misplacedMessage,
  WELCOME: misplacedMessage,
  CHALLENGE: misplacedMessage,
  AUTHENTICATE: misplacedMessage,
  GOODBYE: misplacedMessage,
  'message.unexpected': misplacedMessage,
  'protocol.violated': (session, { error }) => failed(session, error, VIOLATION),
  'wire.failed': broken,
  'send.failed': broken,
  ABORT: (session, event) => ({
    to: 'aborted',
    outcome: abortedByRouter(event, factsOf(session), session.session !== undefined),
  }),
  'transport.closed': (_, { error }) => ({ to: 'lost', outcome: error }),
  'session.abort': (session, { reason, message }) => {
    sendAbort(session.wire, reason, message);
    return { to: 'aborted', outcome: abortedHere(reason, message, factsOf(session), session.session !== undefined) };
  },
  'session.leave': ({ wire }) => {
    sendAbort(wire, CLOSE.closeRealm, '');
    return left;
  },
};

const STATES: Readonly<Record<Live, Takes>> = {
  closed: {
    'session.join': (session, _, scope) => {
      remind(scope, { type: 'handshake.timedOut' }, session.handshakeTimeout, 'handshake');
      if (!hasToPrepare(session)) return sendHello(session, scope);
      const { auth } = session;
      scope.defer(() => {
        prepareHello({ auth, facts: authFacts(session) }).then(
          (authextra) => tell(scope, { type: 'hello.prepared', authextra }),
          (error: unknown) => tell(scope, { type: 'hello.unprepared', error }),
        );
      });
      return { to: 'preparing' };
    },
    'session.leave': () => left,
  },
  // Nothing has left this side yet, so there is nothing to abort.
  preparing: {
    'hello.prepared': (session, { authextra }, scope) => sendHello(session, scope, authextra),
    'hello.unprepared': (session, { error }) => failed(session, unpreparable(error, session.wire.address)),
    'handshake.timedOut': timedOut(LAST.preparing),
    'session.leave': () => left,
  },
  establishing: {
    WELCOME: welcomed,
    CHALLENGE: (session, event, scope) => {
      const { authmethod } = event;
      if (!session.auth.some(({ name }) => name === authmethod))
        return failed(session, notOffered(authmethod, factsOf(session)), NOT_OFFERED);
      scope.defer(() => {
        answerChallenge(answerInput(event, session)).then(
          (answer) => tell(scope, { type: 'challenge.answered', answer }),
          (error: unknown) => tell(scope, { type: 'challenge.unanswered', error }),
        );
      });
      return { to: 'challenging' };
    },
    'handshake.timedOut': timedOut(LAST.establishing, TIMED_OUT),
    // Nothing has left this side yet, so there is nothing to abort.
    'send.failed': (session, { error }) => failed(session, error),
  },
  challenging: {
    'challenge.answered': ({ wire }, { answer }, { self }) => {
      const { signature, extra = {} } = answer();
      try {
        wire.send({ type: 'AUTHENTICATE', signature, extra });
      } catch (error) {
        self.send({ type: 'send.failed', error });
      }
      return { to: 'authenticating', confirm: (welcome) => answer().confirm?.(welcome) };
    },
    'challenge.unanswered': (session, { error }) =>
      failed(session, unanswerable(error, session.wire.address), UNANSWERED),
    'handshake.timedOut': timedOut(LAST.challenging, TIMED_OUT),
  },
  authenticating: {
    WELCOME: welcomed,
    'handshake.timedOut': timedOut(LAST.authenticating, TIMED_OUT),
  },
  established: {
    GOODBYE: (session, event) => {
      sendGoodbye(session.wire, CLOSE.goodbyeAndOut);
      return { to: 'left', outcome: closedByRouter(event, factsOf(session)) };
    },
    'session.leave': ({ wire, goodbyeTimeout }, event, scope) => {
      sendGoodbye(wire, event.reason ?? CLOSE.closeRealm, event.message);
      if (isWaitless(event)) return left;
      remind(scope, { type: 'goodbye.timedOut' }, goodbyeTimeout, 'goodbye');
      return { to: 'shuttingDown' };
    },
  },
  shuttingDown: {
    GOODBYE: () => left,
    HELLO: ignored,
    WELCOME: ignored,
    CHALLENGE: ignored,
    AUTHENTICATE: ignored,
    'message.unexpected': ignored,
    // To leave is what was asked for. These ends are as good as an answer.
    ABORT: () => left,
    'protocol.violated': () => left,
    'transport.closed': () => left,
    'session.abort': () => left,
    'session.leave': (_, event) => (isWaitless(event) ? left : undefined),
    'goodbye.timedOut': ({ wire }) => {
      wire.destroy();
      return { to: 'left', goodbyeTimedOut: true };
    },
  },
};

/**
 * As {@link sessionMachine}, with less behind it: the same input, events, states, report and output, and what it says on the
 * wire. Of its snapshot's `context` nothing else is to be relied on, either.
 */
export const leanSession: ActorLogic<LeanSessionSnapshot, SessionEvent, SessionInput> = {
  getInitialSnapshot(scope, input) {
    scope.defer(() => input.wire.listen((event) => tell(scope, event)));
    return { status: 'active', output: undefined, error: undefined, value: 'closed', context: initialContext(input) };
  },

  transition(snapshot, event: Event | { type: 'xstate.stop' }, scope) {
    if (event.type === 'xstate.stop') return { ...snapshot, status: 'stopped' } as LeanSessionSnapshot;
    const { value, context } = snapshot;
    const take = STATES[value as Live][event.type] ?? ANYWHERE[event.type];
    if (take === undefined) return snapshot;
    // Whatever it takes when it is established ends that, before a word is said.
    if (value === 'established') context.wire.uninstall();
    // The types say that each entry takes the event under whose type it stands; this index cannot.
    const move = (take as (session: SessionContext, event: Event, scope: Scope) => Move)(context, event, scope);
    if (move === undefined) return snapshot;
    const { to, ...known } = move;
    const next = { ...snapshot, value: to, context: { ...context, ...known } };
    if (to in STATES) return next;
    if (to !== 'lost') context.wire.close();
    return { ...next, status: 'done', output: exit(next.context.outcome) } as LeanSessionSnapshot;
  },

  getPersistedSnapshot: (snapshot) => snapshot,
};
