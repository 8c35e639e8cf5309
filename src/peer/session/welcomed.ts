import type { Dict, Id, Uri } from '../../wamp/values.js';

/** A session as the router welcomed it. */
export interface Session {
  readonly id: Id;
  readonly realm: Uri;
  readonly authid: string | undefined;
  readonly authrole: string | undefined;
  readonly authmethod: string | undefined;
  /** WELCOME.Details as they came. */
  readonly details: Dict;
}

/** The session that a WELCOME makes, as a user sees it. */
export function welcomed(id: Id, realm: Uri, details: Dict): Session {
  const text = (key: string) => (typeof details[key] === 'string' ? (details[key] as string) : undefined);
  return {
    id,
    realm,
    authid: text('authid'),
    authrole: text('authrole'),
    authmethod: text('authmethod'),
    details,
  };
}
