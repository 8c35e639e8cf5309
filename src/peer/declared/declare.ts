import type { Endpoint, Procedure } from '../../roles/invocation.js';
import { Register, Unregister } from '../../roles/registering.js';
import { type EventHandler, Subscribe, type Topic, Unsubscribe } from '../../roles/subscriber.js';
import { WorkLimit } from '../../roles/work-limit.js';
import type { Uri } from '../../wamp/values.js';
import type { Guard } from '../guard/guard.js';
import type { PeerOptions, RegisterOptions, SubscribeOptions } from '../options.js';
import type { Seals } from '../seals.js';
import { wireOptions } from '../wire-options.js';
import { Declared } from './declared.js';

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
    options: wireOptions(options),
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

export function topic(
  uri: Uri,
  handler: EventHandler,
  options: SubscribeOptions,
  { sealing, guard }: DeclaringParts,
): Declared {
  const held: Topic = {
    topic: uri,
    handler: guard?.handler(handler, () => held.id) ?? handler,
    options: wireOptions(options),
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
