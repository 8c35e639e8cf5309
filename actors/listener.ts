import { type ActorRefFrom, type AnyActorRef, assign, createActor, fromCallback, sendTo, setup } from 'xstate';
import { type Logger, SILENT } from '../src/logger.js';
import { LIMITS, type LimitName, limitBehind } from '../src/routing/limits.js';
import type { Serializer } from '../src/serializers/serializer.js';
import type { Transport } from '../src/transports/transport.js';
import type { Uri } from '../src/wamp/message.js';
import * as ADVANCED_ERROR from '../src/wamp/uris/advanced-error.js';
import type { Milliseconds } from '../supervisors/clock.js';
import { supervised } from '../supervisors/engine/supervised.js';
import { describeExit, type Exit, exit, isExit } from '../supervisors/exit-reason.js';
import type { Admission } from './admission.js';
import { sendAbort } from './farewell.js';
import { routerSessionMachine } from './router-session.js';
import { RouterWire } from './router-wire.js';
import type { SessionReport } from './session.js';

export interface ListenerInput {
  readonly admission: Admission;
  /** By subprotocol. A transport that negotiated another is dropped. */
  readonly serializers: readonly Serializer[];
  /** What every session is told when the listener is asked to end. */
  readonly farewell: () => { readonly reason: Uri; readonly message?: string };
  /** How many may be there that have had no WELCOME. Default 1,000. */
  readonly maxUnjoined?: number;
  /** How long a message may be before WELCOME, in octets or characters. Default 65,536. */
  readonly maxHelloLength?: number;
  /** Hears of each limit that was reached; of which realm, once a HELLO has named one. */
  readonly reached?: (limit: LimitName, realm?: Uri) => void;
  /** Counts, kept by whoever started the listener, so that they outlive a restart of it. */
  readonly ends: SessionEnds;
  readonly logger?: Logger;
  /** From the transport's opening to WELCOME. Default 5,000. */
  readonly handshakeTimeout?: Milliseconds;
  /** How long a session may take to answer GOODBYE. Default 2,000. */
  readonly goodbyeTimeout?: Milliseconds;
}

/** How sessions ended, by the final state of the session's machine. */
export interface SessionEnds {
  /** With GOODBYE, either side's. */
  left: number;
  /** With ABORT, either side's; refused ones are among them. */
  aborted: number;
  /** The client broke the protocol, or took too long. */
  failed: number;
  /** The transport ended under them. */
  lost: number;
  /** This program is broken: the session's actor failed. */
  crashed: number;
}

export const noEnds = (): SessionEnds => ({ left: 0, aborted: 0, failed: 0, lost: 0, crashed: 0 });

export type ListenerEvent =
  | { type: 'transport.accepted'; transport: Transport }
  /** Drops every transport without a word. */
  | { type: 'listener.kill' }
  | { type: 'supervisor.shutdown'; reason: unknown }
  /** This program is broken: a transport could not be taken in. */
  | { type: 'reception.failed'; error: unknown }
  | SessionReport
  | { type: `xstate.done.actor.${string}`; actorId: string; output: unknown }
  | { type: `xstate.error.actor.${string}`; actorId: string; error: unknown };

interface Guest {
  readonly actor: ActorRefFrom<typeof routerSessionMachine>;
  readonly transport: Transport;
}

/**
 * Every session's machine of one listener. They are actors of the listener's tree but not in its snapshot: XState
 * copies a snapshot's children with each that comes, which ten thousand of them would pay for.
 *
 * A session that fails ends alone. It is not restarted: its client has to come again, with a new transport.
 */
class Guests {
  readonly #guests = new Map<string, Guest>();
  readonly #input: ListenerInput;
  readonly #logger: Logger;
  readonly #maxUnjoined: number;
  readonly #reached: (limit: LimitName, realm?: Uri) => void;
  /**
   * Ids of sessions that have ended, for others: a machine keeps something for each type of event that it has ever met, and the
   * end of each child has its id in its type.
   */
  readonly #free: string[] = [];
  #count = 0;
  /** Those that have had no WELCOME. */
  readonly #unjoined = new Set<string>();

  constructor(input: ListenerInput) {
    this.#input = input;
    this.#logger = input.logger ?? SILENT;
    this.#maxUnjoined = input.maxUnjoined ?? LIMITS.unjoined.fallback;
    this.#reached = input.reached ?? (() => {});
  }

  get size(): number {
    return this.#guests.size;
  }

  toJSON(): { sessions: number } {
    return { sessions: this.#guests.size };
  }

  accept(transport: Transport, parent: AnyActorRef): void {
    const { serializers, admission, handshakeTimeout, goodbyeTimeout } = this.#input;
    const serializer = serializers.find(({ subprotocol }) => subprotocol === transport.subprotocol);
    if (serializer === undefined) {
      this.#logger.warn({ address: transport.address }, 'transport dropped: nobody here speaks its subprotocol');
      transport.destroy();
      return;
    }
    if (this.#unjoined.size >= this.#maxUnjoined) {
      this.#reached('unjoined');
      this.#logger.debug({ address: transport.address }, 'client turned away: too many others have not joined yet');
      turnAway(new RouterWire(transport, serializer), this.#maxUnjoined);
      return;
    }
    const id = this.#free.pop() ?? this.#newId();
    this.#unjoined.add(id);
    const wire = new RouterWire(transport, serializer);
    wire.probe({
      maxLength: this.#input.maxHelloLength ?? LIMITS.helloLength.fallback,
      welcomed: () => void this.#unjoined.delete(id),
    });
    const actor = createActor(supervised(routerSessionMachine), {
      parent,
      id,
      input: {
        wire,
        admission,
        ...(handshakeTimeout !== undefined && { handshakeTimeout }),
        ...(goodbyeTimeout !== undefined && { goodbyeTimeout }),
      },
    });
    this.#guests.set(id, { actor, transport });
    actor.start();
  }

  ended(id: string, output: unknown): void {
    const guest = this.#forget(id);
    if (guest === undefined) return;
    const { value, context } = guest.actor.getSnapshot();
    const reason = isExit(output) ? output.reason : output;
    const { ends } = this.#input;
    if (value === 'left' || value === 'aborted' || value === 'failed' || value === 'lost') ends[value] += 1;
    const limit = context.goodbyeTimedOut ? 'goodbye' : limitBehind(reason);
    if (limit !== undefined) this.#reached(limit, context.realm);
    const facts = { address: guest.transport.address, realm: context.realm, session: context.session };
    if (value === 'failed') this.#logger.warn({ ...facts, reason: describeExit(reason) }, 'session failed');
    else this.#logger.debug({ ...facts, reason: describeExit(reason) }, `session ${String(value)}`);
  }

  crashed(id: string, error: unknown): void {
    const guest = this.#forget(id);
    if (guest === undefined) return;
    this.#input.ends.crashed += 1;
    this.#logger.error({ address: guest.transport.address, error: describeExit(error) }, 'session crashed');
    drop(guest);
  }

  #newId(): string {
    this.#count += 1;
    return `session-${this.#count}`;
  }

  #forget(id: string): Guest | undefined {
    const guest = this.#guests.get(id);
    if (guest === undefined) return undefined;
    this.#guests.delete(id);
    this.#unjoined.delete(id);
    this.#free.push(id);
    return guest;
  }

  /** Asks every session to end. */
  goodbye(): void {
    const { reason, message } = this.#input.farewell();
    for (const { actor } of [...this.#guests.values()]) {
      actor.send({ type: 'session.goodbye', reason, ...(message !== undefined && { message }) });
    }
  }

  /** Drops all that are left, and what they held. */
  kill(): void {
    for (const guest of [...this.#guests.values()]) drop(guest);
  }
}

/** There is no room for one more client that has not joined. */
function turnAway(wire: RouterWire, most: number): void {
  const said = `${most} clients have not joined yet, and the router takes no more of them at a time: try again later`;
  sendAbort(wire, ADVANCED_ERROR.unavailable, said);
  wire.close();
}

/** The machine of a session that is cut off runs no exits, or not in time: its place in the realm is given up here. */
function drop({ actor, transport }: Guest): void {
  transport.destroy();
  actor.getSnapshot().context.place.leave();
}

/**
 * Takes the router's end of every transport and runs a session on it. Asked to shut down it takes no more, says GOODBYE
 * to all, waits for their answers, though not for long, and ends.
 */
export const listenerMachine = setup({
  types: {
    input: {} as ListenerInput,
    context: {} as { readonly guests: Guests; readonly drainTimeout: Milliseconds; readonly reason: unknown },
    events: {} as ListenerEvent,
    output: {} as Exit,
  },
  actors: {
    // Its end is the listener's, whichever way that comes: no session stays behind without one. It takes guests in, since an action
    // of the listener that starts an actor would be told off by XState's development build.
    reception: fromCallback<ListenerEvent, { guests: Guests; listener: AnyActorRef }>(
      ({ input, receive, sendBack }) => {
        receive((event) => {
          if (event.type !== 'transport.accepted') return;
          try {
            input.guests.accept(event.transport, input.listener);
          } catch (error) {
            sendBack({ type: 'reception.failed', error });
          }
        });
        return () => input.guests.kill();
      },
    ),
  },
  guards: {
    isEmpty: ({ context }) => context.guests.size === 0,
  },
  delays: {
    drainTimeout: ({ context }) => context.drainTimeout,
  },
  actions: {
    accept: sendTo('reception', ({ event }) => event),
    fail: ({ event }) => {
      if (event.type === 'reception.failed') throw event.error;
    },
    turnAway: ({ event }) => {
      if (event.type === 'transport.accepted') event.transport.destroy();
    },
    forget: ({ context, event }) => {
      if ('output' in event) context.guests.ended(event.actorId, event.output);
      else if ('actorId' in event) context.guests.crashed(event.actorId, event.error);
    },
    goodbye: ({ context }) => context.guests.goodbye(),
    kill: ({ context }) => context.guests.kill(),
    noteReason: assign(({ event }) => (event.type === 'supervisor.shutdown' ? { reason: event.reason } : {})),
  },
}).createMachine({
  id: 'listener',
  context: ({ input }) => ({
    guests: new Guests(input),
    // A session answers or gives up within its own timeout; this one is for sessions that do neither.
    drainTimeout: (input.goodbyeTimeout ?? 2_000) + 500,
    reason: 'normal',
  }),
  output: ({ context }) => exit(context.reason),
  invoke: {
    id: 'reception',
    src: 'reception',
    input: ({ context, self }) => ({ guests: context.guests, listener: self }),
  },
  on: {
    'xstate.done.actor.*': { actions: 'forget' },
    'xstate.error.actor.*': { actions: 'forget' },
    'listener.kill': { actions: 'kill' },
    'reception.failed': { actions: 'fail' },
  },
  initial: 'listening',
  states: {
    listening: {
      on: {
        'transport.accepted': { actions: 'accept' },
        'supervisor.shutdown': { target: 'draining', actions: 'noteReason' },
      },
    },
    draining: {
      entry: 'goodbye',
      always: { guard: 'isEmpty', target: 'closed' },
      on: { 'transport.accepted': { actions: 'turnAway' } },
      after: { drainTimeout: 'closed' },
    },
    closed: { type: 'final' },
  },
});
