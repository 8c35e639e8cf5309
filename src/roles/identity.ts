import type { Dict, Id } from '../wamp/values.js';

/** A client, as far as a router tells. */
export interface Identity {
  readonly session: Id;
  readonly authid: string | undefined;
  readonly authrole: string | undefined;
}

/**
 * Who calls or publishes.
 *
 * @param details those of INVOCATION or EVENT
 * @see WAMP Advanced Profile, "Caller Identification" and "Publisher Identification"
 */
export function identityOf(details: Dict, who: 'caller' | 'publisher'): Identity | undefined {
  const session = details[who];
  const told = (what: string) => {
    const value = details[`${who}_${what}`];
    return typeof value === 'string' ? value : undefined;
  };
  return typeof session === 'number' ? { session, authid: told('authid'), authrole: told('authrole') } : undefined;
}
