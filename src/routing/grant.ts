import type { UriPattern } from '../wamp/uri.js';
import type { Id, Uri } from '../wamp/values.js';
import type { RouterPeer } from './router-peer.js';

/** What one session holds: a registration or a subscription, as data. */
export interface Grant {
  readonly id: Id;
  readonly uri: Uri;
  readonly match: UriPattern;
  /** Whose it is. */
  readonly session: Id;
  readonly authid: string;
  readonly authrole: string;
}

export function grantOf(peer: RouterPeer, id: Id, uri: Uri, match: UriPattern): Grant {
  return { id, uri, match, session: peer.session, authid: peer.authid, authrole: peer.authrole };
}
