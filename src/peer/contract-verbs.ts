/** The verbs of a peer as its contract shows them. They are those of `Peer`; only what the compiler knows of them differs. */

import type {
  CallParameters,
  CallProgress,
  CallResult,
  EndpointFor,
  EventFor,
  MatchesSome,
  PartArgs,
  PartKwargs,
  PublishParameters,
  StreamParameters,
  UriOf,
  UriOrPattern,
} from '../contract/api.js';
import type { UriPattern } from '../wamp/uri.js';
import type { Id } from '../wamp/values.js';
import type { Registration, Subscription } from './granted.js';
import type { CallStream } from './loops/call-stream.js';
import type { EventStream } from './loops/event-stream.js';
import type { ProgressiveCall } from './loops/progressive-call.js';
import type {
  CallOptions,
  CallStreamOptions,
  EventsOptions,
  ProgressOptions,
  PublishOptions,
  RegisterOptions,
  SubscribeOptions,
} from './options.js';

type OptionsOfCall<Part> = Omit<CallOptions, 'kwargs' | 'onProgress'> & {
  /** @see {@link CallOptions.onProgress} */
  readonly onProgress?: (part: Part) => unknown;
};

type Match<M extends UriPattern> = { readonly match?: M };

/** What a {@link ContractPeer} has in a form of its own. */
export interface ContractVerbs<S, R> {
  /** @see {@link Peer.call} */
  call<U extends UriOf<S, 'procedures'>>(
    procedure: U,
    ...payload: CallParameters<S, U, OptionsOfCall<CallProgress<R, U>>>
  ): Promise<CallResult<R, U>>;

  /** @see {@link Peer.cast} */
  cast<U extends UriOf<S, 'procedures'>>(
    procedure: U,
    ...payload: CallParameters<S, U, OptionsOfCall<CallProgress<R, U>>>
  ): void;

  /** @see {@link Peer.progress} */
  progress<U extends UriOf<S, 'procedures'>>(
    procedure: U,
    ...payload: CallParameters<S, U, Omit<ProgressOptions, 'kwargs'>>
  ): ProgressiveCall<CallProgress<R, U>, CallResult<R, U>>;

  /** @see {@link Peer.stream} */
  stream<U extends UriOf<S, 'procedures'>>(
    procedure: U,
    ...payload: StreamParameters<S, U, Omit<CallStreamOptions, 'kwargs' | 'parts'>>
  ): CallStream<PartArgs<S, U>, PartKwargs<S, U>, CallProgress<R, U>, CallResult<R, U>>;

  /** @see {@link Peer.publish} */
  publish<U extends UriOf<S, 'topics'>>(
    topic: U,
    ...payload: PublishParameters<S, U, Omit<PublishOptions, 'kwargs'>>
  ): Promise<Id | undefined>;

  /** @see {@link Peer.emit} */
  emit<U extends UriOf<S, 'topics'>>(
    topic: U,
    ...payload: PublishParameters<S, U, Omit<PublishOptions, 'kwargs'>>
  ): void;

  /** With `match`, the URI is a pattern that matches procedures of the contract. @see {@link Peer.register} */
  register<P extends UriOrPattern<S, 'procedures', M>, M extends UriPattern = 'exact'>(
    procedure: P & MatchesSome<S, 'procedures', M, P>,
    endpoint: EndpointFor<S, R, M, P>,
    options?: Omit<RegisterOptions, 'match'> & Match<M>,
  ): Promise<Registration>;

  /** With `match`, the URI is a pattern that matches topics of the contract. @see {@link Peer.subscribe} */
  subscribe<P extends UriOrPattern<S, 'topics', M>, M extends UriPattern = 'exact'>(
    topic: P & MatchesSome<S, 'topics', M, P>,
    handler: (event: EventFor<R, M, P>) => unknown,
    options?: Omit<SubscribeOptions, 'match'> & Match<M>,
  ): Promise<Subscription>;

  /** With `match`, the URI is a pattern that matches topics of the contract. @see {@link Peer.events} */
  events<P extends UriOrPattern<S, 'topics', M>, M extends UriPattern = 'exact'>(
    topic: P & MatchesSome<S, 'topics', M, P>,
    options?: Omit<EventsOptions, 'match'> & Match<M>,
  ): EventStream<EventFor<R, M, P>>;
}
