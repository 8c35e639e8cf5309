import { type AnyActorLogic, type AnyActorRef, createActor, type InspectionEvent, type Observer } from 'xstate';
import { type Clock, type Milliseconds, systemClock } from '../clock.js';
import type { ChildInfo } from '../engine/child.js';
import type { Engine } from '../engine/engine.js';
import type { TreeContext } from '../engine/memory.js';
import { type ChildCounts, type ChildRef, Requests } from '../engine/requests.js';
import { endOf } from '../engine/supervised.js';
import { engineOf, giveContext, optionsOf, type SupervisorLogic, viewOf } from '../engine/supervisor-logic.js';
import { Watchers } from '../engine/watchers.js';
import { BadSpec, NotRunning, SupervisorError, UnknownChild } from '../errors.js';
import { describeExit, type ExitReason } from '../exit-reason.js';
import { guard } from '../guard.js';
import { type ChildDownNotice, type DownListener, type Monitor, PathMonitor } from '../links/monitor.js';
import type { Report } from '../report.js';
import type { ChildHandle, ChildIdentity, ChildSpec, FullChildSpec } from '../spec/child-spec.js';
import type { DynamicChildSpec } from '../spec/dynamic-options.js';
import { checkWait } from '../spec/spec-checks.js';
import {
  type Actors,
  checkActors,
  childFrom,
  isTreeSpec,
  type NodeSpec,
  type TreeSpec,
  treeFrom,
} from '../spec/tree-spec.js';
import { isSupervisor } from '../traits.js';
import type { ChildView } from '../view.js';
import { addressOf, childAt, located, one, supervisorAt } from './addresses.js';
import { Deferred } from './deferred.js';
import { PathRef } from './path-ref.js';
import { type TreeJson, treeJson } from './tree-json.js';
import { TreeReady } from './tree-ready.js';

/** What a tree is started with: time, chance, ears, and the actors that it names. */
export interface StartOptions {
  /** The only source of time for the whole tree. Default: real time. */
  readonly clock?: Clock;
  /** Hears of all that happens, from the first start on. */
  readonly onReport?: (report: Report) => void;
  /** From 0 (included) to 1 (excluded), for the jitter of backoffs. Default `Math.random`. */
  readonly random?: () => number;
  /** Whatever the handles in this tree need from outside, such as a logger: passed to each spec's `handle` as it is. */
  readonly environment?: unknown;
  /** XState's inspection events, from the first actor on. */
  readonly inspect?: Inspector;
  /**
   * How long, in milliseconds, the tree may take to get ready: `tree.ready` then rejects, and says who is in the way. The tree
   * itself goes on; whoever waits decides. Default: no limit.
   */
  readonly readyWithin?: Milliseconds;
  /** What the names stand for that a tree, or a child that is added later, says instead of logics. */
  readonly actors?: Actors;
}

/** Hears XState's inspection events of a tree: a function, or an observer. */
export type Inspector = Observer<InspectionEvent> | ((event: InspectionEvent) => void);

/**
 * A tree of supervisors that runs. Children are named by their path (`upstairs/thermostat`), or by their id where that
 * is unique in the tree; `/lamp` is a child of the root and of nobody else. Requests are answered one after the other, behind starts and stops, as in OTP.
 */
export interface Tree {
  /**
   * Fulfilled when all children have started and were ready, as their specs say, and every handle's `ready` is.
   *
   * @throws {NotReady} when it takes longer than `readyWithin`, when the tree ends first, when a child is parked meanwhile,
   *   or one whose handle has to get ready is stopped; it names the child. Nobody needs to look at this promise.
   */
  readonly ready: Promise<void>;
  /** Why the root has ended: `shutdown` after `stop()`, else mostly `GaveUp` or `StartFailed`. Never rejects. */
  readonly exited: Promise<ExitReason>;
  /** Stops everything, last child first. May be called twice; fulfilled when all is down. */
  stop(): Promise<void>;
  /** The children of a supervisor, newest first. Default: the root's. */
  whichChildren(supervisor?: string): Promise<readonly ChildInfo[]>;
  countChildren(supervisor?: string): Promise<ChildCounts>;
  /** A child's spec with all defaults. Dynamic children share that of their template. */
  getChildSpec(child: ChildRef): Promise<FullChildSpec>;
  /**
   * Adds a child behind the others. A dynamic supervisor gives it an id where it brings none.
   *
   * @param spec may name its logic, or be a branch, as in a {@link TreeSpec}
   * @throws {StartFailed} and then forgets it; {BadSpec}, {ChildState}, {MaxChildren}
   */
  startChild(spec: ChildSpec | NodeSpec | DynamicChildSpec, supervisor?: string): Promise<ChildInfo>;
  /**
   * Starts a child that is down: stopped, parked, or waiting for its backoff.
   *
   * @throws {StartFailed}, {ChildState}; {DynamicChild} for a dynamic one that is neither parked nor waiting
   */
  restartChild(child: ChildRef): Promise<ChildInfo>;
  /** Stops a child, which then stays down; a temporary or dynamic one vanishes. */
  terminateChild(child: ChildRef): Promise<void>;
  /** Removes the spec of a child that is down. @throws {ChildState} if it is not; {DynamicChild} */
  deleteChild(child: ChildRef): Promise<void>;
  /** What the spec's `handle` made: it stays the same over all restarts. */
  handle(idOrPath: string): ChildHandle | undefined;
  /** The tree now, as data. The root's id and path are empty. */
  view(): ChildView;
  /** The tree now, specs and all, for `JSON.stringify`. Never throws. */
  toJSON(): TreeJson;
  /** The actor that runs at a path now, `''` being the root, and the logic that it was made from. */
  find(path: string): Found | undefined;
  /**
   * Has `listener` told of the end of every incarnation at a path, on an empty stack: until it is cancelled, or the child's
   * spec has vanished. The child may be down, or not exist yet. The root has one life: `monitor(tree.root, …)`.
   *
   * It tells what the supervisor knows: that a child whose supervisor was killed was killed, too, even while it still ends.
   */
  monitor(path: string, listener: DownListener<ChildDownNotice>): Monitor;
  /**
   * What outlives every restart of the child at a path, for those who send it events. The child may be down, or not exist yet.
   *
   * @example `tree.ref<typeof counter>('shop/counter').send({ type: 'count' })`
   */
  ref<Logic extends AnyActorLogic = AnyActorLogic>(path: string): PathRef<Logic>;
  /** @returns a function that ends it */
  onReport(listener: (report: Report) => void): () => void;
  /** XState's inspection events from now on. An inspector that throws harms nobody. @returns a function that ends it */
  inspect(inspector: Inspector): () => void;
  /** The root supervisor's actor, whose `system` is that of every actor in the tree. */
  readonly root: AnyActorRef;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What stands at a path of a tree now. The next incarnation is another actor. */
export interface Found {
  readonly actor: AnyActorRef;
  readonly logic: AnyActorLogic;
  readonly identity: ChildIdentity;
  /** With its defaults; the root has none. */
  readonly spec: FullChildSpec | undefined;
}

/**
 * Runs a supervisor as the root of a tree. All children that start without delay are up when this returns.
 *
 * @param root what `supervisor` or `dynamicSupervisor` returned, or the same as data
 * @throws {BadSpec} if it is no supervisor, or something is wrong in the data or an option
 */
export function start(root: SupervisorLogic | TreeSpec, options: StartOptions = {}): Tree {
  checkWait('start: readyWithin', options.readyWithin);
  return new RunningTree(logicOf(root, options.actors), options);
}

function logicOf(root: SupervisorLogic | TreeSpec, actors: Actors | undefined): SupervisorLogic {
  if (isTreeSpec(root)) return treeFrom(root, actors);
  checkActors(actors);
  if (typeof root === 'object' && root !== null && isSupervisor(root)) return root;
  throw BadSpec.expected('start', 'what supervisor({ children: […] }) returns, or { children: […] } itself', root);
}

class RunningTree implements Tree {
  readonly ready: Promise<void>;
  readonly exited: Promise<ExitReason>;
  readonly root: AnyActorRef;
  readonly #logic: SupervisorLogic;
  readonly #actors: Actors;
  readonly #listeners = new Set<(report: Report) => void>();
  readonly #ready = new TreeReady();
  #lastExit: ChildView['lastExit'];

  constructor(logic: SupervisorLogic, options: StartOptions) {
    const { clock = systemClock, onReport, random = Math.random, environment, inspect, actors = {} } = options;
    this.#logic = logic;
    this.#actors = actors;
    if (onReport !== undefined) this.#listeners.add(onReport);
    const exited = new Deferred<ExitReason>();
    this.exited = exited.promise;
    this.ready = this.#ready.promise;
    const context: TreeContext = {
      clock,
      random,
      environment,
      isHeard: () => this.#listeners.size > 0,
      report: (report) => this.#report(report),
      onStarted: () => this.#ready.started(this.#engine),
      onReady: () => this.#ready.ready(this.#engine),
      onDown: (memory, fate, reason) => this.#ready.down(memory, fate, reason),
      watchers: new Watchers(),
    };
    this.root = createActor(logic, { clock, ...(inspect === undefined ? {} : { inspect: guarded(inspect) }) });
    giveContext(this.root, context);
    const ended = (): void => {
      const end = endOf(this.root) ?? { reason: 'killed', cause: 'killed' };
      this.#lastExit = { reason: describeExit(end.cause), at: clock.now() };
      exited.resolve(end.cause);
      this.#ready.ended(end);
    };
    // Without an `error` observer XState would make the end of the root an uncaught exception.
    this.root.subscribe({ error: ended, complete: ended });
    this.root.start();
    const { readyWithin } = options;
    const rootNow = () => (this.root.getSnapshot().status === 'active' ? engineOf(this.root) : undefined);
    if (readyWithin !== undefined) this.#ready.limit(readyWithin, clock, rootNow);
  }

  async stop(): Promise<void> {
    this.root.send({ type: 'supervisor.shutdown', reason: 'shutdown' });
    await this.exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async whichChildren(supervisor = ''): Promise<readonly ChildInfo[]> {
    return this.#supervisor(supervisor).whichChildren();
  }

  async countChildren(supervisor = ''): Promise<ChildCounts> {
    return this.#supervisor(supervisor).countChildren();
  }

  getChildSpec(child: ChildRef): Promise<FullChildSpec> {
    return this.#ask(child, (requests, ref) => requests.getChildSpec(ref));
  }

  async startChild(spec: ChildSpec | NodeSpec | DynamicChildSpec, supervisor = ''): Promise<ChildInfo> {
    const requests = this.#supervisor(supervisor);
    const child = childFrom(spec, this.#actors);
    try {
      return await requests.startChild(child);
    } catch (error) {
      throw fromRequest(error);
    }
  }

  restartChild(child: ChildRef): Promise<ChildInfo> {
    return this.#ask(child, (requests, ref) => requests.restartChild(ref));
  }

  terminateChild(child: ChildRef): Promise<void> {
    return this.#ask(child, (requests, ref) => requests.terminateChild(ref));
  }

  deleteChild(child: ChildRef): Promise<void> {
    return this.#ask(child, (requests, ref) => requests.deleteChild(ref));
  }

  handle(idOrPath: string): ChildHandle | undefined {
    // Looked up in what the tree remembers: the handle is there also while the supervisor above it is not.
    const all = [...this.#engine.place.memory.below()];
    return one(idOrPath, all, (memory) => memory.path).handle;
  }

  view(): ChildView {
    return { ...this.#facts(), supervisor: engineOf(this.root)?.view(viewOf) };
  }

  /** For Node's `console.log`: the actors in it would fill the screen. */
  [Symbol.for('nodejs.util.inspect.custom')](): ChildView {
    return this.view();
  }

  toJSON(): TreeJson {
    return treeJson(this.#facts(), engineOf(this.root), optionsOf(this.#logic));
  }

  /** All of the view but the children. */
  #facts(): ChildView {
    const { status, value } = this.root.getSnapshot() as { status: string; value: string };
    return {
      id: '',
      path: '',
      type: 'supervisor',
      status: status !== 'active' ? 'stopped' : (ROOT_STATUS[value] ?? 'running'),
      isReady: status === 'active' && engineOf(this.root)?.isReady === true,
      incarnation: 1,
      restarts: 0,
      state: value,
      lastExit: this.#lastExit,
      retryAt: undefined,
      supervisor: undefined,
    };
  }

  find(path: unknown): Found | undefined {
    if (typeof path !== 'string') throw BadSpec.expected('a child', 'its path, a string', path);
    if (path === '') {
      const identity = { id: '', path: '', incarnation: 1, handle: undefined, args: [] };
      return { actor: this.root, logic: this.#logic, identity, spec: undefined };
    }
    const engine = engineOf(this.root);
    const child = engine === undefined ? undefined : childAt(engine, path);
    if (child?.actor === undefined || child.logic === undefined) return undefined;
    return { actor: child.actor, logic: child.logic, identity: child.identity, spec: child.spec };
  }

  monitor(path: string, listener: DownListener<ChildDownNotice>): Monitor {
    checkPath('monitor', path);
    const engine = this.#engine;
    const monitor = new PathMonitor(engine.place.context, path, listener);
    const child = childAt(engine, path);
    if (child?.actor !== undefined) monitor.started(child.memory.incarnation, child.actor);
    return monitor;
  }

  ref<Logic extends AnyActorLogic = AnyActorLogic>(path: string): PathRef<Logic> {
    checkPath('ref', path);
    return new PathRef<Logic>(this.#engine, path, (listener) => this.monitor(path, listener));
  }

  onReport(listener: (report: Report) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  inspect(inspector: Inspector): () => void {
    const subscription = this.root.system.inspect(guarded(inspector));
    return () => subscription.unsubscribe();
  }

  get #engine(): Engine {
    const engine = engineOf(this.root);
    if (engine === undefined || this.root.getSnapshot().status !== 'active') throw new NotRunning('');
    return engine;
  }

  #report(report: Report): void {
    // A report that nobody can receive is lost; the tree goes on.
    for (const listener of this.#listeners) guard(() => listener(report) as unknown, ignored);
  }

  #supervisor(idOrPath: string): Requests {
    return new Requests(supervisorAt(this.#engine, idOrPath));
  }

  async #ask<T>(child: ChildRef, request: (requests: Requests, ref: ChildRef) => Promise<T>): Promise<T> {
    const root = this.#engine;
    const { engine, ref } = addressOf(root, child);
    try {
      return await request(new Requests(engine), ref);
    } catch (error) {
      if (!(error instanceof UnknownChild) || typeof child !== 'string') throw fromRequest(error);
      throw new UnknownChild(
        child,
        Array.from(located(root), (each) => each.child.memory.path),
      );
    }
  }
}

/** V8's and JavaScriptCore's; the standard has none, and nor have its types. */
const { captureStackTrace } = Error as { captureStackTrace?: (error: Error, from: unknown) => void };

/** Lets the stack of an error lead to whoever awaits the request that failed, not to where it was answered. */
function fromRequest(error: unknown): unknown {
  if (error instanceof SupervisorError) captureStackTrace?.(error, fromRequest);
  return error;
}

/** Whether there is such a child nobody can say yet. */
function checkPath(where: string, path: unknown): void {
  if (typeof path === 'string' && path !== '') return;
  throw BadSpec.expected(where, "a child's path, a string that is not empty", path);
}

const ROOT_STATUS: Readonly<Record<string, ChildView['status']>> = {
  starting: 'starting',
  stopping: 'stopping',
  escalating: 'stopping',
};

/** XState lets what an inspector throws break the actor that is inspected. */
function guarded(inspector: Inspector): (event: InspectionEvent) => void {
  const next = typeof inspector === 'function' ? inspector : inspector.next?.bind(inspector);
  // What it throws is the inspector's own trouble.
  return (event) => {
    guard(() => next?.(event) as unknown, ignored);
  };
}

const ignored = (): void => {};
