import { type ConnectOptions, connect } from '../../src/connect.js';
import type { Peer } from '../../src/peer/peer.js';
import { type PeerOptions, type PeerSpecOptions, peer } from '../../src/peer/spec.js';
import { start, type Tree } from '../../src/start.js';
import { supervisor } from '../../supervisors/index.js';
import { type RecordingLogger, recordingLogger } from './recording-logger.js';
import type { Running } from './worlds.js';

type Options = Partial<PeerOptions> & PeerSpecOptions;

/** Retries in hundredths of a second, so that no test waits for one. */
export const QUICK = { first: 10, base: 15, max: 40 };

/** An entry of the package, by which peers are had. */
export interface Entry {
  readonly connect: typeof connect;
  readonly peer: typeof peer;
  readonly start: typeof start;
}

const ALL: Entry = { connect, peer, start };

/** Everything that one scenario starts, to be ended and looked over behind it. */
export class House {
  readonly log: RecordingLogger = recordingLogger();
  readonly #running: Running;
  readonly #entry: Entry;
  readonly #trees: Tree[] = [];
  readonly #peers: Peer[] = [];

  /** @param entry Default: that of Node. */
  constructor(running: Running, entry = ALL) {
    this.#running = running;
    this.#entry = entry;
  }

  /** One supervisor over peers by name, each in the open realm and with quick retries unless told otherwise. */
  tree<Name extends string>(peers: Readonly<Record<Name, Options>>): Tree & { readonly peers: Record<Name, Peer> } {
    const { url, realm, serializers } = this.#running;
    const { peer, start } = this.#entry;
    const offered = serializers === undefined ? {} : { serializers };
    const names = Object.keys(peers) as Name[];
    const tree = start(
      supervisor({
        children: names.map((name) => peer(name, { url, realm, ...offered, backoff: QUICK, ...peers[name] })),
      }),
      { logger: this.log },
    );
    this.#trees.push(tree);
    const handles = Object.fromEntries(names.map((name) => [name, tree.peer(name)])) as Record<Name, Peer>;
    this.#peers.push(...Object.values<Peer>(handles));
    return Object.assign(tree, { peers: handles });
  }

  /** A peer on its own, joined. */
  async connect(options: Partial<ConnectOptions> = {}, url = this.#running.url): Promise<Peer> {
    const { realm, serializers } = this.#running;
    const offered = serializers === undefined ? {} : { serializers };
    const me = await this.#entry.connect(url, { realm, ...offered, backoff: QUICK, logger: this.log, ...options });
    this.#peers.push(me);
    return me;
  }

  /** Ends everything. @returns the peers that still owe somebody an answer: there may be none */
  async end(): Promise<readonly string[]> {
    for (const each of this.#peers) await each.leave();
    for (const tree of this.#trees) await tree.stop();
    return this.#peers
      .filter((each) => each.stats().unsettled + each.stats().waiting > 0)
      .map((each) => `${each.name}: ${JSON.stringify(each.stats())}`);
  }
}

/** Fulfilled with the next value of an event of the peer's. */
export function next(me: Peer, event: 'joined' | 'left' | 'exited'): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = me.on(event, (value) => {
      stop();
      resolve(value);
    });
  });
}

/** Resolves when `condition` holds; looks every few milliseconds. The test's own deadline ends it if it never does. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** What a promise rejects with. @throws {Error} when it is fulfilled */
export async function failure(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('expected a rejection');
}
