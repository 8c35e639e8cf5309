import { createHash } from 'node:crypto';
import type { AnyActorLogic, AnyActorRef, InspectionEvent } from 'xstate';
import type { Clock, Milliseconds } from '../../supervisors/clock.js';
import { describeExit } from '../../supervisors/exit-reason.js';
import type { ChildStatus, ChildView } from '../../supervisors/view.js';
import { activeStates, type Chart, chartOf, stateValue } from './chart.js';
import { layoutOf } from './layout.js';
import { clean, cleanSentence, type Plain, redact } from './redact.js';
import { Ring } from './ring.js';
import { toSvg } from './svg.js';

/** What the inspector needs of a tree. What `start` returns fits. */
export interface InspectedTree {
  view(): ChildView;
  /** The actor that runs at a path now, `''` being the root. `spec` adds facts to what is shown. */
  find(path: string): InspectedActor | undefined;
  onReport(listener: (report: InspectedReport) => void): () => void;
  inspect(inspector: (event: InspectionEvent) => void): () => void;
}

export interface InspectedActor {
  readonly actor: AnyActorRef;
  readonly logic: AnyActorLogic;
  readonly spec?: object | undefined;
}

/** `at` is in the clock's milliseconds. What else it tells is shown as a sentence. */
export interface InspectedReport {
  readonly type: string;
  readonly path: string;
  readonly at: Milliseconds;
}

/** One actor of the tree as the page lists it. The root comes first, and each supervisor before its children. */
export interface Row {
  readonly path: string;
  /** `undefined` for the root. */
  readonly parent: string | undefined;
  readonly id: string;
  readonly depth: number;
  readonly type: ChildView['type'];
  readonly status: ChildStatus;
  /** Whether it can do what it is there for. */
  readonly isReady: boolean;
  readonly incarnation: number;
  readonly restarts: number;
  /** The innermost active states, in words: `joined.degraded`. */
  readonly state: string;
  readonly lastExit: { readonly reason: string; readonly at: Milliseconds } | undefined;
  readonly retryAt: Milliseconds | undefined;
  readonly budget:
    | { readonly strategy: string; readonly intensity: number; readonly period: Milliseconds; readonly used: number }
    | undefined;
}

export interface ReportRow {
  /** 1, 2, 3 … in the order of the reports. */
  readonly sequence: number;
  readonly at: Milliseconds;
  readonly path: string;
  readonly type: string;
  /** What there is to say beyond the type. */
  readonly text: string;
}

/** What the page shows of the selected actor beyond its row. */
export interface Detail {
  readonly path: string;
  readonly charts: readonly ActorChart[];
  readonly context: Plain;
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** The chart of an actor, or of a machine that it invoked or spawned. */
export interface ActorChart {
  /** The ids of the actors from the selected one to this: `thermostat`, then `session`. */
  readonly name: string;
  /** Under which `Records.svg` gives the drawing; the same for all actors with the same definition. */
  readonly key: string;
  readonly active: readonly string[];
  readonly status: string;
}

const MOST_REPORTS = 200;
const MOST_CHARTS = 8;
const DEEPEST_CHART = 3;
const MOST_DRAWINGS = 64;

/**
 * Makes what the page shows out of a tree that runs, without secrets and with a bound on everything.
 *
 * It keeps the last 200 reports from the moment it is made, so that a page that is opened after an outage tells of it;
 * all else is read when it is asked for.
 */
export class Records {
  readonly #tree: InspectedTree;
  readonly #clock: Clock;
  readonly #reports = new Ring<ReportRow>(MOST_REPORTS);
  readonly #keys = new WeakMap<object, string>();
  readonly #charts = new Map<string, { readonly chart: Chart; svg: string | undefined }>();
  readonly #stop: () => void;
  #sequence = 0;

  /** @param onReport called after each report was recorded */
  constructor(tree: InspectedTree, clock: Clock, onReport: () => void) {
    this.#tree = tree;
    this.#clock = clock;
    this.#stop = tree.onReport((report) => {
      this.#record(report);
      onReport();
    });
  }

  get now(): Milliseconds {
    return this.#clock.now();
  }

  rows(): readonly Row[] {
    const rows: Row[] = [];
    collectRows(this.#tree.view(), undefined, 0, rows);
    return rows;
  }

  /** The reports after the one with this number, oldest first; from 0 all that are kept. */
  reportsAfter(sequence: number): readonly ReportRow[] {
    return this.#reports.values().filter((report) => report.sequence > sequence);
  }

  /** `undefined` if no actor runs at this path. */
  detail(path: string): Detail | undefined {
    const found = this.#tree.find(path);
    if (found === undefined) return undefined;
    const { actor, logic, spec } = found;
    const charts: ActorChart[] = [];
    this.#collectCharts(actor, logic, path === '' ? 'root' : (path.split('/').at(-1) ?? path), charts, 0);
    const snapshot: unknown = actor.getSnapshot();
    const context = isRecord(snapshot) && 'context' in snapshot ? redact(snapshot['context']) : null;
    return { path, charts, context, facts: factsOf(actor, spec) };
  }

  /** The drawing of a chart that a `Detail` named. Its style is the page's. */
  svg(key: string): string | undefined {
    const entry = this.#charts.get(key);
    if (entry === undefined) return undefined;
    entry.svg ??= toSvg(entry.chart, layoutOf(entry.chart), { isStandalone: false });
    return entry.svg;
  }

  close(): void {
    this.#stop();
  }

  #record(report: InspectedReport): void {
    this.#sequence += 1;
    this.#reports.push({
      sequence: this.#sequence,
      at: report.at,
      path: clean(report.path),
      type: clean(report.type),
      text: reportText(report),
    });
  }

  #collectCharts(actor: AnyActorRef, logic: unknown, name: string, charts: ActorChart[], depth: number): void {
    if (charts.length >= MOST_CHARTS) return;
    const snapshot: unknown = actor.getSnapshot();
    const key = this.#chartKey(logic) ?? this.#chartKey(logicOf(actor));
    if (!isRecord(snapshot)) return;
    if (key !== undefined) {
      const status = typeof snapshot['status'] === 'string' ? snapshot['status'] : '';
      charts.push({ name: clean(name), key, active: activeStates(stateValue(snapshot)), status });
    }
    const children = snapshot['children'];
    if (!isRecord(children) || depth === DEEPEST_CHART) return;
    for (const [id, child] of Object.entries(children)) {
      if (isActor(child)) this.#collectCharts(child, logicOf(child), id, charts, depth + 1);
    }
  }

  #chartKey(logic: unknown): string | undefined {
    if (typeof logic !== 'object' || logic === null) return undefined;
    const known = this.#keys.get(logic);
    if (known !== undefined && this.#charts.has(known)) return known;
    const chart = chartOf(logic);
    if (chart === undefined) return undefined;
    const key = createHash('sha256').update(JSON.stringify(chart)).digest('hex').slice(0, 16);
    this.#keys.set(logic, key);
    if (!this.#charts.has(key)) {
      const [oldest] = this.#charts.keys();
      if (this.#charts.size === MOST_DRAWINGS && oldest !== undefined) this.#charts.delete(oldest);
      this.#charts.set(key, { chart, svg: undefined });
    }
    return key;
  }
}

function collectRows(view: ChildView, parent: string | undefined, depth: number, rows: Row[]): void {
  const { supervisor, lastExit } = view;
  rows.push({
    path: view.path,
    parent,
    id: clean(view.id),
    depth,
    type: view.type,
    status: view.status,
    isReady: view.isReady,
    incarnation: view.incarnation,
    restarts: view.restarts,
    state: clean(stateText(view.state)),
    lastExit: lastExit === undefined ? undefined : { reason: cleanSentence(lastExit.reason), at: lastExit.at },
    retryAt: view.retryAt,
    budget:
      supervisor === undefined
        ? undefined
        : {
            strategy: supervisor.strategy,
            intensity: supervisor.intensity,
            period: supervisor.period,
            used: supervisor.recentRestarts,
          },
  });
  for (const child of supervisor?.children ?? []) collectRows(child, view.path, depth + 1, rows);
}

function stateText(value: unknown): string {
  const active = activeStates(stateValue({ value }));
  // The innermost: those within which no other is active.
  return active.filter((id) => id !== '' && !active.some((other) => other.startsWith(`${id}.`))).join(', ');
}

function factsOf(actor: AnyActorRef, spec: object | undefined): [string, string][] {
  const facts: [string, string][] = [['actor', clean(actor.id)]];
  for (const name of ['restart', 'shutdown', 'backoff', 'budget'] as const) {
    const value = isRecord(spec) ? redact(spec[name]) : null;
    // Of a backoff that is but functions nothing can be told.
    const text = value === null ? '' : typeof value === 'object' ? pairs(value) : String(value);
    if (text !== '') facts.push([name, typeof value === 'number' ? `${text} ms` : text]);
  }
  return facts;
}

/** What stands in columns of its own. */
const NOT_TOLD: ReadonlySet<string> = new Set(['type', 'path', 'at']);

const duration = (milliseconds: number): string =>
  milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;

function reportText(report: InspectedReport): string {
  const facts = Object.entries(report).filter(([key, value]) => !NOT_TOLD.has(key) && value !== false);
  const parts: string[] = [];
  for (const [key, value] of facts) {
    const isReason = key === 'reason' || key === 'cause' || key === 'error';
    const text =
      key === 'in'
        ? duration(Number(value))
        : isReason
          ? describeReason(value)
          : typeof value === 'object'
            ? pairs(redact(value))
            : String(value);
    // A report's cause is its reason, unless a supervisor gave up.
    if (text !== '' && !parts.includes(isReason ? text : `${key} ${text}`))
      parts.push(isReason ? text : `${key} ${text}`);
  }
  return cleanSentence(parts.join(' \u00b7 '));
}

/** An error by its message; anything else may hold anything, so it is redacted first. */
function describeReason(reason: unknown): string {
  try {
    return describeExit(reason instanceof Error || typeof reason === 'string' ? reason : redact(reason));
  } catch {
    return '[unreadable]';
  }
}

function pairs(value: Plain): string {
  if (!isRecord(value)) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${isRecord(inner) ? JSON.stringify(inner) : String(inner)}`)
    .join(', ');
}

function logicOf(actor: AnyActorRef): unknown {
  return 'logic' in actor ? actor.logic : undefined;
}

function isActor(value: unknown): value is AnyActorRef {
  return isRecord(value) && typeof value['getSnapshot'] === 'function' && typeof value['send'] === 'function';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
