/**
 * A peer over all its sessions: what the supervisor restarts around, and what a `Peer` handle stands for. It owns the
 * declared registrations and subscriptions, the requests that have not settled, and the counters; an incarnation's machine
 * (`actors/peer.ts`) owns one session and reports here.
 */

import type { AnyActorRef } from 'xstate';
import type { PeerHost } from '../../actors/peer.js';
import type { SessionInput } from '../../actors/session.js';
import { Wire } from '../../actors/wire.js';
import type { ChildHandle, Fate } from '../../supervisors/child-spec.js';
import { describeExit, type ExitReason } from '../../supervisors/exit-reason.js';
import { ApplicationError, PeerDown } from '../errors.js';
import type { Request } from '../roles/request.js';
import { SessionRoles } from '../roles/session-roles.js';
import { json } from '../serializers/json.js';
import type { Serializer } from '../serializers/serializer.js';
import type { Connector } from '../transports/transport.js';
import { websocket } from '../transports/websocket.js';
import { announcement, announces, type FeatureTable } from '../wamp/features.js';
import type { Dict, Id, Uri } from '../wamp/values.js';
import { declare } from './declare.js';
import { type Declared, DeclaredProcedure, DeclaredTopic } from './declared.js';
import type { Environment } from './environment.js';
import type { PeerOptions, RequestOptions, Session } from './options.js';
import { Outbox } from './outbox.js';
import { Watchers } from './watchers.js';

/**
 * `down`: between two sessions. `connecting`: on the way to one. `joined`: in one, all registrations and subscriptions in force.
 * `degraded`: in one, some refused by the router. `parked`: given up by its supervisor, restartable by hand. `stopped`: over.
 */
export type PeerStatus = 'down' | 'connecting' | 'joined' | 'degraded' | 'parked' | 'stopped';

/** Counted since the peer was declared, over all its sessions. */
export interface PeerStats {
  readonly calls: number;
  readonly publications: number;
  readonly invocations: number;
  readonly events: number;
  /** Requests that have not settled, and those among them that wait for a session. */
  readonly unsettled: number;
  readonly waiting: number;
  /** Requests given up by deadline or signal. */
  readonly givenUp: number;
  /** Replies and events that came when nobody waited for them any more. */
  readonly late: number;
  /** Sessions joined. */
  readonly sessions: number;
}

const CLIENT_ROLES = ['caller', 'callee', 'publisher', 'subscriber'] as const;

/** What HELLO announces: each of these is covered by a test. */
const CLIENT_FEATURES: FeatureTable = {
  caller: ['callCanceling', 'callerIdentification'],
  callee: ['callCanceling', 'callerIdentification'],
  publisher: ['publisherExclusion', 'publisherIdentification', 'subscriberBlackwhiteListing'],
  subscriber: ['publisherIdentification'],
};

/** What a router that still holds a dead session's registration gets in time to notice. Five tries take some seconds. */
const RESTORE_RETRIES = 5;
const RESTORE_RETRY_FIRST = 100;
const RESTORE_RETRY_MAX = 3_000;

interface Current {
  readonly roles: SessionRoles;
  readonly wire: Wire;
}

export class PeerLife implements ChildHandle, PeerHost {
  readonly name: string;
  readonly connector: Connector;
  readonly realm: Uri;
  readonly openTimeout: number;
  readonly watchers: Watchers;
  /** Settles with the first session. */
  readonly ready: Promise<Session>;
  status: PeerStatus = 'down';
  session: Session | undefined = undefined;
  incarnation = 0;
  lastExit: ExitReason | undefined = undefined;
  readonly outbox: Outbox;
  calls = 0;
  publications = 0;
  readonly #options: PeerOptions;
  readonly #environment: Environment;
  readonly #serializers: readonly Serializer[];
  readonly #declared = new Set<Declared>();
  #actor: AnyActorRef | undefined;
  #current: Current | undefined;
  #retryTimer: unknown;
  #sessions = 0;
  #past = { invocations: 0, events: 0, late: 0 };

  constructor(name: string, options: PeerOptions, environment: Environment) {
    this.name = name;
    this.#options = options;
    this.#environment = environment;
    this.realm = options.realm;
    this.connector = typeof options.url === 'string' ? websocket(options.url, options.websocket) : options.url;
    this.openTimeout = options.openTimeout ?? 5_000;
    this.#serializers = options.serializers ?? [json()];
    this.watchers = new Watchers((error, event) =>
      environment.logger.error({ peer: name, err: error, listener: event }, 'a listener of the peer threw'),
    );
    this.outbox = new Outbox(
      name,
      {
        timeout: options.timeout ?? 30_000,
        whenDown: options.whenDown ?? 'wait',
        queueLimit: options.queueLimit ?? 1_000,
      },
      environment.clock,
      { open: false, ahead: true, why: undefined, state: 'down' },
    );
    for (const entry of declare(options)) this.#declared.add(entry);
    this.ready = this.watchers.nextJoin();
    this.ready.catch(() => {}); // Whoever does not wait for it must not be ended by it.
  }

  get address(): string {
    return this.connector.address;
  }

  /** Registrations and subscriptions with their state in this session. */
  get declared(): Iterable<Declared> {
    return this.#declared;
  }

  get stats(): PeerStats {
    const roles = this.#current?.roles;
    return {
      calls: this.calls,
      publications: this.publications,
      invocations: this.#past.invocations + (roles?.callee.invocations ?? 0),
      events: this.#past.events + (roles?.subscriber.events ?? 0),
      unsettled: this.outbox.unsettled,
      waiting: this.outbox.waiting,
      givenUp: this.outbox.givenUp,
      late: this.#past.late + (roles?.late ?? 0),
      sessions: this.#sessions,
    };
  }

  /** Asks this incarnation to say GOODBYE; fulfilled when it has ended. At once when there is none. */
  leave(options: { readonly reason?: Uri; readonly wait?: boolean }): Promise<void> {
    const actor = this.#actor;
    if (actor === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.watchers.on('exited', () => {
        stop();
        resolve();
      });
      actor.send({ type: 'peer.leave', ...options });
    });
  }

  /** Why something cannot be had from a peer that is over. */
  down(operation: string): PeerDown {
    const why = this.lastExit === undefined ? '' : `: ${describeExit(this.lastExit)}`;
    return new PeerDown(`${operation}: peer "${this.name}" is ${this.#standing()}${why}`, { cause: this.lastExit });
  }

  /** Puts a registration or subscription in force now if there is a session, else in the next, and in every later one. */
  async add(entry: Declared, options: RequestOptions): Promise<void> {
    if (this.status === 'parked' || this.status === 'stopped') {
      throw this.down(`${entry.kind} of ${entry.uri}`);
    }
    const request = entry.request();
    entry.pending = request;
    this.#declared.add(entry);
    const up = this.status === 'joined' || this.status === 'degraded';
    const answered = this.outbox.hold(request, options, () => this.#declared.delete(entry));
    if (up && !request.settled) this.#current?.roles.requests.send(request);
    try {
      await answered;
    } catch (error) {
      this.#declared.delete(entry);
      throw error;
    } finally {
      entry.pending = undefined;
    }
  }

  /** The inverse of {@link add}. Settles at once while there is no session. */
  async remove(entry: Declared, options: RequestOptions): Promise<void> {
    if (!this.#declared.delete(entry)) return;
    entry.pending?.reject(new PeerDown(`${entry.kind} of ${entry.uri} was taken back before it was answered`));
    const request = this.#current && entry.withdraw(this.#current.roles);
    this.#judgeHealth();
    if (request !== undefined) await this.outbox.submit(request, options);
  }

  // What the supervisor reports.

  started(incarnation: number, actor: AnyActorRef): void {
    this.incarnation = incarnation;
    this.#actor = actor;
    this.status = 'connecting';
    this.outbox.turn({ open: false, ahead: true, why: this.lastExit, state: 'connecting' });
  }

  exited(reason: ExitReason, fate: Fate): void {
    this.ended(reason); // Of an actor that was killed, its machine has said nothing.
    this.#actor = undefined;
    this.lastExit = reason;
    this.status = fate === 'restarting' ? 'down' : fate;
    this.outbox.turn({ open: false, ahead: fate === 'restarting', why: reason, state: this.#standing() });
    this.watchers.tell('exited', { reason, fate });
    if (fate !== 'restarting') this.#over(reason);
  }

  // What the incarnation's machine reports.

  async open(signal: AbortSignal): Promise<SessionInput> {
    const { logger } = this.#environment;
    logger.debug({ peer: this.name, address: this.address, incarnation: this.incarnation }, 'connecting');
    const transport = await this.connector.open(
      this.#serializers.map(({ subprotocol }) => subprotocol),
      signal,
    );
    const serializer = this.#serializers.find(({ subprotocol }) => subprotocol === transport.subprotocol);
    if (serializer === undefined) {
      transport.destroy();
      throw new PeerDown(
        `the connector of ${this.address} opened a transport for ${transport.subprotocol}, which was not offered`,
      );
    }
    const wire = new Wire(transport, serializer);
    const roles = new SessionRoles({
      send: (message) => wire.send(message),
      failed: (what, uri, error) => logger.error({ peer: this.name, uri, err: error }, `an ${what} failed`),
    });
    this.#current = { wire, roles };
    const { auth = [], authid, agent = 'respell', handshakeTimeout, goodbyeTimeout } = this.#options;
    return {
      wire,
      realm: this.realm,
      details: { agent, roles: announcement(CLIENT_ROLES, CLIENT_FEATURES) },
      auth: Array.isArray(auth) ? auth : [auth],
      table: roles.table,
      ...(authid === undefined ? {} : { authid }),
      ...(handshakeTimeout === undefined ? {} : { handshakeTimeout }),
      ...(goodbyeTimeout === undefined ? {} : { goodbyeTimeout }),
    };
  }

  established(id: Id, details: Dict): void {
    const text = (key: string) => (typeof details[key] === 'string' ? (details[key] as string) : undefined);
    this.session = {
      id,
      realm: this.realm,
      authid: text('authid'),
      authrole: text('authrole'),
      authmethod: text('authmethod'),
      details,
    };
    const current = this.#current;
    if (current === undefined) return;
    // All at once, in their order; the router answers in that order.
    const answers = [...this.#declared].map((entry) => this.#restore(entry, current));
    void Promise.all(answers).then(() => {
      if (this.#current !== current) return;
      this.#actor?.send({ type: this.#refused().length === 0 ? 'peer.restored' : 'peer.degraded' });
    });
  }

  joined(): void {
    const { session } = this;
    const current = this.#current;
    if (session === undefined || current === undefined) return;
    const refused = this.#refused();
    this.status = refused.length === 0 ? 'joined' : 'degraded';
    this.#sessions += 1;
    const { logger } = this.#environment;
    logger.info(
      {
        peer: this.name,
        session: session.id,
        realm: session.realm,
        incarnation: this.incarnation,
        restored: this.#declared.size - refused.length,
      },
      'joined',
    );
    for (const { kind, uri, refused: why } of refused) {
      logger.warn({ peer: this.name, uri, err: why }, `the router refused a ${kind}; the peer goes on without it`);
    }
    this.outbox.turn({
      open: true,
      roles: current.roles,
      dealerCancels: announces(session.details, 'dealer', 'callCanceling'),
    });
    this.watchers.tell('joined', session);
    this.#userHook('onJoin', session);
    this.#retryRefused(current);
  }

  healed(): void {
    this.status = 'joined';
  }

  leaving(): void {
    this.status = 'down';
    this.outbox.turn({ open: false, ahead: false, why: undefined, state: 'leaving' });
  }

  ended(reason: ExitReason): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    const wasJoined = this.session !== undefined;
    this.session = undefined;
    this.status = 'down';
    if (this.#retryTimer !== undefined) this.#environment.clock.clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#past.invocations += current.roles.callee.invocations;
    this.#past.events += current.roles.subscriber.events;
    this.#past.late += current.roles.late;
    const why = reason instanceof Error ? reason : new PeerDown(`peer "${this.name}" ended: ${describeExit(reason)}`);
    const lost = current.roles.end(why);
    const held = new Set<Request | undefined>();
    for (const entry of this.#declared) {
      held.add(entry.pending); // Asked by a user, unanswered: it is asked again in the next session.
      entry.forget();
    }
    this.outbox.turn({ open: false, ahead: true, why: reason, state: 'down' });
    this.outbox.settleLost(
      lost.filter((request) => !held.has(request)),
      reason,
    );
    if (!wasJoined) return;
    this.watchers.tell('left', reason);
    this.#userHook('onLeave', reason);
  }

  /** @returns a promise that never rejects */
  async #restore(entry: Declared, { roles }: Current): Promise<void> {
    const request = entry.pending ?? entry.request();
    const users = entry.pending !== undefined;
    roles.requests.send(request);
    try {
      await request.promise;
      entry.refused = undefined;
    } catch (error) {
      // A user who waits for it is told, and it is no longer declared.
      if (!users && error instanceof ApplicationError) entry.refused = error;
    }
  }

  #refused(): Declared[] {
    return [...this.#declared].filter(({ refused }) => refused !== undefined);
  }

  #judgeHealth(): void {
    if (this.status === 'degraded' && this.#refused().length === 0) this.#actor?.send({ type: 'peer.restored' });
  }

  /**
   * A router may hold the registration of a session that it does not yet know to be dead. So what it refused for that reason is
   * tried again, a few times; any other refusal would only be repeated.
   */
  #retryRefused(current: Current): void {
    const again = this.#refused().filter(
      ({ refused, retries }) =>
        retries < RESTORE_RETRIES &&
        refused instanceof ApplicationError &&
        refused.uri === 'wamp.error.procedure_already_exists',
    );
    if (again.length === 0) return;
    const tries = Math.max(...again.map(({ retries }) => retries));
    const longest = Math.min(RESTORE_RETRY_MAX, RESTORE_RETRY_FIRST * 2 ** (tries + 1));
    const delay = RESTORE_RETRY_FIRST + this.#environment.random() * (longest - RESTORE_RETRY_FIRST);
    this.#retryTimer = this.#environment.clock.setTimeout(() => {
      this.#retryTimer = undefined;
      if (this.#current !== current) return;
      for (const entry of again) entry.retries += 1;
      void Promise.all(again.map((entry) => this.#restore(entry, current))).then(() => {
        if (this.#current !== current) return;
        this.#judgeHealth();
        this.#retryRefused(current);
      });
    }, delay);
  }

  /** There will be no other incarnation unless somebody asks for one. */
  #over(reason: ExitReason): void {
    const why = new PeerDown(`peer "${this.name}" is ${this.#standing()}: ${describeExit(reason)}`, { cause: reason });
    for (const entry of [...this.#declared]) entry.pending?.reject(why);
    this.watchers.refuseJoin(reason instanceof Error ? reason : why);
  }

  #standing(): string {
    if (this.status === 'parked')
      return `parked (restart it with restartChild("${this.name}") once its cause is mended)`;
    return this.status;
  }

  #userHook(name: 'onJoin', session: Session): void;
  #userHook(name: 'onLeave', reason: unknown): void;
  #userHook(name: 'onJoin' | 'onLeave', value: never): void {
    const hook: ((value: never) => unknown) | undefined = this.#options[name];
    if (hook === undefined) return;
    const failed = (error: unknown) =>
      this.#environment.logger.error({ peer: this.name, err: error }, `${name} failed`);
    try {
      Promise.resolve(hook(value)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
