import type { AnyActorRef } from 'xstate';
import type { ChildHandle, Fate, FullChildSpec } from './child-spec.js';
import type { Clock } from './clock.js';
import type { ExitReason } from './exit-reason.js';
import type { Report, ReportFacts } from './report.js';

/** What all supervisors of one tree share. */
export interface TreeContext {
  readonly clock: Clock;
  /** From 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /** What the tree was started with for its handles. */
  readonly environment: unknown;
  /** Must not throw. */
  readonly report: (report: Report) => void;
  /** The root is up. Called at most once. Must not throw. */
  readonly onStarted: () => void;
  /** A child will not come back by itself. Must not throw. */
  readonly onDown: (memory: Memory, fate: Fate, reason: ExitReason) => void;
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
  readonly children = new Map<string, Memory>();
  readonly #context: TreeContext;
  #made = false;
  /** What the handle was told last; `undefined` while the child is up, and before its first start. */
  #told: Fate | undefined;

  constructor(context: TreeContext, parent?: Memory, id = '') {
    this.#context = context;
    this.id = id;
    this.path = parent === undefined || parent.path === '' ? id : `${parent.path}/${id}`;
  }

  /** Whether a restart was announced and has not come yet. */
  get awaitsRestart(): boolean {
    return this.#told === 'restarting';
  }

  report(facts: ReportFacts): void {
    // The spread of a union is not seen to be a member of it.
    this.#context.report({ path: this.path, at: this.#context.clock.now(), ...facts } as Report);
  }

  /** The memory of a child. Its handle is made on the first call, in a later one the first is kept. */
  child(spec: FullChildSpec): Memory {
    let memory = this.children.get(spec.id);
    if (memory === undefined) {
      memory = new Memory(this.#context, this, spec.id);
      this.children.set(spec.id, memory);
    }
    if (!memory.#made) {
      memory.#made = true;
      const { path } = memory;
      memory.handle = memory.#guard('handle', () =>
        spec.handle?.({ id: spec.id, path, environment: this.#context.environment }),
      );
    }
    return memory;
  }

  /** A supervisor starts anew with these children: what else was there has vanished. */
  retain(ids: ReadonlySet<string>): void {
    for (const [id, memory] of this.children) {
      if (ids.has(id)) continue;
      this.children.delete(id);
      memory.dispose();
    }
  }

  started(actor: AnyActorRef): void {
    this.#told = undefined;
    this.#guard('handle.started', () => this.handle?.started?.(this.incarnation, actor));
  }

  /** An incarnation has ended, or an announced restart does not take place. To say the same fate twice does nothing. */
  exited(reason: ExitReason, fate: Fate): void {
    if (this.#told === fate) return;
    this.#told = fate;
    this.#guard('handle.exited', () => this.handle?.exited?.(reason, fate));
    if (fate !== 'restarting') this.#context.onDown(this, fate, reason);
  }

  /** Neither this child nor any below it comes back by itself. */
  settle(reason: ExitReason, fate: 'parked' | 'stopped'): void {
    if (this.awaitsRestart) this.exited(reason, fate);
    for (const child of this.children.values()) child.settle(reason, fate);
  }

  /** The spec has vanished. */
  dispose(): void {
    for (const child of this.children.values()) child.dispose();
    this.children.clear();
    this.#guard('handle.disposed', () => this.handle?.disposed?.());
  }

  #guard<T>(hook: string, call: () => T): T | undefined {
    try {
      return call();
    } catch (error) {
      this.report({ type: 'hook failed', hook, error });
      return undefined;
    }
  }
}
