import type { Frame, FrameCase } from './case.js';

/** What the placeholders of a frame stand for, by name without `$`. */
export type Values = Readonly<Record<string, string | number | undefined>>;

const NAMES = [
  ...['REQ', 'SUB', 'REG', 'INV', 'CALL', 'PENDING', 'PUB', 'SELF', 'OTHER', 'OTHER_SUB', 'OTHER_REG', 'OTHER_INV'],
  ...['OTHER_CALL', 'SESSION', 'CNONCE', 'SNONCE', 'NONCE', 'PORT', 'ACCEPT', 'PROOF', 'PROOF_OF_EARLIER_SESSION'],
  ...['OLD_NONCE', 'SIG_WITH_FIRST_BYTE_RIGHT', 'SIG_OF_EARLIER_CHALLENGE'],
].sort((one, other) => other.length - one.length);

const PLACEHOLDER = new RegExp(`\\$(${NAMES.join('|')})`, 'g');

/** Stand for any id, where nothing gave them one. */
const ANY: Values = { PUB: 4_711, SESSION: 4_712, SUB: 4_713, REG: 4_714, INV: 1, OTHER: 4_715, SNONCE: 'c25vbmNl' };

/** A frame as it is to be sent: with its placeholders filled in first, then its parts repeated. */
export function expand(frame: Frame, values: Values = {}): string {
  const parts = typeof frame === 'string' ? [[frame, 1] as const] : frame.parts;
  return parts
    .map(([text, times]) =>
      text
        .replace(PLACEHOLDER, (all, name: string) => {
          const value = values[name] ?? ANY[name];
          if (value === undefined) throw new Error(`nothing in the setup gives ${all} a value`);
          return String(value);
        })
        .repeat(times),
    )
    .join('');
}

/** The frame's octets or text, as its `encoding` says. @throws {Error} when it is to be hex and is none */
export function payloadOf({ frame, encoding }: Pick<FrameCase, 'frame' | 'encoding'>, values: Values): string | Buffer {
  const text = expand(frame, values);
  if (encoding === 'text') return text;
  if (/[^\da-f]/i.test(text) || text.length % 2 !== 0) throw new Error('the frame is no hex');
  return Buffer.from(text, 'hex');
}

/** How long a frame is, about. */
export function lengthOf({ frame }: Pick<FrameCase, 'frame'>): number {
  return typeof frame === 'string'
    ? frame.length
    : frame.parts.reduce((sum, [text, times]) => sum + text.length * times, 0);
}
