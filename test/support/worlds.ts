import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scramCredential } from '../../src/auth/scram-credential.js';
import type { ScramDialect } from '../../src/auth/scram-exchange.js';
import { router } from '../../src/router/router.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import { rawsocket } from '../../src/transports/rawsocket.js';
import type { Connector } from '../../src/transports/transport.js';
import type { Id } from '../../src/wamp/values.js';
import { startCrossbar } from './routers/crossbar.js';
import { KEPT_TOPIC, startNexus } from './routers/nexus.js';
import { LOCKED_REALM, OPEN_REALM, USERS } from './routers/realms.js';
import type { ForeignRouter } from './routers/router-process.js';

/** A router that runs, and what a test may do to it. */
export interface Running {
  readonly url: string | Connector;
  /** Open to everybody. */
  readonly realm: string;
  /** Asks for a login. */
  readonly lockedRealm: string;
  /** What peers offer to speak, if not the default. */
  readonly serializers?: readonly Serializer[];
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
  /** How it speaks SCRAM, if it has users. Default `standard`. */
  readonly scramDialect?: ScramDialect;
  /** With what it answers calls beyond a registration's `concurrency`, if it keeps that itself. */
  readonly tooBusy?: string;
  /** Whether it knows calls in parts. */
  readonly takesParts?: boolean;
  /** Whether it asks another callee when one is unavailable. */
  readonly reroutes?: boolean;
  /** Whether it knows `force_reregister`. */
  readonly takesOver?: boolean;
  /** Whether it leaves the timeout of a call to a callee that asks for it. */
  readonly forwardsTimeouts?: boolean;
  /** Whether it retains the events whose publishers want that. */
  readonly retains?: boolean;
  start(): Promise<Running>;
}

type Way = 'linked' | 'WebSocket' | 'RawSocket' | 'a Unix socket';

async function embedded(over: Way): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'respell-'));
  const { ticket, wampcra, saltedWampcra, scram, cryptosign } = USERS;
  const { authid, ...salted } = saltedWampcra;
  const house = await router({
    ...((over === 'WebSocket' || over === 'RawSocket') && { port: 0 }),
    ...(over === 'a Unix socket' && { unix: join(folder, 'router.sock') }),
    realms: {
      [OPEN_REALM]: { mayKill: ['anonymous'], history: { [KEPT_TOPIC]: { limit: 10 } } },
      [LOCKED_REALM]: {
        auth: {
          users: {
            [ticket.authid]: { ticket: ticket.ticket },
            [wampcra.authid]: { wampcra: wampcra.secret },
            [authid]: { wampcra: salted },
            [scram.authid]: { scram: await scramCredential(scram.password, { iterations: 4_096 }) },
            [cryptosign.authid]: { authorizedKeys: [cryptosign.publicKey] },
          },
        },
      },
    },
  });
  return {
    url: over === 'linked' ? house : (house.urls[over === 'RawSocket' ? 1 : 0] ?? ''),
    realm: OPEN_REALM,
    lockedRealm: LOCKED_REALM,
    kill: () => house.kill(),
    stop: () => house.stop(),
    start: () => house.start(),
    dispose: async () => {
      await house.stop();
      await rm(folder, { recursive: true });
    },
    abort: (session, reason, message) => void house.abort(session, reason, message),
    goodbye: (session, reason) => void house.goodbye(session, reason),
    held: () => {
      const { registrations, subscriptions } = house.stats();
      // One is the realm's own: that of the history it keeps.
      return { registrations, subscriptions: subscriptions - 1 };
    },
  };
}

/** What crosses the gap to a router of other people's. */
type ForeignWay = 'WebSocket' | 'RawSocket' | 'a Unix socket';

const FOREIGN_WAYS: readonly ForeignWay[] = ['WebSocket', 'RawSocket', 'a Unix socket'];

function urlOf(router: ForeignRouter, way: ForeignWay, ping: boolean): string | Connector {
  if (way === 'WebSocket') return router.url;
  const url = way === 'RawSocket' ? router.rawSocketUrl : router.unixUrl;
  return ping ? url : rawsocket(url, { ping: false });
}

async function foreign(start: () => Promise<ForeignRouter>, way: ForeignWay, ping = true): Promise<Running> {
  const router = await start();
  const { kill, stop, start: restart, dispose } = router;
  const url = urlOf(router, way, ping);
  return { url, realm: OPEN_REALM, lockedRealm: LOCKED_REALM, kill, stop, start: restart, dispose };
}

const over = (way: Way): World => ({
  name: `the embedded router, ${way === 'linked' ? way : `over ${way}`}`,
  hasUsers: true,
  takesParts: true,
  takesOver: true,
  reroutes: true,
  forwardsTimeouts: true,
  tooBusy: 'wamp.error.unavailable',
  retains: true,
  start: () => embedded(way),
});
export const LINKED = over('linked');
export const WEBSOCKET = over('WebSocket');
export const RAWSOCKET = over('RawSocket');
export const UNIX_SOCKET = over('a Unix socket');
export const NEXUS: World = {
  name: 'nexus',
  hasUsers: false,
  takesParts: true,
  forwardsTimeouts: true,
  start: () => foreign(startNexus, 'WebSocket'),
};
export const CROSSBAR: World = {
  name: 'Crossbar.io',
  hasUsers: true,
  scramDialect: 'crossbar',
  retains: true,
  takesOver: true,
  tooBusy: 'crossbar.error.max_concurrency_reached',
  start: () => foreign(() => startCrossbar(), 'WebSocket'),
};

export const NEXUS_RAWSOCKET: World = {
  ...NEXUS,
  name: 'nexus, over RawSocket',
  start: () => foreign(startNexus, 'RawSocket'),
};
export const CROSSBAR_RAWSOCKET: World = {
  ...CROSSBAR,
  name: 'Crossbar.io, over RawSocket',
  start: () => foreign(() => startCrossbar(), 'RawSocket', false),
};

/**
 * One router for many worlds: over each way, in each serializer. Which of them live through every scenario and which through
 * a few is for a test to say.
 */
export class ForeignWorlds {
  readonly #world: World;
  readonly #start: () => Promise<ForeignRouter>;
  readonly #ping: boolean;
  #router: Promise<ForeignRouter> | undefined;

  /** @param ping whether it knows RawSocket's pings */
  constructor(world: World, start: () => Promise<ForeignRouter>, ping: boolean) {
    this.#world = world;
    this.#start = start;
    this.#ping = ping;
  }

  /** Those in which the n-th way meets the n-th serializer. */
  get diagonal(): readonly World[] {
    return FOREIGN_WAYS.map((way, at) => this.#over(way, SERIALIZERS[at] as Serializer));
  }

  /** All others. */
  get rest(): readonly World[] {
    return FOREIGN_WAYS.flatMap((way, at) =>
      SERIALIZERS.filter((_, place) => place !== at).map((serializer) => this.#over(way, serializer)),
    );
  }

  dispose = async (): Promise<void> => {
    await (await this.#router)?.dispose();
  };

  #over(way: ForeignWay, serializer: Serializer): World {
    const world: World = {
      ...this.#world,
      name: `${this.#world.name}, over ${way}`,
      start: async () => {
        this.#router ??= this.#start();
        const router = await this.#router;
        // It is the next one's, too.
        return { ...(await foreign(() => Promise.resolve(router), way, this.#ping)), dispose: async () => {} };
      },
    };
    return speaking(world, serializer);
  }
}

const SERIALIZERS = [json(), msgpack(), cbor()] as const;

export const nexusWorlds = () => new ForeignWorlds(NEXUS, startNexus, true);
export const crossbarWorlds = () => new ForeignWorlds(CROSSBAR, () => startCrossbar(), false);

/** The same world, of peers that speak nothing but this. */
export function speaking(world: World, serializer: Serializer): World {
  return {
    ...world,
    name: `${world.name}, in ${serializer.subprotocol}`,
    start: async () => ({ ...(await world.start()), serializers: [serializer] }),
  };
}
