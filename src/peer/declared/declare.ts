import { UsageError } from '../../errors.js';
import type { Endpoint, Procedure } from '../../roles/invocation.js';
import type { EventHandler, Topic } from '../../roles/subscriber.js';
import { WorkLimit } from '../../roles/work-limit.js';
import { came, unfit } from '../../wamp/given.js';
import { wireOptions } from '../../wamp/options.js';
import type { Dict, Uri } from '../../wamp/values.js';
import { A_BUFFER } from '../checks/stream-options.js';
import type { Guard } from '../guard/guard.js';
import { STREAM_OPTIONS } from '../loops/stream.js';
import type { CallOptions, PeerOptions, RegisterOptions, SubscribeOptions } from '../options.js';
import { NO_SEALS, type Seals } from '../seals.js';
import { type Declared, DeclaredProcedure, DeclaredTopic } from './declared.js';

const OF_ANY_REQUEST = ['timeout', 'signal', 'whenDown'] as const;
const OF_ANY_CALL = [...OF_ANY_REQUEST, 'kwargs', 'cancelMode', 'dealerTimeout', 'passthru'] as const;

/** By message, the names of options that are this side's own business and never leave it. */
export const LOCAL_OPTIONS = {
  CALL: [...OF_ANY_CALL, 'idempotent', 'onProgress'],
  PUBLISH: [...OF_ANY_REQUEST, 'kwargs', 'passthru'],
  REGISTER: [...OF_ANY_REQUEST, 'handler', 'partsBuffer', 'passthru'],
  SUBSCRIBE: [...OF_ANY_REQUEST, 'handler', 'passthru'],
  EVENTS: [...OF_ANY_REQUEST, 'passthru', ...STREAM_OPTIONS],
  PROGRESS: [...OF_ANY_CALL, 'idempotent', ...STREAM_OPTIONS],
  STREAM: [...OF_ANY_CALL, 'parts', 'receiveProgress', ...STREAM_OPTIONS],
} as const;

/**
 * The wire's options of a call. `timeout` is this side's; the one of the wire is the dealer's.
 *
 * @param local the names of the options that stay here
 */
export function callOptions(options: Omit<CallOptions, 'onProgress'>, local: readonly string[]): Dict {
  const wire = wireOptions('CALL', options, local);
  const { dealerTimeout } = options;
  return dealerTimeout === undefined ? wire : { ...wire, timeout: dealerTimeout };
}

/** How many invocations wait for an endpoint with a `concurrency`. */
const QUEUE_LIMIT = 1_000;

/**
 * @param sealing what the peer has for `passthru` to choose from
 * @param guard keeps the contract of the peer, if that has schemas
 */
export function procedure(
  uri: Uri,
  endpoint: Endpoint,
  options: RegisterOptions = {},
  sealing: Seals = NO_SEALS,
  guard?: Guard,
): DeclaredProcedure {
  const { concurrency, queueLimit, partsBuffer } = options;
  if (queueLimit !== undefined && !(Number.isSafeInteger(queueLimit) && queueLimit >= 0)) {
    throw new UsageError(
      `registration of ${uri}: expected queueLimit to be a whole number from 0, received ${came(queueLimit)}`,
    );
  }
  if (queueLimit !== undefined && concurrency === undefined) {
    throw new UsageError(`registration of ${uri}: queueLimit has a meaning only together with concurrency`);
  }
  const wire = wireOptions('REGISTER', options, LOCAL_OPTIONS.REGISTER);
  if (partsBuffer !== undefined && !A_BUFFER.fits(partsBuffer)) {
    throw unfit(`registration of ${uri}`, 'partsBuffer', A_BUFFER, partsBuffer);
  }
  const held: Procedure = {
    procedure: uri,
    endpoint: guard?.endpoint(endpoint) ?? endpoint,
    options: wire,
    limit: concurrency === undefined ? undefined : new WorkLimit(concurrency, queueLimit ?? QUEUE_LIMIT),
    partsBuffer,
    demanded: sealing.demanded(`registration of ${uri}`, options.passthru),
    id: undefined,
  };
  return new DeclaredProcedure(held);
}

/**
 * @param local the names of the options that stay here
 * @param sealing as of {@link procedure}
 * @param guard keeps the contract of the peer, if that has schemas
 */
export function topic(
  uri: Uri,
  handler: EventHandler,
  options: SubscribeOptions = {},
  local: readonly string[] = LOCAL_OPTIONS.SUBSCRIBE,
  sealing: Seals = NO_SEALS,
  guard?: Guard,
): DeclaredTopic {
  const held: Topic = {
    topic: uri,
    handler: guard?.handler(handler, () => held.id) ?? handler,
    options: wireOptions('SUBSCRIBE', options, local),
    demanded: sealing.demanded(`subscription to ${uri}`, options.passthru),
    id: undefined,
  };
  return new DeclaredTopic(held);
}

/** What a peer's options declare: the procedures first, so that whoever hears of an event can be called about it. */
export function declare(
  { register = {}, subscribe = {} }: PeerOptions,
  sealing: Seals = NO_SEALS,
  guard?: Guard,
): Declared[] {
  return [
    ...Object.entries(register).map(([uri, entry]) =>
      typeof entry === 'function'
        ? procedure(uri, entry, {}, NO_SEALS, guard)
        : procedure(uri, entry.handler, entry, sealing, guard),
    ),
    ...Object.entries(subscribe).map(([uri, entry]) =>
      typeof entry === 'function'
        ? topic(uri, entry, {}, LOCAL_OPTIONS.SUBSCRIBE, NO_SEALS, guard)
        : topic(uri, entry.handler, entry, LOCAL_OPTIONS.SUBSCRIBE, sealing, guard),
    ),
  ];
}
