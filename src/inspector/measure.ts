import type { ChartNode } from './chart.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Distances in a drawn chart, in pixels. */
export const SPACE = {
  /** Around the whole chart. */
  margin: 12,
  /** Between a frame and what is inside it. */
  padding: 18,
  /** Between states side by side. */
  column: 34,
  /** Between lines side by side, and between a line and a label. */
  lane: 18,
  /** Between a row of states and the next; half of it on each side of the labels between them. */
  row: 58,
} as const;

/** Type sizes of a drawn chart, in pixels. Labels are monospaced, so that their width is known without a browser. */
export const TYPE = { name: 13, label: 11, line: 16 } as const;

const NAME_ADVANCE = TYPE.name * 0.62;
const LABEL_ADVANCE = TYPE.label * 0.61;
const LONGEST_NAME = 36;
const LONGEST_LABEL = 44;
/** A label breaks between words beyond this many columns. */
const LABEL_COLUMNS = 26;

/** A state's name as it is drawn. */
export function clipName(name: string): string {
  return clip(name, LONGEST_NAME);
}

function clipLabel(label: string): string {
  return clip(label, LONGEST_LABEL);
}

/** The lines below a state's name: what it invokes, and what it does without leaving. */
export function detailsOf(node: ChartNode, inner: readonly string[]): readonly string[] {
  const invokes = node.invokes.map(({ id, src }) => `\u25b8 ${/^\d+\./.test(id) ? (src ?? 'actor') : id}`);
  return [...invokes, ...inner.map((label) => `\u21ba ${label}`)].map(clipLabel);
}

/** The size of a state, or of the bar on top of a frame. */
export function nodeSize(node: ChartNode, inner: readonly string[], isFrame: boolean): Size {
  if (node.kind === 'initial') return { width: 12, height: 12 };
  if (node.kind === 'history') return { width: 28, height: 28 };
  const details = detailsOf(node, inner);
  const name = columns(clipName(node.name)) * NAME_ADVANCE + 32;
  const widest = Math.max(name, ...details.map((line) => columns(line) * LABEL_ADVANCE + 24));
  const height = (isFrame ? 28 : 36) + details.length * TYPE.line;
  return { width: Math.ceil(Math.max(isFrame ? 60 : 92, widest)), height };
}

/** The labels of one line, stacked; one with a guard that is a sentence takes several lines. */
export function labelLines(labels: readonly string[]): readonly string[] {
  return labels.flatMap((label) => {
    const lines: string[] = [];
    let line = '';
    for (const word of label.split(' ')) {
      if (line !== '' && columns(`${line} ${word}`) > LABEL_COLUMNS) {
        lines.push(line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    return [...lines, line].map(clipLabel);
  });
}

export function labelSize(labels: readonly string[]): Size {
  if (labels.length === 0) return { width: 0, height: 0 };
  const lines = labelLines(labels);
  const widest = Math.max(...lines.map(columns));
  return { width: Math.ceil(widest * LABEL_ADVANCE) + 10, height: lines.length * TYPE.line + 2 };
}

function clip(text: string, longest: number): string {
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}\u2026`;
}

/** How many columns a text takes: a character beyond the alphabets, such as a CJK one or an emoji, takes two. */
function columns(text: string): number {
  let count = 0;
  for (const character of text)
    count += (character.codePointAt(0) ?? 0) >= 0x1100 && !/[\u2000-\u2bff]/.test(character) ? 2 : 1;
  return count;
}
