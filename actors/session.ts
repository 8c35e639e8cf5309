import { type AnyActorRef, assertEvent, assign, cancel, enqueueActions, fromPromise, raise } from 'xstate';
import type { Answer } from '../src/auth/auth-method.js';
import type { Dict } from '../src/wamp/message.js';
import * as CLOSE from '../src/wamp/uris/close.js';
import { type Exit, exit } from '../supervisors/exit-reason.js';
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
  type AnswerInput,
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
  type PreparationInput,
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
import { setup } from './setup.js';

export type { SessionContext, SessionEvent, SessionInput, SessionReport } from './session-facts.js';

const aborting = (params: LastWords) => ({ type: 'abort', params }) as const;

const misplacedMessage = { target: '.failed', actions: ['blameMessage', aborting(VIOLATION)] } as const;

/** Transition 14, and whatever else changes nothing: the chart says so, rather than leave it to the root. */
const ignored = {};

const timedOut = (last: string) =>
  ({
    target: 'failed',
    actions: [{ type: 'noteNotWelcomed', params: { last } }, aborting(TIMED_OUT)],
  }) as const;

const welcomed = [
  { guard: 'isTrusted', target: 'established', actions: 'rememberWelcome' },
  { guard: 'isValid', target: 'failed', actions: ['blameRouter', aborting(UNTRUSTED)] },
  { target: 'failed', actions: ['blameWelcome', aborting(VIOLATION)] },
] as const;

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
    prepareHello: fromPromise<() => Dict, PreparationInput>(({ input }) => prepareHello(input)),
    answerChallenge: fromPromise<() => Answer, AnswerInput>(({ input }) => answerChallenge(input)),
  },
  guards: {
    hasToPrepare: ({ context }) => hasToPrepare(context),
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
    abort: ({ context }, words: LastWords) => abort(context.wire, words, context.outcome),
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
  context: ({ input }) => initialContext(input),
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
    'protocol.violated': { target: '.failed', actions: ['noteError', aborting(VIOLATION)] },
    'wire.failed': { target: '.failed', actions: ['noteError', aborting(INTERNAL_ERROR)] },
    'send.failed': { target: '.failed', actions: ['noteError', aborting(INTERNAL_ERROR)] },
    'handshake.timedOut': ignored,
    ABORT: { target: '.aborted', actions: 'noteAbort' },
    'transport.closed': { target: '.lost', actions: 'noteError' },
    'session.abort': { target: '.aborted', actions: ['noteOwnAbort', 'abortAsAsked'] },
    'session.leave': { target: '.left', actions: aborting({ reason: CLOSE.closeRealm }) },
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
          actions: { type: 'noteNotWelcomed', params: { last: LAST.preparing } },
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
            actions: ['noteNotOffered', aborting(NOT_OFFERED)],
          },
        ],
        'handshake.timedOut': timedOut(LAST.establishing),
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
          return answerInput(event, context);
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
          actions: [
            { type: 'noteUnanswerable', params: ({ event }) => ({ cause: event.error }) },
            aborting(UNANSWERED),
          ],
        },
      },
      on: { 'handshake.timedOut': timedOut(LAST.challenging) },
    },
    authenticating: {
      on: {
        WELCOME: welcomed,
        'handshake.timedOut': timedOut(LAST.authenticating),
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
