import fc from 'fast-check';
import { type Chart, type ChartEdge, type ChartNode, chartOf, initialDot } from '../../src/inspector/chart.js';
import { type Layout, layoutOf, type PlacedNode } from '../../src/inspector/layout.js';
import type { Box } from '../../src/inspector/level.js';
import { supervisor } from '../../supervisors/index.js';
import { flatMachine, nestedMachine } from '../support/charts.js';

/** Rectangles that only touch do not overlap. */
const overlap = (a: Box, b: Box): boolean =>
  a.x + a.width > b.x + 0.01 &&
  b.x + b.width > a.x + 0.01 &&
  a.y + a.height > b.y + 0.01 &&
  b.y + b.height > a.y + 0.01;

const holds = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x - 0.01 &&
  inner.y >= outer.y - 0.01 &&
  inner.x + inner.width <= outer.x + outer.width + 0.01 &&
  inner.y + inner.height <= outer.y + outer.height + 0.01;

const barOf = (placed: PlacedNode): Box => ({ ...placed, height: placed.bar ?? placed.height });

/** Everything that makes a drawing illegible. */
function flaws(layout: Layout): string[] {
  const found: string[] = [];
  const { nodes, edges } = layout;
  const byId = new Map(nodes.map((placed) => [placed.node.id, placed]));
  const paper = { x: 0, y: 0, width: layout.width, height: layout.height };
  nodes.forEach((a, index) => {
    const parent = byId.get(a.node.parent ?? '\n');
    if (!holds(parent ?? paper, a)) found.push(`${a.node.id} sticks out`);
    if (parent !== undefined && overlap(barOf(parent), a))
      found.push(`${a.node.id} lies on the name of what is around it`);
    for (const b of nodes.slice(index + 1)) {
      if (a.node.parent === b.node.parent && overlap(a, b)) found.push(`${a.node.id} and ${b.node.id} overlap`);
    }
  });
  edges.forEach((edge, index) => {
    const { label } = edge;
    const name = `${edge.from} to ${edge.to}`;
    for (const { x, y } of edge.points)
      if (!holds(paper, { x, y, width: 0, height: 0 })) found.push(`${name} leaves the paper`);
    if (edge.points.length < 2 && edge.to !== '') found.push(`${name} is no line`);
    // Every piece of a line lies in the box around its two points.
    edge.points.slice(1).forEach((b, at) => {
      const a = edge.points[at] ?? b;
      const piece = {
        x: Math.min(a.x, b.x),
        y: Math.min(a.y, b.y),
        width: Math.abs(a.x - b.x) + 0.1,
        height: Math.abs(a.y - b.y),
      };
      for (const placed of nodes) {
        const isEnd = placed.node.id === edge.from || placed.node.id === edge.to;
        if (placed.bar === undefined && !isEnd && overlap(piece, placed))
          found.push(`${name} crosses ${placed.node.id}`);
      }
      for (const other of edges) {
        if (other === edge || other.label === undefined) continue;
        if (overlap(piece, other.label)) found.push(`${name} crosses the label of ${other.from} to ${other.to}`);
      }
    });
    if (label === undefined) return;
    if (!holds(paper, label)) found.push(`the label of ${name} leaves the paper`);
    for (const placed of nodes)
      if (overlap(label, barOf(placed)) && placed.bar === undefined)
        found.push(`the label of ${name} lies on ${placed.node.id}`);
    for (const placed of nodes)
      if (placed.bar !== undefined && overlap(label, barOf(placed)))
        found.push(`the label of ${name} lies on the bar of ${placed.node.id}`);
    for (const other of edges.slice(index + 1)) {
      if (other.label !== undefined && overlap(label, other.label))
        found.push(`the labels of ${name} and ${other.from} to ${other.to} overlap`);
    }
  });
  return found;
}

/** Charts with states within states and transitions between any of them. */
const charts: fc.Arbitrary<Chart> = fc
  .record({
    parents: fc.array(fc.nat(), { minLength: 1, maxLength: 14 }),
    edges: fc.array(
      fc.tuple(fc.nat(), fc.option(fc.nat(), { freq: 8, nil: undefined }), fc.string({ maxLength: 30 })),
      {
        maxLength: 24,
      },
    ),
  })
  .map(({ parents, edges }) => {
    const ids = [''];
    const nodes: ChartNode[] = [{ id: '', name: 'random', kind: 'compound', parent: undefined, invokes: [] }];
    for (const [index, seed] of parents.entries()) {
      // Mostly flat: half of all states are directly in the root.
      const parent = seed % 2 === 0 ? '' : (ids[seed % ids.length] ?? '');
      const id = parent === '' ? `s${index}` : `${parent}.s${index}`;
      ids.push(id);
      nodes.push({ id, name: `state ${index}`, kind: 'atomic', parent, invokes: [] });
    }
    const frames = new Set(nodes.map(({ parent }) => parent));
    const chartEdges: ChartEdge[] = [];
    for (const id of ids) {
      const first = nodes.find(({ parent }) => parent === id);
      if (first === undefined || !frames.has(id)) continue;
      nodes.push({ id: initialDot(id), name: '', kind: 'initial', parent: id, invokes: [] });
      chartEdges.push({ from: initialDot(id), to: first.id, label: '' });
    }
    for (const [from, to, label] of edges) {
      const target = to === undefined ? undefined : ids[to % ids.length];
      const source = ids[from % ids.length] ?? '';
      chartEdges.push({ from: source, to: target, label });
    }
    return { id: 'random', nodes, edges: chartEdges };
  });

describe('layoutOf', () => {
  it.each([
    ['a flat machine', flatMachine],
    ['a nested machine', nestedMachine],
    ['a supervisor', supervisor({ children: [] })],
  ])('draws %s legibly', (_, logic) => {
    const chart = chartOf(logic);
    expect(chart && flaws(layoutOf(chart))).toEqual([]);
  });

  it('draws any chart legibly: no state or label lies on another one, and nothing leaves the paper', () => {
    fc.assert(
      fc.property(charts, (chart) => {
        expect(flaws(layoutOf(chart))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('joins the parts of a line that crosses frames: it begins and ends on the borders of its states', () => {
    const chart = chartOf(nestedMachine);
    const { nodes, edges } = layoutOf(chart ?? { id: '', nodes: [], edges: [] });
    const place = (id: string) => nodes.find(({ node }) => node.id === id);
    for (const { from, to, points } of edges) {
      for (const [id, end] of [
        [from, points[0]],
        [to, points.at(-1)],
      ] as const) {
        const box = place(id);
        expect(box && end && holds({ ...box, height: box.height }, { ...end, width: 0, height: 0 })).toBe(true);
      }
    }
  });

  it('gives several transitions between the same two states one line with all labels', () => {
    const chart = chartOf(flatMachine);
    const lost = chart && layoutOf(chart).edges.filter(({ from, to }) => from === 'establishing' && to === 'lost');
    expect(lost?.map(({ labels }) => labels)).toEqual([['after 2 s', 'after welcomeTimeout']]);
  });
});
