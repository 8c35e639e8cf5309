/** Every public name of Respell, once. */

export type { AuthOptions, ChallengeFacts, Challenger, OwnChallenge } from '../actors/authentication.js';
export type {
  Authenticate,
  AuthenticatedUser,
  AuthenticateProcedure,
  AuthenticationFacts,
} from '../actors/dynamic-users.js';
export {
  type Actors,
  AmbiguousChild,
  type AutoShutdown,
  type BackoffOptions,
  BadSpec,
  type BranchSpec,
  type Budget,
  type ChildCounts,
  type ChildDownEvent,
  type ChildDownNotice,
  type ChildHandle,
  type ChildIdentity,
  type ChildInfo,
  type ChildJson,
  type ChildRef,
  type ChildSpec,
  ChildState,
  type ChildStatus,
  type ChildTemplate,
  type ChildView,
  type Clock,
  checkChildSpecs,
  type DownEvent,
  type DownListener,
  type DownNotice,
  DynamicChild,
  type DynamicChildSpec,
  type DynamicSupervisorOptions,
  type DynamicTreeSpec,
  describeExit,
  dynamicSupervisor,
  type Exit,
  type ExitReason,
  exit,
  type Fate,
  GaveUp,
  ignore,
  isExit,
  isNormal,
  type LeafSpec,
  type LiveJson,
  link,
  MaxChildren,
  type Monitor,
  monitor,
  type NodeSpec,
  NotReady,
  NotRunning,
  type PartitionChild,
  type PartitionKey,
  type PartitionSupervisorOptions,
  PathRef,
  type PreparedSpec,
  partition,
  partitionOf,
  partitionSupervisor,
  type Report,
  type Restart,
  runTask,
  type Shutdown,
  type SpecProblem,
  type SpecProblemName,
  StartFailed,
  type StartFunction,
  StartTimedOut,
  type Strategy,
  SupervisorError,
  type SupervisorJson,
  type SupervisorLogic,
  type SupervisorOptions,
  type SupervisorSpec,
  type SupervisorView,
  sendExit,
  startTask,
  supervisor,
  systemClock,
  type TaskCallOptions,
  type TaskContext,
  type TaskLogic,
  type TaskOptions,
  type TaskRun,
  type TaskScope,
  TaskStopped,
  type TaskSupervisorOptions,
  TaskTimedOut,
  type TreeJson,
  type TreeSpec,
  task,
  taskSupervisor,
  UnknownChild,
  unlink,
  type WaitFor,
} from '../supervisors/index.js';
export type { Argon2id } from './auth/argon2id.js';
export type { Answer, AuthFacts, AuthMethod, Challenge, HelloFacts, Secret } from './auth/auth-method.js';
export { type CryptosignOptions, cryptosign } from './auth/cryptosign.js';
export type { FailedLoginLimits } from './auth/failed-logins.js';
export { type ScramOptions, scram } from './auth/scram.js';
export { type ScramCredential, type ScramCredentialOptions, scramCredential } from './auth/scram-credential.js';
export type { ScramDialect } from './auth/scram-exchange.js';
export { ticket } from './auth/ticket.js';
export { tls } from './auth/tls.js';
export { wampcra } from './auth/wampcra.js';
export { type ConnectOptions, connect } from './connect.js';
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
} from './contract/api.js';
export { type Contract, contract, errorOf, isError } from './contract/contract.js';
export type { ApiOf, Definition, PayloadSchemas, ProcedureDefinition, TopicDefinition } from './contract/definition.js';
export type { ContractIssue } from './contract/payload-check.js';
export type { InferInput, InferOutput, SchemaIssue, SchemaResult, StandardSchema } from './contract/standard-schema.js';
export type { Received, Validate } from './contract/validate.js';
export {
  ApplicationError,
  AuthenticationError,
  ConnectError,
  ConnectionLost,
  ContractViolation,
  PassthruError,
  type PassthruProblem,
  PeerDown,
  ProtocolError,
  QueueFull,
  SerializationError,
  SessionAborted,
  SessionClosed,
  TimeoutError,
  UsageError,
  WampError,
} from './errors.js';
export type { Logger, LogLine } from './logger.js';
export { type TunnelOptions, tunnel } from './passthru/tunnel.js';
export type { PeerStats } from './peer/counters.js';
export type { Drained, DrainOptions } from './peer/drain.js';
export type { Route } from './peer/environment.js';
export type { Registration, Subscription } from './peer/granted.js';
export type { CallStream } from './peer/loops/call-stream.js';
export type { EventStream } from './peer/loops/event-stream.js';
export type { MessageStream, MessagesOptions, PassingMessage } from './peer/loops/message-stream.js';
export type { ProgressiveCall } from './peer/loops/progressive-call.js';
export type { StatusStream } from './peer/loops/status-stream.js';
export type { Stream } from './peer/loops/stream.js';
export type { Overflow, StatusesOptions, StreamOptions } from './peer/loops/stream-options.js';
export { meta } from './peer/meta/meta.js';
export type {
  HistoricEvent,
  IdLists,
  RegistrationDetails,
  SessionDetails,
  SubscriptionDetails,
} from './peer/meta/meta-answers.js';
export type {
  FlushOptions,
  HistoryOptions,
  KillOptions,
  LookupOptions,
  Meta,
  RegistrationChange,
  RegistrationMeta,
  SessionFilter,
  SessionLeft,
  SessionMeta,
  SubscriptionChange,
  SubscriptionMeta,
  TestamentMeta,
  TestamentOptions,
  TestamentScope,
} from './peer/meta/meta-api.js';
export type {
  CallOptions,
  CallPart,
  CallStreamOptions,
  EventsOptions,
  LeaveOptions,
  OnAbort,
  ProgressOptions,
  PublishOptions,
  ReceiveBufferOptions,
  RegisterOptions,
  RequestOptions,
  SendBufferOptions,
  Session,
  SubscribeOptions,
} from './peer/options.js';
export {
  type ContractOptions,
  type ContractPeer,
  Peer,
  type PeerOf,
  type PeerWith,
} from './peer/peer.js';
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
} from './peer/relay/role.js';
export type { SealBy, SealedOnly } from './peer/seals.js';
export { type PeerOptions, type PeerSpecOptions, peer, type RouterAddress, type RouterChoice } from './peer/spec.js';
export type { PeerStatus } from './peer/status.js';
export type { PeerEvents } from './peer/watchers.js';
export type { CancelMode, Result } from './roles/caller.js';
export { type EndpointResult, result } from './roles/endpoint-result.js';
export type { CallerIdentity, Endpoint, Invocation } from './roles/invocation.js';
export type { Part } from './roles/parts.js';
export type { Event, EventHandler, PublisherIdentity } from './roles/subscriber.js';
export { type RouterSpecOptions, routerSpec } from './router/child.js';
export type { RouterLimits, RouterOptions } from './router/options.js';
export { type GrantSelector, Router, type RouterStats, router, type SessionSelector } from './router/router.js';
export type { Action, Permission } from './routing/authorization.js';
export type { Authorization, AuthorizedSession, Authorizer } from './routing/authorizer.js';
export type { Grant } from './routing/grant.js';
export type { RoleOptions } from './routing/roles.js';
export { cbor } from './serializers/cbor.js';
export { json } from './serializers/json.js';
export type { Limits as SerializerLimits } from './serializers/limits.js';
export { msgpack } from './serializers/msgpack.js';
export type { PayloadSerializer, Serializer } from './serializers/serializer.js';
export { type StartOptions, start, type Tree } from './start.js';
export { type RawSocketOptions, rawsocket } from './transports/rawsocket.js';
export type { RawSocketEndpoint } from './transports/rawsocket-url.js';
export type { ServerTls } from './transports/tls-front.js';
export type { ClientTls, Fetched, TlsSecrets } from './transports/tls-secrets.js';
export type { Connector, Frame, PeerCertificate, Transport, TransportEvents } from './transports/transport.js';
export { type WebSocketOptions, websocket } from './transports/websocket.js';
export type { SharedFrame } from './wamp/copies.js';
export type { CustomMessages, CustomShape, CustomShapes } from './wamp/custom-messages.js';
export { field } from './wamp/field.js';
export type { Message, MessageType } from './wamp/message.js';
export type { SealedPayload, SealingFacts } from './wamp/passthru.js';
export type { OpenPayload, PayloadContext, PayloadScheme } from './wamp/payload-scheme.js';
export type { Dict, Id, List, Parse, Uri } from './wamp/values.js';
export type { AnyMessage } from './wamp/vocabulary.js';
