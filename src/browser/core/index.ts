/**
 * Every public name of `respell/browser`: a peer for pages that have to be small. What not each of them needs has entries of its own beside,
 * so that a page without a bundler does not load it either.
 */

export { describeExit } from '../../../supervisors/exit-reason.js';
export type { BackoffOptions } from '../../../supervisors/spec/backoff.js';
export type { Budget, Restart, Shutdown } from '../../../supervisors/spec/child-spec.js';
export type { Answer, AuthFacts, AuthMethod, Challenge, HelloFacts, Secret } from '../../auth/auth-method.js';
export type { Api, Untyped } from '../../contract/api.js';
export {
  ApplicationError,
  AuthenticationError,
  ConnectError,
  ConnectionLost,
  PeerDown,
  ProtocolError,
  QueueFull,
  SerializationError,
  SessionAborted,
  SessionClosed,
  TimeoutError,
  UsageError,
  WampError,
} from '../../errors.js';
export type { Logger, LogLine } from '../../logger.js';
export type { PeerSpecOptions } from '../../peer/child.js';
export { CorePeer as Peer } from '../../peer/core-peer.js';
export type { PeerStats } from '../../peer/counters.js';
export type { Registration, Subscription } from '../../peer/granted.js';
export type { CallStream } from '../../peer/loops/call-stream.js';
export type { EventStream } from '../../peer/loops/event-stream.js';
export type { ProgressiveCall } from '../../peer/loops/progressive-call.js';
export type { StatusStream } from '../../peer/loops/status-stream.js';
export type { Stream } from '../../peer/loops/stream.js';
export type { Overflow, StatusesOptions, StreamOptions } from '../../peer/loops/stream-options.js';
export type {
  CallOptions,
  CallPart,
  CallStreamOptions,
  EventsOptions,
  LeaveOptions,
  OnAbort,
  ProgressOptions,
  PublishOptions,
  RegisterOptions,
  RequestOptions,
  SendBufferOptions,
  Session,
  SubscribeOptions,
} from '../../peer/options.js';
export type { PeerStatus } from '../../peer/status.js';
export type { PeerEvents } from '../../peer/watchers.js';
export type { CancelMode, Result } from '../../roles/caller.js';
export { type EndpointResult, result } from '../../roles/endpoint-result.js';
export type { CallerIdentity, Endpoint, Invocation } from '../../roles/invocation.js';
export type { Part } from '../../roles/parts.js';
export type { Event, EventHandler } from '../../roles/subscriber.js';
export type { Limits as SerializerLimits } from '../../serializers/limits.js';
export { json } from '../../serializers/page-json.js';
export type { Serializer } from '../../serializers/serializer.js';
export type { WebSocketOptions } from '../../transports/native-connector.js';
export type { Connector, Frame, Transport, TransportEvents } from '../../transports/transport.js';
export type { Dict, Id, List, Uri } from '../../wamp/values.js';
export { type ConnectOptions, connect } from './connect.js';
export { type PeerOf, type PeerOptions, websocket } from './peer.js';
