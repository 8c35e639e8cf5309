import * as cost from './cost.js';
import type { Tally } from './fit-for-json.js';
import { beginsIndex, roomFor } from './growth.js';
import type { Limits } from './limits.js';

/** How much memory a message that is sent as JSON takes at the most where it arrives. */
export class JsonMemory implements Tally {
  /** In octets, but for two for each character of its text. It begins with new keys. */
  #taken = cost.FIRST * cost.newKey;
  #elements = 0;
  /** The keys of the last dictionary at each level: a table's rows have the same. */
  readonly #keys: (readonly string[])[] = [];

  text(): void {
    this.#taken += cost.text;
  }

  binary(): void {
    this.#taken += cost.text + cost.binary;
  }

  list(length: number): void {
    this.#elements += length;
    this.#taken += cost.dict + cost.place + length * cost.place;
  }

  dict(keys: readonly string[], depth: number): void {
    const { length } = keys;
    this.#elements += length;
    this.#taken += cost.dict + cost.place + length * (cost.place + cost.text);
    if (this.#elements <= cost.FIRST) return;
    const last = this.#keys[depth];
    // From the first on: of so many keys the engine has a shape, unless they are very many or look like indices.
    let known = 0;
    while (known < length && known < cost.LARGE) {
      const key = keys[known] as string;
      if (key !== last?.[known] || beginsIndex(key.charCodeAt(0))) break;
      known += 1;
    }
    this.#taken += cost.newKey * (length - known);
    this.#keys[depth] = keys;
  }

  /** @param length of the message's text */
  mayExceed(length: number, limits: Required<Limits>): boolean {
    return this.#taken + 2 * length > roomFor(length, limits);
  }
}
