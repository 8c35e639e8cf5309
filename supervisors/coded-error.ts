const BRAND = Symbol.for('respell.error');

/**
 * The root of both trees of errors, that of supervisors and that of WAMP: one class for each thing that a caller would do
 * differently, a stable `code` for programs and a sentence for people.
 */
export abstract class CodedError extends Error {
  /** Written out in each class: those who bundle for pages give classes names of one letter. */
  static override readonly name: string = 'CodedError';
  abstract readonly code: string;

  override get name(): string {
    return this.constructor.name;
  }

  get [BRAND](): true {
    return true;
  }

  /**
   * The package exists twice in a process that both imports and requires it; an error of one half is still an error
   * of the other. So `instanceof` compares the brand and the class's name, not the constructor.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null || !(BRAND in value)) return false;
    for (let made: unknown = value.constructor; typeof made === 'function'; made = Object.getPrototypeOf(made)) {
      if (made.name === this.name) return true;
    }
    return false;
  }
}

/** A string as it is, and any other value as JSON, where that has a form for it. */
export function inWords(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value;
  }
}
