import { BACKSLASH } from './characters.js';
import { beyond, type Limits } from './limits.js';

/** @throws {ProtocolError} */
export function refuseLong({ length }: string, { maxLength }: Required<Limits>): void {
  if (length > maxLength) throw beyond('maxLength', `${maxLength} characters`, length);
}

/** Whether more than `most` brackets open, those in strings included. */
export function opensMore(text: string, most: number): boolean {
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
export function endOfString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
  }
  return text.length;
}
