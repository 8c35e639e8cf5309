import { type Clock, systemClock } from '../../supervisors/clock.js';
import { type Logger, type LogLine, SILENT } from '../logger.js';
import type { Connector } from '../transports/transport.js';
import type { Leg } from './routers/router-choice.js';

/** A peer that is about to be made, and where its `url` leads; of several routers, one. */
export interface Route extends Leg {
  /** Its id, and its path in the tree. */
  readonly peer: string;
  readonly path: string;
}

/** What a tree gives to the peers in it. */
export interface Environment {
  readonly clock: Clock;
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  /** Where the transports of a peer come from, in place of what its `url` says. */
  readonly route?: (route: Route) => Connector | undefined;
  /** Stops the child at `path`, which then stays down. Left out in a tree that was not started by `start()`. */
  readonly terminate?: (path: string) => Promise<void>;
}

/** Real time, real chance, no log. */
export const DEFAULT_ENVIRONMENT: Environment = { clock: systemClock, logger: SILENT, random: Math.random };

/** What `start()` was given for the peers, or the default in a tree that was started without it. */
export function environmentOf(given: unknown): Environment {
  return isEnvironment(given) ? given : DEFAULT_ENVIRONMENT;
}

function isEnvironment(value: unknown): value is Environment {
  return typeof value === 'object' && value !== null && 'clock' in value && 'logger' in value && 'random' in value;
}

/** The same logger, except that what it throws disturbs nobody: a line that cannot be written is lost, not the peer. */
export function guarded(logger: Logger): Logger {
  const line =
    (level: keyof Logger): LogLine =>
    (fields, message) => {
      try {
        logger[level](fields, message);
      } catch {
        // There is nowhere to say it.
      }
    };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
