/** One line of a log: the fields first, so that they can be searched, then the sentence. */
export type LogLine = (fields: object, message: string) => void;

/**
 * What the library logs to. A pino logger fits as it is. Without one the library is silent.
 *
 * Neither payloads nor secrets are ever among the fields.
 */
export interface Logger {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
}

const ignore: LogLine = () => {};

/** The default: hears nothing, says nothing. */
export const SILENT: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
