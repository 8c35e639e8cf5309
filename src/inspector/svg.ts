import type { Chart } from './chart.js';
import type { Layout, PlacedEdge, PlacedNode } from './layout.js';
import type { Box, Point } from './level.js';
import { clipName, detailsOf, labelLines, TYPE } from './measure.js';
import { CHART_STYLE } from './page/chart-style.js';

export interface SvgOptions {
  /** The ids of the states to show as active, as `activeStates` gives them. Default: none. */
  readonly active?: readonly string[];
  /** What a screen reader says. Default: the machine's id. */
  readonly title?: string;
  /** Whether the style comes with it. `false` for a page that has it already. Default `true`. */
  readonly isStandalone?: boolean;
}

/**
 * Draws a chart.
 *
 * Each state is a group with the class `state` and its id in `data-state`: toggling the class `active` on it lights
 * it. Colours are CSS custom properties (`--chart-line` and so on), for light and for dark.
 */
export function toSvg(chart: Chart, layout: Layout, options: SvgOptions = {}): string {
  const { active = [], title = chart.id, isStandalone = true } = options;
  const width = Math.ceil(layout.width);
  const height = Math.ceil(layout.height);
  const isActive = new Set(active);
  const frames = layout.nodes.filter(({ bar }) => bar !== undefined);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-label="${quote(`State chart: ${title}`)}"`,
    ` viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    isStandalone ? `<style>${CHART_STYLE}</style>` : '',
    // Frames first and their bars later: a line into a frame passes behind its bar.
    ...frames.map((placed) => frame(placed, isActive.has(placed.node.id), layout.nodes)),
    ...layout.edges.map(line),
    ...layout.nodes.map((placed) =>
      placed.bar === undefined
        ? state(placed, isActive.has(placed.node.id))
        : bar(placed, isActive.has(placed.node.id)),
    ),
    ...layout.edges.map(labels),
    '</svg>\n',
  ].join('');
}

function group(kind: string, id: string, isActive: boolean, inside: string): string {
  return `<g class="state ${kind}${isActive ? ' active' : ''}" data-state="${quote(id)}">${inside}</g>`;
}

function frame(placed: PlacedNode, isActive: boolean, nodes: readonly PlacedNode[]): string {
  const parent = nodes.find(({ node }) => node.id === placed.node.parent);
  const kind = placed.node.parent === undefined ? 'root' : parent?.node.kind === 'parallel' ? 'region' : 'frame';
  return group(kind, placed.node.id, isActive, rect(placed, 'box', 12));
}

function bar(placed: PlacedNode, isActive: boolean): string {
  const { x, y, width, bar: height = 0, node, inner } = placed;
  const right = x + width;
  const shape = `M${n(x)} ${n(y + height)}V${n(y + 12)}Q${n(x)} ${n(y)} ${n(x + 12)} ${n(y)}H${n(right - 12)}Q${n(right)} ${n(y)} ${n(right)} ${n(y + 12)}V${n(y + height)}Z`;
  const name = text(x + 14, y + 14 + TYPE.name / 3, 'name', clipName(node.name), 'start');
  const details = detailsOf(node, inner).map((line, index) =>
    text(x + 14, y + 28 + TYPE.line * (index + 0.5), 'detail', line, 'start'),
  );
  return group('bar', node.id, isActive, `<path class="box" d="${shape}"/>${name}${details.join('')}`);
}

function state(placed: PlacedNode, isActive: boolean): string {
  const { x, y, width, height, node, inner } = placed;
  const middle = x + width / 2;
  if (node.kind === 'initial') {
    return `<circle class="dot" cx="${n(middle)}" cy="${n(y + height / 2)}" r="${n(width / 2)}"/>`;
  }
  if (node.kind === 'history') {
    const circle = `<circle class="box" cx="${n(middle)}" cy="${n(y + height / 2)}" r="${n(width / 2)}"/>`;
    return group('history', node.id, isActive, circle + text(middle, y + height / 2 + 4, 'name', 'H'));
  }
  const details = detailsOf(node, inner);
  const top = y + 18 + TYPE.name / 3;
  return group(
    node.kind,
    node.id,
    isActive,
    [
      tooltip(node.name, clipName(node.name)),
      rect(placed, 'box', 10),
      node.kind === 'final' ? rect(grow(placed, -3.5), 'inset', 7) : '',
      text(middle, top, 'name', clipName(node.name)),
      ...details.map((detail, index) => text(middle, y + 32 + TYPE.line * (index + 0.5), 'detail', detail)),
    ].join(''),
  );
}

/** The line and its head, without its labels: these lie on top of all lines. */
function line(edge: PlacedEdge): string {
  const end = edge.points.at(-1);
  if (end === undefined) return '';
  const isLoop = edge.from === edge.to;
  const before = edge.points.findLast(({ x, y }) => x !== end.x || y !== end.y) ?? end;
  // A loop comes in from the right; all others run straight up or down at their end.
  const [dx, dy] = isLoop ? [-1, 0] : [0, Math.sign(end.y - before.y) || 1];
  const tip = `M${n(end.x)} ${n(end.y)}l${-7 * dx - 4 * dy} ${-7 * dy - 4 * dx}l${8 * dy} ${8 * dx}Z`;
  const way = isLoop ? loopPath(edge.points) : path(edge.points);
  return `<g class="edge" data-from="${quote(edge.from)}" data-to="${quote(edge.to)}"><path class="line" d="${way}"/><path class="head" d="${tip}"/></g>`;
}

/** Straight where x stays; else a curve that begins and ends upright, so that the pieces join smoothly. */
function path(points: readonly Point[]): string {
  let d = '';
  let last: Point | undefined;
  for (const point of points) {
    if (last === undefined) d = `M${n(point.x)} ${n(point.y)}`;
    else if (Math.abs(last.x - point.x) < 0.05) d += `V${n(point.y)}`;
    else {
      const middle = n((last.y + point.y) / 2);
      d += `C${n(last.x)} ${middle} ${n(point.x)} ${middle} ${n(point.x)} ${n(point.y)}`;
    }
    last = point;
  }
  return d;
}

function loopPath(points: readonly Point[]): string {
  const [start, out, back, end] = points;
  if (start === undefined || out === undefined || back === undefined || end === undefined) return '';
  const radius = Math.min(8, (back.y - out.y) / 2, out.x - start.x);
  return [
    `M${n(start.x)} ${n(start.y)}`,
    `C${n(start.x + 10)} ${n(start.y)} ${n(start.x + 8)} ${n(out.y)} ${n(Math.min(start.x + 18, out.x - radius))} ${n(out.y)}`,
    `H${n(out.x - radius)}Q${n(out.x)} ${n(out.y)} ${n(out.x)} ${n(out.y + radius)}`,
    `V${n(back.y - radius)}Q${n(back.x)} ${n(back.y)} ${n(back.x - radius)} ${n(back.y)}`,
    `H${n(Math.min(end.x + 18, out.x - radius))}`,
    `C${n(end.x + 8)} ${n(back.y)} ${n(end.x + 10)} ${n(end.y)} ${n(end.x)} ${n(end.y)}`,
  ].join('');
}

function labels({ label, labels: lines, from, to }: PlacedEdge): string {
  if (label === undefined) return '';
  const middle = label.x + label.width / 2;
  const texts = labelLines(lines).map((content, index) =>
    text(middle, label.y + 1 + TYPE.line * (index + 0.5) + TYPE.label / 3, 'label', content),
  );
  return `<g class="labels" data-from="${quote(from)}" data-to="${quote(to)}">${rect(label, 'back', 4)}${texts.join('')}</g>`;
}

function tooltip(full: string, shown: string): string {
  return full === shown ? '' : `<title>${quote(full)}</title>`;
}

function text(x: number, y: number, kind: string, content: string, anchor = 'middle'): string {
  return `<text class="${kind}" x="${n(x)}" y="${n(y)}" text-anchor="${anchor}">${quote(content)}</text>`;
}

function rect({ x, y, width, height }: Box, kind: string, radius: number): string {
  return `<rect class="${kind}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${radius}"/>`;
}

function grow({ x, y, width, height }: Box, by: number): Box {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Names come from programs and may hold anything; XML knows no control characters at all. */
function quote(value: string): string {
  return value
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
