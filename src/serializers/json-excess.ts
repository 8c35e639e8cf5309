import { beginsIndex, COST, FREE, isNewShape, LARGE, roomFor, shapeWith } from './growth.js';
import type { Limits } from './limits.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** The most that one character can take in memory: dictionaries of one key each, which is new and begins with a digit. */
const WORST = 56;

/**
 * What of a JSON text is beyond the limits, whatever else it is: before anything is built of it. Strings are leapt over.
 * A text that is too short for any of it is not looked at closely.
 */
export function excessIn(text: string, limits: Required<Limits>): 'maxDepth' | 'maxGrowth' | undefined {
  const { maxDepth } = limits;
  const counts = text.length * WORST > FREE;
  if (!counts && !opensMore(text, maxDepth)) return undefined;
  let left = counts ? roomFor(text.length, limits) : Number.POSITIVE_INFINITY;
  let depth = 0;
  /** What a dictionary's keys are so far, by its depth: how many, and the hash of their shape. */
  const keys: number[] = [];
  const shapes: number[] = [];
  const indexed: boolean[] = [];
  /** The last string: it is a key if a colon follows. */
  let start = 0;
  let end = 0;
  for (let at = 0; at < text.length && left >= 0; at += 1) {
    switch (text.charCodeAt(at)) {
      case COMMA:
        left -= COST.place;
        break;
      case QUOTE:
        start = at + 1;
        at = endOfString(text, start);
        end = at;
        if (end - start > 1) {
          left -= COST.text + 2 * (end - start);
          if (text.charCodeAt(start) === BACKSLASH && text.startsWith('\\u0000', start)) left -= COST.binary;
        }
        break;
      case COLON: {
        if (!counts || depth === 0) break;
        const place = depth - 1;
        const before = keys[place] as number;
        const index = beginsIndex(text.charCodeAt(start));
        if (index) left -= indexed[place] === true ? COST.largeKey : COST.index + COST.largeKey;
        if (index) indexed[place] = true;
        keys[place] = before + 1;
        if (before >= LARGE) {
          left -= COST.largeKey;
          break;
        }
        const shape = shapeWith(shapes[place] as number, hashOf(text, start, end));
        shapes[place] = shape;
        if (isNewShape(shape)) left -= COST.shape;
        break;
      }
      case OPENING_BRACKET:
        left -= COST.list;
        if (text.charCodeAt(at + 1) !== CLOSING_BRACKET) left -= COST.places + COST.place;
        keys[depth] = 0;
        shapes[depth] = 0;
        indexed[depth] = false;
        depth += 1;
        if (depth > maxDepth) return 'maxDepth';
        break;
      case OPENING_BRACE:
        left -= COST.dict + COST.place;
        keys[depth] = 0;
        shapes[depth] = 0;
        indexed[depth] = false;
        depth += 1;
        if (depth > maxDepth) return 'maxDepth';
        break;
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        if (depth > 0) depth -= 1;
    }
  }
  return left < 0 ? 'maxGrowth' : undefined;
}

/** Whether more than `most` brackets open, those in strings included. */
function opensMore(text: string, most: number): boolean {
  if (text.length <= most) return false;
  let opened = 0;
  for (const bracket of '[{') {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      opened += 1;
      if (opened > most) return true;
    }
  }
  return false;
}

/** The place of the quote that ends a string, or the text's end. */
function endOfString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
  }
  return text.length;
}

function hashOf(text: string, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}
