import { Authenticator } from '../actors/authentication.js';
import {
  type ListenerEvent,
  type ListenerInput,
  listenerMachine,
  noEnds,
  type SessionEnds,
} from '../actors/listener.js';
import {
  NO_STATS,
  type OpenRealms,
  Realm,
  type RealmInput,
  type RealmOptions,
  type RealmStats,
  realmMachine,
} from '../actors/realm.js';
import { admissionTo } from '../actors/realm-admission.js';
import type { RealmSession, SessionView } from '../actors/realm-session.js';
import { type Clock, systemClock } from '../supervisors/clock.js';
import { describeExit } from '../supervisors/exit-reason.js';
import { supervisor } from '../supervisors/supervisor.js';
import { start as startTree, type Tree } from '../supervisors/tree.js';
import { ConnectError, UsageError } from './errors.js';
import { type Logger, SILENT } from './logger.js';
import { json } from './serializers/json.js';
import { PING } from './transports/heartbeat.js';
import { connectorTo } from './transports/linked.js';
import type { Connector, Transport } from './transports/transport.js';
import { type Listener, type ListenOptions, listenWebSocket } from './transports/websocket-listener.js';
import {
  A_BOOLEAN,
  A_CLOCK,
  A_COUNT,
  A_LOGGER,
  A_STRING,
  AN_OBJECT,
  ANYTHING,
  checkOptions,
  isText,
  type Kinds,
  MILLISECONDS,
  unfit,
} from './wamp/given.js';
import type { Id, Uri } from './wamp/message.js';
import { CLOSE } from './wamp/predefined-uris.js';
import { checkUri } from './wamp/uri.js';

export interface RouterOptions {
  /** The only realm, open to everybody. Default `realm1`. */
  readonly realm?: string;
  /** The realms by name, in place of `realm`. */
  readonly realms?: Readonly<Record<string, RealmOptions>>;
  /** Where to listen for WebSockets; 0 for any free port. Without it only this process reaches the router. */
  readonly port?: number;
  /** Default `127.0.0.1`: this machine only. */
  readonly host?: string;
  /** Web pages that may connect, beside those of this machine. */
  readonly allowOrigins?: ListenOptions['allowOrigins'];
  /** Pings to each client: every 10 s, to be answered within 5 s. `false` for none. */
  readonly ping?: NonNullable<ListenOptions['ping']>;
  /** The largest message, in octets. Default 1 MiB. */
  readonly maxPayload?: number;
  /** From the transport's opening to WELCOME, in milliseconds. Default 5,000. */
  readonly handshakeTimeout?: number;
  /** How long a client may take to answer GOODBYE, in milliseconds. Default 2,000. */
  readonly goodbyeTimeout?: number;
  /** Whether request ids have to be sequential, as the standard demands. Default true; some old clients need false. */
  readonly strictIds?: boolean;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** Counted since the router started last. */
export interface RouterStats extends RealmStats {
  readonly realms: Readonly<Record<string, RealmStats>>;
  /** How sessions ended. */
  readonly ends: Readonly<SessionEnds>;
}

/** Which sessions: one by its id, or all for which the function says so. */
export type SessionSelector = Id | ((session: SessionView) => boolean);

/**
 * Makes a router and starts it.
 *
 * @example
 * const house = await router({ port: 0 });
 * const me = await connect(house.url, { realm: 'realm1' });
 *
 * @throws {UsageError} when an option cannot be meant
 * @throws {ConnectError} when the port is taken or may not be listened on
 */
export async function router(options: RouterOptions = {}): Promise<Router> {
  const made = new Router(options);
  await made.start();
  return made;
}

const LISTENER = 'listener';

/** What there is while the router runs. */
interface Run {
  readonly tree: Tree;
  readonly port: Listener | undefined;
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
  readonly #serializer;
  readonly #linked: Connector;
  #ends = noEnds();
  #run: Run | undefined;
  /** That of the last start, so that clients find the router again where it was. */
  #port: number | undefined;
  /** What is being done about starting and stopping: one thing after the other. */
  #turn: Promise<void> = Promise.resolve();
  #farewell: { readonly reason: Uri; readonly message?: string } = { reason: CLOSE.systemShutdown };

  /** @throws {UsageError} when an option cannot be meant */
  constructor(options: RouterOptions = {}) {
    checkOptions<RouterOptions>('router', options, KINDS);
    this.#options = options;
    this.#realms = realmsOf(options);
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? SILENT;
    const { maxPayload } = options;
    this.#serializer = json(maxPayload === undefined ? {} : { maxLength: maxPayload });
    this.#linked = connectorTo((transport) => this.#accept(transport), this.address, {
      subprotocols: [this.#serializer.subprotocol],
      ...(maxPayload !== undefined && { maxPayload }),
    });
  }

  /** Where clients find it: `ws://127.0.0.1:8080/ws`. `undefined` while it does not listen on a port. */
  get url(): string | undefined {
    return this.#run?.port?.url;
  }

  /**
   * Starts, with realms that are empty; on the port that it had, if it had one. Does nothing while it runs.
   *
   * @throws {ConnectError} when the port is taken or may not be listened on
   */
  start(): Promise<void> {
    return this.#next(async () => {
      if (this.#run !== undefined) return;
      this.#ends = noEnds();
      this.#farewell = { reason: CLOSE.systemShutdown };
      const port = await this.#listen();
      const run = { tree: this.#grow(), port };
      this.#run = run;
      try {
        await run.tree.ready;
      } catch (error) {
        this.#run = undefined;
        await port?.close();
        throw error;
      }
      this.#port = port?.port;
      void run.tree.exited.then((reason) => this.#exited(run, reason));
      this.#logger.info({ url: port?.url, realms: [...this.#realms.keys()] }, 'router started');
    });
  }

  /**
   * Says GOODBYE to every session, waits for the answers, though not for long, and closes. Does nothing when it does
   * not run.
   *
   * @param options `reason` is `wamp.close.system_shutdown` by default
   */
  stop({ reason = CLOSE.systemShutdown, message }: { reason?: Uri; message?: string } = {}): Promise<void> {
    return this.#next(async () => {
      const run = this.#run;
      if (run === undefined) return;
      this.#farewell = { reason, ...(message !== undefined && { message }) };
      await run.tree.stop();
      await this.#close(run);
    });
  }

  /** Vanishes: every transport is dropped at once, without a word, as if the process had died. */
  kill(): Promise<void> {
    // At once, whatever else is going on.
    if (this.#run !== undefined) this.#tell(this.#run, { type: 'listener.kill' });
    return this.#next(async () => {
      const run = this.#run;
      if (run === undefined) return;
      this.#tell(run, { type: 'listener.kill' });
      await run.tree.stop();
      await this.#close(run);
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  open(subprotocols: readonly string[], signal: AbortSignal): Promise<Transport> {
    return this.#linked.open(subprotocols, signal);
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

  /** What it has done since it started last, over all realms and by realm. */
  stats(): RouterStats {
    const realms = Object.fromEntries([...this.#open].map(([name, realm]) => [name, realm.stats()]));
    return { ...sum(Object.values(realms)), realms, ends: { ...this.#ends } };
  }

  /** The supervisor's tree, for an inspector. `undefined` while it does not run. */
  get tree(): Tree | undefined {
    return this.#run?.tree;
  }

  toJSON(): { address: string; url: string | undefined } {
    return { address: this.address, url: this.url };
  }

  #next(step: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(step);
    this.#turn = done.catch(() => {}); // Whoever asked for it hears of it; the next one starts from what is.
    return done;
  }

  async #listen(): Promise<Listener | undefined> {
    const { port, host, allowOrigins, ping, maxPayload } = this.#options;
    if (port === undefined) return undefined;
    return listenWebSocket({
      port: this.#port ?? port,
      ...(host !== undefined && { host }),
      ...(allowOrigins !== undefined && { allowOrigins }),
      ...(ping !== undefined && { ping }),
      ...(maxPayload !== undefined && { maxPayload }),
      subprotocols: [this.#serializer.subprotocol],
      clock: this.#clock,
      onTransport: (transport) => this.#accept(transport),
      onError: (error) => this.#logger.error({ error: describeExit(error) }, 'listening failed'),
    });
  }

  #grow(): Tree {
    const { strictIds, handshakeTimeout, goodbyeTimeout } = this.#options;
    const logger = this.#logger;
    const realms = [...this.#realms].map(([name, options]) => ({
      // An id is part of a path, and a URI may hold what parts a path.
      id: `realm ${name.replaceAll('/', '%2F')}`,
      start: realmMachine,
      input: {
        name,
        make: () => new Realm(name, { ...(strictIds !== undefined && { strictIds }), ...options }, this.#clock),
        open: this.#open,
        logger,
      } satisfies RealmInput,
    }));
    const listener = {
      id: LISTENER,
      start: listenerMachine,
      input: {
        admission: admissionTo(this.#open),
        serializers: [this.#serializer],
        farewell: () => this.#farewell,
        ends: this.#ends,
        logger,
        ...(handshakeTimeout !== undefined && { handshakeTimeout }),
        ...(goodbyeTimeout !== undefined && { goodbyeTimeout }),
      } satisfies ListenerInput,
      // It sees to it itself that it does not take for ever.
      shutdown: 'infinity' as const,
    };
    // The listener is last to start and first to stop: no session without its realm.
    return startTree(supervisor({ intensity: 3, children: [...realms, listener] }), {
      clock: this.#clock,
      onReport: (report) => {
        if (report.type === 'exited' && report.fate !== 'stopped') {
          logger.error({ path: report.path, reason: describeExit(report.cause) }, 'part of the router failed');
        }
      },
    });
  }

  /** Its supervisor has given up: without it there is nobody to listen for. */
  #exited(run: Run, reason: unknown): void {
    if (this.#run !== run || reason === 'shutdown') return;
    this.#logger.error({ reason: describeExit(reason) }, 'router failed');
    void this.#next(() => this.#close(run));
  }

  async #close(run: Run): Promise<void> {
    if (this.#run !== run) return;
    await run.port?.close();
    this.#run = undefined;
    this.#logger.info({ url: run.port?.url }, 'router stopped');
  }

  #accept(transport: Transport): void {
    const run = this.#run;
    if (run === undefined || !this.#tell(run, { type: 'transport.accepted', transport })) {
      throw new ConnectError(`${this.address} does not run: start() it`, { address: this.address, transient: true });
    }
  }

  /** @returns false when there is no listener to hear it */
  #tell(run: Run, event: ListenerEvent): boolean {
    const listener = run.tree.find(LISTENER);
    listener?.actor.send(event);
    return listener !== undefined;
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

const REALM: Kinds<RealmOptions> = { auth: AN_OBJECT, strictIds: A_BOOLEAN, limits: AN_OBJECT };

const KINDS: Kinds<RouterOptions> = {
  realm: { expected: 'a URI such as "realm1"', fits: isText },
  realms: AN_OBJECT,
  port: ANYTHING,
  host: A_STRING,
  allowOrigins: {
    expected: 'a list of origins such as ["https://example.com"], or "*" for all',
    fits: (value) => value === '*' || (Array.isArray(value) && value.every(isText)),
  },
  ping: PING,
  maxPayload: A_COUNT,
  handshakeTimeout: MILLISECONDS,
  goodbyeTimeout: MILLISECONDS,
  strictIds: A_BOOLEAN,
  logger: A_LOGGER,
  clock: A_CLOCK,
};

function realmsOf({ realm, realms }: RouterOptions): ReadonlyMap<Uri, RealmOptions> {
  if (realm !== undefined && realms !== undefined) {
    throw new UsageError('expected realm or realms, received both: name the realm among the realms');
  }
  const byName = new Map(Object.entries(realms ?? { [realm ?? 'realm1']: {} }));
  if (byName.size === 0) throw new UsageError('realms: expected at least one realm, received none');
  for (const [name, options] of byName) {
    checkOptions<RealmOptions>(`realm ${name}`, options, REALM);
    const problem = checkUri(name);
    if (problem !== undefined)
      throw new UsageError(`realms: expected URIs as names; ${JSON.stringify(name)} ${problem}`);
    // To find out now what is wrong with it, and not when the realm starts.
    new Authenticator(name, options.auth);
  }
  return byName;
}

function sum(all: readonly RealmStats[]): RealmStats {
  const total: Record<keyof RealmStats, number> = { ...NO_STATS };
  for (const stats of all) {
    for (const key of Object.keys(total) as (keyof RealmStats)[]) total[key] += stats[key];
  }
  return total;
}
