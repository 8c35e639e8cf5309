/**
 * A peer over all its sessions: what the supervisor restarts around, and what a `Peer` handle stands for. It owns the
 * declared registrations and subscriptions, the requests that have not settled, and the counters; an incarnation's machine
 * (`actors/peer.ts`) owns one session and reports here.
 */

import type { AnyActorRef } from 'xstate';
import type { PeerHost } from '../../actors/peer.js';
import type { SessionInput } from '../../actors/session.js';
import type { ExitReason } from '../../supervisors/exit-reason.js';
import type { ChildHandle, Fate } from '../../supervisors/spec/child-spec.js';
import type { PeerDown } from '../errors.js';
import type { Serializer } from '../serializers/serializer.js';
import type { Dict, Id, Uri } from '../wamp/values.js';
import { Counters, type PeerStats } from './counters.js';
import { Declarations } from './declared/declarations.js';
import { declare } from './declared/declare.js';
import type { Declared } from './declared/declared.js';
import { endOf, peerDown } from './down.js';
import type { Environment } from './environment.js';
import type { PeerOptions, RequestOptions, Session } from './options.js';
import { Outbox } from './outbox.js';
import type { PeerParts } from './parts.js';
import { PeerLog } from './peer-log.js';
import type { Reroute } from './routers/router-choice.js';
import type { RouterRound } from './routers/router-round.js';
import { askForLife } from './session/liveness.js';
import { HIGH_WATER, type OpenSession, openSession } from './session/open-session.js';
import { openWire } from './session/open-wire.js';
import { welcomed } from './session/welcomed.js';
import type { PeerStatus } from './status.js';
import { runHook } from './user-hook.js';
import { type PeerEvents, Watchers } from './watchers.js';

/** A peer's options, and the routers that its URLs stand for. */
export type KeptOptions = PeerOptions & { readonly routers: (route: Reroute) => RouterRound };

export class PeerLife<P extends PeerParts = PeerParts> implements ChildHandle, PeerHost {
  readonly name: string;
  readonly realm: Uri;
  readonly openTimeout: number;
  readonly watchers: Watchers;
  /** Settles with the first session. */
  readonly ready: Promise<Session>;
  session: Session | undefined = undefined;
  incarnation = 0;
  lastExit: ExitReason | undefined = undefined;
  readonly outbox: Outbox;
  readonly counters = new Counters();
  readonly log: PeerLog;
  /** What it has beyond its core. */
  readonly parts: P;
  /** What its user holds: made with it, and the same for as long as it lives. */
  peer: unknown;
  readonly #options: KeptOptions;
  readonly environment: Environment;
  readonly #serializers: readonly Serializer[];
  readonly #path: string;
  readonly #declared: Declarations;
  readonly #routers: RouterRound;
  #status: PeerStatus = 'down';
  #toldStatus: PeerStatus = 'down';
  #isDisposed = false;
  #actor: AnyActorRef | undefined;
  #current: OpenSession | undefined;
  /** Whether somebody has asked it to leave and stay away, and there was nobody to see to that. */
  #isUnwanted = false;
  /** Whether this incarnation's session was told of as joined. */
  #told = false;

  /**
   * @param path where in its tree it is
   * @param parts makes what it has beyond its core
   */
  constructor(
    name: string,
    options: KeptOptions,
    environment: Environment,
    path: string,
    parts: (life: PeerLife<P>) => P,
  ) {
    this.name = name;
    this.#path = path;
    this.#options = options;
    this.environment = environment;
    this.realm = options.realm;
    const { route } = environment;
    this.#routers = options.routers((leg) => route?.({ peer: name, path, ...leg }));
    this.openTimeout = options.openTimeout ?? 5_000;
    this.log = new PeerLog(name, environment.logger);
    this.watchers = new Watchers((error, event) => this.log.listenerFailed(error, event));
    this.outbox = new Outbox(
      name,
      {
        timeout: options.timeout ?? 30_000,
        whenDown: options.whenDown ?? 'wait',
        queueLimit: options.queueLimit ?? 1_000,
        highWater: options.sendBuffer?.highWater ?? HIGH_WATER,
        sendLimit: options.sendBuffer?.limit ?? 10_000,
      },
      environment.clock,
      { open: false, ahead: true, why: undefined, state: 'down' },
    );
    const { clock, random } = environment;
    this.parts = parts(this);
    this.#serializers = options.serializers ?? [this.parts.serializer];
    const healed = () => {
      if (this.status === 'degraded') this.#actor?.send({ type: 'peer.restored' });
    };
    const revoked = (entry: Declared) => this.log.revoked(entry);
    this.#declared = new Declarations(
      { clock, random, outbox: this.outbox, healed, revoked },
      declare(options, this.parts),
    );
    this.ready = this.watchers.nextJoin();
    this.ready.catch(() => {}); // Whoever does not wait for it must not be ended by it.
  }

  get status(): PeerStatus {
    return this.#status;
  }

  /** Whether nothing more will be heard of it: its spec has vanished, or its tree has ended. */
  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Of the router that it is with, or tries. */
  get address(): string {
    return this.#routers.present.address;
  }

  /** Registrations and subscriptions with their state in this session. */
  get declared(): Iterable<Declared> {
    return this.#declared;
  }

  get stats(): PeerStats {
    return this.counters.stats(this.outbox, this.#current);
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
    await this.terminate();
  }

  /** The session that requests flow in, if there is one. */
  get present(): OpenSession | undefined {
    return this.#told ? this.#current : undefined;
  }

  /** Takes no more work in this session: what is declared is given back, and comes into force in the next one. */
  release(session: OpenSession): void {
    session.inbox?.drain();
    this.#declared.release();
  }

  /** Has this session replaced by another, in the same incarnation. */
  replace(session: OpenSession): void {
    if (this.#current === session) this.#actor?.send({ type: 'peer.rejoin' });
  }

  /** Has the supervisor stop it for good. */
  async terminate(): Promise<void> {
    await this.environment.terminate?.(this.#path).catch(() => {
      // Either there is no such child any more, or the supervisor itself is down: then it waits for the next incarnation.
      this.#isUnwanted = this.status === 'down';
    });
  }

  /** Ends the session with ABORT. @returns whether there was one */
  abort(reason: Uri, message: string): boolean {
    if (this.session === undefined) return false;
    this.breakOff(reason, message);
    return true;
  }

  /** As {@link abort}, also before the session is established. */
  breakOff(reason: Uri, message: string): void {
    this.#actor?.send({ type: 'peer.abort', reason, message });
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

  // What the supervisor reports.

  started(incarnation: number, actor: AnyActorRef): void {
    this.incarnation = incarnation;
    this.#actor = actor;
    this.#status = 'connecting';
    if (this.#isUnwanted) void this.terminate();
    this.#isUnwanted = false;
    this.outbox.turn({ open: false, ahead: true, why: this.lastExit, state: 'connecting' });
    this.#tellStatus();
  }

  exited(reason: ExitReason, fate: Fate): void {
    this.ended(reason); // Of an actor that was killed, its machine has said nothing.
    this.#actor = undefined;
    this.#routers.begin();
    this.lastExit = reason;
    const status = fate === 'restarting' ? 'down' : fate;
    this.#status = status;
    this.outbox.turn({ open: false, ahead: fate === 'restarting', why: reason, state: status });
    this.#tellStatus();
    this.watchers.tell('exited', { reason, fate });
    if (fate !== 'restarting') this.#over();
  }

  disposed(): void {
    this.#isDisposed = true;
    this.watchers.tell('disposed', undefined);
  }

  // What the incarnation's machine reports.

  async open(signal: AbortSignal): Promise<SessionInput> {
    this.log.connecting(this.address, this.incarnation);
    for (const scheme of this.parts.sealing.schemes) await scheme.prepare?.(signal);
    const { passage } = this.parts;
    const wire = await openWire(this.#routers.present, this.#serializers, signal, this.parts);
    if (signal.aborted) {
      // The connector did not mind, or it was too late for it to mind.
      wire.destroy();
      signal.throwIfAborted();
    }
    const session = openSession(wire, this.#options, this.parts, {
      failed: (what, uri, error) => this.log.handlerFailed(what, uri, error),
      unopened: (what, uri, error) => this.log.unopened(what, uri, error),
      timers: this.environment.clock,
    });
    session.inbox = this.parts.inbox?.(session, this.#options, this);
    try {
      passage.begin(wire, session.roles, session.inbox);
    } catch (error) {
      wire.destroy();
      throw error;
    }
    this.#current = session;
    return session.input;
  }

  get hasNext(): boolean {
    return this.#routers.hasNext;
  }

  passOver(why: unknown): void {
    // It is no session's end: nothing of the peer has been in it.
    this.#current?.wire.close();
    this.#current = undefined;
    this.parts.passage.end(why);
    this.#routers.passOver(why, this.log);
  }

  outcome(why: ExitReason): ExitReason {
    return this.#routers.outcome(why);
  }

  established(id: Id, details: Dict): void {
    this.#routers.welcome();
    this.session = welcomed(id, this.realm, details);
    this.parts.passage.established(this.session);
    const current = this.#current;
    if (current === undefined) return;
    current.roles.requests.welcome = details;
    current.wire.askWhenIdle(() => askForLife(current.roles));
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
    this.#status = refused.length === 0 ? 'joined' : 'degraded';
    this.counters.sessions += 1;
    this.#told = true;
    this.log.joined(session, this.address, this.incarnation, this.#declared.size - refused.length);
    for (const entry of refused) this.log.refused(entry);
    this.outbox.turn({
      open: true,
      roles: current.roles,
      link: current.wire,
    });
    this.#tellStatus();
    this.watchers.tell('joined', session);
    this.parts.passage.joined(session);
    runHook(this.#options.onJoin, session, (error) => this.log.hookFailed('onJoin', error));
    this.#declared.retryRefused();
  }

  healed(): void {
    this.#status = 'joined';
    this.#tellStatus();
  }

  leaving(): void {
    this.#status = 'down';
    this.outbox.close(this.parts.finishing?.replaces);
    this.parts.passage.established(undefined);
    this.#declared.leave();
    this.#tellStatus();
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
    this.#status = 'down';
    this.counters.keep(current.roles);
    const lost = current.roles.end(endOf(this.name, reason));
    this.parts.passage.end(reason);
    const held = this.#declared.end();
    this.outbox.turn({ open: false, ahead: true, why: reason, state: 'down' });
    this.outbox.settleLost(
      lost.filter((request) => !held.has(request)),
      reason,
    );
    this.#tellStatus();
    if (!wasJoined) return;
    this.watchers.tell('left', reason);
    runHook(this.#options.onLeave, reason, (error) => this.log.hookFailed('onLeave', error));
  }

  rejoining(): void {
    this.ended('rejoin');
    this.#routers.begin();
    this.#status = 'connecting';
    this.outbox.turn({ open: false, ahead: true, why: undefined, state: 'connecting' });
    this.#tellStatus();
  }

  /** Once all is as the status says: a listener may make use of the peer. */
  #tellStatus(): void {
    if (this.#toldStatus === this.#status) return;
    this.#toldStatus = this.#status;
    this.watchers.tell('status', this.#status);
  }

  /** There will be no other incarnation unless somebody asks for one. */
  #over(): void {
    this.#declared.refuse((operation) => this.down(operation));
    this.watchers.refuseJoin(this.whyNoSession);
  }
}
