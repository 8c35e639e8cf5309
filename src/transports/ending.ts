import { ConnectionLost, ProtocolError } from '../errors.js';

/** Who ended a connection, as a sentence names it. */
export type Side = 'this side' | 'the router' | 'the client';

/** How a connection came to its end. */
export interface Ending {
  /** Left out when nobody meant it: the network broke. */
  readonly by?: Side;
  /** A WebSocket close code. */
  readonly code?: number;
  /** In words; the other side's own, if it gave any. */
  readonly reason?: string | undefined;
  readonly cause?: unknown;
}

/** The close codes that Respell sends. */
export const CLOSE_CODE = {
  normal: 1000,
  goingAway: 1001,
  unsupportedData: 1003,
  policy: 1008,
  tooLarge: 1009,
} as const;

/**
 * The news of an end. Whether a request may have been carried out is for the roles to say, one by one; here it says no.
 *
 * @param connection `the connection to ws://127.0.0.1:8080/ws`
 * @param meaningOf what a close code says, for connections that end without a word
 */
export function lost(
  connection: string,
  { by, code, reason, cause }: Ending,
  meaningOf?: (code: number) => string | undefined,
): ConnectionLost {
  const words = printable(reason ?? '') || (code === undefined ? '' : (meaningOf?.(code) ?? ''));
  const facts = [code, words].filter((fact) => fact !== undefined && fact !== '').join(', ');
  const ended = by === undefined ? 'was lost' : `was closed by ${by}`;
  return new ConnectionLost(`${connection} ${ended}${facts === '' ? '' : ` (${facts})`}`, {
    mayHaveExecuted: false,
    cause,
  });
}

/** Why a connection ends on which a frame came that is longer than may be. */
export function tooLongCame(most: number, cause?: unknown): ProtocolError {
  return new ProtocolError(`a frame of more than ${most} octets came (maxPayload)`, {
    limit: 'maxPayload',
    ...(cause !== undefined && { cause }),
  });
}

/** Text from elsewhere on one line: no control character of it reaches a terminal or forges a line of a log. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

/** What an error says. It may come from another realm, where `instanceof Error` does not hold. */
export function messageOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return printable(String(hasMessage ? error.message : error));
}
