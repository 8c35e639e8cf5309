/**
 * Reads JSON as a person wrote it. Unlike `JSON.parse` it tells where it is broken, without repeating what stands there,
 * which may be a secret; and a key that stands twice in an object is an error, since one of the two would go unheard.
 */

export interface JsonFault {
  /** What was expected, or is wrong. */
  readonly problem: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** @returns the value, or the first place where the text is no JSON */
export function parseJson(text: string): { readonly value: unknown } | JsonFault {
  const scanner = new Scanner(text);
  try {
    scanner.document();
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const before = text.slice(0, fault.at).split('\n');
    return { problem: fault.message, line: before.length, column: (before.at(-1) ?? '').length + 1 };
  }
  return { value: JSON.parse(text) };
}

class Fault extends Error {
  readonly at: number;

  constructor(at: number, problem: string) {
    super(problem);
    this.at = at;
  }
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;

/** Deeper than anybody writes by hand. */
const DEEPEST = 100;

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value(0);
    this.#skip(SPACE);
    if (this.#at < this.#text.length) throw new Fault(this.#at, 'expected the end of the file');
  }

  #value(depth: number): void {
    this.#skip(SPACE);
    if (depth > DEEPEST) throw new Fault(this.#at, `expected at most ${DEEPEST} levels`);
    const next = this.#text[this.#at];
    if (next === '{') this.#list('}', 'a key in double quotes', this.#member(depth, new Set()));
    else if (next === '[') this.#list(']', 'a value', () => this.#value(depth + 1));
    else if (next === '"') this.#string();
    else if (!this.#skip(SCALAR)) throw new Fault(this.#at, 'expected a value');
  }

  #member(depth: number, keys: Set<string>): () => void {
    return () => {
      const at = this.#at;
      if (this.#text[at] !== '"') throw new Fault(at, 'expected a key in double quotes');
      this.#string();
      const key = JSON.parse(this.#text.slice(at, this.#at)) as string;
      if (keys.has(key)) throw new Fault(at, `the key ${JSON.stringify(key)} stands twice in this object`);
      keys.add(key);
      this.#skip(SPACE);
      if (this.#text[this.#at] !== ':') throw new Fault(this.#at, 'expected a colon');
      this.#at += 1;
      this.#value(depth + 1);
    };
  }

  #list(end: string, item: string, read: () => void): void {
    this.#at += 1;
    this.#skip(SPACE);
    if (this.#text[this.#at] === end) {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#skip(SPACE);
      if (this.#text[this.#at] === end) throw new Fault(this.#at, `expected ${item} behind the comma`);
      read();
      this.#skip(SPACE);
      const next = this.#text[this.#at];
      this.#at += 1;
      if (next === end) return;
      if (next !== ',') throw new Fault(this.#at - 1, `expected a comma or ${end}`);
    }
  }

  #string(): void {
    const begin = this.#at;
    const isWhole = this.#skip(STRING);
    const found = this.#text.slice(begin, this.#at);
    if (isWhole && ![...found].some((character) => character < ' ')) return;
    throw new Fault(begin, 'expected a string that ends on its line, its escapes as JSON has them');
  }

  /** @returns whether there was anything of that kind, which is passed then */
  #skip(what: RegExp): boolean {
    what.lastIndex = this.#at;
    const found = what.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found !== '';
  }
}
