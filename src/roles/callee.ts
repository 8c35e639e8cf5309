import { ApplicationError, ProtocolError, QueueFull, SerializationError } from '../errors.js';
import type { Message, MessageTable } from '../wamp/message.js';
import { isSealed } from '../wamp/sealed-payload.js';
import { Tombstones } from '../wamp/tombstones.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import * as ERROR from '../wamp/uris/error.js';
import * as FIELD_ERROR from '../wamp/uris/field-error.js';
import type { Dict, Id, List, Uri } from '../wamp/values.js';
import { NO_ARGS, NO_KWARGS } from './empty-payload.js';
import { checkError, isA, messageOf, toError } from './endpoint-failure.js';
import { payloadOf } from './endpoint-result.js';
import { isProgressive, type Procedure, procedureOf, Work, type WorkHost } from './invocation.js';
import type { Load } from './load.js';
import type { Opened, PayloadPassthru } from './payload-passthru.js';
import { isPromiseLike } from './promise-like.js';
import { type Register, Unregister } from './registering.js';
import type { Requests } from './requests.js';
import { revocation, revokedId } from './revocation.js';
import type { RolesHost } from './roles-host.js';
import type { Unopened } from './unopened.js';

const PROGRESS: Dict = Object.freeze({ progress: true });

/** The callee role of one session. */
export class Callee implements WorkHost {
  invocations = 0;
  /** Told when the last call that was not answered is. */
  onIdle: (() => void) | undefined = undefined;
  readonly table: MessageTable = {
    REGISTERED: (message) => this.#onRegistered(message),
    UNREGISTERED: (message) => this.#onUnregistered(message),
    INVOCATION: (message) => this.#onInvocation(message),
    INTERRUPT: (message) => this.#onInterrupt(message),
  };
  readonly #host: RolesHost;
  readonly #requests: Requests;
  readonly #passthru: PayloadPassthru;
  readonly #unopened: Unopened;
  readonly #load: Load;
  readonly #registrations = new Map<Id, Procedure>();
  readonly #working = new Map<Id, Work>();
  /** Calls in parts that ended here before their last part. Made for the first of them. */
  #cutOff: Tombstones | undefined;

  constructor(host: RolesHost, requests: Requests, passthru: PayloadPassthru, unopened: Unopened, load: Load) {
    this.#host = host;
    this.#requests = requests;
    this.#passthru = passthru;
    this.#unopened = unopened;
    this.#load = load;
  }

  /** Invocations that have not been answered. */
  get working(): number {
    return this.#working.size;
  }

  /** Takes a procedure away: later invocations of it are refused. */
  remove(offered: Procedure): Id | undefined {
    const { id } = offered;
    if (id === undefined) return undefined;
    offered.id = undefined;
    this.#registrations.delete(id);
    return id;
  }

  /** Whether a call is worked on, or was: what comes of it belongs to that. */
  knows(request: Id): boolean {
    return this.#working.has(request) || this.#cutOff?.has(request) === true;
  }

  /**
   * Ends a call that nobody has worked on.
   *
   * @param invocation the last that came of it
   * @param isAnswered whether the dealer waits for no answer
   */
  cancel(
    { request, details }: Message<'INVOCATION'>,
    isAnswered: boolean,
    uri: Uri = ERROR.canceled,
    args = NO_ARGS,
  ): void {
    if (isProgressive(details)) this.#cutOffParts(request);
    if (!isAnswered) this.#answer(request, uri, args);
  }

  /** The session has ended: whoever still works is told through its signal, and what comes of it goes nowhere. */
  end(why: Error): void {
    for (const work of this.#working.values()) {
      this.#stopTimer(work);
      work.offered.limit?.drop(work);
      work.abort(why);
    }
    this.#working.clear();
  }

  #onRegistered({ request: id, registration }: Message<'REGISTERED'>): void {
    const request = this.#requests.take('REGISTER', id);
    if (request === undefined) return;
    const { offered } = request as Register;
    if (request.settled) {
      // It was given up while the dealer worked on it: nobody would answer the calls.
      this.#requests.send(new Unregister(offered.procedure, registration));
      return;
    }
    // The first invocation may stand right behind: the endpoint must be in place before anybody's `await` goes on.
    offered.id = registration;
    this.#registrations.set(registration, offered);
    request.resolve(undefined);
  }

  #onUnregistered({ request, details }: Message<'UNREGISTERED'>): void {
    if (request === 0) this.#onRevoked(details);
    else this.#requests.take('UNREGISTER', request)?.resolve(undefined);
  }

  /** @see WAMP Advanced Profile, "Registration Revocation" */
  #onRevoked(details: Dict | undefined): void {
    const offered = this.#registrations.get(revokedId('UNREGISTERED', 'registration', details));
    if (offered === undefined) return; // It was being taken back by both sides at once.
    this.remove(offered);
    offered.onRevoked?.(revocation(ERROR.noSuchRegistration, 'registration', offered.procedure, details));
  }

  #onInvocation(message: Message<'INVOCATION'>): void {
    const { request, registration } = message;
    const begun = this.#working.get(request);
    if (begun !== undefined) {
      this.#onPart(begun, message);
      return;
    }
    if (this.#cutOff?.has(request)) {
      // It was on its way when the call ended here.
      if (!isProgressive(message.details)) this.#cutOff.delete(request);
      return;
    }
    const offered = this.#registrations.get(registration);
    if (offered === undefined) {
      // It was on its way while the procedure was unregistered.
      this.cancel(message, false, ERROR.noSuchRegistration, [`no registration ${registration}`]);
      return;
    }
    const opened = this.#open(offered, message);
    if (opened === null) return;
    this.invocations += 1;
    const work = new Work(offered, message, this, opened);
    this.#working.set(request, work);
    if (work.timeout !== undefined) this.#startTimer(work);
    const { limit } = offered;
    if (limit === undefined) this.start(work);
    else if (!limit.take(work)) {
      this.#end(work);
      this.#answer(request, ADVANCED_ERROR.unavailable, [
        `${offered.procedure} is busy: ${limit.concurrency} calls are worked on, ${limit.queueLimit} wait; try again later`,
      ]);
    }
  }

  /** @see WAMP Advanced Profile, "Progressive Call Invocations" */
  #onPart(work: Work, message: Message<'INVOCATION'>): void {
    const { request, offered } = work;
    if (!work.expectsParts) {
      throw new ProtocolError(`INVOCATION: expected a new request id, received ${request} again`);
    }
    const opened = this.#open(offered, message, work);
    if (opened === null) return;
    if (work.take(message, opened)) {
      if (work.timer !== undefined) this.#startTimer(work);
      return;
    }
    const said = `${offered.procedure}: ${work.parts.buffered} parts of a call wait already`;
    const error = new QueueFull(`${said} (partsBuffer)`);
    this.#cutShort(work, error);
    this.#host.failed('endpoint', work.procedure, error);
    this.cancel(message, false, ADVANCED_ERROR.unavailable, [`${said}; send them slower`]);
  }

  /** Ends a call in parts at one that cannot be taken: whether others are to come is for that one to say. */
  #cutShort(work: Work, why: Error): void {
    work.expectsParts = false;
    this.#abort(work, why);
  }

  /** Its endpoint is told, and whatever it returns goes nowhere. */
  #abort(work: Work, why: Error): void {
    this.#end(work);
    work.offered.limit?.drop(work);
    work.abort(why);
  }

  /** Nothing more is said of it. */
  #end(work: Work): void {
    this.#working.delete(work.request);
    if (work.timer !== undefined) this.#stopTimer(work);
    if (work.expectsParts) this.#cutOffParts(work.request);
    if (this.#working.size === 0) this.onIdle?.();
  }

  #cutOffParts(request: Id): void {
    // Not every router numbers its invocations in order.
    this.#cutOff ??= new Tombstones(undefined, false);
    this.#cutOff.add(request);
  }

  /**
   * Its time begins, or begins anew.
   *
   * @see WAMP Advanced Profile, "Call Timeouts"
   */
  #startTimer(work: Work): void {
    const { timeout = 0 } = work;
    this.#stopTimer(work);
    work.timer = this.#host.timers.setTimeout(() => {
      work.timer = undefined;
      const said = [`no answer within ${timeout} ms`];
      this.#abort(work, new ApplicationError(ADVANCED_ERROR.timeout, said));
      this.#answer(work.request, ADVANCED_ERROR.timeout, said);
    }, timeout);
  }

  #stopTimer(work: Work): void {
    if (work.timer === undefined) return;
    this.#host.timers.clearTimeout(work.timer);
    work.timer = undefined;
  }

  /**
   * @returns the payload; `undefined` when it is what the message says; null when it cannot be opened, or is not sealed as is
   *   demanded: then the call is over
   */
  #open(offered: Procedure, message: Message<'INVOCATION'>, begun?: Work): Opened | undefined | null {
    const { details } = message;
    const { demanded } = offered;
    if (demanded === undefined && begun?.sealedBy === undefined && !isSealed(details, message)) return undefined;
    const uri = begun?.procedure ?? procedureOf(offered, details);
    try {
      return this.#passthru.open(`a call of ${uri}`, message, { type: 'CALL', uri }, demanded, begun);
    } catch (error) {
      const why = error as Error;
      if (begun !== undefined) this.#cutShort(begun, why);
      this.#unopened.report(offered, 'a call', uri, why);
      const refusal = this.#passthru.refusal(why);
      this.cancel(message, false, refusal.error, refusal.args);
      return null;
    }
  }

  /** Lets the endpoint begin. Never throws. */
  start(work: Work): void {
    const { endpoint, limit } = work.offered;
    try {
      const outcome = endpoint(work);
      if (isPromiseLike(outcome)) {
        this.#load.begin();
        // A promise of this realm stays as it is; of any other object only the first word counts, and it counts later.
        Promise.resolve(outcome).then(
          (value) => {
            this.#yield(work, value);
            limit?.done();
            this.#load.settle();
          },
          (error: unknown) => {
            this.#fail(work, error);
            limit?.done();
            this.#load.settle();
          },
        );
        return;
      }
      this.#yield(work, outcome);
    } catch (error) {
      this.#fail(work, error);
    }
    limit?.done();
  }

  /** Whether its answer is still waited for: it was not interrupted, nor is its session gone. */
  #isOpen(work: Work): boolean {
    return this.#working.get(work.request) === work;
  }

  /** @see WAMP Advanced Profile, "Call Canceling" */
  #onInterrupt({ request, options }: Message<'INTERRUPT'>): void {
    const work = this.#working.get(request);
    if (work === undefined) return; // It was answered while the INTERRUPT was on its way.
    this.#abort(work, new ApplicationError(ERROR.canceled, ['the caller gave up']));
    // With `killnowait` the dealer has told the caller already and waits for nothing.
    if (options['mode'] !== 'killnowait') this.#answer(request, ERROR.canceled, NO_ARGS);
  }

  /** Sends a part of a result. @throws {SerializationError} */
  sendPart(work: Work, args: List, kwargs: Dict): boolean {
    if (!this.#isOpen(work)) return false;
    this.#sendYield(work, PROGRESS, args, kwargs);
    if (work.timer !== undefined) this.#startTimer(work);
    return true;
  }

  #yield(work: Work, value: unknown): void {
    if (!this.#isOpen(work)) return;
    const { args, kwargs } = payloadOf(value);
    try {
      this.#sendYield(work, NO_KWARGS, args, kwargs);
      this.#end(work);
    } catch (error) {
      this.#fail(work, error);
    }
  }

  #fail(work: Work, error: unknown): void {
    if (!this.#isOpen(work)) return;
    this.#end(work);
    const { request, procedure } = work;
    let what = 'result';
    if (isA(error, ApplicationError)) {
      try {
        checkError(error);
        this.#sendAnswer(work, toError(request, error.uri, error.args, error.kwargs));
        return;
      } catch (unsendable) {
        error = unsendable;
        what = 'error';
      }
    }
    this.#host.failed('endpoint', procedure, error);
    const isUnsendable = isA(error, SerializationError);
    const uri = isUnsendable ? ERROR.invalidArgument : FIELD_ERROR.runtimeError;
    const message = messageOf(error);
    const said = isUnsendable ? `the ${what} of ${procedure} cannot be sent: ${message}` : message;
    try {
      this.#sendAnswer(work, toError(request, uri, [said], NO_KWARGS));
    } catch {
      // It cannot be sealed, and whatever it says is not for others: the URI has to do.
      this.#answer(request, uri, NO_ARGS);
    }
  }

  #sendYield(work: Work, options: Dict, args: List, kwargs: Dict): void {
    this.#sendAnswer(work, { type: 'YIELD', request: work.request, options, args, kwargs });
  }

  /**
   * The answer to a call that came sealed is sealed likewise.
   *
   * @throws {SerializationError} @throws {PassthruError}
   */
  #sendAnswer({ procedure, details, sealedBy }: Work, answer: Message<'YIELD' | 'ERROR'>): void {
    this.#host.send(
      sealedBy === undefined
        ? answer
        : this.#passthru.seal(`the answer of ${procedure}`, answer, procedure, sealedBy, details),
    );
  }

  #answer(request: Id, uri: Uri, args: List): void {
    this.#host.send(toError(request, uri, args, NO_KWARGS));
  }
}
