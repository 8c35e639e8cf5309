import type { AnyActorRef } from 'xstate';
import type { Clock } from '../clock.js';
import type { ExitReason } from '../exit-reason.js';
import { guard } from '../guard.js';
import type { Report, ReportFacts } from '../report.js';
import type { ChildHandle, Fate, FullChildSpec } from '../spec/child-spec.js';
import type { Watchers } from './watchers.js';

/** What all supervisors of one tree share. */
export interface TreeContext {
  readonly clock: Clock;
  /** From 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /** What the tree was started with for its handles. */
  readonly environment: unknown;
  /** Whether anybody listens: otherwise no report is made. */
  readonly isHeard: () => boolean;
  /** Must not throw. */
  readonly report: (report: Report) => void;
  /** The root is up. Called at most once. Must not throw. */
  readonly onStarted: () => void;
  /** All below the root were ready. Called at most once, behind `onStarted`. Must not throw. */
  readonly onReady: () => void;
  /** A child will not come back by itself. Must not throw. */
  readonly onDown: (memory: Memory, fate: Fate, reason: ExitReason) => void;
  /** Who looks at a path, whatever is there. */
  readonly watchers: Watchers;
}

/**
 * What a tree remembers of one path while the children there come and go, also when a supervisor above is restarted:
 * the handle and the counters.
 */
export class Memory {
  readonly id: string;
  /** The root's is `''`. */
  readonly path: string;
  incarnation = 0;
  restarts = 0;
  handle: ChildHandle | undefined;
  readonly context: TreeContext;
  #children: Map<string, Memory> | undefined;
  #lastId = 0;
  #made = false;
  /** What the handle was told last; `undefined` while the child is up, and before its first start. */
  #told: Fate | undefined;
  /** Of a dynamic supervisor that is to start its children again after a restart of its own: those that it has. */
  kept: Map<string, { readonly spec: FullChildSpec; readonly args: readonly unknown[] }> | undefined;
  /** Whether nobody but the supervisor itself remembers this any more. */
  isBequeathed = false;
  /** Whether another memory stands for the path now: what becomes of this one concerns no handle and no monitor. */
  #isSilent = false;
  /** Whether the last start was ignored: nothing is there that could get ready. */
  isIgnored = false;

  constructor(context: TreeContext, parent?: Memory, id = '') {
    this.context = context;
    this.id = id;
    this.path = parent === undefined || parent.path === '' ? id : `${parent.path}/${id}`;
  }

  /** Whether a start was announced and has not come yet. */
  get awaitsRestart(): boolean {
    return this.#told === 'restarting';
  }

  /** What the handle was told last; `undefined` while the child is up, and before its first start. */
  get fate(): Fate | undefined {
    return this.#told;
  }

  get children(): Iterable<Memory> {
    return this.#children?.values() ?? [];
  }

  /** All below, each before its own. */
  *below(): Generator<Memory> {
    for (const child of this.children) {
      yield child;
      yield* child.below();
    }
  }

  report(facts: ReportFacts): void {
    const { clock, isHeard, report } = this.context;
    // The spread of a union is not seen to be a member of it.
    if (isHeard()) report({ path: this.path, at: clock.now(), ...facts } as Report);
  }

  /** An id for a child that was given none. No other child that was given none ever had it. */
  get freeId(): string {
    let next = this.#lastId + 1;
    while (this.#children?.has(String(next)) === true) next += 1;
    return String(next);
  }

  /** @param id the free one */
  useId(id: string): void {
    this.#lastId = Number(id);
  }

  /** The memory of a child. Its handle is made on the first call, in a later one the first is kept. */
  child(id: string, spec: FullChildSpec): Memory {
    this.#children ??= new Map();
    let memory = this.#children.get(id);
    if (memory === undefined) {
      memory = new Memory(this.context, this, id);
      this.#children.set(id, memory);
    }
    if (!memory.#made && spec.handle !== undefined) {
      memory.#made = true;
      const { path, context } = memory;
      memory.handle = memory.#guard('handle', () => spec.handle?.({ id, path, environment: context.environment }));
    }
    return memory;
  }

  /** The child's spec has vanished. */
  forget(id: string): void {
    const memory = this.#children?.get(id);
    if (memory === undefined) return;
    this.#children?.delete(id);
    // As when its supervisor starts anew without it, though it had been told of a restart.
    memory.settle('shutdown', 'stopped');
    memory.dispose();
  }

  /**
   * The supervisor above a child that is a supervisor was killed, so the child lives on for a while, without a parent. Its
   * successor gets what is remembered; the child itself counts on for itself, and to the handles all below it are gone.
   */
  bequeath(id: string, fate: Fate): void {
    const memory = this.#children?.get(id);
    if (memory === undefined) return;
    memory.isBequeathed = true;
    this.#children?.set(id, memory.#heir(this, fate));
  }

  #heir(parent: Memory, fate: Fate): Memory {
    const heir = new Memory(this.context, parent, this.id);
    heir.incarnation = this.incarnation;
    heir.restarts = this.restarts;
    heir.handle = this.handle;
    heir.#made = this.#made;
    heir.#told = this.#told;
    heir.#lastId = this.#lastId;
    heir.isIgnored = this.isIgnored;
    if (this.kept !== undefined) heir.kept = new Map(this.kept);
    for (const child of this.children) {
      heir.#children ??= new Map();
      heir.#children.set(child.id, child.#heir(heir, fate));
    }
    this.handle = undefined;
    this.#isSilent = true;
    if (heir.incarnation > 0 && heir.#told === undefined) heir.exited('killed', fate);
    return heir;
  }

  /** A supervisor starts anew with these children: what else was there has vanished. */
  retain(ids: ReadonlySet<string>): void {
    for (const { id } of this.children) if (!ids.has(id)) this.forget(id);
  }

  /** A start will come by itself. */
  expect(): void {
    this.#told ??= 'restarting';
  }

  started(actor: AnyActorRef): void {
    this.isIgnored = false;
    this.#told = undefined;
    const { handle } = this;
    if (handle !== undefined) this.#guard('handle.started', () => handle.started?.(this.incarnation, actor));
    if (!this.#isSilent) this.context.watchers.started(this.path, this.incarnation, actor);
  }

  /** An incarnation has ended, or an announced restart does not take place. To say the same fate twice does nothing. */
  exited(reason: ExitReason, fate: Fate): void {
    if (this.#told === fate) return;
    this.#told = fate;
    const { handle } = this;
    if (handle !== undefined) this.#guard('handle.exited', () => handle.exited?.(reason, fate));
    if (this.#isSilent) return;
    this.context.watchers.exited(this.path, this.incarnation, reason, fate);
    if (fate !== 'restarting') this.context.onDown(this, fate, reason);
  }

  ignored(): void {
    this.isIgnored = true;
    this.exited('normal', 'stopped');
  }

  /** Neither this child nor any below it comes back by itself. */
  settle(reason: ExitReason, fate: 'parked' | 'stopped'): void {
    if (this.awaitsRestart) this.exited(reason, fate);
    for (const child of this.children) child.settle(reason, fate);
  }

  /** That of a path below. */
  at(path: readonly string[]): Memory | undefined {
    let memory: Memory = this;
    for (const id of path) {
      const below = memory.#children?.get(id);
      if (below === undefined) return undefined;
      memory = below;
    }
    return memory;
  }

  /** The spec has vanished. */
  dispose(): void {
    for (const child of this.children) child.dispose();
    this.#children = undefined;
    const { handle } = this;
    if (handle !== undefined) this.#guard('handle.disposed', () => handle.disposed?.());
    if (!this.#isSilent) this.context.watchers.vanished(this.path);
  }

  #guard<T>(hook: string, call: () => T): T | undefined {
    return guard(call, (error) => this.report({ type: 'hook failed', hook, error }));
  }
}
