import { UsageError } from '../errors.js';
import { AN_OBJECT, came, type Kind } from '../wamp/given.js';
import { DEFAULT_PING, type PingOptions } from './heartbeat.js';
import { LONGEST_DELAY } from './timers.js';

/** What the option `ping` takes; its durations are checked by {@link pingOptions}. */
export const PING: Kind = {
  expected: '{ interval, timeout } in milliseconds, or false for none',
  fits: (value) => value === false || AN_OBJECT.fits(value),
};

/**
 * The pings to use, or `false` for none.
 *
 * @throws {UsageError} when a duration is not one
 */
export function pingOptions(given: Partial<PingOptions> | false | undefined): PingOptions | false {
  if (given === false) return false;
  const options = { ...DEFAULT_PING, ...given };
  for (const name of ['interval', 'timeout'] as const) {
    const value = options[name];
    if (typeof value === 'number' && value > 0 && value <= LONGEST_DELAY) continue;
    throw new UsageError(
      `ping.${name}: expected milliseconds from 1 to ${LONGEST_DELAY}, received ${came(value)}; write ping: false for none`,
    );
  }
  return options;
}
