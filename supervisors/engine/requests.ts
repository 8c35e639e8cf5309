import type { AnyActorRef } from 'xstate';
import { BadSpec, ChildState, DynamicChild, MaxChildren, UnknownChild } from '../errors.js';
import { type ChildSpec, type FullChildSpec, fullSpec } from '../spec/child-spec.js';
import type { DynamicChildSpec, FullDynamic } from '../spec/dynamic-options.js';
import { checkIsSpec } from '../spec/spec-checks.js';
import { affected } from '../spec/strategy.js';
import type { Child, ChildInfo } from './child.js';
import type { Started, Steps } from './children.js';
import type { Engine } from './engine.js';

/** OTP's `count_children`. */
export interface ChildCounts {
  /** For a dynamic supervisor with a template 1. */
  readonly specs: number;
  /** Children that are alive. */
  readonly active: number;
  /** Specs of that type, alive or not. */
  readonly supervisors: number;
  readonly workers: number;
}

/** A child by its id, or by the actor of one incarnation, as OTP's dynamic children are. */
export type ChildRef = string | AnyActorRef;

/**
 * What may be asked of a supervisor. All of it waits in its queue, behind starts, stops and restarts.
 *
 * @see OTP `supervisor`, the functions of its module
 */
export class Requests {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  whichChildren(): Promise<readonly ChildInfo[]> {
    return this.#engine.request(() => this.#engine.children.newestFirst().map((child) => child.info()));
  }

  countChildren(): Promise<ChildCounts> {
    return this.#engine.request(() => {
      const { children, options } = this.#engine;
      const { size } = children.byId;
      let [supervisors, active] = [0, 0];
      for (const child of children.byId.values()) {
        if (child.spec.type === 'supervisor') supervisors += 1;
        // OTP does not look at whether a dynamic child lives.
        if (this.#isDynamic ? child.actor !== undefined : child.isAlive) active += 1;
      }
      const specs = options.dynamic?.template === undefined ? size : 1;
      return { specs, active, supervisors, workers: size - supervisors };
    });
  }

  getChildSpec(ref: ChildRef): Promise<FullChildSpec> {
    return this.#engine.request(() => {
      const template = this.#engine.options.dynamic?.template;
      if (template !== undefined && (ref === template.id || isDead(ref))) return template;
      return this.#child(ref).spec;
    });
  }

  startChild(spec: ChildSpec | DynamicChildSpec): Promise<ChildInfo> {
    const { dynamic } = this.#engine.options;
    if (dynamic !== undefined) return this.#startDynamic(dynamic, spec);
    return this.#engine.request(() => {
      const full = fullSpec(spec as ChildSpec, { autoShutdown: this.#engine.options.autoShutdown });
      return this.#start(full.id, full, full.args);
    });
  }

  #startDynamic(dynamic: FullDynamic, given: DynamicChildSpec): Promise<ChildInfo> {
    return this.#engine.request(() => {
      const { children, options, place } = this.#engine;
      const { template, maxChildren } = dynamic;
      checkIsSpec(given, 'startChild');
      const id = given.id ?? place.memory.freeId;
      const spec = template ?? fullSpec({ ...given, id } as ChildSpec, { autoShutdown: options.autoShutdown });
      if (template !== undefined) checkDynamic(given);
      if (children.byId.size >= maxChildren) throw new MaxChildren(this.#engine.path, maxChildren);
      if (given.id === undefined) place.memory.useId(id);
      const own = template === undefined ? spec.args : [...template.args, ...(given.args ?? [])];
      return this.#start(id, spec, [...dynamic.args, ...own]);
    });
  }

  #start(id: string, spec: FullChildSpec, args: readonly unknown[]): ChildInfo | Steps<ChildInfo> {
    const { children } = this.#engine;
    const present = children.byId.get(id);
    if (present !== undefined) {
      const isDown = present.actor === undefined;
      // A dynamic child that is terminated has vanished.
      const first = this.#isDynamic ? 'terminate' : isDown ? 'delete' : 'terminate and delete';
      const state = isDown ? 'already_present' : 'already_started';
      throw new ChildState(present.memory.path, state, `${first} it first, or choose another id`);
    }
    const child = children.add(id, spec, args);
    child.isAsked = true;
    const started = children.begin(child, 'stopped');
    return started === undefined ? this.#goOn(child) : this.#added(child, started);
  }

  *#goOn(child: Child): Steps<ChildInfo> {
    return this.#added(child, yield* this.#engine.children.untilStarted(child, 'stopped'));
  }

  /** @throws {StartFailed} */
  #added(child: Child, started: Started): ChildInfo {
    const { children, options, place } = this.#engine;
    if (typeof started !== 'string') {
      children.remove(child);
      throw started;
    }
    if (started === 'up' && options.dynamic?.restore === true) {
      place.memory.kept ??= new Map();
      place.memory.kept.set(child.id, { spec: child.spec, args: child.args });
    }
    return child.info();
  }

  restartChild(ref: ChildRef): Promise<ChildInfo> {
    const { children, restarts } = this.#engine;
    const requests = this;
    return this.#engine.request(function* () {
      const child = requests.#child(ref);
      const { path } = child.memory;
      const waits = child.retry?.due !== undefined;
      if (requests.#isDynamic && !waits && child.status !== 'parked') throw new DynamicChild(path, 'restartChild');
      if (child.actor !== undefined) throw new ChildState(path, 'running', 'terminate it first');
      if (child.retry !== undefined && !waits) {
        throw new ChildState(path, 'restarting', 'its supervisor is already trying');
      }
      child.forgive();
      child.isAsked = true;
      const started = yield* waits ? restarts.restartGroup(child, child) : children.start(child, 'stopped');
      if (typeof started === 'string') return child.info();
      throw started;
    });
  }

  terminateChild(ref: ChildRef): Promise<void> {
    const { children, stopping, options } = this.#engine;
    const requests = this;
    return this.#engine.request(function* () {
      if (typeof ref !== 'string' && isDead(ref) && requests.#ofActor(ref) === undefined) return;
      const child = requests.#child(ref);
      const waited = child.retry !== undefined;
      if (child.actor === undefined) {
        children.cancel(child);
        children.settle(child, 'stopped', 'shutdown');
      } else yield* stopping.stop(child, 'stopped');
      if (!waited) return;
      // The retry would have started the rest of its group, too. Without it nobody will.
      for (const other of affected(options.strategy, children.byId, child.id)) {
        if (other.actor !== undefined || other.retry !== undefined || other.status === 'waiting') continue;
        if (other.memory.awaitsRestart) children.settle(other, 'stopped', 'shutdown');
      }
    });
  }

  deleteChild(ref: ChildRef): Promise<void> {
    return this.#engine.request(() => {
      const child = this.#child(ref);
      const { path } = child.memory;
      if (this.#isDynamic) throw new DynamicChild(path, 'deleteChild');
      if (child.actor !== undefined) throw new ChildState(path, 'running', 'terminate it first');
      if (child.retry !== undefined) throw new ChildState(path, 'restarting', 'terminate it first');
      if (child.status === 'waiting') throw new ChildState(path, 'waiting', 'terminate it first');
      this.#engine.children.remove(child);
    });
  }

  get #isDynamic(): boolean {
    return this.#engine.options.dynamic !== undefined;
  }

  /** A child that waits for a restart still answers to its last actor. */
  #ofActor(actor: AnyActorRef): Child | undefined {
    const child = this.#engine.children.byId.get(actor.id.slice(0, actor.id.lastIndexOf('#')));
    return child?.actor === actor || child?.last === actor ? child : undefined;
  }

  #child(ref: ChildRef): Child {
    const { byId } = this.#engine.children;
    const child = typeof ref === 'string' ? byId.get(ref) : this.#ofActor(ref);
    if (child === undefined) throw new UnknownChild(typeof ref === 'string' ? ref : ref.id, [...byId.keys()]);
    return child;
  }
}

function isDead(ref: ChildRef): boolean {
  return typeof ref !== 'string' && ref.getSnapshot().status !== 'active';
}

/** @throws {BadSpec} if it brings more than what a template leaves open */
function checkDynamic(given: DynamicChildSpec): void {
  for (const name of Object.keys(given)) {
    if (name !== 'id' && name !== 'args') throw BadSpec.unknownOption('startChild', name, ['id', 'args']);
  }
  const { id, args } = given;
  if (id !== undefined && (typeof id !== 'string' || id === '' || id.includes('/'))) {
    throw BadSpec.expected('startChild: id', "a string that is not empty and has no '/'", id);
  }
  if (args !== undefined && !Array.isArray(args)) throw BadSpec.expected('startChild: args', 'a list', args);
}
