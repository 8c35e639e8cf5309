import type { Logger, LogLine } from '../../../../src/logger.js';

/** What the peer under test has logged, as a log's reader may have to do with it. */
export interface Logged {
  readonly text: string;
  /** Whether any string of it has control characters that are neither a tab nor a line's end. */
  readonly control: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;

export class Log {
  readonly lines: Logged[] = [];

  readonly logger: Logger = {
    debug: this.#line('debug'),
    info: this.#line('info'),
    warn: this.#line('warn'),
    error: this.#line('error'),
  };

  #line(level: string): LogLine {
    return (fields, message) => {
      const strings = [level, message, ...stringsIn(fields)];
      this.lines.push({ text: strings.join(' '), control: strings.some((each) => CONTROL.test(each)) });
    };
  }
}

/** Every key and value, those of errors included. */
function stringsIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  if (depth > 6) return [];
  const own = value instanceof Error ? [value.name, value.message, String(value.stack)] : [];
  return [...own, ...Object.entries(value).flatMap(([key, each]) => [key, ...stringsIn(each, depth + 1)])];
}
