import type { ConnectError } from '../errors.js';
import { failure } from './connect-failure.js';
import { REFUSAL, REFUSAL_MEANING } from './rawsocket-handshake.js';

/** A router's answer to the handshake that was a refusal. It is the `cause` of a {@link ConnectError}. */
export class RawSocketRefusal extends Error {
  /** The router's number for it, from 1 to 15. */
  readonly reason: number;

  constructor(reason: number) {
    super(`RawSocket error ${reason}, ${REFUSAL_MEANING[reason] ?? 'which the standard does not know'}`);
    this.name = 'RawSocketRefusal';
    this.reason = reason;
  }
}

/** By reason. Time only frees connections; of a reason that nobody knows yet it is not known what would. */
const BY_REASON: Readonly<Record<number, (subprotocol: string) => { transient: boolean; hint?: string }>> = {
  [REFUSAL.serializer]: (subprotocol) => ({
    transient: false,
    hint: `${subprotocol} was asked for: offer a serializer that the router speaks`,
  }),
  [REFUSAL.length]: () => ({ transient: false, hint: 'choose another maxPayload' }),
  [REFUSAL.reserved]: () => ({ transient: false }),
};

/** The error for a handshake that was refused. */
export function refusedHandshake(address: string, reason: number, subprotocol: string): ConnectError {
  const cause = new RawSocketRefusal(reason);
  return failure(address, cause.message, BY_REASON[reason]?.(subprotocol) ?? { transient: true }, cause);
}

const HTTP = Buffer.from('HTTP');

/** A record of TLS that says what was wrong. */
const TLS_ALERT = 0x15;

/**
 * The error for an answer that was none.
 *
 * @param octets the answer's first four
 */
export function malformedReply(address: string, problem: string, octets: Buffer): ConnectError {
  if (octets.subarray(0, HTTP.length).equals(HTTP)) {
    const hint = 'the port answers in HTTP: for a WebSocket write ws://';
    return failure(address, problem, { transient: false, hint });
  }
  if (octets[0] === TLS_ALERT) {
    return failure(address, problem, { transient: false, hint: 'the port speaks TLS: write rss://' });
  }
  return failure(address, problem, { transient: true, hint: 'does the port speak RawSocket?' });
}
