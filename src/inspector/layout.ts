import { Ancestry } from './ancestry.js';
import type { Chart, ChartEdge, ChartNode } from './chart.js';
import { type Box, type Level, type LevelLine, layOutLevel, type Point, type Side, shift } from './level.js';
import { labelSize, nodeSize, type Size, SPACE } from './measure.js';

export interface PlacedNode extends Box {
  readonly node: ChartNode;
  /** Whether other states are drawn inside it: then it has a bar with its name on top, this high. */
  readonly bar: number | undefined;
  /** What it does without leaving: the labels of its transitions without a target. */
  readonly inner: readonly string[];
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  /** Several transitions between the same two states share one line; their labels are stacked. */
  readonly labels: readonly string[];
  /** The way from border to border. A loop has four points: out, around, and back. */
  readonly points: readonly Point[];
  readonly label: Box | undefined;
}

/** A chart with a place for everything, in pixels. */
export interface Layout extends Size {
  /** Outer states before those inside them. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** All transitions from one state to another. */
interface Bundle {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly labels: string[];
  /** The innermost state whose frame holds the whole line. */
  readonly home: string;
}

/** Where a line passes the border of a frame. `undefined` if that is not known yet. */
type SideOf = (bundle: Bundle, frame: string) => Side | undefined;

/**
 * Places a chart's states and transitions.
 *
 * dagre cannot take an edge to a node with others inside, so each frame's inside is laid out as a flat graph of its
 * own, innermost first, and is a single node one level up. A line that crosses a frame passes through a port in the
 * frame's border.
 */
export function layoutOf(chart: Chart): Layout {
  // Whether a line leaves a frame upwards or downwards shows in a first layout, made without that knowledge.
  const rough = new Levels(chart, () => undefined);
  return new Levels(chart, (bundle, frame) => rough.sideOf(bundle, frame)).flatten();
}

class Levels {
  readonly #nodes: ReadonlyMap<string, ChartNode>;
  readonly #ancestry: Ancestry;
  readonly #bundles: readonly Bundle[];
  readonly #sideOf: SideOf;
  readonly #children = new Map<string, ChartNode[]>();
  readonly #inner = new Map<string, string[]>();
  readonly #levels = new Map<string, Level>();

  constructor(chart: Chart, sideOf: SideOf) {
    this.#nodes = new Map(chart.nodes.map((node) => [node.id, node]));
    this.#ancestry = new Ancestry(chart.nodes);
    this.#bundles = bundlesOf(chart.edges, this.#ancestry);
    this.#sideOf = sideOf;
    for (const node of chart.nodes) if (node.parent !== undefined) push(this.#children, node.parent, node);
    for (const { from, to, label } of chart.edges) {
      // Around the root there is nothing that a loop could be drawn in.
      if (to === undefined || (from === '' && to === '')) push(this.#inner, from, label);
    }
    for (const { id } of [...chart.nodes].reverse()) {
      if (this.#children.has(id)) this.#levels.set(id, this.#level(id));
    }
  }

  sideOf(bundle: Bundle, frame: string): Side | undefined {
    const home = this.#levels.get(bundle.home);
    if (home === undefined) return undefined;
    if (bundle.home === bundle.from || bundle.home === bundle.to) {
      // A line from or to the frame around it all takes that frame's nearer border, and those on its way on that side.
      const box = home.boxes.get(this.#childOf(bundle.home, bundle.from === bundle.home ? bundle.to : bundle.from));
      return box !== undefined && box.y + box.height / 2 > home.height / 2 ? 'bottom' : 'top';
    }
    const box = home.boxes.get(this.#childOf(bundle.home, frame));
    const points = home.lines.get(bundle.name)?.points;
    const leaves = bundle.from === frame || this.#ancestry.isInside(bundle.from, frame);
    const end = leaves ? points?.at(0) : points?.at(-1);
    if (box === undefined || end === undefined) return undefined;
    return end.y > box.y + box.height / 2 ? 'bottom' : 'top';
  }

  #childOf(frame: string, id: string): string {
    return this.#ancestry.childTowards(id, frame) ?? id;
  }

  flatten(): Layout {
    const nodes: PlacedNode[] = [];
    const corners = new Map<string, Point>();
    const place = (node: ChartNode, box: Box): void => {
      const level = this.#levels.get(node.id);
      const inner = this.#inner.get(node.id) ?? [];
      const bar = level === undefined ? undefined : nodeSize(node, inner, true).height;
      nodes.push({ ...box, node, bar, inner });
      if (level === undefined || bar === undefined) return;
      // A frame that its name makes wider than its inside has the inside in the middle.
      const corner = { x: box.x + (box.width - level.width) / 2, y: box.y + bar };
      corners.set(node.id, corner);
      for (const child of this.#children.get(node.id) ?? []) {
        const inside = level.boxes.get(child.id);
        if (inside !== undefined) place(child, shift(inside, corner));
      }
    };
    const root = this.#nodes.get('');
    const size = this.#size('');
    if (root !== undefined) place(root, { x: SPACE.margin, y: SPACE.margin, ...size });
    return {
      width: size.width + 2 * SPACE.margin,
      height: size.height + 2 * SPACE.margin,
      nodes,
      edges: this.#bundles.map((bundle) => this.#join(bundle, corners)),
    };
  }

  /** Joins the parts of a line, from the innermost frame around `from` out to its home, and in again to `to`. */
  #join(bundle: Bundle, corners: ReadonlyMap<string, Point>): PlacedEdge {
    const { from, to, labels, home } = bundle;
    const points: Point[] = [];
    let label: Box | undefined;
    const out = this.#ancestry.framesUpTo(from, home);
    const inwards = this.#ancestry.framesUpTo(to, home);
    for (const frame of [...out, home, ...[...inwards].reverse()]) {
      const line = this.#levels.get(frame)?.lines.get(bundle.name);
      const corner = corners.get(frame);
      if (line === undefined || corner === undefined) continue;
      points.push(...line.points.map((point) => shift(point, corner)));
      if (line.label !== undefined) label = shift(line.label, corner);
    }
    return { from, to, labels, points, label };
  }

  #size(id: string): Size {
    const node = this.#nodes.get(id);
    if (node === undefined) return { width: 0, height: 0 };
    const level = this.#levels.get(id);
    const own = nodeSize(node, this.#inner.get(id) ?? [], level !== undefined);
    if (level === undefined) return own;
    return { width: Math.max(own.width, level.width), height: own.height + level.height };
  }

  #level(frame: string): Level {
    const states = new Map((this.#children.get(frame) ?? []).map(({ id }) => [id, this.#size(id)]));
    const lines: LevelLine[] = [];
    for (const bundle of this.#bundles) {
      const from = this.#ancestry.childTowards(bundle.from, frame);
      const to = this.#ancestry.childTowards(bundle.to, frame);
      // Neither end is here, or the line runs further inside only.
      if (
        (from === undefined && to === undefined) ||
        (from !== undefined && to !== undefined && bundle.home !== frame)
      ) {
        continue;
      }
      lines.push({
        name: bundle.name,
        from,
        to,
        side: this.#sideOf(bundle, frame) ?? (from === undefined ? 'top' : 'bottom'),
        label: bundle.home === frame ? labelSize(bundle.labels) : { width: 0, height: 0 },
        fromX: from === undefined || from === bundle.from ? undefined : this.#portX(from, bundle, 0),
        toX: to === undefined || to === bundle.to ? undefined : this.#portX(to, bundle, -1),
      });
    }
    return layOutLevel(states, lines);
  }

  /** Where a line passes the border of a frame that is laid out already, counted from the frame's left. */
  #portX(frame: string, bundle: Bundle, end: 0 | -1): number | undefined {
    const level = this.#levels.get(frame);
    // Seen from inside it is the other end: a line that begins in the frame leaves it with its last point.
    const point = level?.lines.get(bundle.name)?.points.at(end === 0 ? -1 : 0);
    if (level === undefined || point === undefined) return undefined;
    return point.x + (this.#size(frame).width - level.width) / 2;
  }
}

function bundlesOf(edges: readonly ChartEdge[], ancestry: Ancestry): readonly Bundle[] {
  const bundles = new Map<string, Bundle>();
  for (const { from, to, label } of edges) {
    if (to === undefined) continue;
    const name = `${from}\n${to}`;
    const bundle = bundles.get(name) ?? { name, from, to, labels: [], home: ancestry.homeOf(from, to) };
    bundles.set(name, bundle);
    if (label !== '' && !bundle.labels.includes(label)) bundle.labels.push(label);
  }
  return [...bundles.values()];
}

function push<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}
