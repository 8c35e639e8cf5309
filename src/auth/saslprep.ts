/** Spaces that are not the ASCII one: RFC 3454, table C.1.2. They become it. */
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu;

/** What is mapped to nothing: RFC 3454, table B.1. Zero width space is a space above. */
const NOTHING = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/gu;

/** RFC 3454, tables C.2 to C.9: what may stand in no name and no password. */
const PROHIBITED: readonly (readonly [string, RegExp])[] = [
  [
    'a control character',
    /[\p{Cc}\u06dd\u070f\u180e\u2028\u2029\u2061-\u2063\u206a-\u206f\ufff9-\ufffc\u{1d173}-\u{1d17a}]/u,
  ],
  ['a character of private use', /\p{Co}/u],
  ['half a surrogate pair', /\p{Cs}/u],
  ['a code point that is no character', /\p{Noncharacter_Code_Point}/u],
  ['a replacement character', /\ufffd/u],
  ['an ideographic description character', /[\u2ff0-\u2ffb]/u],
  ['a character that changes how others are displayed', /[\u0340\u0341\u200e\u200f\u202a-\u202e]/u],
  ['a tagging character', /[\u{e0001}\u{e0020}-\u{e007f}]/u],
];

/** RFC 3454, table D.1: characters that are written from right to left. */
const RIGHT_TO_LEFT =
  /[\u05be\u05c0\u05c3\u05d0-\u05ea\u05f0-\u05f4\u061b\u061f\u0621-\u063a\u0640-\u064a\u066d-\u066f\u0671-\u06d5\u06dd\u06e5\u06e6\u06fa-\u06fe\u0700-\u070d\u0710\u0712-\u072c\u0780-\u07a5\u07b1\u200f\ufb1d\ufb1f-\ufb28\ufb2a-\ufb36\ufb38-\ufb3c\ufb3e\ufb40\ufb41\ufb43\ufb44\ufb46-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe70-\ufe74\ufe76-\ufefc]/u;

/**
 * Prepares a name or a password, so that it is the same octets however it was typed: SASLprep, for strings that may hold
 * characters newer than Unicode 3.2.
 *
 * For the rule on mixed directions, a letter that is not written from right to left counts as one from left to right.
 *
 * @returns what it became, or what is wrong with it, in words that do not repeat it
 * @see RFC 4013, "SASLprep: Stringprep Profile for User Names and Passwords"
 */
export function saslprep(text: string): { readonly prepared: string } | { readonly problem: string } {
  const prepared = text.replace(SPACES, ' ').replace(NOTHING, '').normalize('NFKC');
  if (prepared === '') return { problem: 'nothing is left of it' };
  for (const [what, pattern] of PROHIBITED) if (pattern.test(prepared)) return { problem: `it holds ${what}` };
  const characters = [...prepared];
  if (!characters.some((one) => RIGHT_TO_LEFT.test(one))) return { prepared };
  if (characters.some((one) => /\p{L}/u.test(one) && !RIGHT_TO_LEFT.test(one))) {
    return { problem: 'it mixes letters of both directions' };
  }
  const ends = [characters.at(0), characters.at(-1)];
  if (ends.every((one) => one !== undefined && RIGHT_TO_LEFT.test(one))) return { prepared };
  return { problem: 'it is written from right to left, but does not begin and end so' };
}
