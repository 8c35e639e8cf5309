/** Text in columns, for a terminal. */
export interface Cell {
  readonly text: string;
  readonly align: 'left' | 'right';
  readonly colour: 'green' | 'yellow' | undefined;
}

const COLOURS = { green: 32, yellow: 33 } as const;

export function left(text: string, colour?: Cell['colour']): Cell {
  return { text, align: 'left', colour };
}

export function right(text: string): Cell {
  return { text, align: 'right', colour: undefined };
}

/**
 * Rows with their cells below each other. A string is a line of its own, and widens no column; neither does the last cell
 * of a row, if it is on the left.
 */
export function aligned(rows: readonly (readonly Cell[] | string)[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    if (typeof row === 'string') continue;
    row.forEach((cell, column) => {
      if (!isOpen(row, column)) widths[column] = Math.max(widths[column] ?? 0, cell.text.length);
    });
  }
  return rows.map((row) => (typeof row === 'string' ? row : lineOf(row, widths))).join('\n');
}

function lineOf(row: readonly Cell[], widths: readonly number[]): string {
  const cells = row.map(({ text, align, colour }, column) => {
    const width = isOpen(row, column) ? 0 : (widths[column] ?? 0);
    const padded = align === 'left' ? text.padEnd(width) : text.padStart(width);
    // The codes take no room, so they come after the padding.
    return colour === undefined ? padded : `\x1b[${COLOURS[colour]}m${padded}\x1b[0m`;
  });
  return cells.join('  ').trimEnd();
}

/** Whether nothing stands behind a cell, so that it may be of any width. */
function isOpen(row: readonly Cell[], column: number): boolean {
  return column === row.length - 1 && row[column]?.align === 'left';
}
