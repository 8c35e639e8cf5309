import { type Clock, systemClock } from '../../supervisors/clock.js';
import { type Logger, SILENT } from '../logger.js';

/** What a tree gives to the peers in it. */
export interface Environment {
  readonly clock: Clock;
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
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
