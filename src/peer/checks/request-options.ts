import { UsageError } from '../../errors.js';
import { A_BOOLEAN, A_FUNCTION, A_SIGNAL, came, type Kind, MILLISECONDS, oneOfThese, unfit } from '../../wamp/given.js';
import type { CallOptions, CallStreamOptions, RequestOptions } from '../options.js';
import { WHEN_DOWN } from './peer-options.js';

const WHOLE_MILLISECONDS: Kind = {
  expected: 'whole milliseconds from 1',
  fits: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
};
const CANCEL_MODE = oneOfThese('skip', 'kill', 'killnowait');
const PARTS: Kind = {
  expected: 'an iterable, or an async one, of the parts of the call',
  fits: (value) =>
    typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value),
};

/**
 * Checks the options that every request takes. What stands here is not looked at by anyone else: a timeout of `'5s'` would
 * otherwise expire at once. A request has options of others too (`_mine`, those of its kind), so none is unknown.
 *
 * @throws {UsageError} that begins with `operation`
 */
export function checkRequestOptions(operation: string, options: RequestOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new UsageError(`${operation}: expected options to be an object, received ${came(options)}`);
  }
  const { timeout, signal, whenDown } = options;
  if (timeout === undefined && signal === undefined && whenDown === undefined) return;
  check(operation, 'timeout', MILLISECONDS, timeout);
  check(operation, 'signal', A_SIGNAL, signal);
  check(operation, 'whenDown', WHEN_DOWN, whenDown);
}

/** Checks the options that a call takes beyond those of every request. @throws {UsageError} that begins with `operation` */
export function checkCallOptions(operation: string, options: CallOptions): void {
  const { idempotent, onProgress, cancelMode, dealerTimeout } = options;
  check(operation, 'idempotent', A_BOOLEAN, idempotent);
  check(operation, 'onProgress', A_FUNCTION, onProgress);
  check(operation, 'dealerTimeout', WHOLE_MILLISECONDS, dealerTimeout);
  check(operation, 'cancelMode', CANCEL_MODE, cancelMode);
}

/** Checks the options that a call in parts takes beyond those of a call. @throws {UsageError} that begins with `operation` */
export function checkCallStreamOptions(operation: string, { parts, receiveProgress }: CallStreamOptions): void {
  check(operation, 'parts', PARTS, parts);
  check(operation, 'receiveProgress', A_BOOLEAN, receiveProgress);
}

function check(operation: string, name: string, kind: Kind, value: unknown): void {
  if (value !== undefined && !kind.fits(value)) throw unfit(operation, name, kind, value);
}
