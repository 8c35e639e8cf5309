const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 0x3d;

/** What no letter of the alphabet stands for. */
const INVALID = 0xff;

const LETTERS = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const VALUES = new Uint8Array(128).fill(INVALID);
LETTERS.forEach((code, value) => {
  VALUES[code] = value;
});

const ascii = new TextDecoder();

/**
 * Base64 with padding, by hand: Node's `Buffer` is not everywhere, and it takes whatever comes without a word.
 *
 * @see RFC 4648, section 4
 */
export function toBase64(octets: Uint8Array): string {
  const letters = new Uint8Array(Math.ceil(octets.length / 3) * 4);
  let to = 0;
  for (let from = 0; from < octets.length; from += 3) {
    const left = octets.length - from;
    const group = (at(octets, from) << 16) | (at(octets, from + 1) << 8) | at(octets, from + 2);
    letters[to] = at(LETTERS, group >> 18);
    letters[to + 1] = at(LETTERS, (group >> 12) & 63);
    letters[to + 2] = left > 1 ? at(LETTERS, (group >> 6) & 63) : PADDING;
    letters[to + 3] = left > 2 ? at(LETTERS, group & 63) : PADDING;
    to += 4;
  }
  return ascii.decode(letters);
}

/**
 * The octets that `text` stands for from `start` on, or `undefined` when it is not base64 exactly: another letter,
 * padding that is missing or in the wrong place, bits that are left over. One sequence of octets has one text only.
 */
export function fromBase64(text: string, start: number): Uint8Array | undefined {
  const length = text.length - start;
  if (length % 4 !== 0) return undefined;
  let padding = 0;
  while (padding < 2 && length > 0 && text.charCodeAt(text.length - 1 - padding) === PADDING) padding += 1;
  const octets = new Uint8Array((length / 4) * 3 - padding);
  const end = text.length - padding;
  let to = 0;
  let bits = 0;
  let held = 0;
  for (let from = start; from < end; from += 1) {
    const value = VALUES[text.charCodeAt(from)] ?? INVALID;
    if (value === INVALID) return undefined;
    bits = (bits << 6) | value;
    held += 6;
    if (held >= 8) {
      held -= 8;
      octets[to] = bits >> held;
      to += 1;
      bits &= (1 << held) - 1;
    }
  }
  return bits === 0 ? octets : undefined;
}

function at(octets: Uint8Array, index: number): number {
  return octets[index] ?? 0;
}
