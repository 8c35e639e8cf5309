import { noEnds, type SessionEnds } from '../../actors/listener.js';
import { NO_STATS, type OpenRealms, type RealmOptions, type RealmStats } from '../../actors/realm.js';
import type { RealmSession, SessionView } from '../../actors/realm-session.js';
import { type Clock, type Milliseconds, systemClock } from '../../supervisors/clock.js';
import { describeExit, type ExitReason } from '../../supervisors/exit-reason.js';
import type { Tree } from '../../supervisors/tree/tree.js';
import { ConnectError, UsageError } from '../errors.js';
import { type Logger, SILENT } from '../logger.js';
import { exposition } from '../metrics/exposition.js';
import { routerFamilies } from '../metrics/router-metrics.js';
import type { MetricsServer } from '../metrics/server.js';
import { fromCallSite } from '../peer/call-site.js';
import type { Grant } from '../routing/grant.js';
import { LIMITS, type LimitHits, type LimitName, noHits, sumOfHits } from '../routing/limits.js';
import type { Serializer } from '../serializers/serializer.js';
import { faultInTransport } from '../transports/fault-in-transport.js';
import type { Listener } from '../transports/front.js';
import { connectorTo } from '../transports/linked.js';
import { listen } from '../transports/listener.js';
import { oneTimer } from '../transports/one-timer.js';
import { rawSocketIds } from '../transports/rawsocket-ids.js';
import { type ServerTls, serverTls } from '../transports/tls-front.js';
import type { Connector, Transport } from '../transports/transport.js';
import { unfit } from '../wamp/given.js';
import type { Id, Uri } from '../wamp/message.js';
import { checkUri } from '../wamp/uri.js';
import * as CLOSE from '../wamp/uris/close.js';
import { carriedBy, checkTrust, DRAIN, type RouterOptions, realmsOf, serializersOf } from './options.js';
import { startRouterTree, tellListener } from './tree.js';

/** Counted since the router started last. */
export interface RouterStats extends RealmStats {
  readonly realms: Readonly<Record<string, RealmStats>>;
  /** How often each limit was reached. */
  readonly limits: Readonly<LimitHits>;
  /** How sessions ended. */
  readonly ends: Readonly<SessionEnds>;
}

/** Which sessions: one by its id, or all for which the function says so. */
export type SessionSelector = Id | ((session: SessionView) => boolean);

/** Which registrations or subscriptions: those of one URI, or all for which the function says so. */
export type GrantSelector = Uri | ((grant: Grant & { readonly realm: Uri }) => boolean);

/**
 * Makes a router and starts it.
 *
 * @example
 * const house = await router({ port: 0 });
 * const me = await connect(house.url, { realm: 'realm1' });
 *
 * @throws {UsageError} when an option cannot be meant
 * @throws {ConnectError} when the port or the Unix socket is taken or may not be listened on
 */
export async function router(options: RouterOptions = {}): Promise<Router> {
  const made = new Router(options);
  try {
    await made.start();
    return made;
  } catch (error) {
    throw fromCallSite(error);
  }
}

/** A timer that is set for longer fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** What there is while the router runs. */
interface Run {
  readonly tree: Tree;
  readonly listeners: readonly Listener[];
  readonly metrics: MetricsServer | undefined;
  /** Somebody has asked it to vanish. */
  isKilled: boolean;
}

/**
 * A WAMP router within this process, for development, tests and the use of one machine: the basic profile, and what
 * WELCOME announces of the advanced one.
 *
 * Its realms, and the listener with its sessions, are actors under a supervisor. As a {@link Connector} it is reached
 * without any port: `connect(router, { realm })`.
 */
export class Router implements Connector {
  readonly address = 'linked:router';
  readonly #options: RouterOptions;
  readonly #realms: ReadonlyMap<Uri, RealmOptions>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #open: OpenRealms = new Map();
  readonly #serializers: readonly Serializer[];
  /** What its transports carry. */
  readonly #carried: { readonly maxPayload: number; readonly maxQueued: number };
  readonly #linked: Connector;
  /** What is to be shown now at the port. */
  readonly #tls: (() => Promise<ServerTls>) | undefined;
  #ends = noEnds();
  #hits = noHits();
  #run: Run | undefined;
  /** Those of the last start, so that clients find the router again where it was. */
  #port: number | undefined;
  #metricsPort: number | undefined;
  /** What is being done about starting and stopping: one thing after the other. */
  #turn: Promise<void> = Promise.resolve();
  /** Has a drain wait no longer. */
  #hurry: () => void = () => {};
  #farewell: { readonly reason: Uri; readonly message?: string } = { reason: CLOSE.systemShutdown };

  /** @throws {UsageError} when an option cannot be meant */
  constructor(options: RouterOptions = {}) {
    this.#options = options;
    this.#realms = realmsOf(options);
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? SILENT;
    this.#carried = carriedBy(options, this.#realms.values());
    this.#serializers = serializersOf(options);
    this.#tls = options.tls && serverTls('tls', options.tls, this.address);
    this.#linked = connectorTo((transport) => this.#accept(transport), this.address, {
      subprotocols: this.#subprotocols,
      ...this.#carried,
    });
  }

  /** Where clients find it: `ws://127.0.0.1:8080/ws`, `wss://…` with TLS. `undefined` while it does not listen. */
  get url(): string | undefined {
    return this.urls[0];
  }

  /** All the ways to it: `ws://127.0.0.1:8080/ws`, `rs://127.0.0.1:8080`, `unix:/run/router.sock`. */
  get urls(): readonly string[] {
    return this.#run?.listeners.flatMap(({ urls }) => urls) ?? [];
  }

  /**
   * Starts, with realms that are empty; on the port that it had, if it had one. Does nothing while it runs.
   *
   * @throws {UsageError} when `tls` does not go with the users
   * @throws {ConnectError} when the port or the Unix socket is taken or may not be listened on
   */
  start(): Promise<void> {
    return this.#next(async () => {
      if (this.#run !== undefined) return;
      this.#ends = noEnds();
      this.#hits = noHits();
      this.#farewell = { reason: CLOSE.systemShutdown };
      const listeners = await this.#listen();
      const metrics = await this.#serveMetrics().catch(async (error: unknown) => {
        await closeAll(listeners);
        throw error;
      });
      const run: Run = { tree: this.#grow(), listeners, metrics, isKilled: false };
      this.#run = run;
      try {
        await run.tree.ready;
      } catch (error) {
        this.#run = undefined;
        await closeAll(listeners, metrics);
        throw error;
      }
      this.#port = listeners[0]?.port || undefined;
      this.#metricsPort = metrics?.port;
      void run.tree.exited.then((reason) => this.#exited(run, reason));
      this.#logger.info({ url: this.url, realms: [...this.#realms.keys()] }, 'router started');
    });
  }

  /**
   * Says GOODBYE to every session, waits for the answers, though not for long, and closes. Does nothing when it does
   * not run.
   *
   * With `drain` it first lets calls in flight be answered, so many milliseconds at most: HELLO is answered with ABORT
   * `wamp.close.system_shutdown` meanwhile, and CALL with ERROR `wamp.error.unavailable`, but for the calls of sessions that work on one.
   * `stop({ drain: 0 })` and `kill()` end that wait at once.
   *
   * @param options `reason` is `wamp.close.system_shutdown` by default, `drain` the router's option of that name
   * @throws {UsageError} when `drain` is no duration
   */
  async stop({
    reason = CLOSE.systemShutdown,
    message,
    drain = this.#options.drain ?? 0,
  }: {
    reason?: Uri;
    message?: string;
    drain?: number;
  } = {}): Promise<void> {
    if (!DRAIN.fits(drain)) throw unfit('router.stop', 'drain', DRAIN, drain);
    if (drain === 0) this.#hurry();
    return this.#next(async () => {
      const run = this.#run;
      if (run === undefined) return;
      if (drain > 0) await this.#drain(run, drain);
      this.#farewell = { reason, ...(message !== undefined && { message }) };
      await run.tree.stop();
      await this.#close(run);
    });
  }

  /** Vanishes: every transport is dropped at once, without a word, as if the process had died. */
  kill(): Promise<void> {
    // At once, whatever else is going on.
    this.#hurry();
    if (this.#run !== undefined) {
      this.#run.isKilled = true;
      tellListener(this.#run.tree, { type: 'listener.kill' });
    }
    return this.#next(async () => {
      const run = this.#run;
      if (run === undefined) return;
      tellListener(run.tree, { type: 'listener.kill' });
      await run.tree.stop();
      await this.#close(run);
    });
  }

  /**
   * Asks the function given as `tls` again: clients that come from now on are shown what it gives, and believed by it. Sessions that
   * are there stay. When it fails all stays as it was.
   *
   * @throws {UsageError} when `tls` is no function
   * @throws {ConnectError} when it fails, or gives what cannot be used
   */
  renewTls(): Promise<void> {
    return this.#next(async () => {
      if (typeof this.#options.tls !== 'function') {
        throw new UsageError(
          'renewTls: expected the router to have been given tls as a function, which is asked again here',
        );
      }
      const tls = await this.#tlsNow();
      for (const listener of this.#run?.listeners ?? []) if (tls !== undefined) listener.renewTls(tls);
      this.#logger.info({ url: this.url }, 'router renewed its TLS');
    });
  }

  /** For `await using`: stops at the end of its block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  open(subprotocols: readonly string[], signal: AbortSignal): Promise<Transport> {
    return this.#linked.open(subprotocols, signal);
  }

  /**
   * Takes the router's end of a transport of your own, as it takes those of its port.
   *
   * @throws {UsageError} when it is no transport, or for a serializer that this router does not speak
   * @throws {ConnectError} while the router does not run
   */
  accept(transport: Transport): void {
    const fault = faultInTransport(transport);
    if (fault !== undefined) throw new UsageError(`accept: the caller ${fault}`);
    const { subprotocol } = transport;
    if (!this.#subprotocols.includes(subprotocol)) {
      throw new UsageError(
        `accept: expected a transport for one of ${this.#subprotocols.join(', ')}, received one for ${String(subprotocol)}`,
      );
    }
    this.#accept(transport);
  }

  /** Every session, as data. */
  sessions(): SessionView[] {
    return [...this.#all()].map((session) => session.view);
  }

  /**
   * Ends sessions with ABORT, for tests and for operators.
   *
   * @returns how many
   * @throws {UsageError} when `reason` is no URI
   */
  abort(which: SessionSelector, reason: Uri, message = ''): number {
    return this.#each(which, reason, (session) => session.abort(reason, message));
  }

  /**
   * Ends sessions with GOODBYE.
   *
   * @param reason default `wamp.close.killed`
   * @returns how many
   * @throws {UsageError} when `reason` is no URI
   */
  goodbye(which: SessionSelector, reason: Uri = CLOSE.killed, message?: string): number {
    return this.#each(which, reason, (session) => session.goodbye(reason, message));
  }

  /**
   * Takes registrations back from those who hold them, for operators: calls of the procedure are then answered
   * `wamp.error.no_such_procedure`. What is worked on goes on.
   *
   * @param which those of one URI, as it was registered, in all realms; or all for which the function says so
   * @param reason for the callees that are told: those that announced `registration_revocation`
   * @returns how many, each counted once for each callee
   * @throws {UsageError} when `which` is neither
   */
  revokeRegistrations(which: GrantSelector, reason = 'revoked by the operator'): number {
    return this.#revoke('registrations', which, reason);
  }

  /**
   * Takes subscriptions back from those who hold them, as {@link revokeRegistrations} does with registrations.
   *
   * @throws {UsageError} when `which` is neither a URI nor a function
   */
  revokeSubscriptions(which: GrantSelector, reason = 'revoked by the operator'): number {
    return this.#revoke('subscriptions', which, reason);
  }

  #revoke(what: 'registrations' | 'subscriptions', which: GrantSelector, reason: string): number {
    if (typeof which !== 'string' && typeof which !== 'function') {
      throw unfit('router', `the ${what} to revoke`, { expected: 'a URI or a function' }, which);
    }
    let revoked = 0;
    for (const [realm, open] of this.#open) {
      revoked += open.revoke(
        what,
        typeof which === 'string' ? ({ uri }) => uri === which : (grant) => which({ ...grant, realm }),
        reason,
      );
    }
    return revoked;
  }

  /** What it has done since it started last, over all realms and by realm. */
  stats(): RouterStats {
    const realms = Object.fromEntries([...this.#open].map(([name, realm]) => [name, realm.stats()]));
    const limits = sumOfHits([this.#hits, ...[...this.#open.values()].map(({ hits }) => hits)]);
    return { ...sum(Object.values(realms)), realms, limits, ends: { ...this.#ends } };
  }

  /**
   * The end of the present run: fulfilled with `shutdown` when the router was stopped, with `killed` after `kill()`, and else with why
   * it failed. `undefined` while it does not run.
   */
  get exited(): Promise<ExitReason> | undefined {
    const run = this.#run;
    return run?.tree.exited.then((reason) => (run.isKilled ? 'killed' : reason));
  }

  /**
   * The same figures as text, as Prometheus takes it: for a server of your own. The option `metrics` has the router serve it, together
   * with what the process uses.
   */
  metrics(): string {
    const realms = Object.fromEntries(
      [...this.#open].map(([name, realm]) => {
        const queued = [...realm.sessions.values()].reduce((octets, session) => octets + session.queued, 0);
        return [name, { ...realm.stats(), queued, limits: { ...realm.hits } }];
      }),
    );
    return exposition(routerFamilies({ realms, limits: { ...this.#hits }, ends: { ...this.#ends } }));
  }

  /** Where the option `metrics` has them served: `http://127.0.0.1:9090/metrics`. `undefined` elsewhere, and while it does not run. */
  get metricsUrl(): string | undefined {
    return this.#run?.metrics?.url;
  }

  /** The supervisor's tree, for an inspector. `undefined` while it does not run. */
  get tree(): Tree | undefined {
    return this.#run?.tree;
  }

  toJSON(): { address: string; url: string | undefined } {
    return { address: this.address, url: this.url };
  }

  get #subprotocols(): readonly string[] {
    return this.#serializers.map(({ subprotocol }) => subprotocol);
  }

  #next(step: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(step);
    this.#turn = done.catch(() => {}); // Whoever asked for it hears of it; the next one starts from what is.
    return done;
  }

  /** At the port first, if there is one: it is what {@link url} tells. */
  async #listen(): Promise<readonly Listener[]> {
    const { port, host, unix, allowOrigins, ping, handshakeTimeout = LIMITS.opening.fallback } = this.#options;
    const options = {
      ...(allowOrigins !== undefined && { allowOrigins }),
      ...(ping !== undefined && { ping }),
      ...this.#carried,
      // The transport's own handshake; WELCOME has a deadline that begins behind it.
      handshakeTimeout: Math.min(Math.ceil(handshakeTimeout), LONGEST_TIMER),
      subprotocols: this.#subprotocols,
      serializerIds: rawSocketIds(this.#serializers),
      maxConnections: this.#options.limits?.connections ?? LIMITS.connections.fallback,
      onLimit: (limit: LimitName) => this.#reached(limit),
      clock: oneTimer(this.#clock),
      onTransport: (transport: Transport) => this.#accept(transport),
      onError: (error: Error) => this.#logger.error({ error: describeExit(error) }, 'listening failed'),
      onTlsFailure: (address: string, error: Error) =>
        this.#logger.debug({ address, error: describeExit(error) }, 'a handshake of TLS failed'),
    };
    const tls = await this.#tlsNow();
    const listeners: Listener[] = [];
    try {
      if (port !== undefined) {
        const where = { port: this.#port ?? port, ...(host !== undefined && { host }), ...(tls && { tls }) };
        listeners.push(await listen({ ...options, ...where }));
      }
      if (unix !== undefined) listeners.push(await listen({ ...options, unix }));
    } catch (error) {
      await closeAll(listeners);
      throw error;
    }
    return listeners;
  }

  async #serveMetrics(): Promise<MetricsServer | undefined> {
    const { metrics } = this.#options;
    if (metrics === undefined) return undefined;
    const { port, host } = typeof metrics === 'number' ? { port: metrics } : metrics;
    const { serveRouterMetrics } = await import('./exporter.js');
    const place = { port: this.#metricsPort ?? port, ...(host !== undefined && { host }) };
    return serveRouterMetrics(place, () => this.metrics());
  }

  async #tlsNow(): Promise<ServerTls | undefined> {
    const tls = await this.#tls?.();
    if (tls !== undefined) checkTrust(this.#realms, tls);
    return tls;
  }

  #grow(): Tree {
    return startRouterTree({
      realms: this.#realms,
      options: this.#options,
      serializers: this.#serializers,
      clock: this.#clock,
      random: this.#options.random,
      logger: this.#logger,
      open: this.#open,
      ends: this.#ends,
      reached: (limit, realm) => this.#reached(limit, realm),
      farewell: () => this.#farewell,
    });
  }

  #reached(limit: LimitName, realm?: Uri): void {
    const open = realm === undefined ? undefined : this.#open.get(realm);
    if (open === undefined) this.#hits[limit] += 1;
    else open.reached(limit);
  }

  async #drain(run: Run, drain: Milliseconds): Promise<void> {
    const realms = [...this.#open.values()];
    const inFlight = () => realms.reduce((calls, { callsInFlight }) => calls + callsInFlight, 0);
    this.#logger.info({ calls: inFlight(), drain }, 'router drains');
    const answered = Promise.all(realms.map((realm) => realm.drain()));
    let timer: unknown;
    const over = new Promise<void>((resolve) => {
      this.#hurry = resolve;
      timer = this.#clock.setTimeout(resolve, drain);
    });
    await Promise.race([answered, over, run.tree.exited]);
    this.#clock.clearTimeout(timer);
    this.#hurry = () => {};
    const calls = inFlight();
    if (calls > 0) this.#logger.warn({ calls }, 'router stops with calls in flight');
  }

  /** Its supervisor has given up: without it there is nobody to listen for. */
  #exited(run: Run, reason: unknown): void {
    if (this.#run !== run || reason === 'shutdown') return;
    this.#logger.error({ reason: describeExit(reason) }, 'router failed');
    void this.#next(() => this.#close(run));
  }

  async #close(run: Run): Promise<void> {
    if (this.#run !== run) return;
    const { url } = this;
    await closeAll(run.listeners, run.metrics);
    this.#run = undefined;
    this.#logger.info({ url }, 'router stopped');
  }

  #accept(transport: Transport): void {
    const run = this.#run;
    if (run === undefined || !tellListener(run.tree, { type: 'transport.accepted', transport })) {
      throw new ConnectError(`${this.address} does not run: start() it`, { address: this.address, transient: true });
    }
  }

  *#all(): Generator<RealmSession> {
    for (const realm of this.#open.values()) yield* realm.sessions.values();
  }

  #each(which: SessionSelector, reason: Uri, end: (session: RealmSession) => void): number {
    if (typeof reason !== 'string') throw unfit('router', 'the reason', { expected: 'a URI' }, reason);
    const problem = checkUri(reason);
    if (problem !== undefined) throw new UsageError(`expected the reason to be a URI; it ${problem}`);
    const chosen = [...this.#all()].filter(({ session, view }) =>
      typeof which === 'number' ? session === which : which(view),
    );
    for (const session of chosen) end(session);
    return chosen.length;
  }
}

async function closeAll(listeners: readonly Listener[], metrics?: MetricsServer): Promise<void> {
  await Promise.all([...listeners, ...(metrics === undefined ? [] : [metrics])].map((each) => each.close()));
}

function sum(all: readonly RealmStats[]): RealmStats {
  const total: Record<keyof RealmStats, number> = { ...NO_STATS };
  for (const stats of all) {
    for (const key of Object.keys(total) as (keyof RealmStats)[]) total[key] += stats[key];
  }
  return total;
}
