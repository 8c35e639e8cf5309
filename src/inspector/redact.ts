/** What JSON can hold. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

const REDACTED = '[redacted]';
const DEEPEST = 4;
const MOST_ITEMS = 20;
const MOST_KEYS = 30;
const LONGEST_STRING = 200;
/** A context of wide objects within wide objects would still be large: in all, so many values are shown. */
const MOST_VALUES = 500;

/** Matched against a key without its separators, in lower case. */
const SECRET_KEY =
  /secret|ticket|passw|passphrase|passcode|^pass$|^pw$|^pin$|token|signature|privkey|privatekey|^(.*)key$|challenge|authextra|^auth$|authorization|credential|cookie|^otp$|salt|seed|mnemonic|jwt|bearer/;
/** Keys that would match and hold nothing secret. */
const HARMLESS_KEY = /^(pub|public)key$|^authid$|^authrole$|^authmethods?$/;

/**
 * What an actor keeps in its context, as JSON for a person: cut in depth, length and number, without what may be a
 * secret. An actor is shown by its id and state, an error by its name, message and code, a class's object by what its
 * `toJSON` gives, or else by the name of its class.
 *
 * Never throws: what throws when it is read is shown as `[unreadable]`.
 */
export function redact(value: unknown): Plain {
  return new Redaction().show(value, 0) ?? null;
}

/** Of a message: what to do stands at its end. */
const LONGEST_SENTENCE = 1_000;

/** A string for a person: without control characters, and no longer than 200 characters. URLs lose their credentials. */
export function clean(text: string): string {
  return cleaned(text, LONGEST_STRING);
}

/** The same for a message, which may have 1,000. */
export function cleanSentence(text: string): string {
  return cleaned(text, LONGEST_SENTENCE);
}

function cleaned(text: string, longest: number): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}\u2026` : text;
  return cut
    .replace(/[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]*@/gi, `$1${REDACTED}@`)
    .replace(/([?&;](?:[^=&\s]*(?:secret|ticket|passw|token|signature|key|auth)[^=&\s]*)=)[^&\s]*/gi, `$1${REDACTED}`);
}

export function isSecretKey(key: string): boolean {
  const plain = key.toLowerCase().replace(/[^a-z0-9]/g, '');
  return SECRET_KEY.test(plain) && !HARMLESS_KEY.test(plain);
}

class Redaction {
  readonly #above = new Set<object>();
  #left = MOST_VALUES;

  /** `undefined` for what is left out: functions, symbols, and `undefined` itself. */
  show(value: unknown, depth: number): Plain | undefined {
    try {
      return this.#show(value, depth);
    } catch {
      return '[unreadable]';
    }
  }

  #show(value: unknown, depth: number): Plain | undefined {
    switch (typeof value) {
      case 'string':
        return clean(value);
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'boolean':
        return value;
      case 'bigint':
        return clean(`${value}n`);
      case 'object':
        return value === null ? null : this.#object(value, depth);
      default:
        return undefined;
    }
  }

  #object(value: object, depth: number): Plain {
    if (this.#above.has(value)) return '[circular]';
    if (this.#left <= 0) return '[more]';
    this.#above.add(value);
    try {
      if (value instanceof Error) return this.#error(value);
      if (isActor(value)) return this.#actor(value);
      if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} octets]`;
      const own = asPlain(value);
      if (typeof own === 'string') return own;
      if (own.json !== undefined) return depth > DEEPEST ? '[object]' : (this.#show(own.json.value, depth + 1) ?? null);
      if (depth >= DEEPEST) return Array.isArray(own.value) ? '[list]' : '[object]';
      return Array.isArray(own.value) ? this.#list(own.value, depth) : this.#dict(own.value, depth);
    } finally {
      this.#above.delete(value);
    }
  }

  #list(list: readonly unknown[], depth: number): Plain {
    const shown: Plain[] = [];
    const length = Math.min(list.length, MOST_ITEMS);
    for (let index = 0; index < length && this.#take(); index += 1) {
      shown.push(this.show(list[index], depth + 1) ?? null);
    }
    if (list.length > shown.length) shown.push(`[${list.length - shown.length} more]`);
    return shown;
  }

  #dict(dict: object, depth: number): Plain {
    const shown: [string, Plain][] = [];
    const keys = Object.keys(dict);
    let seen = 0;
    for (const key of keys) {
      if (seen === MOST_KEYS || !this.#take()) break;
      seen += 1;
      const plain = isSecretKey(key) ? REDACTED : this.#property(dict, key, depth);
      if (plain !== undefined) shown.push([clean(key), plain]);
    }
    if (keys.length > seen) shown.push(['\u2026', `[${keys.length - seen} more]`]);
    // Not an assignment: a key may be `__proto__`.
    return Object.fromEntries(shown);
  }

  #property(dict: object, key: string, depth: number): Plain | undefined {
    try {
      return this.show((dict as Record<string, unknown>)[key], depth + 1);
    } catch {
      return '[unreadable]';
    }
  }

  #error(error: Error): Plain {
    const code: unknown = 'code' in error ? error.code : undefined;
    const shown = { name: clean(String(error.name)), message: clean(String(error.message)) };
    return typeof code === 'string' || typeof code === 'number' ? { ...shown, code } : shown;
  }

  #actor(actor: { readonly id: string; getSnapshot(): unknown }): Plain {
    const snapshot: unknown = actor.getSnapshot();
    const state = typeof snapshot === 'object' && snapshot !== null && 'value' in snapshot ? snapshot.value : undefined;
    return { actor: clean(actor.id), state: this.#show(state, DEEPEST - 2) ?? null };
  }

  #take(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }
}

function isActor(value: object): value is { readonly id: string; getSnapshot(): unknown } {
  return (
    'getSnapshot' in value &&
    typeof value.getSnapshot === 'function' &&
    'send' in value &&
    'id' in value &&
    typeof value.id === 'string'
  );
}

/** A list or a dict as it is, a Map or a Set as one; else what `toJSON` gives, or the name of the class. */
function asPlain(value: object): { value: object; json?: { value: unknown } } | string {
  if (Array.isArray(value)) return { value };
  if (value instanceof Map) return { value: Object.fromEntries(first(value, MOST_KEYS + 1).map(mapEntry)) };
  if (value instanceof Set) return { value: first(value, MOST_ITEMS + 1) };
  if ('toJSON' in value && typeof value.toJSON === 'function') return { value, json: { value: value.toJSON() } };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return { value };
  // Across realms, as between a test and its runner, a plain object's prototype is another `Object.prototype`.
  if (typeof prototype === 'object' && prototype !== null && Object.getPrototypeOf(prototype) === null)
    return { value };
  return `[${clean(value.constructor.name)}]`;
}

function mapEntry([key, value]: [unknown, unknown]): [string, unknown] {
  return [typeof key === 'object' ? '[object]' : String(key), value];
}

function first<T>(values: Iterable<T>, most: number): T[] {
  const taken: T[] = [];
  for (const value of values) {
    taken.push(value);
    if (taken.length === most) break;
  }
  return taken;
}
