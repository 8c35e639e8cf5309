import type { Clock } from '../../supervisors/clock.js';
import { Keeper, type KeptSpec } from '../../supervisors/engine/keeper.js';
import { type Logger, SILENT } from '../logger.js';
import type { CorePeer } from '../peer/core-peer.js';
import { endOf } from '../peer/down.js';
import { DEFAULT_ENVIRONMENT, type Environment, guarded } from '../peer/environment.js';
import type { PeerLife } from '../peer/life.js';
import { keptLine } from '../report-line.js';

export interface KeepOptions {
  readonly logger?: Logger | undefined;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Given a function that cuts a wait short; called once. Returns what ends that. */
  readonly hasten?: (now: () => void) => () => void;
}

/**
 * Keeps one peer alive, and gives back its handle once it has joined.
 *
 * The first session is not tried twice: if it cannot be had, the promise rejects at once with the true reason.
 */
export async function keepJoined(spec: KeptSpec<PeerLife>, options: KeepOptions = {}): Promise<CorePeer> {
  const { clock = DEFAULT_ENVIRONMENT.clock, random = DEFAULT_ENVIRONMENT.random } = options;
  const logger = guarded(options.logger ?? SILENT);
  const environment: Environment = { clock, logger, random, terminate: () => keeper.stop() };
  const keeper: Keeper<PeerLife> = new Keeper(spec, {
    clock,
    random,
    environment,
    onReport: (report) => {
      const { level, fields, message } = keptLine(report);
      logger[level](fields, message);
    },
  });
  const me = keeper.handle.peer as CorePeer;
  const failed = new Promise<never>((_resolve, reject) => {
    me.on('exited', ({ reason }) => reject(endOf(me.name, reason)));
  });
  keeper.start();
  try {
    await Promise.race([me.joined(), failed]);
  } catch (error) {
    await keeper.stop();
    throw error;
  }
  failed.catch(() => {});
  const forget = options.hasten?.(() => keeper.hasten());
  if (forget !== undefined) {
    me.on('exited', ({ fate }) => {
      if (fate === 'stopped') forget();
    });
  }
  return me;
}
