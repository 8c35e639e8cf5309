import { type AnyActorRef, assertEvent, assign, cancel, enqueueActions, fromPromise, raise, setup } from 'xstate';
import { computing } from '../src/computing.js';
import type { Dict, Id, Message, Uri } from '../src/wamp/message.js';
import * as ADVANCED_ERROR from '../src/wamp/uris/advanced-error.js';
import * as CLOSE from '../src/wamp/uris/close.js';
import * as ERROR from '../src/wamp/uris/error.js';
import * as FIELD_ERROR from '../src/wamp/uris/field-error.js';
import type { Milliseconds } from '../supervisors/clock.js';
import { type Exit, type ExitReason, exit } from '../supervisors/exit-reason.js';
import { type Accepted, type Admission, type Challenged, Place, type Refused, type RouterLink } from './admission.js';
import { sendAbort, sendGoodbye } from './farewell.js';
import { problemOfHello } from './hello.js';
import type { RouterWire } from './router-wire.js';
import type { SessionReport } from './session.js';
import { abortedByClient, abortedHere, misplaced, notJoined, refused } from './session-end.js';
import type { WireEvent } from './wire.js';

export interface RouterSessionInput {
  /** Not yet listened to: the session does. */
  readonly wire: RouterWire;
  readonly admission: Admission;
  /** From the start to WELCOME. Default 5,000. */
  readonly handshakeTimeout?: Milliseconds;
  /** From our GOODBYE to the client's. Default 2,000. */
  readonly goodbyeTimeout?: Milliseconds;
}

export interface RouterSessionContext extends Required<RouterSessionInput> {
  /** What HELLO asked for. */
  readonly realm: Uri | undefined;
  readonly verify: Challenged['verify'] | undefined;
  /** Set while it is let in and WELCOME has not left. */
  readonly accepted: Accepted | undefined;
  /** The session's id, once it was established. */
  readonly session: Id | undefined;
  /** `WELCOME.Details`. */
  readonly welcome: Dict | undefined;
  readonly place: Place;
  /** Why it ended; `normal` until anything else is known. */
  readonly outcome: ExitReason;
  /** Our GOODBYE was not answered in time. */
  readonly goodbyeTimedOut: boolean;
}

export type RouterSessionEvent =
  | WireEvent
  /** The router ends the session at once. */
  | { type: 'session.abort'; reason: Uri; message: string }
  /** The router ends the session in good order; before WELCOME it refuses with this reason. */
  | { type: 'session.goodbye'; reason: Uri; message?: string }
  /** Internal: no WELCOME in time. */
  | { type: 'handshake.timedOut' }
  /** Internal: what this side wanted to say cannot be said, or the place in the realm could not be taken. */
  | { type: 'join.failed'; error: unknown };

type Decision = Accepted | Challenged | Refused;

/** What an admission has decided comes as the output of the actor that asked it. */
const decided = ({ event }: { event: { output: Decision } }) => ({ decision: event.output });
const thrown = ({ event }: { event: { error: unknown } }) => ({ error: event.error });

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

const timedOut = (missing: string) =>
  ({
    target: 'failed',
    actions: [
      { type: 'noteTimedOut', params: { missing } },
      { type: 'abort', params: { reason: ADVANCED_ERROR.timeout } },
    ],
  }) as const;

/** Admission failed. What it threw is for the router's log: in doubt nobody is let in, or told why. */
const undecided = {
  type: 'abort',
  params: { reason: ADVANCED_ERROR.authenticationFailed, message: 'the router could not decide; try later' },
} as const;

const accepted = {
  guard: { type: 'isAccepted', params: decided },
  target: 'established',
  actions: { type: 'rememberDecision', params: decided },
} as const;

const refusal = {
  target: 'aborted',
  actions: [
    { type: 'noteRefused', params: decided },
    { type: 'refuse', params: decided },
  ],
} as const;

/**
 * One WAMP session, the router's half. It starts in `closed`, where it awaits HELLO, and ends in one of four final
 * states with `exit(reason)` as its output: `left`, `aborted` (an ABORT of either side, a refusal included), `failed`
 * (the client broke the protocol or was too slow, or this side is broken) or `lost`. Who is let in is for its
 * {@link Admission} to say. It sends a {@link SessionReport} to the actor that started it, if one did.
 *
 * The standard's transitions, by number:
 *
 * | # | from | on | to |
 * | --- | --- | --- | --- |
 * | 1 | closed | HELLO | establishing |
 * | 2 | establishing | accepted, sends WELCOME | established |
 * | 3 | established | `session.goodbye`, sends GOODBYE | shuttingDown |
 * | 4 | shuttingDown | GOODBYE | left |
 * | 5 | established | GOODBYE | closing |
 * | 6 | closing | at once, sends GOODBYE | left |
 * | 7 | closed, establishing | HELLO that is invalid or refused, sends ABORT | aborted |
 * | 8 | established | HELLO, AUTHENTICATE | failed |
 * | 9 | closed, establishing | any other message | failed |
 * | 10 | establishing | challenged, sends CHALLENGE | challenging |
 * | 11 | authenticating | refused, sends ABORT | aborted |
 * | 12 | authenticating | accepted, sends WELCOME | established |
 * | 13 | challenging, authenticating | any other message | failed |
 * | 14 | shuttingDown | any other message | shuttingDown |
 *
 * An actor that is stopped from outside runs none of its exits, so nobody leaves the realm: end it by an event.
 *
 * @see WAMP Basic Profile, "Sessions" and "Protocol Errors"; WAMP Advanced Profile, "Authentication Methods"
 */
export const routerSessionMachine = setup({
  types: {
    input: {} as RouterSessionInput,
    context: {} as RouterSessionContext,
    events: {} as RouterSessionEvent,
    output: {} as Exit,
  },
  actors: {
    admit: fromPromise<Decision, { admission: Admission; hello: Message<'HELLO'>; wire: RouterWire }>(
      ({ input: { admission, hello, wire } }) => computing(async () => admission.admit(hello, wire.address, wire)),
    ),
    verify: fromPromise<
      Accepted | Refused,
      { verify: Challenged['verify'] | undefined; answer: Message<'AUTHENTICATE'> }
    >(async ({ input: { verify, answer } }) => {
      if (verify === undefined) throw new Error('an AUTHENTICATE is verified against a CHALLENGE');
      return computing(async () => verify(answer));
    }),
  },
  guards: {
    isValid: ({ event }) => event.type === 'HELLO' && problemOfHello(event) === undefined,
    isAccepted: (_, { decision }: { decision: Decision }) => decision.verdict === 'accept',
    isChallenged: (_, { decision }: { decision: Decision }) => decision.verdict === 'challenge',
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

    challenge: ({ context, self }, { decision }: { decision: Decision }) => {
      if (decision.verdict !== 'challenge') return;
      const { authmethod, extra } = decision;
      try {
        context.wire.send({ type: 'CHALLENGE', authmethod, extra });
      } catch (error) {
        self.send({ type: 'join.failed', error });
      }
    },
    join: ({ context, self }) => {
      const { accepted, place, wire } = context;
      if (accepted === undefined) return;
      const { session, details } = accepted;
      try {
        const seat = accepted.open(linkOf(wire, (event) => self.send(event)));
        place.take(seat);
        // Before WELCOME, so that whatever it brings about finds its place, and after nothing: WELCOME comes first.
        wire.welcomed();
        wire.install(seat.table);
        wire.send({ type: 'WELCOME', session, details });
      } catch (error) {
        wire.uninstall();
        place.leave();
        self.send({ type: 'join.failed', error });
      }
    },
    leave: ({ context }) => {
      context.wire.uninstall();
      context.place.leave();
    },
    reportEstablished: enqueueActions(({ context, enqueue, self }) => {
      const parent: AnyActorRef | undefined = self._parent;
      const { accepted, place } = context;
      if (parent === undefined || accepted === undefined || !place.taken) return;
      const { session, details } = accepted;
      const report: SessionReport = { type: 'session.established', session, details };
      enqueue.sendTo(parent, report);
    }),

    refuse: ({ context }, { decision }: { decision: Decision }) => {
      if (decision.verdict === 'refuse') sendAbort(context.wire, decision.reason, decision.message);
    },
    abort: ({ context }, { reason, message }: { reason: Uri; message?: string }) => {
      const why = context.outcome instanceof Error ? context.outcome.message : '';
      sendAbort(context.wire, reason, message ?? why);
    },
    abortAsAsked: ({ context, event }) => {
      if (event.type !== 'session.abort' && event.type !== 'session.goodbye') return;
      sendAbort(context.wire, event.reason, event.message ?? '');
    },
    goodbyeAsAsked: ({ context, event }) => {
      if (event.type === 'session.goodbye') sendGoodbye(context.wire, event.reason, event.message);
    },
    goodbyeAndOut: ({ context }) => sendGoodbye(context.wire, CLOSE.goodbyeAndOut),
    closeTransport: ({ context }) => context.wire.close(),
    dropTransport: ({ context }) => context.wire.destroy(),

    rememberRealm: assign(({ event }) => (event.type === 'HELLO' ? { realm: event.realm } : {})),
    rememberDecision: assign((_, { decision }: { decision: Decision }) => {
      if (decision.verdict === 'accept') return { accepted: decision, verify: undefined };
      return decision.verdict === 'challenge' ? { verify: decision.verify } : {};
    }),
    rememberSession: assign(({ context }) => ({
      accepted: undefined,
      session: context.accepted?.session,
      welcome: context.accepted?.details,
    })),
    blameMessage: assign(({ context, event }) => {
      const type = event.type === 'message.unexpected' ? event.message.type : event.type;
      return { outcome: misplaced(type, context.session !== undefined) };
    }),
    blameHello: assign(({ event }) => (event.type === 'HELLO' ? { outcome: problemOfHello(event) } : {})),
    noteError: assign(({ event }) => ('error' in event ? { outcome: event.error } : {})),
    noteThrown: assign((_, { error }: { error: unknown }) => ({ outcome: error })),
    noteRefused: assign(({ context }, { decision }: { decision: Decision }) => {
      if (decision.verdict !== 'refuse') return {};
      const facts = { realm: context.realm ?? '', address: context.wire.address };
      return { outcome: refused(decision.reason, decision.message, facts) };
    }),
    noteAbort: assign(({ context, event }) =>
      event.type === 'ABORT'
        ? { outcome: abortedByClient(event, context.wire.address, context.session !== undefined) }
        : {},
    ),
    noteOwnAbort: assign(({ context, event }) => {
      if (event.type !== 'session.abort') return {};
      const facts = { realm: context.realm ?? '', address: context.wire.address };
      return { outcome: abortedHere(event.reason, event.message, facts, context.session !== undefined) };
    }),
    noteTimedOut: assign(({ context }, { missing }: { missing: string }) => ({
      outcome: notJoined(missing, context.handshakeTimeout, context.wire.address),
    })),
    noteGoodbyeTimedOut: assign({ goodbyeTimedOut: true }),
  },
}).createMachine({
  id: 'routerSession',
  context: ({ input }) => ({
    ...input,
    handshakeTimeout: input.handshakeTimeout ?? 5_000,
    goodbyeTimeout: input.goodbyeTimeout ?? 2_000,
    realm: undefined,
    verify: undefined,
    accepted: undefined,
    session: undefined,
    welcome: undefined,
    place: new Place(),
    outcome: 'normal',
    goodbyeTimedOut: false,
  }),
  output: ({ context: { outcome, place } }) => exit(place.fault === undefined ? outcome : place.fault.error),
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
    'join.failed': { target: '.failed', actions: ['noteError', internalError] },
    'handshake.timedOut': ignored,
    ABORT: { target: '.aborted', actions: 'noteAbort' },
    'transport.closed': { target: '.lost', actions: 'noteError' },
    'session.abort': { target: '.aborted', actions: ['noteOwnAbort', 'abortAsAsked'] },
    'session.goodbye': { target: '.left', actions: 'abortAsAsked' },
  },

  states: {
    closed: {
      entry: ['startHandshakeTimer', 'listen'],
      on: {
        HELLO: [
          { guard: 'isValid', target: 'establishing', actions: 'rememberRealm' },
          { target: 'aborted', actions: ['blameHello', violation] },
        ],
        'handshake.timedOut': timedOut('HELLO'),
      },
    },
    establishing: {
      invoke: {
        id: 'admission',
        src: 'admit',
        input: ({ context, event }) => {
          assertEvent(event, 'HELLO');
          return { admission: context.admission, hello: event, wire: context.wire };
        },
        onDone: [
          accepted,
          {
            guard: { type: 'isChallenged', params: decided },
            target: 'challenging',
            actions: [
              { type: 'rememberDecision', params: decided },
              { type: 'challenge', params: decided },
            ],
          },
          refusal,
        ],
        onError: {
          target: 'failed',
          actions: [{ type: 'noteThrown', params: thrown }, undecided],
        },
      },
      on: { 'handshake.timedOut': timedOut("the router's decision") },
    },
    challenging: {
      on: {
        AUTHENTICATE: 'authenticating',
        'handshake.timedOut': timedOut('AUTHENTICATE'),
      },
    },
    authenticating: {
      invoke: {
        id: 'verification',
        src: 'verify',
        input: ({ context, event }) => {
          assertEvent(event, 'AUTHENTICATE');
          return { verify: context.verify, answer: event };
        },
        onDone: [accepted, refusal],
        onError: {
          target: 'failed',
          actions: [{ type: 'noteThrown', params: thrown }, undecided],
        },
      },
      on: { 'handshake.timedOut': timedOut("the router's decision") },
    },
    established: {
      entry: ['join', 'stopHandshakeTimer', 'reportEstablished', 'rememberSession'],
      exit: 'leave',
      on: {
        GOODBYE: 'closing',
        'session.goodbye': { target: 'shuttingDown', actions: 'goodbyeAsAsked' },
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
        // To end the session is what was asked for. These ends are as good as an answer.
        ABORT: 'left',
        'protocol.violated': 'left',
        'transport.closed': 'left',
        'session.abort': 'left',
        'session.goodbye': ignored,
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

/** What a realm gets of a session: enough to use and to end it. */
function linkOf(wire: RouterWire, tell: (event: RouterSessionEvent) => void): RouterLink {
  return {
    address: wire.address,
    get queued() {
      return wire.queued;
    },
    send: (message, copies) => wire.send(message, copies),
    pause: () => void wire.pause(),
    resume: () => wire.resume(),
    take: tell,
    fail: (error) => wire.fail(error),
    abort: (reason, message) => tell({ type: 'session.abort', reason, message }),
    goodbye: (reason, message) =>
      tell({ type: 'session.goodbye', reason, ...(message === undefined ? {} : { message }) }),
  };
}
