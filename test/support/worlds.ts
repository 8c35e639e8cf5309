import { router } from '../../src/router.js';
import type { Connector } from '../../src/transports/transport.js';
import type { Id } from '../../src/wamp/values.js';
import { startCrossbar } from './routers/crossbar.js';
import { startNexus } from './routers/nexus.js';
import { LOCKED_REALM, OPEN_REALM, USERS } from './routers/realms.js';
import type { ForeignRouter } from './routers/router-process.js';

/** A router that runs, and what a test may do to it. */
export interface Running {
  readonly url: string | Connector;
  /** Open to everybody. */
  readonly realm: string;
  /** Asks for a login. */
  readonly lockedRealm: string;
  /** Vanishes without a word. */
  kill(): Promise<void>;
  /** Says GOODBYE to everybody first. */
  stop(): Promise<void>;
  /** After `kill` or `stop`: empty, at the same address. */
  start(): Promise<void>;
  dispose(): Promise<void>;
  /** Where the router can be told to: ends one session. */
  abort?(session: Id, reason: string, message: string): void;
  goodbye?(session: Id, reason: string): void;
  /** Where it tells: how many registrations and subscriptions it holds. */
  held?(): { registrations: number; subscriptions: number };
}

/** A kind of router, by what crosses the gap to it. */
export interface World {
  readonly name: string;
  /** Whether it has {@link USERS}; else its locked realm refuses everybody. */
  readonly hasUsers: boolean;
  /** With what it answers calls beyond a registration's `concurrency`, if it keeps that itself. */
  readonly tooBusy?: string;
  /** Whether it knows `force_reregister`. */
  readonly takesOver?: boolean;
  start(): Promise<Running>;
}

async function embedded(over: 'linked' | 'WebSocket'): Promise<Running> {
  const { ticket, wampcra, saltedWampcra } = USERS;
  const { authid, ...salted } = saltedWampcra;
  const house = await router({
    ...(over === 'WebSocket' && { port: 0 }),
    realms: {
      [OPEN_REALM]: {},
      [LOCKED_REALM]: {
        auth: {
          users: {
            [ticket.authid]: { ticket: ticket.ticket },
            [wampcra.authid]: { wampcra: wampcra.secret },
            [authid]: { wampcra: salted },
          },
        },
      },
    },
  });
  return {
    url: over === 'linked' ? house : (house.url ?? ''),
    realm: OPEN_REALM,
    lockedRealm: LOCKED_REALM,
    kill: () => house.kill(),
    stop: () => house.stop(),
    start: () => house.start(),
    dispose: () => house.stop(),
    abort: (session, reason, message) => void house.abort(session, reason, message),
    goodbye: (session, reason) => void house.goodbye(session, reason),
    held: () => {
      const { registrations, subscriptions } = house.stats();
      return { registrations, subscriptions };
    },
  };
}

async function foreign(start: () => Promise<ForeignRouter>): Promise<Running> {
  const { url, kill, stop, start: restart, dispose } = await start();
  return { url, realm: OPEN_REALM, lockedRealm: LOCKED_REALM, kill, stop, start: restart, dispose };
}

export const LINKED: World = { name: 'the embedded router, linked', hasUsers: true, start: () => embedded('linked') };
export const WEBSOCKET: World = {
  name: 'the embedded router, over WebSocket',
  hasUsers: true,
  start: () => embedded('WebSocket'),
};
export const NEXUS: World = { name: 'nexus', hasUsers: false, start: () => foreign(startNexus) };
export const CROSSBAR: World = {
  name: 'Crossbar.io',
  hasUsers: true,
  takesOver: true,
  tooBusy: 'crossbar.error.max_concurrency_reached',
  start: () => foreign(startCrossbar),
};
