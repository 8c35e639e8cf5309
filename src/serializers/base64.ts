/** So many octets are made a text at once: an engine takes only so many arguments. */
const CHUNK = 1_024;

/**
 * Base64 with padding.
 *
 * @see RFC 4648, section 4
 */
export function toBase64(octets: Uint8Array): string {
  let latin1 = '';
  for (let from = 0; from < octets.length; from += CHUNK) {
    // With `...` it would take twenty times as long.
    latin1 += String.fromCharCode.apply(null, octets.subarray(from, from + CHUNK) as unknown as number[]);
  }
  return btoa(latin1);
}

/**
 * The octets that `text` stands for, or `undefined` when it is not base64 exactly: another letter, padding that is missing
 * or in the wrong place, bits that are left over. One sequence of octets has one text only.
 */
export function fromBase64(text: string): Uint8Array | undefined {
  let latin1 = '';
  try {
    latin1 = atob(text);
  } catch {}
  // `atob` forgives white space, and padding and bits that are wrong.
  if (btoa(latin1) !== text) return undefined;
  const octets = new Uint8Array(latin1.length);
  for (let at = 0; at < latin1.length; at += 1) octets[at] = latin1.charCodeAt(at);
  return octets;
}
