import type { Logged } from './host/log.js';
import { SECRET } from './secrets.js';

/** The longest that a line may get, whatever a peer wrote into it. */
const LONGEST = 8 * 1_024;

/** biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for */
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * The tokens about logs that happened. What a log must never have is looked for in every case; how long a line gets is for
 * those that ask.
 */
export function logHits(tokens: readonly string[], logged: readonly Logged[], output: string): readonly string[] {
  const words = new RegExp(`\\b${SECRET}\\b`);
  return [
    ...(logged.some(({ text }) => words.test(text)) || words.test(output) ? ['log:contains-secret'] : []),
    ...(logged.some(({ control }) => control) || CONTROL.test(output) ? ['log:raw-control-characters'] : []),
    ...(tokens.includes('log:over-8kB') && logged.some(({ text }) => Buffer.byteLength(text) > LONGEST)
      ? ['log:over-8kB']
      : []),
  ];
}
