import { type Chart, type ChartNode, initialDot } from './chart.js';

/**
 * The chart as a Mermaid `stateDiagram-v2`, for a README or an issue.
 *
 * Mermaid's ids allow letters, digits and `_` only and must be unique in the whole diagram: they are made from the
 * states' paths, and the names are given beside them.
 *
 * @see https://mermaid.js.org/syntax/stateDiagram.html
 */
export function toMermaid(chart: Chart): string {
  const ids = safeIds(chart);
  const lines = ['stateDiagram-v2'];
  const id = (state: string): string => ids.get(state) ?? state;
  const children = groupByParent(chart);

  const writeInside = (parent: string, indent: string): void => {
    const inside = children.get(parent) ?? [];
    const isParallel = chart.nodes.find((node) => node.id === parent)?.kind === 'parallel';
    inside.forEach((node, index) => {
      if (isParallel && index > 0) lines.push(`${indent}--`);
      writeState(node, indent);
    });
  };

  const writeState = (node: ChartNode, indent: string): void => {
    if (node.kind === 'initial') {
      const entered = chart.edges.find(({ from }) => from === node.id);
      if (entered?.to !== undefined) lines.push(`${indent}[*] --> ${id(entered.to)}`);
      return;
    }
    if (children.has(node.id)) {
      lines.push(`${indent}state "${text(node.name)}" as ${id(node.id)} {`);
      writeInside(node.id, `${indent}  `);
      lines.push(`${indent}}`);
    } else {
      lines.push(`${indent}state "${text(node.name)}" as ${id(node.id)}`);
    }
    for (const { id: child, src } of node.invokes) {
      lines.push(`${indent}note right of ${id(node.id)} : invokes ${text(src ?? child)}`);
    }
  };

  writeInside('', '  ');
  writeEdges(chart, id, lines);
  return `${lines.join('\n')}\n`;
}

/**
 * Mermaid draws no transition between a state and one inside it, so these are told in a note beside the inner state.
 */
function writeEdges(chart: Chart, id: (state: string) => string, lines: string[]): void {
  const nodes = new Map(chart.nodes.map((node) => [node.id, node]));
  for (const { from, to, label } of chart.edges) {
    if (to === undefined || nodes.get(from)?.kind === 'initial') continue;
    if (from !== to && isInside(to, from)) {
      lines.push(
        `  note right of ${id(to)} : from any state of ${text(nodes.get(from)?.name ?? from)} on ${text(label)}`,
      );
    } else if (from !== to && isInside(from, to)) {
      lines.push(`  note right of ${id(from)} : enters ${text(nodes.get(to)?.name ?? to)} anew on ${text(label)}`);
    } else if (to !== '') {
      lines.push(`  ${id(from)} --> ${id(to)} : ${text(label)}`);
    }
  }
  for (const node of chart.nodes) if (node.kind === 'final') lines.push(`  ${id(node.id)} --> [*]`);
}

function isInside(inner: string, outer: string): boolean {
  return outer === '' || inner.startsWith(`${outer}.`);
}

function groupByParent(chart: Chart): ReadonlyMap<string, readonly ChartNode[]> {
  const children = new Map<string, ChartNode[]>();
  for (const node of chart.nodes) {
    if (node.parent === undefined) continue;
    const siblings = children.get(node.parent);
    if (siblings === undefined) children.set(node.parent, [node]);
    else siblings.push(node);
  }
  return children;
}

function safeIds(chart: Chart): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const node of chart.nodes) {
    if (node.id === '' || node.id === initialDot(node.parent ?? '')) continue;
    const plain = node.id.replace(/[^A-Za-z0-9]/g, '_');
    const base = /^[A-Za-z]/.test(plain) && !RESERVED.has(plain.toLowerCase()) ? plain : `s_${plain}`;
    let id = base;
    for (let n = 2; taken.has(id); n += 1) id = `${base}_${n}`;
    taken.add(id);
    ids.set(node.id, id);
  }
  return ids;
}

const RESERVED = new Set(
  'as class classdef click default direction end fork hide join linkstyle note root scale state style'.split(' '),
);

/** Text that ends neither its line nor its quotes, and starts no directive. */
function text(value: string): string {
  return value.replace(/[\p{Cc}"#;:%{}<>]/gu, (character) => ESCAPES.get(character) ?? ' ');
}

const ESCAPES: ReadonlyMap<string, string> = new Map(
  ['"', '#', ';', ':', '%', '{', '}', '<', '>'].map((character) => [character, `#${character.charCodeAt(0)};`]),
);
