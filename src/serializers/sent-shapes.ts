import * as cost from './cost.js';
import { beginsIndex } from './growth.js';

/** In the first octets of a message that is sent, so many, dictionaries are not looked at, and taken for the worst. */
export const UNSEEN = 2_048;

/** What they take there: 130 for each octet, with keys that are new and begin with a digit. */
export const UNSEEN_TAKES = UNSEEN * 130;

interface Sent {
  readonly keys: readonly string[];
  readonly takes: number;
}

/**
 * What dictionaries take where they arrive, at the most, from their keys. On the way out no hash is at hand: the rows of
 * a table are told by having the same keys as the one before at their level. What looks like too much may be less.
 */
export class SentShapes {
  readonly #last: (Sent | undefined)[] = [];

  /** @param level of the dictionary, from 0 */
  takenBy(keys: readonly string[], level: number): number {
    const last = this.#last[level];
    if (last !== undefined && areSame(last.keys, keys)) return last.takes;
    let takes = cost.dict + cost.place * keys.length + cost.largeKey * Math.max(0, keys.length - cost.LARGE);
    let first = cost.shape * Math.min(keys.length, cost.LARGE);
    for (let i = 0; i < keys.length; i += 1) {
      const key = keys[i] as string;
      first += cost.text + 6 * key.length;
      if (beginsIndex(key.charCodeAt(0))) takes += cost.index + cost.largeKey;
    }
    this.#last[level] = { keys, takes };
    return takes + first;
  }

  /** Nothing of what was sent is kept. */
  clear(): void {
    if (this.#last.length > 0) this.#last.length = 0;
  }
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
  const { length } = some;
  if (length !== others.length) return false;
  for (let i = 0; i < length; i += 1) if (some[i] !== others[i]) return false;
  return true;
}
