import type { Endpoint, Procedure } from '../../roles/invocation.js';
import { Register, Unregister } from '../../roles/registering.js';
import { type EventHandler, Subscribe, type Topic, Unsubscribe } from '../../roles/subscriber.js';
import { WorkLimit } from '../../roles/work-limit.js';
import { wireOptions } from '../../wamp/options.js';
import type { Dict, Uri } from '../../wamp/values.js';
import type { Guard } from '../guard/guard.js';
import type { CallOptions, PeerOptions, RegisterOptions, SubscribeOptions } from '../options.js';
import type { Seals } from '../seals.js';
import { Declared } from './declared.js';

const OF_ANY_REQUEST = ['timeout', 'signal', 'whenDown'] as const;
const OF_ANY_CALL = [...OF_ANY_REQUEST, 'kwargs', 'cancelMode', 'dealerTimeout', 'passthru'] as const;
const OF_ANY_LOOP = ['buffer', 'overflow'] as const;

/** By message, the names of options that are this side's own business and never leave it. */
export const LOCAL_OPTIONS = {
  CALL: [...OF_ANY_CALL, 'idempotent', 'onProgress'],
  PUBLISH: [...OF_ANY_REQUEST, 'kwargs', 'passthru'],
  REGISTER: [...OF_ANY_REQUEST, 'handler', 'partsBuffer', 'passthru'],
  SUBSCRIBE: [...OF_ANY_REQUEST, 'handler', 'passthru'],
  EVENTS: [...OF_ANY_REQUEST, 'passthru', ...OF_ANY_LOOP],
  PROGRESS: [...OF_ANY_CALL, 'idempotent', ...OF_ANY_LOOP],
  STREAM: [...OF_ANY_CALL, 'parts', 'receiveProgress', ...OF_ANY_LOOP],
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

/** What the optional parts of a peer have to say in a declaration. */
export interface DeclaringParts {
  /** What the peer has for `passthru` to choose from. */
  readonly sealing: Pick<Seals, 'demanded'>;
  /** Keeps the contract of the peer, if that has schemas. */
  readonly guard: Pick<Guard, 'endpoint' | 'handler'> | undefined;
}

/** How many invocations wait for an endpoint with a `concurrency`. */
const QUEUE_LIMIT = 1_000;

export function procedure(
  uri: Uri,
  endpoint: Endpoint,
  options: RegisterOptions,
  { sealing, guard }: DeclaringParts,
): Declared {
  const { concurrency, queueLimit = QUEUE_LIMIT, partsBuffer, passthru } = options;
  const held: Procedure = {
    procedure: uri,
    endpoint: guard?.endpoint(endpoint) ?? endpoint,
    options: wireOptions('REGISTER', options, LOCAL_OPTIONS.REGISTER),
    limit: concurrency === undefined ? undefined : new WorkLimit(concurrency, queueLimit),
    partsBuffer,
    demanded: sealing.demanded(`registration of ${uri}`, passthru),
    id: undefined,
  };
  return new Declared(
    'registration',
    uri,
    held,
    () => new Register(held),
    ({ callee }) => {
      const id = callee.remove(held);
      return id === undefined ? undefined : new Unregister(uri, id);
    },
  );
}

/** @param local the names of the options that stay here */
export function topic(
  uri: Uri,
  handler: EventHandler,
  options: SubscribeOptions,
  { sealing, guard }: DeclaringParts,
  local: readonly string[] = LOCAL_OPTIONS.SUBSCRIBE,
): Declared {
  const held: Topic = {
    topic: uri,
    handler: guard?.handler(handler, () => held.id) ?? handler,
    options: wireOptions('SUBSCRIBE', options, local),
    demanded: sealing.demanded(`subscription to ${uri}`, options.passthru),
    id: undefined,
  };
  return new Declared(
    'subscription',
    uri,
    held,
    () => new Subscribe(held),
    ({ subscriber }) => {
      const id = subscriber.remove(held);
      return id === undefined ? undefined : new Unsubscribe(uri, id);
    },
  );
}

/** What a peer's options declare: the procedures first, so that whoever hears of an event can be called about it. */
export function declare({ register = {}, subscribe = {} }: PeerOptions, parts: DeclaringParts): Declared[] {
  return [
    ...Object.entries(register).map(([uri, entry]) =>
      typeof entry === 'function' ? procedure(uri, entry, {}, parts) : procedure(uri, entry.handler, entry, parts),
    ),
    ...Object.entries(subscribe).map(([uri, entry]) =>
      typeof entry === 'function' ? topic(uri, entry, {}, parts) : topic(uri, entry.handler, entry, parts),
    ),
  ];
}
