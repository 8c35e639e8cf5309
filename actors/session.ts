import { type AnyActorRef, assertEvent, assign, cancel, enqueueActions, fromPromise, raise } from 'xstate';
import type { Answer, AuthMethod, Challenge, HelloFacts } from '../src/auth/auth-method.js';
import { computing } from '../src/computing.js';
import { AuthenticationError } from '../src/errors.js';
import type { Dict, Id, Message, MessageTable, Uri } from '../src/wamp/message.js';
import * as ADVANCED_ERROR from '../src/wamp/uris/advanced-error.js';
import * as CLOSE from '../src/wamp/uris/close.js';
import * as ERROR from '../src/wamp/uris/error.js';
import * as FIELD_ERROR from '../src/wamp/uris/field-error.js';
import type { Milliseconds } from '../supervisors/clock.js';
import { type Exit, type ExitReason, exit } from '../supervisors/exit-reason.js';
import { sendAbort, sendGoodbye } from './farewell.js';
import { authextraOf, hello, problemOfWelcome } from './hello.js';
import {
  abortedByRouter,
  abortedHere,
  closedByRouter,
  misplaced,
  notOffered,
  notWelcomed,
  type SessionFacts,
  unanswerable,
  unpreparable,
  unproven,
} from './session-end.js';
import { setup } from './setup.js';
import type { Wire, WireEvent } from './wire.js';

export interface SessionInput {
  /** Not yet listened to: the session does. */
  readonly wire: Wire;
  readonly realm: Uri;
  /** `HELLO.Details`: roles with their features, agent. The session adds what belongs to authentication. */
  readonly details: Dict;
  /** Who this peer wants to be. Default: nobody, the router chooses. */
  readonly authid?: string;
  /** The only methods that a CHALLENGE is answered with, the most wanted first. */
  readonly auth: readonly AuthMethod[];
  /** Takes the messages of the established session. */
  readonly table: MessageTable;
  /** From HELLO to WELCOME, or from when a method of authentication begins to prepare HELLO. Default 5,000. */
  readonly handshakeTimeout?: Milliseconds;
  /** From our GOODBYE to the router's. Default 2,000. */
  readonly goodbyeTimeout?: Milliseconds;
}

export interface SessionContext extends Required<Omit<SessionInput, 'authid'>> {
  readonly authid: string | undefined;
  /** `HELLO.Details.authextra`. In a function: what a method puts there may be a secret, and a context is shown. */
  readonly authextra: () => Dict;
  /** What the answer to the CHALLENGE demands of WELCOME. Unset until there was one. */
  readonly confirm: ((welcome: Dict) => void) | undefined;
  /** The session's id, once it was established. */
  readonly session: Id | undefined;
  /** `WELCOME.Details`. */
  readonly welcome: Dict | undefined;
  /** Why it ended; `normal` until anything else is known. */
  readonly outcome: ExitReason;
  /** Our GOODBYE was not answered in time. The session has left all the same. */
  readonly goodbyeTimedOut: boolean;
}

export type SessionEvent =
  | WireEvent
  | { type: 'session.join' }
  /** `reason` is `wamp.close.close_realm` by default. Without `wait` the router's GOODBYE is not waited for. */
  | { type: 'session.leave'; reason?: Uri; message?: string; wait?: boolean }
  | { type: 'session.abort'; reason: Uri; message: string }
  /** Internal: no WELCOME in time. */
  | { type: 'handshake.timedOut' }
  /** Internal: what this side wanted to say cannot be said. */
  | { type: 'send.failed'; error: unknown };

/** What a session tells the actor that started it, if one did. */
export type SessionReport = { type: 'session.established'; session: Id; details: Dict };

export interface AnswerInput {
  readonly method: AuthMethod | undefined;
  readonly challenge: Challenge;
  readonly facts: HelloFacts;
  readonly authextra: () => Dict;
}

function factsOf({ wire, realm, authid, auth }: SessionContext): SessionFacts {
  return { address: wire.address, realm, authid, methods: auth.map((method) => method.name) };
}

function authFacts({ wire, realm, authid }: SessionContext): HelloFacts {
  return { address: wire.address, realm, authid, channelId: () => wire.channelId(), tlsUnique: () => wire.tlsUnique() };
}

/** What this side does about a message that the protocol does not allow. */
const violation = { type: 'abort', params: { reason: ERROR.protocolViolation } } as const;
const misplacedMessage = { target: '.failed', actions: ['blameMessage', violation] } as const;

/** Transition 14, and whatever else changes nothing: the chart says so, rather than leave it to the root. */
const ignored = {};

/** No predefined URI says that a peer ends a session for a fault of its own; this one is what the field uses. */
const internalError = {
  type: 'abort',
  params: { reason: FIELD_ERROR.runtimeError, message: 'internal error' },
} as const;

const timedOut = (last: string) =>
  ({
    target: 'failed',
    actions: [
      { type: 'noteNotWelcomed', params: { last } },
      { type: 'abort', params: { reason: ADVANCED_ERROR.timeout, message: 'no WELCOME in time' } },
    ],
  }) as const;

/** The router learns no more: what a method throws may hold a secret. */
const unanswered = {
  type: 'abort',
  params: { reason: ADVANCED_ERROR.authenticationFailed, message: 'the CHALLENGE could not be answered' },
} as const;

/** A router that has not proved itself learns only that. */
const untrusted = {
  type: 'abort',
  params: { reason: ADVANCED_ERROR.authenticationFailed, message: 'the router did not prove itself' },
} as const;

const welcomed = [
  { guard: 'isTrusted', target: 'established', actions: 'rememberWelcome' },
  { guard: 'isValid', target: 'failed', actions: ['blameRouter', untrusted] },
  { target: 'failed', actions: ['blameWelcome', violation] },
] as const;

/** Why a WELCOME, valid in itself, is not to be believed, or `undefined`. */
function faultInTrust({ details }: Message<'WELCOME'>, context: SessionContext): AuthenticationError | undefined {
  const { auth, confirm } = context;
  if (confirm === undefined) {
    const demandsProof = auth.length > 0 && auth.every((method) => method.mutual === true);
    return demandsProof ? unproven(undefined, factsOf(context)) : undefined;
  }
  try {
    confirm(details);
    return undefined;
  } catch (error) {
    return unproven(error, factsOf(context));
  }
}

/**
 * One WAMP session, the client's half. It starts in `closed`, joins on `session.join`, and ends in one of four final
 * states with `exit(reason)` as its output: `left`, `aborted` (an ABORT of either side), `failed` (this side gave up)
 * or `lost`. It runs alone or as the child of a peer, which it sends a {@link SessionReport}.
 *
 * The standard's transitions, by number; 7, 10, 11 and 12 are the router's:
 *
 * | # | from | on | to |
 * | --- | --- | --- | --- |
 * | 1 | closed, preparing | `session.join`, sends HELLO | establishing |
 * | 2 | establishing, authenticating | WELCOME | established |
 * | 3 | established | `session.leave`, sends GOODBYE | shuttingDown |
 * | 4 | shuttingDown | GOODBYE | left |
 * | 5 | established | GOODBYE | closing |
 * | 6 | closing | at once, sends GOODBYE | left |
 * | 8 | established | HELLO, AUTHENTICATE | failed |
 * | 9 | establishing | any other message | failed |
 * | 13 | challenging, authenticating | any other message | failed |
 * | 14 | shuttingDown | any other message | shuttingDown |
 *
 * An actor that is stopped from outside runs none of its exits: whoever stops a session closes its wire.
 *
 * @see WAMP Basic Profile, "Sessions" and "Protocol Errors"; WAMP Advanced Profile, "Authentication Methods"
 */
export const sessionMachine = setup({
  types: {
    input: {} as SessionInput,
    context: {} as SessionContext,
    events: {} as SessionEvent,
    output: {} as Exit,
  },
  actors: {
    prepareHello: fromPromise<() => Dict, { auth: readonly AuthMethod[]; facts: HelloFacts }>(async ({ input }) => {
      const authextra = await computing(() => authextraOf(input.auth, input.facts));
      return () => authextra;
    }),
    // What an actor returns is shown to inspectors, and a ticket is a secret: it travels inside a function.
    answerChallenge: fromPromise<() => Answer, AnswerInput>(async ({ input }) => {
      const { method, challenge, facts, authextra } = input;
      const answer = await computing(async () => method?.answer(challenge, { ...facts, authextra: authextra() }));
      if (typeof answer?.signature === 'string') return () => answer;
      throw new AuthenticationError(`the method "${challenge.authmethod}" gave no signature, which has to be a string`);
    }),
  },
  guards: {
    hasToPrepare: ({ context }) => context.auth.some((method) => method.hello !== undefined),
    isTrusted: ({ context, event }) =>
      event.type === 'WELCOME' && problemOfWelcome(event) === undefined && faultInTrust(event, context) === undefined,
    isValid: ({ event }) => event.type === 'WELCOME' && problemOfWelcome(event) === undefined,
    isOffered: ({ context, event }) =>
      event.type === 'CHALLENGE' && context.auth.some((method) => method.name === event.authmethod),
    doesNotWait: ({ event }) => event.type === 'session.leave' && event.wait === false,
  },
  delays: {
    handshakeTimeout: ({ context }) => context.handshakeTimeout,
    goodbyeTimeout: ({ context }) => context.goodbyeTimeout,
  },
  actions: {
    // A transport ends after its session, too. XState's development build would print a warning for each.
    listen: ({ context, self }) =>
      context.wire.listen((event) => {
        if (self.getSnapshot().status === 'active') self.send(event);
      }),
    startHandshakeTimer: raise({ type: 'handshake.timedOut' }, { delay: 'handshakeTimeout', id: 'handshake' }),
    stopHandshakeTimer: cancel('handshake'),
    sendHello: ({ context, self }) => {
      try {
        context.wire.send(hello({ ...context, authextra: context.authextra() }));
      } catch (error) {
        self.send({ type: 'send.failed', error });
      }
    },
    sendAuthenticate: ({ context, self }, { answer }: { answer: () => Answer }) => {
      const { signature, extra = {} } = answer();
      try {
        context.wire.send({ type: 'AUTHENTICATE', signature, extra });
      } catch (error) {
        self.send({ type: 'send.failed', error });
      }
    },
    goodbye: ({ context, event }) => {
      if (event.type === 'session.leave') sendGoodbye(context.wire, event.reason ?? CLOSE.closeRealm, event.message);
    },
    goodbyeAndOut: ({ context }) => sendGoodbye(context.wire, CLOSE.goodbyeAndOut),
    abort: ({ context }, { reason, message }: { reason: Uri; message?: string }) => {
      const why = context.outcome instanceof Error ? context.outcome.message : '';
      sendAbort(context.wire, reason, message ?? why);
    },
    abortAsAsked: ({ context, event }) => {
      if (event.type === 'session.abort') sendAbort(context.wire, event.reason, event.message);
    },
    installTable: ({ context }) => context.wire.install(context.table),
    uninstallTable: ({ context }) => context.wire.uninstall(),
    closeTransport: ({ context }) => context.wire.close(),
    dropTransport: ({ context }) => context.wire.destroy(),

    rememberAuthextra: assign((_, { authextra }: { authextra: () => Dict }) => ({ authextra })),
    rememberAnswer: assign((_, { answer }: { answer: () => Answer }) => ({
      confirm: (welcome: Dict) => answer().confirm?.(welcome),
    })),
    rememberWelcome: assign(({ event }) =>
      event.type === 'WELCOME' ? { session: event.session, welcome: event.details, confirm: undefined } : {},
    ),
    reportEstablished: enqueueActions(({ enqueue, event, self }) => {
      const parent: AnyActorRef | undefined = self._parent;
      if (parent === undefined || event.type !== 'WELCOME') return;
      const report: SessionReport = { type: 'session.established', session: event.session, details: event.details };
      enqueue.sendTo(parent, report);
    }),

    blameMessage: assign(({ context, event }) => {
      const type = event.type === 'message.unexpected' ? event.message.type : event.type;
      return { outcome: misplaced(type, context.session !== undefined) };
    }),
    blameWelcome: assign(({ event }) => (event.type === 'WELCOME' ? { outcome: problemOfWelcome(event) } : {})),
    blameRouter: assign(({ context, event }) =>
      event.type === 'WELCOME' ? { outcome: faultInTrust(event, context) } : {},
    ),
    noteError: assign(({ event }) => ('error' in event ? { outcome: event.error } : {})),
    noteAbort: assign(({ context, event }) =>
      event.type === 'ABORT'
        ? { outcome: abortedByRouter(event, factsOf(context), context.session !== undefined) }
        : {},
    ),
    noteOwnAbort: assign(({ context, event }) =>
      event.type === 'session.abort'
        ? { outcome: abortedHere(event.reason, event.message, factsOf(context), context.session !== undefined) }
        : {},
    ),
    noteClose: assign(({ context, event }) =>
      event.type === 'GOODBYE' ? { outcome: closedByRouter(event, factsOf(context)) } : {},
    ),
    noteNotOffered: assign(({ context, event }) =>
      event.type === 'CHALLENGE' ? { outcome: notOffered(event.authmethod, factsOf(context)) } : {},
    ),
    noteUnanswerable: assign(({ context }, { cause }: { cause: unknown }) => ({
      outcome: unanswerable(cause, context.wire.address),
    })),
    noteUnpreparable: assign(({ context }, { cause }: { cause: unknown }) => ({
      outcome: unpreparable(cause, context.wire.address),
    })),
    noteNotWelcomed: assign(({ context }, { last }: { last: string }) => ({
      outcome: notWelcomed(last, context.handshakeTimeout, factsOf(context)),
    })),
    noteGoodbyeTimedOut: assign({ goodbyeTimedOut: true }),
  },
}).createMachine({
  id: 'session',
  context: ({ input }) => ({
    ...input,
    authid: input.authid,
    authextra: () => ({}),
    confirm: undefined,
    handshakeTimeout: input.handshakeTimeout ?? 5_000,
    goodbyeTimeout: input.goodbyeTimeout ?? 2_000,
    session: undefined,
    welcome: undefined,
    outcome: 'normal',
    goodbyeTimedOut: false,
  }),
  output: ({ context }) => exit(context.outcome),
  initial: 'closed',

  // Each state names what it takes. The rest ends the session, whatever state it is in.
  on: {
    HELLO: misplacedMessage,
    WELCOME: misplacedMessage,
    CHALLENGE: misplacedMessage,
    AUTHENTICATE: misplacedMessage,
    GOODBYE: misplacedMessage,
    'message.unexpected': misplacedMessage,
    'protocol.violated': { target: '.failed', actions: ['noteError', violation] },
    'wire.failed': { target: '.failed', actions: ['noteError', internalError] },
    'send.failed': { target: '.failed', actions: ['noteError', internalError] },
    'handshake.timedOut': ignored,
    ABORT: { target: '.aborted', actions: 'noteAbort' },
    'transport.closed': { target: '.lost', actions: 'noteError' },
    'session.abort': { target: '.aborted', actions: ['noteOwnAbort', 'abortAsAsked'] },
    'session.leave': { target: '.left', actions: { type: 'abort', params: { reason: CLOSE.closeRealm } } },
  },

  states: {
    closed: {
      entry: 'listen',
      on: {
        'session.join': [
          { guard: 'hasToPrepare', target: 'preparing', actions: 'startHandshakeTimer' },
          { target: 'establishing', actions: 'startHandshakeTimer' },
        ],
        'session.leave': 'left',
      },
    },
    // Nothing has left this side yet, so there is nothing to abort.
    preparing: {
      invoke: {
        id: 'preparation',
        src: 'prepareHello',
        input: ({ context }) => ({ auth: context.auth, facts: authFacts(context) }),
        onDone: {
          target: 'establishing',
          actions: { type: 'rememberAuthextra', params: ({ event }) => ({ authextra: event.output }) },
        },
        onError: {
          target: 'failed',
          actions: { type: 'noteUnpreparable', params: ({ event }) => ({ cause: event.error }) },
        },
      },
      on: {
        'handshake.timedOut': {
          target: 'failed',
          actions: { type: 'noteNotWelcomed', params: { last: 'a method of authentication has not prepared HELLO' } },
        },
        'session.leave': 'left',
      },
    },
    establishing: {
      entry: 'sendHello',
      on: {
        WELCOME: welcomed,
        CHALLENGE: [
          { guard: 'isOffered', target: 'challenging' },
          {
            target: 'failed',
            actions: ['noteNotOffered', { type: 'abort', params: { reason: ADVANCED_ERROR.noMatchingAuthMethod } }],
          },
        ],
        'handshake.timedOut': timedOut('nothing came'),
        // Nothing has left this side yet, so there is nothing to abort.
        'send.failed': { target: 'failed', actions: 'noteError' },
      },
    },
    challenging: {
      invoke: {
        id: 'answer',
        src: 'answerChallenge',
        input: ({ context, event }) => {
          assertEvent(event, 'CHALLENGE');
          const method = context.auth.find(({ name }) => name === event.authmethod);
          return { method, challenge: event, facts: authFacts(context), authextra: context.authextra };
        },
        onDone: {
          target: 'authenticating',
          actions: [
            { type: 'rememberAnswer', params: ({ event }) => ({ answer: event.output }) },
            { type: 'sendAuthenticate', params: ({ event }) => ({ answer: event.output }) },
          ],
        },
        onError: {
          target: 'failed',
          actions: [{ type: 'noteUnanswerable', params: ({ event }) => ({ cause: event.error }) }, unanswered],
        },
      },
      on: { 'handshake.timedOut': timedOut('a CHALLENGE came, and its answer is not ready') },
    },
    authenticating: {
      on: {
        WELCOME: welcomed,
        'handshake.timedOut': timedOut('a CHALLENGE came and was answered, nothing since'),
      },
    },
    established: {
      entry: ['installTable', 'stopHandshakeTimer', 'reportEstablished'],
      exit: 'uninstallTable',
      on: {
        GOODBYE: { target: 'closing', actions: 'noteClose' },
        'session.leave': [
          { guard: 'doesNotWait', target: 'left', actions: 'goodbye' },
          { target: 'shuttingDown', actions: 'goodbye' },
        ],
      },
    },
    shuttingDown: {
      on: {
        GOODBYE: 'left',
        HELLO: ignored,
        WELCOME: ignored,
        CHALLENGE: ignored,
        AUTHENTICATE: ignored,
        'message.unexpected': ignored,
        // To leave is what was asked for. These ends are as good as an answer.
        ABORT: 'left',
        'protocol.violated': 'left',
        'transport.closed': 'left',
        'session.abort': 'left',
        'session.leave': [{ guard: 'doesNotWait', target: 'left' }, ignored],
      },
      after: { goodbyeTimeout: { target: 'left', actions: ['noteGoodbyeTimedOut', 'dropTransport'] } },
    },
    closing: { entry: 'goodbyeAndOut', always: 'left' },

    left: { type: 'final', entry: 'closeTransport' },
    aborted: { type: 'final', entry: 'closeTransport' },
    failed: { type: 'final', entry: 'closeTransport' },
    lost: { type: 'final' },
  },
});
