import { Call, type Result } from '../roles/caller.js';
import { NO_ARGS, NO_KWARGS } from '../roles/empty-payload.js';
import type { Endpoint } from '../roles/invocation.js';
import { checkPayload } from '../roles/payload.js';
import { Publication } from '../roles/publisher.js';
import type { EventHandler } from '../roles/subscriber.js';
import type { Id, List, Uri } from '../wamp/values.js';
import { fromCallSite } from './call-site.js';
import type { VerbChecks } from './checks/verbs.js';
import type { PeerStats } from './counters.js';
import { type DeclaringParts, procedure, topic } from './declared/declare.js';
import type { Declared } from './declared/declared.js';
import type { Registration, Subscription } from './granted.js';
import type { Guard } from './guard/guard.js';
import type { PeerLife } from './life.js';
import { CallStream } from './loops/call-stream.js';
import { EventStream } from './loops/event-stream.js';
import { ProgressiveCall } from './loops/progressive-call.js';
import { StatusStream } from './loops/status-stream.js';
import type { StatusesOptions } from './loops/stream-options.js';
import type {
  CallOptions,
  CallStreamOptions,
  EventsOptions,
  LeaveOptions,
  ProgressOptions,
  PublishOptions,
  RegisterOptions,
  RequestOptions,
  Session,
  SubscribeOptions,
} from './options.js';
import type { PeerStatus } from './status.js';
import type { PeerEvents } from './watchers.js';
import { wireOptions } from './wire-options.js';

/**
 * The core of a peer as its user holds it: a handle that stays valid over every restart. It is all of the peer that a small page
 * has; everywhere else it is a `Peer`, which can do more.
 *
 * Requests made while the peer is down wait for its next session up to their deadline, unless they say
 * `whenDown: 'fail'`. Every promise settles: with the answer, at its deadline, when its signal aborts, or when it becomes
 * certain that no session will come.
 */
export class CorePeer {
  readonly #life: PeerLife;
  readonly #guard: Guard | undefined;
  readonly #checks: VerbChecks | undefined;

  /**
   * Peers are made by `connect()` and by a tree, not by hand.
   *
   * @param guard keeps a contract other than the peer's own; `null` keeps none
   * @internal
   */
  constructor(life: PeerLife, guard: Guard | null = life.parts.guard ?? null) {
    this.#life = life;
    this.#guard = guard ?? undefined;
    this.#checks = life.parts.checks;
  }

  /** Its id in the tree. */
  get name(): string {
    return this.#life.name;
  }

  get status(): PeerStatus {
    return this.#life.status;
  }

  /** Of the router that it is with; while it has no session, that of the one that it tries. Holds no credentials. */
  get address(): string {
    return this.#life.address;
  }

  /** The present session, if there is one. */
  get session(): Session | undefined {
    return this.#life.session;
  }

  /** 1 in its first life, one more with each restart; 0 before. */
  get incarnation(): number {
    return this.#life.incarnation;
  }

  /** Why its last incarnation ended, if one did: an `Error`, or `normal`, `shutdown`, `killed`. */
  get lastExit(): unknown {
    return this.#life.lastExit;
  }

  /** The present session, or the next one. Rejects with the true reason when there will be none. */
  joined(): Promise<Session> {
    const { status, session, watchers } = this.#life;
    if (session !== undefined && (status === 'joined' || status === 'degraded')) return Promise.resolve(session);
    if (this.#life.isOver) return Promise.reject(this.#life.whyNoSession);
    return watchers.nextJoin();
  }

  /**
   * Calls a procedure.
   *
   * @throws {ApplicationError} the answer was ERROR
   * @throws {TimeoutError} at its deadline; the dealer is asked to cancel it if it can
   * @throws {ConnectionLost} the session ended while it was in flight: it may have been carried out
   * @throws {SerializationError} an argument cannot be sent; the message has its path
   * @throws {ContractViolation} with a contract in schemas: an argument does not fit, and nothing was sent; or the result
   * @throws {PeerDown} there is no session and none is waited for
   * @throws {PassthruError} its payload cannot be sealed, or that of its result not be opened
   */
  async call(uri: Uri, args: List = NO_ARGS, options: CallOptions = {}): Promise<Result> {
    try {
      return await this.#call('call', uri, args, options);
    } catch (error) {
      throw fromCallSite(error, options?.signal);
    }
  }

  /**
   * Calls a procedure, and forgets the call: whatever it comes to is nobody's to await. A failure is counted
   * (`stats().failedCasts`) and logged.
   *
   * @throws {UsageError} when the call makes no sense
   */
  cast(uri: Uri, args: List = NO_ARGS, options: CallOptions = {}): void {
    this.#forget('call', uri, this.#call('cast', uri, args, options));
  }

  /**
   * Calls a procedure, for a loop over the parts of its result as they come; `result` is what stands at its end.
   *
   * The call is made at once. To leave the loop cancels it. `timeout` is the longest pause between two parts. A
   * rejection of `result` that nobody awaits troubles nobody: it may be looked at whenever it suits.
   *
   * @throws {UsageError} when the call makes no sense; whatever else goes wrong ends the loop, and rejects `result`
   * @example `for await (const { args } of peer.progress('com.example.report', [2026])) draw(args)`
   * @see WAMP Advanced Profile, "Progressive Call Results"
   */
  progress(uri: Uri, args: List = NO_ARGS, options: ProgressOptions = {}): ProgressiveCall {
    this.#checks?.progress(uri, options);
    const operation = `call of ${uri}`;
    const { kwargs = NO_KWARGS } = options;
    checkPayload(operation, args, kwargs);
    const wire = wireOptions(options);
    const sealedBy = this.#life.parts.sealing.by(operation, uri, options.passthru);
    const guarded = this.#guard?.call(operation, uri, args, kwargs, options);
    this.#life.counters.calls += 1;
    return new ProgressiveCall(
      this.#life,
      uri,
      (onProgress) => new Call(uri, args, kwargs, wire, { ...options, sealedBy, onProgress }),
      options,
      guarded,
    );
  }

  /**
   * Calls a procedure whose arguments are sent in parts: by `send` and `end` of what this gives, or from `parts`. `args` is the
   * first part and leaves at once; nobody sees a part that carries nothing, so `[]` only opens the call. The callee works on
   * them with `invocation.parts`, and may answer before the last one.
   *
   * As with {@link progress}, the loop over it is over the parts of the result, and to leave the loop cancels the call.
   * `timeout` is the longest pause between two parts of either kind. The call ends with its session.
   *
   * @throws {UsageError} when the call makes no sense. Whatever else goes wrong ends the loop, and rejects `result`: with
   *   `wamp.error.feature_not_supported` where the router, or the callee, takes no call in parts
   * @example
   * const upload = peer.stream('com.example.store', ['report.txt'], { receiveProgress: false });
   * for await (const chunk of file) await upload.send([chunk]);
   * const { args: [octets] } = await upload.end();
   * @see WAMP Advanced Profile, "Progressive Call Invocations"
   */
  stream(uri: Uri, args: List = NO_ARGS, options: CallStreamOptions = {}): CallStream {
    this.#checks?.stream(uri, options);
    const operation = `call of ${uri}`;
    const { kwargs = NO_KWARGS } = options;
    checkPayload(operation, args, kwargs);
    const wire = wireOptions({ ...options, receiveProgress: undefined });
    const guarded = this.#guard?.call(operation, uri, args, kwargs, options, true);
    this.#life.counters.calls += 1;
    const sealedBy = this.#life.parts.sealing.by(operation, uri, options.passthru);
    return new CallStream(this.#life, uri, args, wire, options, sealedBy, guarded);
  }

  /**
   * Publishes an event. Fulfilled when the broker has acknowledged it, with the publication's id, if
   * `acknowledge: true` was given; else with `undefined` as soon as it is on its way.
   *
   * As WAMP has it, a peer does not receive its own events unless it says `excludeMe: false`.
   */
  async publish(uri: Uri, args: List = NO_ARGS, options: PublishOptions = {}): Promise<Id | undefined> {
    try {
      return await this.#publish('publish', uri, args, options);
    } catch (error) {
      throw fromCallSite(error, options?.signal);
    }
  }

  /**
   * Publishes an event, and forgets it: as {@link cast} does with a call.
   *
   * @throws {UsageError} when the publication makes no sense
   */
  emit(uri: Uri, args: List = NO_ARGS, options: PublishOptions = {}): void {
    this.#forget('publication', uri, this.#publish('emit', uri, args, options));
  }

  /**
   * Offers a procedure, now and after every restart. Fulfilled when the router has it.
   *
   * @throws {ApplicationError} the router refuses it: it is then not offered later either
   */
  async register(uri: Uri, endpoint: Endpoint, options: RegisterOptions = {}): Promise<Registration> {
    this.#checks?.register(uri, endpoint, options);
    this.#guard?.knows('procedure', 'register', uri, options.match);
    const entry = procedure(uri, endpoint, options, this.#parts);
    await this.#add(entry, options);
    return {
      procedure: uri,
      get active() {
        return entry.active;
      },
      unregister: async (request = {}) => {
        this.#checks?.request(`unregistration of ${uri}`, request);
        await this.#life.remove(entry, request);
      },
      [Symbol.asyncDispose]: () => this.#life.remove(entry, {}),
    };
  }

  /** Hears a topic, now and after every restart. Fulfilled when the router knows. */
  async subscribe(uri: Uri, handler: EventHandler, options: SubscribeOptions = {}): Promise<Subscription> {
    this.#checks?.subscribe(uri, handler, options);
    this.#guard?.knows('topic', 'subscribe', uri, options.match);
    const entry = topic(uri, handler, options, this.#parts);
    await this.#add(entry, options);
    return {
      topic: uri,
      get active() {
        return entry.active;
      },
      unsubscribe: async (request = {}) => {
        this.#checks?.request(`unsubscription from ${uri}`, request);
        await this.#life.remove(entry, request);
      },
      [Symbol.asyncDispose]: () => this.#life.remove(entry, {}),
    };
  }

  /**
   * Hears a topic, now and after every restart, for a loop over its events.
   *
   * The peer subscribes at once, so nothing is missed between this and the loop; `ready` is fulfilled when the router
   * knows. Events for which the loop has no time yet wait in a bounded buffer. To leave the loop, or `signal`, ends the
   * subscription; so does the end of the peer: a peer that has left or was stopped ends the loop, one that is parked
   * fails it with the reason.
   *
   * @throws {UsageError} when it makes no sense; if the router refuses it, the loop fails with its ERROR
   * @example `for await (const { args } of peer.events('com.example.news')) print(args)`
   */
  events(uri: Uri, options: EventsOptions = {}): EventStream {
    this.#checks?.events(uri, options);
    this.#guard?.knows('topic', 'events', uri, options.match);
    return new EventStream(this.#life, uri, options, this.#parts);
  }

  /**
   * Says GOODBYE, by default awaits the router's, and ends with exit reason `normal`: a transient child, as peers are by
   * default, is then not restarted. Fulfilled when it has ended. With `wait: false` the router's GOODBYE is not awaited.
   * A peer that waits for its next try is stopped.
   */
  async leave(options: LeaveOptions = {}): Promise<void> {
    this.#checks?.leave(options);
    await this.#life.leave(options);
  }

  /**
   * Ends the present session with ABORT, as a peer does that cannot go on: an abnormal end, after which its supervisor
   * restarts it. Does nothing when there is no session.
   *
   * @param reason a URI, such as `wamp.error.unavailable`
   * @returns whether there was a session to abort
   * @see WAMP Basic Profile, "ABORT"
   */
  abort(reason: Uri, message = ''): boolean {
    this.#checks?.abort(reason, message);
    return this.#life.abort(reason, message);
  }

  /**
   * The peer's `status`, for a loop: the present one, and then each that it changes to, over all restarts.
   *
   * It ends behind `stopped`, and of a peer that is parked with its tree. What a loop has no time for yet waits in a bounded
   * buffer, which drops the oldest by default.
   *
   * @throws {UsageError} when an option makes no sense
   * @example `for await (const status of peer.statuses()) light.color = status === 'joined' ? 'green' : 'red'`
   */
  statuses(options: StatusesOptions = {}): StatusStream {
    this.#checks?.statuses(options);
    return new StatusStream(this.#life, options);
  }

  /** Hears what happens to the peer. @returns a function that ends it */
  on<E extends keyof PeerEvents>(event: E, listener: (value: PeerEvents[E]) => void): () => void {
    this.#checks?.on(event, listener);
    return this.#life.watchers.on(event, listener);
  }

  /** What it has declared, and what of that the router refused in this session. */
  get declared(): readonly Pick<Declared, 'kind' | 'uri' | 'active' | 'refused'>[] {
    return [...this.#life.declared].map(({ kind, uri, active, refused }) => ({ kind, uri, active, refused }));
  }

  stats(): PeerStats {
    return this.#life.stats;
  }

  /** For `await using`: leaves at the end of its block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  /** What has a say in what it declares: the guard is this view's own. */
  get #parts(): DeclaringParts {
    return { sealing: this.#life.parts.sealing, guard: this.#guard };
  }

  #call(what: string, uri: Uri, args: List, options: CallOptions): Promise<Result> {
    this.#checks?.call(what, uri, options);
    const operation = `call of ${uri}`;
    const { kwargs = NO_KWARGS } = options;
    checkPayload(operation, args, kwargs);
    const wire = wireOptions(options);
    const sealedBy = this.#life.parts.sealing.by(operation, uri, options.passthru);
    if (this.#guard !== undefined) {
      const guarded = this.#guard.call(operation, uri, args, kwargs, options);
      const onProgress = options.onProgress && guarded.parts(options.onProgress);
      this.#life.counters.calls += 1;
      return guarded.submit(new Call(uri, args, kwargs, wire, { ...options, sealedBy, onProgress }));
    }
    const call = new Call(uri, args, kwargs, wire, sealedBy === undefined ? options : { ...options, sealedBy });
    this.#life.counters.calls += 1;
    return this.#life.outbox.submit(call, options);
  }

  #publish(what: string, uri: Uri, args: List, options: PublishOptions): Promise<Id | undefined> {
    this.#checks?.publish(what, uri, options);
    const operation = `publication to ${uri}`;
    const { kwargs = NO_KWARGS } = options;
    checkPayload(operation, args, kwargs);
    const wire = wireOptions(options);
    const sealedBy = this.#life.parts.sealing.by(operation, uri, options.passthru);
    const publication = new Publication(uri, args, kwargs, wire, sealedBy);
    const fits = this.#guard?.fits('topic', operation, uri, args, kwargs);
    this.#life.counters.publications += 1;
    return this.#guard?.send(publication, uri, fits, options) ?? this.#life.outbox.submit(publication, options);
  }

  async #add(entry: Declared, options: RequestOptions): Promise<void> {
    try {
      await this.#life.add(entry, options);
    } catch (error) {
      throw fromCallSite(error, options.signal);
    }
  }

  #forget(what: 'call' | 'publication', uri: Uri, promise: Promise<unknown>): void {
    promise.catch((error: unknown) => {
      this.#life.counters.failedCasts += 1;
      this.#life.log.castFailed(what, uri, error);
    });
  }
}
