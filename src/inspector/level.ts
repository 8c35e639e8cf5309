import { layout as arrange, Graph, type Label } from '@dagrejs/dagre';
import { type Size, SPACE } from './measure.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle by its upper left corner. */
export interface Box extends Point, Size {}

/** On which border of a frame a line passes. */
export type Side = 'top' | 'bottom';

/** A line of one level. An end that is no state of this level is a port in the frame's border, on the given side. */
export interface LevelLine {
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly side: Side;
  /** 0 by 0 where the line has no label at this level. */
  readonly label: Size;
  /** Where on the state's box the line must begin and end, counted from the box's left, if that is settled. */
  readonly fromX?: number | undefined;
  readonly toX?: number | undefined;
}

export interface PlacedLine {
  readonly points: readonly Point[];
  readonly label: Box | undefined;
}

/** One frame's inside, laid out as a flat graph. Its upper left corner is 0, 0. */
export interface Level extends Size {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly lines: ReadonlyMap<string, PlacedLine>;
}

/**
 * Lays out states and lines in rows.
 *
 * Lines run straight through the rows, where dagre keeps a lane free for them, and bend between the rows only: so they
 * cross neither a state nor the label of another line.
 */
export function layOutLevel(states: ReadonlyMap<string, Size>, lines: readonly LevelLine[]): Level {
  const graph = arranged(states, lines);
  const boxes = new Map([...states.keys()].map((id) => [id, boxOf(graph.node(id))]));
  const routes = lines.map((line) => new Route(line, boxes, graph.edge(...endsOf(line), line.name)));

  const rows = new Rows();
  for (const box of boxes.values()) rows.add(box);
  for (const { label, inside } of routes) {
    if (label !== undefined) rows.add(label);
    for (const point of inside) rows.add({ ...point, width: 0, height: 0 });
  }
  chooseSlots(routes);

  const top = rows.top - SPACE.padding;
  const bottom = rows.bottom + SPACE.padding;
  const left = rows.left - SPACE.padding;
  const toCorner = { x: -left, y: -top };
  return {
    width: rows.right + SPACE.padding - left,
    height: bottom - top,
    boxes: new Map([...boxes].map(([id, box]) => [id, shift(box, toCorner)])),
    lines: new Map(
      routes.map((route) => [
        route.line.name,
        {
          points: route.points(rows, top, bottom).map((point) => shift(point, toCorner)),
          label: route.label === undefined ? undefined : shift(route.label, toCorner),
        },
      ]),
    ),
  };
}

export function shift<T extends Point>(shape: T, by: Point): T {
  return { ...shape, x: shape.x + by.x, y: shape.y + by.y };
}

function portOf(line: LevelLine): string {
  return `#port ${line.name}`;
}

/** The upper and the lower end of a line that ends in a port; a line between states as it is. */
function endsOf(line: LevelLine): [string, string] {
  const { from, to } = line;
  if (from !== undefined && to !== undefined) return [from, to];
  const state = from ?? to ?? '';
  return line.side === 'top' ? [portOf(line), state] : [state, portOf(line)];
}

/**
 * Runs dagre until every port lies beyond all states: it knows only a least length of an edge, not a last row.
 *
 * With ports, an anchor above everything holds each group of connected states in the first row: groups that float
 * freely would be pushed away by each other's ports.
 */
function arranged(states: ReadonlyMap<string, Size>, lines: readonly LevelLine[]): Graph {
  const lengths = new Map<string, number>();
  const ports = lines.filter(({ from, to }) => from === undefined || to === undefined);
  const held = new Set(firstOfEachGroup(states, lines));
  for (let run = 0; ; run += 1) {
    const graph = new Graph({ multigraph: true });
    graph.setGraph(ROOMS);
    if (ports.length > 0) graph.setNode(ANCHOR, { width: 1, height: 1 });
    for (const [id, size] of states) graph.setNode(id, { ...size });
    if (ports.length > 0) {
      for (const id of held) graph.setEdge(ANCHOR, id, { minlen: 2, weight: 1 }, ANCHOR);
    }
    for (const line of ports) {
      graph.setNode(portOf(line), { width: 1, height: 1 });
      if (line.side === 'top') graph.setEdge(ANCHOR, portOf(line), { minlen: 1, weight: 1 }, ANCHOR);
    }
    for (const line of lines) {
      const [v, w] = endsOf(line);
      const minlen = lengths.get(line.name) ?? 1;
      const label = v === w ? { width: line.label.width, height: line.label.height + LOOP_ROOM } : line.label;
      graph.setEdge(v, w, { ...label, labelpos: 'c', minlen, weight: line.label.width === 0 ? 2 : 1 }, line.name);
    }
    arrange(graph);
    const rank = (name: string): number => graph.node(name).rank ?? 0;
    const portRanks = ports.filter(({ side }) => side === 'bottom').map((line) => rank(portOf(line)));
    const last = Math.max(...[...states.keys()].map((id) => rank(id) + 2), ...portRanks);
    let isDone = true;
    for (const id of states.keys()) {
      // Nothing leads to it, or only a circle that the anchor does not hold: it came to lie above the ports.
      if (ports.length === 0 || rank(id) >= rank(ANCHOR) + 4 || held.has(id)) continue;
      held.add(id);
      isDone = false;
    }
    for (const line of ports) {
      const at = rank(portOf(line));
      const missing = line.side === 'top' ? at - rank(ANCHOR) - 2 : last - at;
      if (missing <= 0) continue;
      isDone = false;
      lengths.set(line.name, (lengths.get(line.name) ?? 1) + Math.ceil(missing / 2));
    }
    if (isDone || run === MOST_RUNS) return graph;
  }
}

const ROOMS = { rankdir: 'TB', nodesep: SPACE.column, edgesep: SPACE.lane, ranksep: SPACE.row } as const;

const ANCHOR = '#anchor';

/** It takes two as a rule. */
const MOST_RUNS = 8;

/** The first state of each group of states that are connected by lines. */
function firstOfEachGroup(states: ReadonlyMap<string, Size>, lines: readonly LevelLine[]): readonly string[] {
  const neighbours = new Map<string, string[]>([...states.keys()].map((id) => [id, []]));
  for (const { from, to } of lines) {
    if (from === undefined || to === undefined) continue;
    neighbours.get(from)?.push(to);
    neighbours.get(to)?.push(from);
  }
  const firsts: string[] = [];
  const seen = new Set<string>();
  for (const id of states.keys()) {
    if (seen.has(id)) continue;
    firsts.push(id);
    const waiting = [id];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(...(neighbours.get(next) ?? []));
    }
  }
  return firsts;
}

/** A loop passes above and below its label. */
const LOOP_ROOM = 14;

function boxOf({ x = 0, y = 0, width = 0, height = 0 }: Label): Box {
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** The rows of a level by the height of their middle. */
class Rows {
  top = 0;
  bottom = 0;
  left = 0;
  right = 0;
  readonly #halves = new Map<number, number>();
  #isEmpty = true;

  add(box: Box): void {
    this.top = this.#isEmpty ? box.y : Math.min(this.top, box.y);
    this.bottom = this.#isEmpty ? box.y + box.height : Math.max(this.bottom, box.y + box.height);
    this.left = this.#isEmpty ? box.x : Math.min(this.left, box.x);
    this.right = this.#isEmpty ? box.x + box.width : Math.max(this.right, box.x + box.width);
    this.#isEmpty = false;
    const row = Math.round(box.y + box.height / 2);
    this.#halves.set(row, Math.max(this.#halves.get(row) ?? 0, box.height / 2));
  }

  at(middle: number): { readonly top: number; readonly bottom: number } {
    const half = this.#halves.get(Math.round(middle)) ?? 0;
    return { top: middle - half, bottom: middle + half };
  }
}

/** One line on its way through the rows. */
class Route {
  readonly line: LevelLine;
  readonly label: Box | undefined;
  /** One point for each row that the line passes, in the direction of the transition. */
  readonly inside: readonly Point[];
  readonly isUpwards: boolean;
  readonly isLoop: boolean;
  readonly fromBox: Box | undefined;
  readonly toBox: Box | undefined;
  fromX = 0;
  toX = 0;

  constructor(line: LevelLine, boxes: ReadonlyMap<string, Box>, edge: Label) {
    this.line = line;
    this.isLoop = line.from !== undefined && line.from === line.to;
    this.fromBox = line.from === undefined ? undefined : boxes.get(line.from);
    this.toBox = line.to === undefined ? undefined : boxes.get(line.to);
    const [upper] = endsOf(line);
    const points = (edge.points ?? []).slice(1, -1);
    // An edge to a port runs from the upper end to the lower one, whichever way the transition goes.
    this.inside = this.isLoop ? [] : upper === (line.from ?? portOf(line)) ? points : points.reverse();
    const middle = this.inside[0]?.y ?? 0;
    this.isUpwards =
      this.fromBox === undefined
        ? this.toBox !== undefined && middle > this.toBox.y
        : middle < this.fromBox.y + this.fromBox.height / 2;
    const { x = 0, y = 0 } = edge;
    const { width, height } = line.label;
    this.label = width === 0 ? undefined : { x: x - width / 2, y: y - height / 2, width, height };
  }

  points(rows: Rows, top: number, bottom: number): Point[] {
    if (this.isLoop) return this.#loop();
    const start = this.#border(this.fromBox, this.fromX, this.isUpwards ? 'top' : 'bottom', rows, top, bottom);
    const end = this.#border(this.toBox, this.toX, this.isUpwards ? 'bottom' : 'top', rows, top, bottom);
    const between = this.inside.flatMap(({ x, y }) => {
      const row = rows.at(y);
      return this.isUpwards
        ? [
            { x, y: row.bottom },
            { x, y: row.top },
          ]
        : [
            { x, y: row.top },
            { x, y: row.bottom },
          ];
    });
    return [...start, ...between, ...end.reverse()].filter(isNew);
  }

  /** From the border of a state to the edge of its row; a port is in the frame's border, on the other side of the way. */
  #border(box: Box | undefined, x: number, side: Side, rows: Rows, top: number, bottom: number): Point[] {
    if (box === undefined) return [{ x, y: side === 'top' ? bottom : top }];
    const row = rows.at(box.y + box.height / 2);
    return side === 'top'
      ? [
          { x, y: box.y },
          { x, y: row.top },
        ]
      : [
          { x, y: box.y + box.height },
          { x, y: row.bottom },
        ];
  }

  #loop(): Point[] {
    const box = this.fromBox;
    if (box === undefined) return [];
    const right = box.x + box.width;
    const middle = box.y + box.height / 2;
    const label = this.label ?? { x: right + SPACE.lane, y: middle, width: 0, height: 0 };
    const far = label.x + label.width / 2;
    const half = label.height / 2 + LOOP_ROOM / 2 - 1;
    const near = Math.min(half, box.height / 2 - 8);
    return [
      { x: right, y: middle - near },
      { x: far, y: middle - half },
      { x: far, y: middle + half },
      { x: right, y: middle + near },
    ];
  }
}

function isNew(point: Point, index: number, points: readonly Point[]): boolean {
  const last = points[index - 1];
  return last === undefined || last.x !== point.x || last.y !== point.y;
}

/** Lines leave a state side by side, in the order in which they lie in the next row, so that they do not cross there. */
function chooseSlots(routes: readonly Route[]): void {
  const borders = new Map<string, { towards: number; box: Box; fixed: number | undefined; set(x: number): void }[]>();
  const add = (key: string, entry: { towards: number; box: Box; fixed: number | undefined; set(x: number): void }) => {
    const group = borders.get(key);
    if (group === undefined) borders.set(key, [entry]);
    else group.push(entry);
  };
  for (const route of routes) {
    if (route.isLoop) continue;
    const first = route.inside[0]?.x ?? 0;
    const last = route.inside.at(-1)?.x ?? 0;
    route.fromX = first;
    route.toX = last;
    const { line, fromBox, toBox, isUpwards } = route;
    const setFrom = (x: number): void => {
      route.fromX = x;
    };
    const setTo = (x: number): void => {
      route.toX = x;
    };
    if (fromBox !== undefined) {
      const key = `${line.from}\n${isUpwards ? 'top' : 'bottom'}`;
      add(key, { towards: first, box: fromBox, fixed: line.fromX, set: setFrom });
    }
    if (toBox !== undefined) {
      const key = `${line.to}\n${isUpwards ? 'bottom' : 'top'}`;
      add(key, { towards: last, box: toBox, fixed: line.toX, set: setTo });
    }
  }
  for (const group of borders.values()) {
    group.sort((a, b) => a.towards - b.towards);
    group.forEach(({ box, fixed, set }, index) => {
      set(box.x + (fixed ?? (box.width * (index + 1)) / (group.length + 1)));
    });
  }
}
