import { A_SIGNAL, type Kind, type Kinds, oneOfThese, unfit } from '../../wamp/given.js';
import { checkManyOptions } from '../../wamp/many-options.js';
import type { StatusesOptions, StreamOptions } from '../loops/stream-options.js';

export const A_BUFFER: Kind = {
  expected: 'a whole number from 1',
  fits: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
};
export const AN_OVERFLOW = oneOfThese('dropOldest', 'dropNewest', 'fail');

const STATUSES: Kinds<StatusesOptions> = { signal: A_SIGNAL, buffer: A_BUFFER, overflow: AN_OVERFLOW };

/** @throws {UsageError} that begins with `operation` */
export function checkStreamOptions(operation: string, { buffer, overflow }: StreamOptions): void {
  if (buffer !== undefined && !A_BUFFER.fits(buffer)) throw unfit(operation, 'buffer', A_BUFFER, buffer);
  if (overflow !== undefined && !AN_OVERFLOW.fits(overflow)) throw unfit(operation, 'overflow', AN_OVERFLOW, overflow);
}

/** @throws {UsageError} */
export function checkStatusesOptions(options: StatusesOptions): void {
  checkManyOptions<StatusesOptions>('statuses', options, STATUSES);
}
