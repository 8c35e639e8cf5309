/**
 * The client's session as a lean logic, for pages. It is to do in each case what the chart does (`session.ts`), which says what
 * the states mean. One set of tests holds both.
 */

import type { Answer } from '../src/auth/auth-method.js';
import type { Dict, Message, Uri } from '../src/wamp/message.js';
import * as CLOSE from '../src/wamp/uris/close.js';
import type { ExitReason } from '../supervisors/exit-reason.js';
import { sendGoodbye } from './farewell.js';
import { hello, problemOfWelcome } from './hello.js';
import {
  awaits,
  clearTimer,
  type LeanLogic,
  type LeanScope,
  leanLogic,
  type Settled,
  type States,
  setTimer,
  type Takes,
  tell,
} from './lean-logic.js';
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

type Session = { -readonly [K in keyof SessionContext]: SessionContext[K] };

/** What a method of authentication has made is in a function: it may be secret, and an event is shown to inspectors. */
type Made = () => Dict | Answer;
type Event = SessionEvent | Settled<Made> | { type: 'goodbye.timedOut' };

/** Says what there is to say, if anything, closes the transport and ends with `outcome`. */
function end(session: Session, state: Final, outcome: ExitReason, words?: LastWords): Final {
  const { wire } = session;
  wire.uninstall();
  if (words !== undefined) abort(wire, words, outcome);
  wire.close();
  session.outcome = outcome;
  return state;
}

const leave = (session: Session): Final => end(session, 'left', 'normal');
const ignore = () => undefined;
const wasJoined = ({ session }: Session): boolean => session !== undefined;

function part({ wire }: Session, reason: Uri, message?: string): void {
  wire.uninstall();
  sendGoodbye(wire, reason, message);
}

const misplace = (session: Session, event: { type: string; message?: { type: string } }): Final =>
  end(session, 'failed', misplaced((event.message ?? event).type, wasJoined(session)), VIOLATION);

const fail = (session: Session, { error }: { error: unknown }): Final => end(session, 'failed', error, INTERNAL_ERROR);

const timedOut =
  (last: string, words?: LastWords) =>
  (session: Session): Final =>
    end(session, 'failed', notWelcomed(last, session.handshakeTimeout, factsOf(session)), words);

/** What cannot be sent is an event of its own, behind those that wait. */
function send(session: Session, message: () => Message, scope: LeanScope): void {
  try {
    session.wire.send(message());
  } catch (error) {
    tell(scope, { type: 'send.failed', error } as Event);
  }
}

function sendHello(session: Session, scope: LeanScope): Live {
  send(session, () => hello({ ...session, authextra: session.authextra() }), scope);
  return 'establishing';
}

function welcome(session: Session, event: Message<'WELCOME'>, scope: LeanScope): Live | Final {
  const problem = problemOfWelcome(event);
  if (problem !== undefined) return end(session, 'failed', problem, VIOLATION);
  const fault = faultInTrust(event, session);
  if (fault !== undefined) return end(session, 'failed', fault, UNTRUSTED);
  const { session: id, details } = event;
  session.wire.install(session.table);
  session.session = id;
  session.welcome = details;
  session.confirm = undefined;
  clearTimer(scope, 'handshake.timedOut');
  scope.defer(() => {
    scope.self._parent?.send({ type: 'session.established', session: id, details } satisfies SessionReport);
  });
  return 'established';
}

/** What an event means in a state that does not say otherwise. */
const ANYWHERE: Takes<Session, Event, Live | Final> = {
  HELLO: misplace,
  WELCOME: misplace,
  CHALLENGE: misplace,
  AUTHENTICATE: misplace,
  GOODBYE: misplace,
  'message.unexpected': misplace,
  'protocol.violated': (session, { error }) => end(session, 'failed', error, VIOLATION),
  'wire.failed': fail,
  'send.failed': fail,
  ABORT: (session, event) => end(session, 'aborted', abortedByRouter(event, factsOf(session), wasJoined(session))),
  'transport.closed'(session, { error }) {
    session.outcome = error;
    return 'lost';
  },
  'session.abort': (session, { reason, message }) =>
    end(session, 'aborted', abortedHere(reason, message, factsOf(session), wasJoined(session)), { reason, message }),
  'session.leave': (session) => end(session, 'left', 'normal', { reason: CLOSE.closeRealm }),
};

const STATES: States<Session, Event, Live, Final> = {
  closed: {
    'session.join'(session, _, scope) {
      setTimer(scope, 'handshake.timedOut', session.handshakeTimeout);
      if (!hasToPrepare(session)) return sendHello(session, scope);
      const facts = authFacts(session);
      awaits<Made>(
        scope,
        () => prepareHello({ auth: session.auth, facts }),
        (settled) => tell(scope, settled),
      );
      return 'preparing';
    },
    'session.leave': leave,
  },
  // Nothing has left this side yet, so there is nothing to abort.
  preparing: {
    done(session, { value }, scope) {
      session.authextra = value as () => Dict;
      return sendHello(session, scope);
    },
    failed: (session, { error }) => end(session, 'failed', unpreparable(error, session.wire.address)),
    'handshake.timedOut': timedOut(LAST.preparing),
    'session.leave': leave,
  },
  establishing: {
    WELCOME: welcome,
    CHALLENGE(session, event, scope) {
      const { authmethod } = event;
      if (!session.auth.some(({ name }) => name === authmethod))
        return end(session, 'failed', notOffered(authmethod, factsOf(session)), NOT_OFFERED);
      awaits<Made>(
        scope,
        () => answerChallenge(answerInput(event, session)),
        (settled) => tell(scope, settled),
      );
      return 'challenging';
    },
    'handshake.timedOut': timedOut(LAST.establishing, TIMED_OUT),
    // Nothing has left this side yet, so there is nothing to abort.
    'send.failed': (session, { error }) => end(session, 'failed', error),
  },
  challenging: {
    done(session, { value }, scope) {
      const answer = value as () => Answer;
      const { signature, extra = {} } = answer();
      send(session, () => ({ type: 'AUTHENTICATE', signature, extra }), scope);
      session.confirm = (details) => answer().confirm?.(details);
      return 'authenticating';
    },
    failed: (session, { error }) => end(session, 'failed', unanswerable(error, session.wire.address), UNANSWERED),
    'handshake.timedOut': timedOut(LAST.challenging, TIMED_OUT),
  },
  authenticating: {
    WELCOME: welcome,
    'handshake.timedOut': timedOut(LAST.authenticating, TIMED_OUT),
  },
  established: {
    GOODBYE(session, event) {
      part(session, CLOSE.goodbyeAndOut);
      return end(session, 'left', closedByRouter(event, factsOf(session)));
    },
    'session.leave'(session, { reason = CLOSE.closeRealm, message, wait }, scope) {
      part(session, reason, message);
      if (wait === false) return leave(session);
      setTimer(scope, 'goodbye.timedOut', session.goodbyeTimeout);
      return 'shuttingDown';
    },
  },
  shuttingDown: {
    HELLO: ignore,
    WELCOME: ignore,
    CHALLENGE: ignore,
    AUTHENTICATE: ignore,
    'message.unexpected': ignore,
    // To leave is what was asked for. These ends are as good as an answer.
    GOODBYE: leave,
    ABORT: leave,
    'protocol.violated': leave,
    'transport.closed': leave,
    'session.abort': leave,
    'session.leave': (session, { wait }) => (wait === false ? leave(session) : undefined),
    'goodbye.timedOut'(session) {
      session.goodbyeTimedOut = true;
      session.wire.destroy();
      return leave(session);
    },
  },
};

/**
 * As {@link sessionMachine}, with less behind it: the same input, events, states, report and output, and what it says on the
 * wire.
 */
export const leanSession: LeanLogic<Live | Final, Session, Event, SessionInput> = leanLogic<
  Session,
  Event,
  SessionInput,
  Live,
  Final
>(
  'closed',
  (input, scope) => {
    scope.defer(() => input.wire.listen((event) => tell(scope, event)));
    return initialContext(input);
  },
  STATES,
  ANYWHERE,
);
