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
import { PeerDown } from '../errors.js';
import { SessionRoles } from '../roles/session-roles.js';
import { json } from '../serializers/json.js';
import type { Serializer } from '../serializers/serializer.js';
import { connectorFor } from '../transports/connector.js';
import type { Connector } from '../transports/transport.js';
import { announcement, announces, type FeatureTable } from '../wamp/features.js';
import type { Dict, Id, Uri } from '../wamp/values.js';
import { asError } from './as-error.js';
import { Declarations } from './declarations.js';
import { declare } from './declare.js';
import type { Declared } from './declared.js';
import { peerDown } from './down.js';
import type { Environment } from './environment.js';
import type { PeerOptions, RequestOptions, Session } from './options.js';
import { Outbox } from './outbox.js';
import { type PeerEvents, Watchers } from './watchers.js';

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
  /** Events and parts of results for which the buffer of a loop had no place. */
  readonly dropped: number;
  /** Calls and publications that nobody awaits (`cast`, `emit`) and that failed. */
  readonly failedCasts: number;
  /** Sessions joined. */
  readonly sessions: number;
}

const CLIENT_ROLES = ['caller', 'callee', 'publisher', 'subscriber'] as const;

/** What HELLO announces: each of these is covered by a test. */
const CLIENT_FEATURES: FeatureTable = {
  caller: ['callCanceling', 'callerIdentification', 'progressiveCallResults'],
  callee: ['callCanceling', 'callerIdentification', 'progressiveCallResults', 'registrationRevocation'],
  publisher: ['publisherExclusion', 'publisherIdentification', 'subscriberBlackwhiteListing'],
  subscriber: ['publisherIdentification', 'subscriptionRevocation'],
};

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
  dropped = 0;
  failedCasts = 0;
  readonly #options: PeerOptions;
  readonly #environment: Environment;
  readonly #serializers: readonly Serializer[];
  readonly #path: string;
  readonly #declared: Declarations;
  #actor: AnyActorRef | undefined;
  #current: Current | undefined;
  /** Whether somebody has asked it to leave and stay away, and there was nobody to see to that. */
  #isUnwanted = false;
  /** Whether this incarnation's session was told of as joined. */
  #told = false;
  #sessions = 0;
  #past = { invocations: 0, events: 0, late: 0 };

  /** @param path where in its tree it is */
  constructor(name: string, options: PeerOptions, environment: Environment, path = name) {
    this.name = name;
    this.#path = path;
    this.#options = options;
    this.#environment = environment;
    this.realm = options.realm;
    this.connector = typeof options.url === 'string' ? connectorFor(options.url, options) : options.url;
    this.openTimeout = options.openTimeout ?? 5_000;
    this.#serializers = options.serializers ?? [json()];
    this.watchers = new Watchers((error, event) =>
      environment.logger.error(
        { peer: name, err: asError(error, 'the listener'), listener: event },
        'a listener of the peer threw',
      ),
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
    const { clock, random } = environment;
    const healed = () => {
      if (this.status === 'degraded') this.#actor?.send({ type: 'peer.restored' });
    };
    const revoked = ({ kind, uri, refused: err }: Declared) =>
      environment.logger.warn({ peer: name, uri, err }, `the router took a ${kind} back; the peer goes on without it`);
    this.#declared = new Declarations({ clock, random, outbox: this.outbox, healed, revoked }, declare(options));
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
      dropped: this.dropped,
      failedCasts: this.failedCasts,
      sessions: this.#sessions,
    };
  }

  /** Asks this incarnation to say GOODBYE; fulfilled when it has ended. Between two of them there is no other. */
  async leave(options: { readonly reason?: Uri; readonly wait?: boolean }): Promise<void> {
    const actor = this.#actor;
    if (actor !== undefined) {
      const { reason, fate } = await new Promise<PeerEvents['exited']>((resolve) => {
        const stop = this.watchers.on('exited', (end) => {
          stop();
          resolve(end);
        });
        actor.send({ type: 'peer.leave', ...options });
      });
      // Had it failed before it could hear the wish, its supervisor would bring it back.
      if (fate !== 'restarting' || reason === 'normal') return;
    } else if (this.status !== 'down' || this.incarnation === 0) return;
    await this.#terminate();
  }

  /** Has the supervisor stop it for good. */
  async #terminate(): Promise<void> {
    await this.#environment.terminate?.(this.#path).catch(() => {
      // Either there is no such child any more, or the supervisor itself is down: then it waits for the next incarnation.
      this.#isUnwanted = this.status === 'down';
    });
  }

  /** Ends the session with ABORT. @returns whether there was one */
  abort(reason: Uri, message: string): boolean {
    if (this.session === undefined) return false;
    this.#actor?.send({ type: 'peer.abort', reason, message });
    return true;
  }

  /** Why something cannot be had from a peer that has no session. */
  down(operation: string): PeerDown {
    const { status } = this;
    // While a session is there, it is on its way out.
    return peerDown(
      operation,
      this.name,
      status === 'joined' || status === 'degraded' ? 'leaving' : status,
      this.lastExit,
    );
  }

  /** Why a peer that is over will not join: what ended it, if that was an error. */
  get whyNoSession(): Error {
    return this.lastExit instanceof Error ? this.lastExit : this.down('join');
  }

  /** Puts a registration or subscription in force now if there is a session, else in the next, and in every later one. */
  async add(entry: Declared, options: RequestOptions): Promise<void> {
    const whenDown = options.whenDown ?? this.#options.whenDown;
    if (this.isOver || (whenDown === 'fail' && this.session === undefined))
      throw this.down(`${entry.kind} of ${entry.uri}`);
    await this.#declared.add(entry, options);
  }

  /** The inverse of {@link add}. Settles at once while there is no session. */
  remove(entry: Declared, options: RequestOptions): Promise<void> {
    return this.#declared.remove(entry, options);
  }

  /** What an inspector sees of a machine's context: neither options nor payloads, which may hold secrets. */
  toJSON(): object {
    const { name, address, realm, status, incarnation } = this;
    return { name, address, realm, status, incarnation };
  }

  /** Whether no session lies ahead, unless somebody restarts it by hand. */
  get isOver(): boolean {
    return this.status === 'parked' || this.status === 'stopped';
  }

  /** What nobody awaits has failed. */
  castFailed(what: 'call' | 'publication', uri: Uri, error: unknown): void {
    this.failedCasts += 1;
    const err = asError(error, 'the signal');
    this.#environment.logger.warn({ peer: this.name, uri, err }, `a ${what} that nobody awaits failed`);
  }

  /** A loop over `uri`, of events or of parts of a result, does not keep up. */
  logBehind(uri: Uri, what: string): void {
    this.#environment.logger.warn({ peer: this.name, uri }, `${what} are dropped: the loop over them does not keep up`);
  }

  /** What was no longer wanted could not be given back. */
  logUnreturned(uri: Uri, error: unknown): void {
    this.#environment.logger.warn(
      { peer: this.name, uri, err: asError(error, 'the unsubscription') },
      'a subscription that is over could not be ended at the router',
    );
  }

  // What the supervisor reports.

  started(incarnation: number, actor: AnyActorRef): void {
    this.incarnation = incarnation;
    this.#actor = actor;
    this.status = 'connecting';
    if (this.#isUnwanted) void this.#terminate();
    this.#isUnwanted = false;
    this.outbox.turn({ open: false, ahead: true, why: this.lastExit, state: 'connecting' });
  }

  exited(reason: ExitReason, fate: Fate): void {
    this.ended(reason); // Of an actor that was killed, its machine has said nothing.
    this.#actor = undefined;
    this.lastExit = reason;
    this.status = fate === 'restarting' ? 'down' : fate;
    this.outbox.turn({ open: false, ahead: fate === 'restarting', why: reason, state: this.status });
    this.watchers.tell('exited', { reason, fate });
    if (fate !== 'restarting') this.#over();
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
    if (signal.aborted) {
      // The connector did not mind, or it was too late for it to mind.
      transport.destroy();
      signal.throwIfAborted();
    }
    const wire = new Wire(transport, serializer);
    const roles = new SessionRoles({
      send: (message) => wire.send(message),
      failed: (what, uri, error) =>
        logger.error({ peer: this.name, uri, err: asError(error, `the ${what}`) }, `an ${what} failed`),
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
    void this.#declared.restore(current.roles).then(() => {
      if (this.#current !== current) return;
      this.#actor?.send({ type: this.#declared.refused.length === 0 ? 'peer.restored' : 'peer.degraded' });
    });
  }

  joined(): void {
    const { session } = this;
    const current = this.#current;
    if (session === undefined || current === undefined) return;
    const { refused } = this.#declared;
    this.status = refused.length === 0 ? 'joined' : 'degraded';
    this.#sessions += 1;
    this.#told = true;
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
    this.#declared.retryRefused();
  }

  healed(): void {
    this.status = 'joined';
  }

  leaving(): void {
    this.status = 'down';
    this.#declared.leave();
    this.outbox.turn({ open: false, ahead: false, why: undefined, state: 'leaving' });
  }

  ended(reason: ExitReason): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    // It has, unless the incarnation ended between the opening of its transport and the start of its session.
    current.wire.close();
    const wasJoined = this.#told;
    this.#told = false;
    this.session = undefined;
    this.status = 'down';
    this.#past.invocations += current.roles.callee.invocations;
    this.#past.events += current.roles.subscriber.events;
    this.#past.late += current.roles.late;
    const why = reason instanceof Error ? reason : new PeerDown(`peer "${this.name}" ended: ${describeExit(reason)}`);
    const lost = current.roles.end(why);
    const held = this.#declared.end();
    this.outbox.turn({ open: false, ahead: true, why: reason, state: 'down' });
    this.outbox.settleLost(
      lost.filter((request) => !held.has(request)),
      reason,
    );
    if (!wasJoined) return;
    this.watchers.tell('left', reason);
    this.#userHook('onLeave', reason);
  }

  /** There will be no other incarnation unless somebody asks for one. */
  #over(): void {
    this.#declared.refuse((operation) => this.down(operation));
    this.watchers.refuseJoin(this.whyNoSession);
  }

  #userHook(name: 'onJoin', session: Session): void;
  #userHook(name: 'onLeave', reason: unknown): void;
  #userHook(name: 'onJoin' | 'onLeave', value: never): void {
    const hook: ((value: never) => unknown) | undefined = this.#options[name];
    if (hook === undefined) return;
    const failed = (error: unknown) =>
      this.#environment.logger.error({ peer: this.name, err: asError(error, name) }, `${name} failed`);
    try {
      Promise.resolve(hook(value)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
