const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 0x3d;

/** What a character that is no letter of the alphabet stands for: more than the six bits of a letter. */
const INVALID = 0xff;

const LETTERS = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const VALUES = new Uint8Array(128).fill(INVALID);
LETTERS.forEach((code, value) => {
  VALUES[code] = value;
});

const ascii = new TextDecoder();

/**
 * Base64 with padding, by hand: Node's `Buffer` is not everywhere, and takes whatever comes for base64.
 *
 * @see RFC 4648, section 4
 */
export function toBase64(octets: Uint8Array): string {
  const { length } = octets;
  const letters = new Uint8Array(Math.ceil(length / 3) * 4);
  let to = 0;
  for (let from = 0; from < length; from += 3) {
    // Beyond the end there is `undefined`, which is 0 to these operators.
    const group = (valueAt(octets, from) << 16) | (valueAt(octets, from + 1) << 8) | valueAt(octets, from + 2);
    letters[to] = valueAt(LETTERS, group >> 18);
    letters[to + 1] = valueAt(LETTERS, (group >> 12) & 63);
    letters[to + 2] = valueAt(LETTERS, (group >> 6) & 63);
    letters[to + 3] = valueAt(LETTERS, group & 63);
    to += 4;
  }
  const missing = (3 - (length % 3)) % 3;
  letters.fill(PADDING, letters.length - missing);
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
  let from = start;
  let group = 0;
  for (; from + 4 <= end; from += 4) {
    const first = letterAt(text, from);
    const second = letterAt(text, from + 1);
    const third = letterAt(text, from + 2);
    const fourth = letterAt(text, from + 3);
    if ((first | second | third | fourth) > 63) return undefined;
    group = (first << 18) | (second << 12) | (third << 6) | fourth;
    octets[to] = group >> 16;
    octets[to + 1] = group >> 8;
    octets[to + 2] = group;
    to += 3;
  }
  if (from === end) return octets;
  group = 0;
  for (let place = 0; place < 4; place += 1) {
    const value = from + place < end ? letterAt(text, from + place) : 0;
    if (value > 63) return undefined;
    group = (group << 6) | value;
  }
  octets[to] = group >> 16;
  if (padding === 1) octets[to + 1] = group >> 8;
  const leftOver = padding === 1 ? group & 0xff : group & 0xffff;
  return leftOver === 0 ? octets : undefined;
}

function valueAt(octets: Uint8Array, index: number): number {
  return octets[index] as number;
}

function letterAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? valueAt(VALUES, code) : INVALID;
}
