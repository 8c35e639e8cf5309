import type { SnapshotFrom } from 'xstate';
import { peerMachine } from '../../actors/peer.js';
import type {
  BackoffOptions,
  Budget,
  ChildIdentity,
  ChildSpec,
  Milliseconds,
  Restart,
  Shutdown,
} from '../../supervisors/index.js';
import { UsageError } from '../errors.js';
import { A_STRING, AN_OBJECT, isText, unfit } from '../wamp/given.js';
import { declare } from './declare.js';
import { environmentOf } from './environment.js';
import { PeerLife } from './life.js';
import { checkPeerOptions, type PeerOptions } from './options.js';
import { vocabularyOf } from './role.js';
import { connectorsFor } from './router-choice.js';
import { CRASHES, verdict } from './verdict.js';

/** How a supervisor treats a peer, where that is to differ from the defaults. */
export interface PeerSpecOptions {
  /** Default `transient`: restarted after every end but a normal one. */
  readonly restart?: Restart;
  /** Default 5,000: enough for GOODBYE and the router's answer. */
  readonly shutdown?: Shutdown;
  /** Default: full jitter, within 250 ms at first, then up to 1 s, 2 s, 4 s … 30 s; from the start after 60 s of life. */
  readonly backoff?: BackoffOptions;
  /** For ends that have no budget of their own. Default 10 restarts in 60 s; then it is parked, its siblings untouched. */
  readonly budget?: Budget;
  /** After so many milliseconds a parked peer is tried once more, time and again. Default: it stays parked until restarted by hand. */
  readonly probe?: Milliseconds;
}

/**
 * A peer as a supervisor's child.
 *
 * @param id its name in the tree: `tree.peer(id)` is the handle to hold
 * @throws {UsageError} when an option makes no sense; nothing has been started then
 * @example `supervisor({ children: [peer('thermostat', { url: 'ws://127.0.0.1:8080/ws', realm: 'realm1' })] })`
 */
export function peer(id: string, options: PeerOptions & PeerSpecOptions): ChildSpec {
  if (!isText(id)) throw unfit('peer', 'its id', A_STRING, id);
  if (typeof options !== 'object' || options === null) throw unfit(`peer "${id}"`, 'its options', AN_OBJECT, options);
  const { restart = 'transient', shutdown = 5_000, backoff = {}, budget = CRASHES, probe, ...peerOptions } = options;
  checkPeerOptions(id, peerOptions);
  // A URL or an option that makes no sense is found out here, where the user wrote it, not at the first start.
  of(id, () => {
    connectorsFor(peerOptions.url, peerOptions);
    declare(peerOptions);
    vocabularyOf('roles', peerOptions.roles ?? []);
  });
  const { onAbort = {} } = peerOptions;
  return {
    id,
    start: peerMachine,
    restart,
    shutdown,
    backoff,
    budget,
    ready: isJoined,
    ...(probe === undefined ? {} : { probe }),
    judge: (reason) => verdict(reason, onAbort),
    // In a tree that is data one spec may stand for several children, each with an id of its own.
    handle: ({ id: name, path, environment }) => new PeerLife(name, peerOptions, environmentOf(environment), path),
    input: ({ handle }: ChildIdentity) => ({ host: handle }),
  };
}

/** A session is established, and all is declared in it: with `waitFor: 'ready'` a supervisor starts the next child then. */
function isJoined(snapshot: unknown): boolean {
  const { value } = snapshot as SnapshotFrom<typeof peerMachine>;
  return typeof value === 'object' && (value.connected === 'joined' || value.connected === 'degraded');
}

/** Says whose options it is that make no sense: a tree has many peers. */
function of(id: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`peer "${id}": ${error.message}`) : error;
  }
}
