/** Every public name of `respell` in a page, once: all of it that a page can use. */

export { describeExit } from '../../supervisors/exit-reason.js';
export type { BackoffOptions } from '../../supervisors/spec/backoff.js';
export type { Budget, Restart, Shutdown } from '../../supervisors/spec/child-spec.js';
export type { Argon2id } from '../auth/argon2id.js';
export type { Answer, AuthFacts, AuthMethod, Challenge, HelloFacts, Secret } from '../auth/auth-method.js';
export { type CryptosignOptions, cryptosign } from '../auth/cryptosign.js';
export { type ScramOptions, scram } from '../auth/scram.js';
export { ticket } from '../auth/ticket.js';
export { tls } from '../auth/tls.js';
export { wampcra } from '../auth/wampcra.js';
export type {
  Api,
  ApiShape,
  CallParameters,
  CallProgress,
  CallResult,
  EndpointFor,
  ErrorFor,
  ErrorParameters,
  ErrorUri,
  EventFor,
  EventWith,
  InvocationWith,
  PayloadTypes,
  ProcedureTypes,
  PublishParameters,
  ResultWith,
  Untyped,
  UriOf,
} from '../contract/api.js';
export { type Contract, contract, errorOf, isError } from '../contract/contract.js';
export type {
  ApiOf,
  Definition,
  PayloadSchemas,
  ProcedureDefinition,
  TopicDefinition,
} from '../contract/definition.js';
export type { ContractIssue } from '../contract/payload-check.js';
export type {
  InferInput,
  InferOutput,
  SchemaIssue,
  SchemaResult,
  StandardSchema,
} from '../contract/standard-schema.js';
export type { Received, Validate } from '../contract/validate.js';
export {
  ApplicationError,
  AuthenticationError,
  ConnectError,
  ConnectionLost,
  ContractViolation,
  PeerDown,
  ProtocolError,
  QueueFull,
  SerializationError,
  SessionAborted,
  SessionClosed,
  TimeoutError,
  UsageError,
  WampError,
} from '../errors.js';
export type { Logger, LogLine } from '../logger.js';
export type { PeerStats } from '../peer/counters.js';
export type { Registration, Subscription } from '../peer/granted.js';
export type { EventStream } from '../peer/loops/event-stream.js';
export type { ProgressiveCall } from '../peer/loops/progressive-call.js';
export type { StatusStream } from '../peer/loops/status-stream.js';
export type { Stream } from '../peer/loops/stream.js';
export type { Overflow, StatusesOptions, StreamOptions } from '../peer/loops/stream-options.js';
export { meta } from '../peer/meta/meta.js';
export type { Meta } from '../peer/meta/meta-api.js';
export type {
  CallOptions,
  EventsOptions,
  LeaveOptions,
  OnAbort,
  ProgressOptions,
  PublishOptions,
  RegisterOptions,
  RequestOptions,
  Session,
  SubscribeOptions,
} from '../peer/options.js';
export {
  type ContractOptions,
  type ContractPeer,
  Peer,
  type PeerOf,
  type PeerWith,
} from '../peer/peer.js';
export {
  type Direction,
  type ReplyTo,
  type Role,
  type RoleBehaviour,
  type RoleContext,
  type RoleMessage,
  type RoleRequestOptions,
  role,
  type SendableMessage,
  swallow,
} from '../peer/relay/role.js';
export type { PeerStatus } from '../peer/status.js';
export type { PeerEvents } from '../peer/watchers.js';
export type { CancelMode, Result } from '../roles/caller.js';
export { type EndpointResult, result } from '../roles/endpoint-result.js';
export type { CallerIdentity, Endpoint, Invocation } from '../roles/invocation.js';
export type { Event, EventHandler } from '../roles/subscriber.js';
export { cbor } from '../serializers/cbor.js';
export { json } from '../serializers/json.js';
export type { Limits as SerializerLimits } from '../serializers/limits.js';
export { msgpack } from '../serializers/msgpack.js';
export type { Serializer } from '../serializers/serializer.js';
export { type WebSocketOptions, websocket } from '../transports/native-websocket.js';
export type { Connector, Frame, PeerCertificate, Transport, TransportEvents } from '../transports/transport.js';
export type { SharedFrame } from '../wamp/copies.js';
export type { Dict, Id, List, Uri } from '../wamp/values.js';
export { type ConnectOptions, connect } from './connect.js';
export { type PeerOptions, type PeerSpecOptions, peer, type RouterAddress, type RouterChoice } from './peer.js';
export { type StartOptions, start, type Tree } from './start.js';
