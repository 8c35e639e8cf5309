import type { Dict, Id, Uri } from '../wamp/values.js';
import type { Session } from './options.js';

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
