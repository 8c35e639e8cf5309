import { UsageError } from '../../errors.js';
import { unfit } from '../../wamp/given.js';
import type { RegisterOptions } from '../options.js';
import { A_BUFFER } from './stream-options.js';

/**
 * Checks what a registration takes beyond what goes to the router as it is: that is for `checkWireOptions`.
 *
 * @throws {UsageError} that begins with `operation`
 */
export function checkRegisterOptions(operation: string, options: RegisterOptions): void {
  const { concurrency, queueLimit, partsBuffer } = options;
  if (queueLimit !== undefined && concurrency === undefined) {
    throw new UsageError(`${operation}: queueLimit has a meaning only together with concurrency`);
  }
  if (partsBuffer !== undefined && !A_BUFFER.fits(partsBuffer)) {
    throw unfit(operation, 'partsBuffer', A_BUFFER, partsBuffer);
  }
}
