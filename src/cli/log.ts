import pino from 'pino';
import type { Logger } from '../logger.js';

/**
 * The command's log: JSON lines on stderr, since stdout belongs to data.
 *
 * @param level one of pino's, `silent` included
 */
export function commandLog(level: string): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}
