import type { Logger, LogLine } from '../../src/logger.js';

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

export function recordingLogger(): RecordingLogger {
  const lines: LoggedLine[] = [];
  const line =
    (level: keyof Logger): LogLine =>
    (fields, message) => {
      lines.push({ level, fields: fields as LoggedLine['fields'], message });
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
