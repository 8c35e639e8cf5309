import {
  type Actor,
  type ActorOptions,
  type AnyActorLogic,
  type AnyActorRef,
  createActor,
  type SnapshotFrom,
} from 'xstate';
import type { Clock, Milliseconds } from '../../supervisors/clock.js';
import { type Report, type SupervisorLogic, supervisor, type TreeSpec } from '../../supervisors/index.js';
import { type ConnectOptions, connectIn } from '../connect.js';
import type { Logger } from '../logger.js';
import type { Route } from '../peer/environment.js';
import type { PeerOptions, Session } from '../peer/options.js';
import type { Peer } from '../peer/peer.js';
import type { RouterChoice } from '../peer/routers/router-choice.js';
import { type PeerSpecOptions, peer } from '../peer/spec.js';
import type { RouterOptions } from '../router/options.js';
import { Router } from '../router/router.js';
import { type StartOptions, start, type Tree } from '../start.js';
import type { Connector } from '../transports/transport.js';
import { A_FUNCTION, ANYTHING, type Kinds, oneOfThese, unfit } from '../wamp/given.js';
import { checkManyOptions } from '../wamp/many-options.js';
import type { Message, MessageType } from '../wamp/message.js';
import type { Dict, List, Uri } from '../wamp/values.js';
import { chance } from './chance.js';
import { type Crossing, isOfType, lineOfCrossing } from './crossing.js';
import { drawTree } from './drawing.js';
import { type Leftover, SomethingLeft } from './errors.js';
import { actorsLeft, heldLeft, timersLeft, transportsLeft } from './left.js';
import { type FaultyOptions, Link } from './link.js';
import { type Listened, Listeners } from './listeners.js';
import { type RecordingLogger, recordingLogger } from './log.js';
import { actorsOf, isAt, Resident, Residents } from './residents.js';
import { COURTEOUS, type Script, ScriptedRouter } from './scripted-router.js';
import { RealTime, type Time, VirtualTime, Wait, type WaitOptions } from './time.js';
import { Weather } from './weather.js';

/** What a test bed's router is, how its time passes, and what its chance begins with. */
export interface TestBedOptions {
  /** The router's only realm, open to everybody. Default `realm1`. */
  readonly realm?: string;
  /** Its realms by name, in place of `realm`. */
  readonly realms?: NonNullable<RouterOptions['realms']>;
  /** What else the router is to be, such as `strictIds`. It listens nowhere. */
  readonly router?: Omit<RouterOptions, 'realm' | 'realms' | 'port' | 'host' | 'unix' | 'clock' | 'random' | 'logger'>;
  /**
   * `virtual` (default): time passes when the test waits for something, as fast as it can. `real`: as ever, for what has to be seen
   * over sockets.
   */
  readonly clock?: 'virtual' | 'real';
  /** Of all chance: jitter, ids. Default 1. */
  readonly seed?: number;
  /** How each end of a connection finds out about silence. Default: a ping every 10 s, to be answered within 5 s. */
  readonly ping?: NonNullable<FaultyOptions['ping']>;
  /** Hears all that `bed.log` keeps. */
  readonly logger?: Logger;
}

const KINDS: Kinds<TestBedOptions> = {
  realm: ANYTHING,
  realms: ANYTHING,
  router: ANYTHING,
  clock: oneOfThese('virtual', 'real'),
  seed: { expected: 'a number', fits: (value) => typeof value === 'number' },
  ping: ANYTHING,
  logger: ANYTHING,
};

/** What a tree is started with on a test bed; the rest is the bed's. */
export type BedStartOptions = Omit<StartOptions, 'clock' | 'random' | 'route' | 'logger'>;

/** A tree on a test bed. */
export interface BedTree extends Tree {
  /** Lets time pass until nothing in it is on its way: each child is ready, stopped or parked. */
  settled(options?: WaitOptions): Promise<void>;
}

type PeerSketch = Partial<PeerOptions> & PeerSpecOptions;

/** One message with its payload, where a test waits for it. */
export interface Received {
  /** The peer's path in its tree. */
  readonly peer: string;
  readonly args: List;
  readonly kwargs: Dict;
  readonly message: Message;
  readonly at: Milliseconds;
}

/** A report of a tree, of one type: `ReportOf<'exited'>`. */
export type ReportOf<T extends Report['type']> = Extract<Report, { readonly type: T }>;

const NO_ARGS: List = Object.freeze([]);
const NO_KWARGS: Dict = Object.freeze({});

/**
 * A world of its own for a test: a router in memory, a clock that drives all that is on it, chance that can be repeated, and a way
 * from each peer to the router that can fail on demand.
 *
 * Time passes while the test waits for something of the bed's, and only as far as that takes. What is waited for in vain
 * rejects with what is there instead, as soon as it is certain: when no timer is set any more.
 */
export class TestBed {
  readonly clock: Clock;
  /** From 0 up to 1, the same for the same seed. */
  readonly random: () => number;
  readonly log: RecordingLogger;
  /** Without a port. It can be stopped, killed and started again; `kill()` and `start()` make an empty one. */
  readonly router: Router;
  /** Faults between all peers and their router. */
  readonly weather: Weather;
  /** Peers whose options name no realm get this one. */
  readonly realm: Uri;
  readonly #time: Time;
  readonly #options: TestBedOptions;
  readonly #residents = new Residents();
  readonly #actors = new Set<AnyActorRef>();
  readonly #waits = new Set<Wait<unknown>>();
  readonly #onReport = new Set<(report: Report) => void>();
  readonly #onCrossing = new Set<(crossing: Crossing) => void>();
  readonly #crossings: Crossing[] = [];
  readonly #listeners = new Listeners();
  /** Actors of trees that were stopped: each has to have ended by now. */
  readonly #former = new Map<AnyActorRef, string>();

  /** Made by {@link testBed}. */
  constructor(options: TestBedOptions) {
    checkManyOptions<TestBedOptions>('testBed', options, KINDS);
    this.#options = options;
    const seen = (): string => this.describe();
    this.#time = options.clock === 'real' ? new RealTime(seen) : new VirtualTime(seen);
    this.clock = this.#time.clock;
    const { seed = 1, realm, realms, router = {}, logger } = options;
    this.random = chance(seed);
    this.log = recordingLogger(logger);
    this.realm = realm ?? Object.keys(realms ?? {})[0] ?? 'realm1';
    this.router = new Router({
      ...router,
      ...(realms === undefined ? { realm: this.realm } : { realms }),
      clock: this.clock,
      random: this.random,
      logger: this.log,
    });
    this.weather = new Weather(this.#residents.links);
    this.watch('process', process);
  }

  // Time.

  /** The bed's clock, in milliseconds: 0 at first if it is virtual. */
  get now(): Milliseconds {
    return this.clock.now();
  }

  /** Lets so much time pass, and all that is due until then happen. */
  advance(by: Milliseconds): Promise<void> {
    return this.#time.advance(by);
  }

  /** All that can happen without time passing has happened: nothing is on its way, and nothing is due now. */
  settled(): Promise<void> {
    return this.#time.settled();
  }

  /**
   * Lets time pass until a condition holds or a promise settles, and gives what the promise gave.
   *
   * @throws {NothingLeftToHappen} when it cannot come any more: nothing is scheduled
   * @throws {WaitedTooLong} when it has not come within an hour of virtual time, or 5 s of real time, unless `within` is given
   */
  async runUntil<T>(
    goal: (() => boolean) | PromiseLike<T>,
    options: WaitOptions & { readonly what?: string } = {},
  ): Promise<T> {
    if (typeof goal === 'function') {
      if (!A_FUNCTION.fits(goal)) throw unfit('runUntil', 'its goal', A_FUNCTION, goal);
      await this.#time.reach(
        options.what ?? `${String(goal).replace(/\s+/g, ' ').slice(0, 120)} to hold`,
        goal,
        options,
      );
      return undefined as T;
    }
    if (goal instanceof Wait) return goal as Wait<T>;
    return this.#wait<T>(options.what ?? 'a promise to settle', options, (found, failed) => {
      Promise.resolve(goal).then(found, failed);
      return () => {};
    });
  }

  /**
   * Runs the body of a test. Whenever all is quiet and it still waits, for whatever, time passes on to the next timer; so nothing in
   * it has to say {@link advance}.
   */
  run<T>(body: () => Promise<T>): Promise<T> {
    return this.runUntil(body(), { what: 'the end of the test', within: Number.MAX_SAFE_INTEGER });
  }

  /** Fulfilled after so much of the bed's time: what a handler or an actor under test calls in place of a timer. */
  sleep(delay: Milliseconds, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = (): void => {
        this.clock.clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = this.clock.setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      }, delay);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** As `AbortSignal.timeout`, in the bed's time. */
  timeout(delay: Milliseconds): AbortSignal {
    const controller = new AbortController();
    this.clock.setTimeout(
      () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
      delay,
    );
    return controller.signal;
  }

  // What lives on it.

  /**
   * Starts a tree as it is, on the bed's clock. Peers with a URL find the bed's router in its place, whatever the URL says; those with a
   * connector of their own go where that leads. Between each peer and its router is a {@link link}.
   */
  start(root: SupervisorLogic | TreeSpec, options: BedStartOptions = {}): BedTree {
    const resident = new Resident();
    const tree = start(root, {
      ...options,
      ...this.#world(resident, options),
      logger: this.log,
    });
    resident.tree = tree;
    this.#residents.add(resident);
    return Object.assign(tree, {
      settled: async (wait: WaitOptions = {}) => {
        await this.#time.reach('the tree to settle', () => isSettled(tree.view()), wait);
      },
    });
  }

  /**
   * Starts one supervisor over peers by name, each in the bed's realm.
   *
   * @example const { peers } = bed.peers({ thermostat: { register: { 'com.example.celsius': () => 21.5 } }, display: {} });
   */
  peers<Name extends string>(
    sketches: Readonly<Record<Name, PeerSketch>>,
  ): BedTree & { readonly peers: Record<Name, Peer> } {
    const names = Object.keys(sketches) as Name[];
    const children = names.map((name) => peer(name, { url: this.router, realm: this.realm, ...sketches[name] }));
    const tree = this.start(supervisor({ children }));
    const peers = Object.fromEntries(names.map((name) => [name, tree.peer(name)])) as Record<Name, Peer>;
    return Object.assign(tree, { peers });
  }

  /** One peer under a supervisor of its own, joined, as `connect` makes it. Lets time pass until then. */
  async connect(
    options: Partial<ConnectOptions> = {},
    url: RouterChoice | readonly RouterChoice[] = this.router,
  ): Promise<Peer> {
    const resident = new Resident();
    const connecting = connectIn(this.#world(resident, {}), url, {
      realm: this.realm,
      name: this.#residents.unique(options.name ?? 'peer'),
      ...options,
      logger: this.log,
    });
    const { me, tree } = await this.runUntil(connecting, { what: 'a peer to join' });
    resident.tree = tree;
    this.#residents.add(resident);
    return me;
  }

  /** An actor of your own, on the bed's clock, and started. {@link stop} stops it. */
  actor<Logic extends AnyActorLogic>(
    logic: Logic,
    options: ActorOptions<Logic> = {} as ActorOptions<Logic>,
  ): Actor<Logic> {
    const actor = createActor<AnyActorLogic>(logic, { clock: this.clock, ...options }) as Actor<Logic>;
    this.#actors.add(actor);
    return actor.start();
  }

  /**
   * A router whose every word is the test's, as the `url` of a peer: for what no real router says. To what does not stand in the script
   * it answers as any router does.
   */
  script(script: Script = {}): ScriptedRouter {
    return new ScriptedRouter({ script: { ...COURTEOUS, ...script }, answersClose: true });
  }

  /** The way of one peer to its router: faults, and what has crossed. @param whose its handle, its path, or its id if that is unique */
  link(whose: string | Peer): Link {
    return this.#residents.link(whose);
  }

  /** What has crossed between one peer and its router, or between all and theirs, the oldest first. */
  messages(whose?: string | Peer): readonly Crossing[] {
    return whose === undefined ? this.#crossings : this.link(whose).messages;
  }

  /** The same, a line each: what a snapshot shows best. */
  transcript(whose?: string | Peer): string {
    return this.messages(whose).map(lineOfCrossing).join('\n');
  }

  // Waits.

  /** The peer's present session, or its next one. Rejects with the true reason when there will be none. */
  joined(me: Peer, options: WaitOptions = {}): Wait<Session> {
    return this.#wait(`"${me.name}" to join`, options, (found, failed) => {
      me.joined().then(found, failed);
      return () => {};
    });
  }

  /** The next end of a child. @param child its path, or its id */
  nextExit(child: string, options: WaitOptions = {}): Wait<ReportOf<'exited'>> {
    return this.nextReport('exited', { ...options, child });
  }

  /** The next report of a kind, of any child or of one. */
  nextReport<T extends Report['type']>(
    type: T,
    options: WaitOptions & { readonly child?: string } = {},
  ): Wait<ReportOf<T>> {
    const { child } = options;
    const whose = child === undefined ? '' : ` of "${child}"`;
    return this.#wait(`a report "${type}"${whose}`, options, (found) =>
      listen(this.#onReport, (report) => {
        if (report.type !== type || (child !== undefined && !isAt(report.path, child))) return;
        found(report as ReportOf<T>);
      }),
    );
  }

  /** The next EVENT of a topic that arrives at any peer, or at one. */
  nextEvent(topic: Uri, options: WaitOptions & { readonly peer?: string | Peer } = {}): Wait<Received> {
    return this.#nextMessage(`an event of ${topic}`, 'EVENT', topic, options);
  }

  /** The next CALL of a procedure by any peer, or by one. */
  nextCall(procedure: Uri, options: WaitOptions & { readonly peer?: string | Peer } = {}): Wait<Received> {
    return this.#nextMessage(`a call of ${procedure}`, 'CALL', procedure, options);
  }

  /** The next message of a type that crosses, of any peer or of one. */
  nextMessage(type: MessageType, options: WaitOptions & { readonly peer?: string | Peer } = {}): Wait<Received> {
    return this.#nextMessage(`a message ${type}`, type, undefined, options);
  }

  /** Fulfilled when so many messages have come to a peer since it was there; of one type, if that is given. */
  received(
    whose: string | Peer,
    count: number,
    options: WaitOptions & { readonly type?: MessageType } = {},
  ): Wait<readonly Message[]> {
    const link = this.link(whose);
    const { type } = options;
    const come = (): readonly Message[] =>
      link.messages.flatMap(({ from, message, fate }) =>
        from === 'router' && fate !== 'lost' && message !== undefined && (type === undefined || message.type === type)
          ? [message]
          : [],
      );
    const what = `${count} ${type ?? 'messages'} to come to "${link.name}"`;
    return this.#wait(what, options, (found) => {
      const look = (): void => {
        const messages = come();
        if (messages.length >= count) found(messages);
      };
      look();
      return listen(this.#onCrossing, look);
    });
  }

  /** Lets time pass until an actor's snapshot is as wanted. @param actor the actor, or the path of one in a tree on this bed */
  reaches<Ref extends AnyActorRef>(
    actor: Ref | string,
    isWanted: (snapshot: SnapshotFrom<Ref>) => boolean,
    options: WaitOptions = {},
  ): Promise<void> {
    const now = (): AnyActorRef | undefined => (typeof actor === 'string' ? this.#residents.actorAt(actor) : actor);
    const name = typeof actor === 'string' ? actor : actor.id;
    return this.#time.reach(
      `the actor "${name}" to reach a state`,
      () => {
        const found = now();
        return found !== undefined && isWanted(found.getSnapshot() as SnapshotFrom<Ref>);
      },
      options,
    );
  }

  // Its end.

  /** Stops all trees and actors that were started on it, the newest first, then the router. Lets time pass until then. */
  async stop(): Promise<void> {
    await this.#stopTrees();
    for (const actor of this.#actors) actor.stop();
    await this.runUntil(this.router.stop(), { what: 'the router to stop' });
    await this.settled();
  }

  /** From now on whoever listens to `target` and did not before is something left. `process` is watched from the beginning. */
  watch(name: string, target: Listened): void {
    this.#listeners.watch(name, target);
  }

  /** What there is on the bed now: while trees run, all that they hold. */
  left(): readonly Leftover[] {
    const beside = new Map<AnyActorRef, string>(this.#former);
    for (const actor of this.#actors) beside.set(actor, actor.id);
    const waits = [...this.#waits].map(
      ({ what }): Leftover => ({ kind: 'wait', what: `for ${what}, which nobody awaits`, owner: 'the test' }),
    );
    return [
      ...timersLeft(this.clock),
      ...transportsLeft(this.#residents),
      ...heldLeft(this.router, this.#residents),
      ...waits,
      ...actorsLeft(this.#residents, beside),
      ...this.#listeners.left(),
    ];
  }

  /**
   * Stops the trees of the bed, and then asserts that nothing is left on it: no timer, transport, session, registration,
   * subscription, request, wait, actor or listener. At last it stops the router.
   *
   * @throws {SomethingLeft} that says what is left, and whose it is
   */
  async assertNothingLeft(): Promise<void> {
    await this.#stopTrees();
    await this.settled();
    const left = this.left();
    await this.runUntil(this.router.stop(), { what: 'the router to stop' });
    if (left.length > 0) throw new SomethingLeft(left);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** What is there now, in words: trees, links, the last messages. It stands in the message of each wait that was in vain. */
  describe(): string {
    const now = this.clock.now();
    const parts: string[] = [];
    for (const tree of this.#residents.trees()) parts.push(drawTree(tree.view(), now));
    for (const { name, conditions } of this.#residents.links) {
      const words = conditions.words();
      if (words.length > 0) parts.push(`between "${name}" and its router: ${words.join(', ')}`);
    }
    const last = this.#crossings.slice(-8);
    if (last.length > 0) parts.push(`the last messages, at ${(now / 1_000).toFixed(3)} s:`);
    parts.push(...last.map((crossing) => `  ${lineOfCrossing(crossing)}`));
    return parts.join('\n');
  }

  toJSON(): { now: Milliseconds; links: readonly Link[] } {
    return { now: this.now, links: [...this.#residents.links] };
  }

  async #stopTrees(): Promise<void> {
    for (const tree of this.#residents.leave()) {
      for (const [actor, name] of actorsOf(tree)) this.#former.set(actor, name);
      await this.runUntil(tree.stop(), { what: 'a tree to stop' });
    }
  }

  #world(resident: Resident, options: BedStartOptions): StartOptions {
    return {
      clock: this.clock,
      random: this.random,
      route: (route) => this.#route(resident, route),
      onReport: (report) => {
        for (const hear of [...this.#onReport]) hear(report);
        options.onReport?.(report);
      },
    };
  }

  #route(resident: Resident, { path, choice, index, connector }: Route): Connector {
    const { ping, router = {} } = this.#options;
    const link = new Link('open' in Object(choice) ? connector : this.router, {
      name: this.#residents.unique(index === 0 ? path : `${path}#${index + 1}`),
      clock: this.clock,
      ...(ping !== undefined && { ping }),
      ...(router.serializers !== undefined && { serializers: router.serializers }),
      onCrossing: (crossing) => {
        if (this.#crossings.length >= MOST_KEPT) this.#crossings.shift();
        this.#crossings.push(crossing);
        for (const hear of [...this.#onCrossing]) hear(crossing);
      },
    });
    this.#residents.links.add(link);
    if (index === 0) resident.links.set(path, link);
    this.weather.reaches(link);
    return link;
  }

  #nextMessage(
    what: string,
    type: MessageType,
    uri: Uri | undefined,
    options: WaitOptions & { readonly peer?: string | Peer },
  ): Wait<Received> {
    const link = options.peer === undefined ? undefined : this.link(options.peer);
    const whose = link === undefined ? '' : ` of "${link.name}"`;
    return this.#wait(`${what}${whose}`, options, (found) =>
      listen(this.#onCrossing, (crossing) => {
        if (crossing.fate === 'lost' || !isOfType(crossing, type)) return;
        if (uri !== undefined && crossing.uri !== uri) return;
        if (link !== undefined && crossing.peer !== link.name) return;
        const { message, peer: from, at } = crossing;
        const { args = NO_ARGS, kwargs = NO_KWARGS } = message as { readonly args?: List; readonly kwargs?: Dict };
        found({ peer: from, args, kwargs, message, at });
      }),
    );
  }

  #wait<T>(
    what: string,
    options: WaitOptions,
    begin: (found: (value: T) => void, failed: (error: unknown) => void) => () => void,
  ): Wait<T> {
    const open: { wait?: Wait<unknown> } = {};
    const wait = new Wait<T>(this.#time, what, options, (found, failed) => {
      const stop = begin(found, failed);
      return () => {
        stop();
        if (open.wait !== undefined) this.#waits.delete(open.wait);
      };
    });
    if (wait.isSettled) return wait;
    open.wait = wait as Wait<unknown>;
    this.#waits.add(open.wait);
    return wait;
  }
}

/** As many as each link keeps. */
const MOST_KEPT = 10_000;

/**
 * Makes a test bed and starts its router.
 *
 * @example
 * const bed = await testBed();
 * const house = bed.start(tree);
 * await bed.nextReport('restarting', { child: 'thermostat' });
 *
 * @throws {UsageError} when an option cannot be meant
 */
export async function testBed(options: TestBedOptions = {}): Promise<TestBed> {
  const bed = new TestBed(options);
  await bed.router.start();
  return bed;
}

function listen<T>(listeners: Set<(value: T) => void>, listener: (value: T) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function isSettled(view: ReturnType<Tree['view']>): boolean {
  const { status, isReady, supervisor: below } = view;
  if (status === 'stopped' || status === 'parked') return true;
  return status === 'running' && (below === undefined ? isReady : below.children.every(isSettled));
}
