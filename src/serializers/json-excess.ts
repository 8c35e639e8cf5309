import {
  BACKSLASH,
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COLON,
  COMMA,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
} from './characters.js';
import * as cost from './cost.js';
import { beginsIndex, isNewShape, roomFor, tooMuch } from './growth.js';
import { endOfString, opensMore, refuseLong } from './json-text.js';
import { type Limits, tooDeep } from './limits.js';

/**
 * Refuses a JSON text that is beyond the limits, whatever else it is: before anything is built of it. Strings are leapt
 * over. A text that is too short for any of it is not looked at closely.
 *
 * @throws {ProtocolError} that names the limit
 */
export function refuseExcess(text: string, limits: Required<Limits>): void {
  const { maxDepth } = limits;
  const { length } = text;
  refuseLong(text, limits);
  const counts = length * cost.JSON_WORST > cost.FREE;
  if (!counts && !opensMore(text, maxDepth)) return;
  let left = roomFor(length, limits);
  let depth = 0;
  // Of each list and dictionary that is open, by its depth: how many keys it has so far, their hash, and what the first
  // that looks like an index takes.
  const keys = [0];
  const shapes = [0];
  const indices = [0];
  /** The last string: it is a key if a colon follows. */
  let start = 0;
  let end = 0;
  for (let at = 0; at < length && left >= 0; at += 1) {
    const code = text.charCodeAt(at);
    switch (code) {
      case COMMA:
        left -= cost.place;
        break;
      case QUOTE:
        start = at + 1;
        at = endOfString(text, start);
        end = at;
        if (end - start > 1) {
          left -= cost.text + 2 * (end - start);
          if (text.charCodeAt(start) === BACKSLASH && text.startsWith('\\u0000', start)) left -= cost.binary;
        }
        break;
      case COLON: {
        // The costly part is left out where it cannot come to more than is free.
        if (!counts) break;
        const count = (keys[depth] as number) + 1;
        keys[depth] = count;
        if (beginsIndex(text.charCodeAt(start))) {
          left -= cost.largeKey + (indices[depth] as number);
          indices[depth] = 0;
        }
        if (count > cost.LARGE) {
          left -= cost.largeKey;
        } else {
          let shape = shapes[depth] as number;
          // With the quote that ends it, which sets it apart from the next.
          for (let i = start; i <= end; i += 1) shape = (Math.imul(shape, 31) + text.charCodeAt(i)) | 0;
          shapes[depth] = shape;
          if (isNewShape(shape)) left -= cost.shape;
        }
        break;
      }
      case OPENING_BRACKET:
      case OPENING_BRACE:
        if (code === OPENING_BRACE) left -= cost.dict + cost.place;
        else if (text.charCodeAt(at + 1) === CLOSING_BRACKET) left -= cost.list;
        else left -= cost.list + cost.places + cost.place;
        depth += 1;
        if (depth > maxDepth) throw tooDeep(maxDepth);
        keys[depth] = 0;
        shapes[depth] = 0;
        indices[depth] = cost.index;
        break;
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        if (depth > 0) depth -= 1;
    }
  }
  if (left < 0) throw tooMuch(length, limits);
}
