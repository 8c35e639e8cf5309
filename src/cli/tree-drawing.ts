/** Draws a tree of supervisors for a terminal: a value for a value, so that it can be tested and shown anywhere. */

import { createColors } from 'picocolors';
import type { ChildStatus, ChildView } from '../../supervisors/index.js';

export interface DrawingOptions {
  /** Lines are cut to this many columns. */
  readonly columns: number;
  readonly colours: boolean;
  /** The clock's now, in milliseconds, for "4 s ago". */
  readonly now: number;
}

const MARKS: Readonly<Record<ChildStatus, string>> = {
  waiting: '◦',
  starting: '◌',
  running: '●',
  restarting: '◍',
  stopping: '◌',
  stopped: '○',
  parked: '■',
};

/** That of a child that runs and has yet to get ready. */
const NOT_READY = '◔';

/** One line a child, the root's first. */
export function drawTree(root: ChildView, name: string, options: DrawingOptions): string[] {
  const width = Math.max(name.length, widest(root, 0));
  return [line('', { ...root, id: name }, width, options), ...below(root, '', width, options)];
}

function below(view: ChildView, indent: string, width: number, options: DrawingOptions): string[] {
  const children = view.supervisor?.children ?? [];
  return children.flatMap((child, index) => {
    const last = index === children.length - 1;
    return [
      line(`${indent}${last ? '└─' : '├─'} `, child, width, options),
      ...below(child, `${indent}${last ? '   ' : '│  '}`, width, options),
    ];
  });
}

function line(branch: string, view: ChildView, width: number, { columns, colours, now }: DrawingOptions): string {
  const paint = createColors(colours);
  const tints: Readonly<Record<ChildStatus, (text: string) => string>> = {
    waiting: paint.gray,
    starting: paint.cyan,
    running: stateOf(view) === 'joined' || view.supervisor !== undefined ? paint.green : paint.yellow,
    restarting: paint.yellow,
    stopping: paint.cyan,
    stopped: paint.gray,
    parked: paint.red,
  };
  const isWaitedFor = view.status === 'running' && !view.isReady;
  const cells: [text: string, tint: (text: string) => string][] = [
    [branch, paint.gray],
    [`${isWaitedFor ? NOT_READY : MARKS[view.status]} `, isWaitedFor ? paint.cyan : tints[view.status]],
    [view.id.padEnd(width + 2 - branch.length), view.supervisor === undefined ? (text) => text : paint.bold],
  ];
  if (view.supervisor === undefined) {
    const { incarnation, restarts, lastExit } = view;
    cells.push([stateOf(view).padEnd(12), tints[view.status]]);
    cells.push([`#${incarnation}`.padEnd(5), paint.gray]);
    cells.push([
      restarts === 0 ? ''.padEnd(13) : `${restarts} restart${restarts === 1 ? '' : 's'}`.padEnd(13),
      paint.yellow,
    ]);
    if (lastExit !== undefined) cells.push([`${ago(now - lastExit.at)}: ${lastExit.reason}`, paint.gray]);
  } else {
    const { strategy, intensity, period, recentRestarts } = view.supervisor;
    const budget = `${recentRestarts} of ${intensity} restarts in ${period / 1_000} s`;
    cells.push([strategy.padEnd(17), paint.gray], [budget, recentRestarts > 0 ? paint.yellow : paint.gray]);
  }
  return painted(cells, columns);
}

/** Where a child stands, in one word: its machine's innermost state while it runs, else what its supervisor does with it. */
export function stateOf({ status, state }: ChildView): string {
  if (status !== 'running') return status;
  let inner = state;
  while (typeof inner === 'object' && inner !== null) [inner] = Object.values(inner);
  return typeof inner === 'string' ? inner : status;
}

function widest(view: ChildView, depth: number): number {
  const children = view.supervisor?.children ?? [];
  return Math.max(view.id.length + depth * 3, ...children.map((child) => widest(child, depth + 1)));
}

function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  return seconds < 60 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}

/** Cut before it is painted, so that no escape sequence is cut in two. */
function painted(cells: readonly [text: string, tint: (text: string) => string][], columns: number): string {
  let left = columns;
  let out = '';
  for (const [text, tint] of cells) {
    if (left <= 0) break;
    const cut = text.length > left ? `${text.slice(0, Math.max(0, left - 1))}…` : text;
    out += tint(cut);
    left -= cut.length;
  }
  return out.trimEnd();
}
