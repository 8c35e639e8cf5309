/**
 * The candidate that a mistyped `name` was probably meant to be: the one with the fewest letters to insert, delete,
 * replace or swap, if these are at most a third of its letters. Case and `_` do not count.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const typed = plain(name);
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const wanted = plain(candidate);
    const most = Math.max(1, Math.floor(wanted.length / 3));
    if (Math.abs(typed.length - wanted.length) > most) continue;
    const edits = distance(typed, wanted);
    if (edits <= most && edits < least) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}

/** Damerau's distance between neighbouring letters, by rows of the usual matrix. */
function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let edits = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) edits = Math.min(edits, at(beforeLast, column - 2) + 1);
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
