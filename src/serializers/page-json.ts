import { CLOSING_BRACE, CLOSING_BRACKET, OPENING_BRACE, OPENING_BRACKET, QUOTE } from './characters.js';
import { type JsonBounds, jsonCodec } from './json-codec.js';
import { endOfString, opensMore, refuseLong } from './json-text.js';
import { type Limits, tooDeep, withDefaults } from './limits.js';
import type { Serializer } from './serializer.js';

const BOUNDS: JsonBounds = {
  refuse(text, limits) {
    refuseLong(text, limits);
    if (opensMore(text, limits.maxDepth)) refuseDeep(text, limits);
  },
};

/**
 * As `json`, for a page: it keeps `maxLength` and `maxDepth`, and leaves what a message takes in memory at that, which is at most 56
 * times its length. A page that joins a router of others' takes `json` of `respell`. The limits are taken as they are.
 */
export function json(limits: Omit<Limits, 'maxGrowth'> = {}): Serializer {
  return jsonCodec(BOUNDS, withDefaults(limits));
}

/** Strings are leapt over. */
function refuseDeep(text: string, { maxDepth }: Required<Limits>): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at + 1);
    else if (code === OPENING_BRACKET || code === OPENING_BRACE) {
      depth += 1;
      if (depth > maxDepth) throw tooDeep(maxDepth);
    } else if (code === CLOSING_BRACKET || code === CLOSING_BRACE) depth -= 1;
  }
}
