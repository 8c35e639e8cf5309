/**
 * nexusd, the router of gammazero/nexus.
 *
 * Its config file knows anonymous logins only: authenticators are Go values, for programs that embed the router. So the
 * locked realm here is one that refuses every login, which serves to try refusals, not passwords: Crossbar.io is for
 * those. WebSocket and RawSocket need a port each in nexusd: it is given two.
 */
import { pathOf } from '../requirement.js';
import { LOCKED_REALM, OPEN_REALM } from './realms.js';
import { type ForeignRouter, startRouterProcess } from './router-process.js';

/** Inside its folder, in which it runs. */
const UNIX_SOCKET = 'router.sock';

/** The topic whose events it keeps. */
export const KEPT_TOPIC = 'com.example.kept';

/** A realm in the words of nexus' `router.RealmConfig`. */
const realm = (uri: string, isOpen: boolean): object => ({
  uri,
  strict_uri: false,
  allow_disclose: true,
  anonymous_auth: isOpen,
  enable_meta_kill: true,
  event_history: [{ topic: KEPT_TOPIC, match: 'exact', limit: 100 }],
});

/** Starts nexusd with {@link OPEN_REALM} and {@link LOCKED_REALM}. */
export function startNexus(): Promise<ForeignRouter> {
  const file = 'nexus.json';
  return startRouterProcess({
    name: 'nexus',
    path: pathOf('nexus'),
    hasTwoPorts: true,
    unixSocket: UNIX_SOCKET,
    config: (port, rawSocketPort) => ({
      file,
      text: JSON.stringify({
        websocket: { address: `127.0.0.1:${port}` },
        rawsocket: { tcp_address: `127.0.0.1:${rawSocketPort}`, unix_address: UNIX_SOCKET },
        router: { realms: [realm(OPEN_REALM, true), realm(LOCKED_REALM, false)] },
      }),
    }),
    args: () => ['-c', file],
  });
}
