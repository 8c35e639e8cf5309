import type { AnyActorRef } from 'xstate';
import type { ExitReason } from '../../../supervisors/index.js';
import { type Behavior, type Node, type Start, scriptOf, type Term, type TraceEvent } from './scenario.js';
import { shown, toReason, toTerm } from './terms.js';

/** One process: an actor, with the name and number that the scenarios give it. */
export class Process {
  readonly id: string;
  /** Which attempt to start something of that id it came from. */
  readonly n: number;
  /** Where it is in the tree. */
  readonly path: string;
  readonly isSupervisor: boolean;
  readonly behavior: Behavior;
  /** The template's id, if its children are dynamic. */
  readonly template: string | undefined;
  /** Its spec's. */
  readonly restart: Term;
  actor: AnyActorRef | undefined;
  isUp = false;
  /** Why it has ended. */
  end: { readonly reason: Term } | undefined;
  /** Whom that concerns. */
  readonly watchers = new Set<() => void>();
  /** A signal that it cannot trap and that was sent by nobody above it. */
  signal: ExitReason;

  constructor(facts: ProcessFacts & Pick<Process, 'n'>) {
    this.id = facts.id;
    this.n = facts.n;
    this.path = facts.path;
    this.isSupervisor = facts.isSupervisor;
    this.behavior = facts.behavior;
    this.template = facts.template;
    this.restart = facts.restart;
  }

  get name(): string {
    return `${this.id}#${this.n}`;
  }

  get isAlive(): boolean {
    return this.end === undefined;
  }

  get traps(): boolean {
    return this.isSupervisor || this.behavior.trapExit !== false;
  }
}

type ProcessFacts = Pick<Process, 'id' | 'path' | 'isSupervisor' | 'behavior' | 'template' | 'restart'>;

/** What becomes of an attempt to start. */
export type Outcome = 'up' | 'ignored' | { readonly reason: ExitReason };

/** Who is who, what each id does when it is started, and what has happened. */
export class Processes {
  /** One more with each thing that happens. */
  happened = 0;
  readonly #latest = new Map<string, Process>();
  readonly #byActor = new Map<AnyActorRef, Process>();
  readonly #byPath = new Map<string, Process>();
  readonly #scripts = new Map<string, Start[]>();
  readonly #attempts = new Map<string, number>();
  readonly #stopped = new Map<string, Process>();
  readonly #held = new Map<Process, () => void>();
  #events: TraceEvent[] = [];

  /** The latest process of that id, which may have ended. */
  latest(id = ''): Process | undefined {
    return this.#latest.get(id);
  }

  /** The latest process of that id, if it lives. */
  alive(id?: string): Process | undefined {
    const process = this.latest(id);
    return process?.isAlive === true ? process : undefined;
  }

  supervisors(): readonly Process[] {
    return [...this.#latest.values()].filter(({ isSupervisor, isAlive }) => isSupervisor && isAlive);
  }

  /** The latest process at a path. */
  at(path: string): Process | undefined {
    return this.#byPath.get(path);
  }

  /** `undefined` where no process of a scenario is meant. */
  nameOf(actor: AnyActorRef | undefined): string {
    return (actor === undefined ? undefined : this.#byActor.get(actor))?.name ?? 'undefined';
  }

  /** The events since the last call. */
  takeEvents(): readonly TraceEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  // ---- Scripts.

  /** The first declaration of an id counts. */
  declare(id: string, { behavior }: Pick<Node, 'behavior'>): void {
    if (!this.#scripts.has(id)) this.setStart(id, behavior?.start);
  }

  setStart(id: string, start: Behavior['start']): void {
    this.#scripts.set(id, [...scriptOf(start)]);
  }

  failStarts(id: string, failures: readonly Start[]): void {
    this.#scripts.set(id, [...failures, ...(this.#scripts.get(id) ?? [])]);
  }

  // ---- Lives.

  /** Counts an attempt to start something of that id. @returns the process that it will be, and its script */
  attempt(facts: ProcessFacts): readonly [Process, Start] {
    const n = (this.#attempts.get(facts.id) ?? 0) + 1;
    this.#attempts.set(facts.id, n);
    const process = new Process({ ...facts, n });
    this.#byPath.set(facts.path, process);
    return [process, this.#scripts.get(facts.id)?.shift() ?? 'ok'];
  }

  /** A supervisor's process is there before its children are. */
  init(process: Process): void {
    this.#latest.set(process.id, process);
    this.#write('init', process);
  }

  /** The actor of a process. */
  has(process: Process, actor: AnyActorRef): void {
    process.actor = actor;
    this.#byActor.set(actor, process);
  }

  up(process: Process): void {
    process.isUp = true;
    this.#latest.set(process.id, process);
    this.#write('start', process);
  }

  /** A start has failed. @returns with what the actor, or the function that was to make it, has to fail */
  failed(process: Process, reason: Term): { readonly reason: ExitReason } {
    process.end = { reason };
    this.#write('start_error', process, shown(reason));
    return { reason: toReason(reason) };
  }

  ignored(process: Process): void {
    process.end = { reason: 'normal' };
    this.#write('ignore', process);
  }

  stopping(process: Process, reason: ExitReason): void {
    this.#write('stopping', process, toTerm(reason));
  }

  /** A process ends. What never was up has no end, nor has anything two. */
  ended(process: Process, reason: ExitReason): void {
    if (!process.isAlive) return;
    process.end = { reason: toTerm(reason) };
    for (const tell of process.watchers) tell();
    if (process.isUp) this.#write('exit', process, toTerm(reason));
  }

  /** A process was stopped without being asked: its supervisor will say with what reason. */
  stopped(process: Process): void {
    this.#stopped.set(process.path, process);
  }

  /** A supervisor tells of an end. */
  reported(path: string, reason: ExitReason): void {
    const process = this.#stopped.get(path);
    this.#stopped.delete(path);
    if (process !== undefined) this.ended(process, reason);
  }

  // ---- Workers that end when they are told to.

  hold(process: Process, release: () => void): void {
    this.#held.set(process, release);
  }

  release(process: Process): void {
    this.#held.get(process)?.();
    this.#held.delete(process);
  }

  #write(ev: TraceEvent['ev'], { id, n }: Process, reason?: Term): void {
    this.happened += 1;
    this.#events.push(reason === undefined ? { ev, id, n } : { ev, id, n, reason });
  }
}
