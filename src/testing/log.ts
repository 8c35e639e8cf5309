import type { Logger, LogLine } from '../logger.js';

/** One line of a log, as data. */
export interface LoggedLine {
  readonly level: keyof Logger;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A logger that keeps what it is told. */
export interface RecordingLogger extends Logger {
  readonly lines: LoggedLine[];
  /** The lines with this message. */
  said(message: string): LoggedLine[];
}

/** Makes one. `next` is a logger that hears all of it, too. */
export function recordingLogger(next?: Logger): RecordingLogger {
  const lines: LoggedLine[] = [];
  const line =
    (level: keyof Logger): LogLine =>
    (fields, message) => {
      lines.push({ level, fields: fields as LoggedLine['fields'], message });
      next?.[level](fields, message);
    };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    lines,
    said: (message) => lines.filter((each) => each.message === message),
  };
}
