import { ApplicationError, ProtocolError } from '../errors.js';
import { MESSAGES, type Message } from '../wamp/message.js';
import { isPassedThrough } from '../wamp/sealed-payload.js';
import { checkUri } from '../wamp/uri.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import * as ERROR from '../wamp/uris/error.js';
import type { Dict, Id, List } from '../wamp/values.js';
import type { Allowed, Decision } from './authorization.js';
import { CallTimes } from './call-times.js';
import {
  fitFor,
  forCaller,
  identityOf,
  inPart,
  notHandedOver,
  occupied,
  PROGRESS,
  takesPassthru,
} from './handing-on.js';
import { LIMITS, LimitReached } from './limits.js';
import { cutOff, type Invocation, type Member } from './member.js';
import { answerPassthru, notPassedTo, passthruOf } from './passthru.js';
import { checkOptions, discloses, NOTHING, refuse, refuseForbidden, refuseInvalid, sendError } from './refusal.js';
import type { Registration, Slots } from './registration.js';
import type { Registrations } from './registrations.js';
import { answerCall, type RouterProcedures } from './router-procedure.js';
import { WaitingCalls } from './waiting-calls.js';

export interface CallsOptions {
  /** The time, in milliseconds; only differences mean anything. Needed for the `timeout` option of CALL. */
  readonly now: () => number;
  /** The earliest deadline has come nearer: look at {@link Calls.nextDeadline}. */
  readonly deadlineChanged?: () => void;
  /** From 0 up to 1, for registrations with `invoke: 'random'`. Default `Math.random`. */
  readonly random?: () => number;
  /** How many calls one session may have in flight. Default 10,000. */
  readonly maxCalls?: number;
  /** How many calls of one procedure may wait while its callees have as many as they take at a time. Default 1,000. */
  readonly maxWaiting?: number;
  /** Whether a caller may ask that the callee is told who it is. Default true. */
  readonly disclosure?: boolean;
}

const KILLNOWAIT: Dict = Object.freeze({ mode: 'killnowait' });
const KILL: Dict = Object.freeze({ mode: 'kill' });

/**
 * The calls of one realm that are in flight: which one waits for whom.
 *
 * Every call is answered exactly once with its last RESULT or ERROR, unless its caller has left: by the callee, or here
 * when the callee leaves, the call is cancelled or its time is over. An answer that comes after that is discarded; an
 * answer that nobody ever asked for is a protocol violation.
 *
 * @see WAMP Basic Profile, "Calling and Invocations"
 */
export class Calls {
  /** CALL messages that became an INVOCATION. */
  made = 0;
  /** Answers and parts of calls that came too late, and progress that nobody asked for. */
  discarded = 0;
  /** Calls that ended because their `timeout` was over. */
  timedOut = 0;

  readonly #registrations: Registrations;
  readonly #times: CallTimes;
  readonly #random: () => number;
  readonly #maxCalls: number;
  readonly #maxWaiting: number;
  readonly #disclosure: boolean;
  readonly #waiting = new WaitingCalls();
  #inFlight = 0;
  #isDraining = false;
  #drained: () => void = () => {};
  #ofRouter: RouterProcedures = new Map();

  constructor(registrations: Registrations, options: CallsOptions) {
    this.#registrations = registrations;
    this.#times = new CallTimes(options.now, options.deadlineChanged ?? (() => {}));
    this.#random = options.random ?? Math.random;
    this.#maxCalls = options.maxCalls ?? LIMITS.calls.fallback;
    this.#maxWaiting = options.maxWaiting ?? LIMITS.callsWaiting.fallback;
    this.#disclosure = options.disclosure ?? true;
    registrations.onCallee = (registration) => this.#proceed(registration);
    registrations.onEnd = (registration) => this.#endWaiting(registration);
  }

  /** Procedures that the router answers itself. */
  provide(procedures: RouterProcedures): void {
    this.#ofRouter = procedures;
  }

  /** How many wait for an answer. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** How many of them wait for a callee that is free. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Begins no more calls, but for who works on one and may need another to end it, and for the router itself.
   *
   * @param drained called once, when no call is in flight; it may be called from within, and must not call back
   */
  drain(drained: () => void): void {
    this.#isDraining = true;
    if (this.#inFlight === 0) drained();
    else this.#drained = drained;
  }

  /**
   * Ends what a session has to do with: those who wait for it receive `wamp.error.canceled`, and those who work for it
   * are interrupted if they can be.
   */
  leave(member: Member): void {
    for (const invocation of member.invocations.values()) {
      this.#settle(invocation);
      if (invocation.caller === member) continue;
      sendError(invocation.caller.peer, 'CALL', invocation.call, ERROR.canceled, [
        'the callee has left before it answered',
      ]);
    }
    // First what waits: each of the others makes room for a call, and it must not be one of these.
    for (const invocation of member.calls.values()) if (invocation.callee === undefined) this.#settle(invocation);
    for (const invocation of member.calls.values()) this.#abandon(invocation);
  }

  /** The earliest deadline of a call in flight, in the clock's milliseconds. */
  nextDeadline(): number | undefined {
    return this.#times.next();
  }

  /** Ends every call whose deadline is `now` or earlier. */
  expire(now: number): void {
    const due = this.#times.takeDue(now);
    // First what waits, as in `leave`.
    for (const invocation of due) if (invocation.callee === undefined) this.#settle(invocation);
    for (const invocation of due) {
      this.timedOut += 1;
      if (invocation.callee !== undefined) this.#abandon(invocation);
      const said = `no answer within ${invocation.timeout} ms`;
      sendError(invocation.caller.peer, 'CALL', invocation.call, ADVANCED_ERROR.timeout, [said]);
    }
  }

  /** @throws {ProtocolError} when the request's id is out of line, or its options are of a feature not announced */
  onCall(caller: Member, message: Message<'CALL'>): void {
    if (caller.left) return;
    const { request, options } = message;
    const begun = caller.calls.get(request);
    if (begun !== undefined) {
      this.#onPart(begun, message);
      return;
    }
    const inParts = options['progress'] === true;
    if (caller.cutOff?.has(request)) {
      // It was sent before its sender could know that the call is over.
      this.discarded += 1;
      if (!inParts) caller.cutOff.delete(request);
      return;
    }
    caller.peer.requests.expect(request);
    if (inParts && !caller.sendsParts) {
      throw new ProtocolError(
        'option progress: this session does not announce progressive_call_invocations as a caller; send the call as a whole',
      );
    }
    const { rights } = caller.peer;
    let decision: Decision | Promise<Decision>;
    let passthru: Dict | undefined;
    try {
      passthru = passthruOf(caller.peer, 'caller', options, message);
      checkOptions('CALL', options);
      refuseInvalid(message.procedure);
      decision = rights.of('call', message.procedure, options);
    } catch (error) {
      refuseCall(caller, message, error);
      return;
    }
    if (decision instanceof Promise) rights.hold(decision, (made) => this.#decided(caller, message, passthru, made));
    else this.#decided(caller, message, passthru, decision);
  }

  #decided(caller: Member, message: Message<'CALL'>, passthru: Dict | undefined, decision: Decision): void {
    try {
      this.#call(caller, message, passthru, refuseForbidden(decision));
    } catch (error) {
      refuseCall(caller, message, error);
    }
  }

  /**
   * A further part of a call, for whoever received the first.
   *
   * @throws {ProtocolError} when there can be none: the id is that of another call
   * @see WAMP Advanced Profile, "Progressive Call Invocations"
   */
  #onPart(invocation: Invocation, message: Message<'CALL'>): void {
    const { request, options, procedure, args, kwargs } = message;
    const { parts, callee, caller } = invocation;
    if (parts === undefined) throw new ProtocolError(`CALL.Request: ${request} is the id of a call still in flight`);
    if (!parts.more) {
      throw new ProtocolError(
        `CALL.Request: ${request} is the id of a call still in flight that has had its last part`,
      );
    }
    if (procedure !== parts.procedure) {
      throw new ProtocolError(
        `CALL.Procedure: expected the procedure of the call that request ${request} began, received another`,
      );
    }
    // Whatever else its options say, it was settled by those of the first part.
    const { progress = false } = options;
    try {
      checkOptions('CALL', { progress });
      parts.more = progress === true;
      const passthru = passthruOf(caller.peer, 'caller', options, message);
      // What comes in parts does not wait for its callee.
      if (callee === undefined) throw notHandedOver('a part of the call');
      if (passthru !== undefined && !callee.takesPassthru.callee) throw notPassedTo('callee');
      if (invocation.killed) {
        this.discarded += 1;
        return;
      }
      this.#times.restart(invocation);
      const { registration } = parts;
      const details = passthru === undefined ? parts.details : { ...parts.details, ...passthru };
      const sent = callee.peer.send({
        type: 'INVOCATION',
        request: invocation.request,
        registration,
        details: parts.more ? { ...details, progress: true } : details,
        args,
        kwargs,
      });
      if (!sent) throw notHandedOver('a part of the call');
    } catch (error) {
      this.#abandon(invocation);
      refuse(caller.peer, 'CALL', request, error);
    }
  }

  /** @param passthru the attributes of a payload that passes through */
  #call(caller: Member, message: Message<'CALL'>, passthru: Dict | undefined, allowed: Allowed): void {
    const { request: call, options, procedure, args, kwargs } = message;
    const timeout = (options['timeout'] ?? 0) as number;
    const disclose = discloses(options, this.#disclosure, allowed);
    const registration = this.#registrations.best(procedure);
    if (registration === undefined) {
      const ofRouter = this.#ofRouter.get(procedure);
      if (ofRouter !== undefined) {
        answerCall(ofRouter, caller.peer, message, passthru !== undefined);
        return;
      }
      const meant = this.#registrations.meantBy(procedure, (uri) => caller.peer.rights.mayKnow(uri));
      const help = meant === undefined ? '' : `; did you mean ${meant}?`;
      throw new ApplicationError(ERROR.noSuchProcedure, [`no procedure ${procedure} is registered${help}`]);
    }
    if (this.#isDraining && caller.invocations.size === 0 && caller.peer.isRouter !== true) {
      throw new ApplicationError(ADVANCED_ERROR.unavailable, ['the router is shutting down, and begins no more calls']);
    }
    if (caller.calls.size >= this.#maxCalls) {
      throw new LimitReached(
        'calls',
        `a session may have ${this.#maxCalls} calls in flight, and this one does: wait for some to end`,
      );
    }
    // A registration always has a callee, but perhaps none to whom this payload may pass, or none that is free.
    const callee = registration.pick(this.#random, fitFor(registration, passthru !== undefined));
    const inParts = options['progress'] === true;
    if (callee === undefined) {
      if (passthru !== undefined && !registration.callees.some(takesPassthru)) throw notPassedTo('callee');
      this.#wait(caller, message, registration, { timeout, disclosed: disclose, inParts });
      return;
    }
    if (inParts && !callee.takesParts) {
      throw new ApplicationError(ADVANCED_ERROR.featureNotSupported, [
        `the callee of ${procedure} takes no call in parts: it announces no progressive_call_invocations, or no call_canceling`,
      ]);
    }
    const progress = options['receive_progress'] === true && caller.takesProgress && callee.sendsProgress;
    const forwards = timeout > 0 && registration.keepTimeouts.has(callee);
    const details =
      progress || disclose || forwards || registration.match !== 'exact'
        ? {
            ...(progress && { receive_progress: true }),
            ...(forwards && { timeout }),
            ...(disclose && identityOf(caller.peer)),
            ...(registration.match !== 'exact' && { procedure }),
          }
        : NOTHING;
    const request = ++callee.lastInvocation;
    const invocation: Invocation = {
      call,
      caller,
      request,
      callee,
      slots: occupied(registration, callee),
      progress,
      timeout: forwards ? 0 : timeout,
      // What was sent of a call in parts is gone: it stays where it is.
      registration: inParts ? undefined : registration,
      disclosed: disclose,
      message,
      tried: undefined,
      parts: inParts ? { procedure, registration: registration.id, details, more: true } : undefined,
      killed: false,
      deadline: 0,
      position: -1,
    };
    caller.calls.set(call, invocation);
    callee.invocations.set(request, invocation);
    this.#inFlight += 1;
    this.#times.start(invocation);
    const sent = callee.peer.send({
      type: 'INVOCATION',
      request,
      registration: registration.id,
      details: inParts || passthru !== undefined ? { ...details, ...passthru, ...(inParts && PROGRESS) } : details,
      args,
      kwargs,
    });
    if (!sent) {
      this.#settle(invocation);
      callee.lastInvocation -= 1; // The callee has not seen this id: its next one must have no gap before it.
      this.#free(invocation.slots);
      throw notHandedOver('the call');
    }
    this.made += 1;
  }

  /**
   * Keeps a call until a callee is free: the first that is gets it, so that no call waits at a callee while another is idle.
   *
   * @throws {ApplicationError} `wamp.error.unavailable` when there is no place
   */
  #wait(
    caller: Member,
    message: Message<'CALL'>,
    registration: Registration<Member>,
    { timeout, disclosed, inParts }: { timeout: number; disclosed: boolean; inParts: boolean },
  ): void {
    const waiting = this.#waiting.countFor(registration);
    // The parts that follow would have to wait, too, however many they are.
    if (inParts || waiting >= registration.placesToWait(this.#maxWaiting)) {
      const said = inParts ? 'a call in parts does not wait' : `${waiting} wait`;
      const busy = `${message.procedure} is busy: its callees work on as many calls as they take at a time, and ${said}; try again later`;
      // Where callees would let fewer wait, theirs is the limit.
      if (!inParts && waiting >= this.#maxWaiting) throw new LimitReached('callsWaiting', busy);
      throw new ApplicationError(ADVANCED_ERROR.unavailable, [busy]);
    }
    const invocation: Invocation = {
      call: message.request,
      caller,
      request: 0,
      callee: undefined,
      slots: undefined,
      progress: false,
      timeout,
      registration,
      disclosed,
      message,
      tried: undefined,
      parts: undefined,
      killed: false,
      deadline: 0,
      position: -1,
    };
    caller.calls.set(message.request, invocation);
    this.#inFlight += 1;
    this.#times.start(invocation);
    this.#waiting.add(invocation, registration);
  }

  /** Calls that wait go to callees that are free. */
  #proceed(registration: Registration<Member>): void {
    for (const invocation of this.#waiting.for(registration)) {
      const isSealed = isPassedThrough(invocation.message.options);
      const callee = registration.pick(this.#random, fitFor(registration, isSealed));
      if (callee === undefined) {
        // One behind it may be for anybody.
        if (isSealed) continue;
        return;
      }
      this.#waiting.remove(invocation, registration);
      if (this.#moveTo(callee, invocation, registration)) {
        this.made += 1;
        continue;
      }
      this.#settle(invocation);
      const { uri, args } = notHandedOver('the call');
      sendError(invocation.caller.peer, 'CALL', invocation.call, uri, args);
    }
  }

  /** Nobody is left for whom calls could wait. */
  #endWaiting(registration: Registration<Member>): void {
    for (const invocation of this.#waiting.for(registration)) {
      const { caller, call } = invocation;
      this.#settle(invocation);
      if (caller.left) continue;
      sendError(caller.peer, 'CALL', call, ADVANCED_ERROR.noAvailableCallee, [
        `the last callee of ${registration.procedure} has left, or has taken it back, while the call waited for one`,
      ]);
    }
  }

  /** A callee has one call less to answer: one that waits can go to it. */
  #free(slots: Slots<Member> | undefined): void {
    if (slots === undefined) return;
    slots.open -= 1;
    if (!this.#waiting.isEmpty) this.#proceed(slots.registration);
  }

  /** @see WAMP Advanced Profile, "Call Canceling" */
  onCancel(caller: Member, { request, options }: Message<'CANCEL'>): void {
    const invocation = caller.calls.get(request);
    // Answered in the meantime, or never made: the two cannot be told apart, and the first is no fault.
    if (invocation === undefined) return;
    try {
      checkOptions('CANCEL', options);
    } catch (error) {
      refuse(caller.peer, 'CANCEL', request, error);
      return;
    }
    const mode = options['mode'] ?? 'killnowait';
    const { callee } = invocation;
    if (mode === 'kill' && callee?.canBeInterrupted) {
      if (invocation.killed) return;
      invocation.killed = true;
      callee.peer.send({ type: 'INTERRUPT', request: invocation.request, options: KILL });
      return;
    }
    this.#abandon(invocation, mode !== 'skip' && !invocation.killed);
    sendError(caller.peer, 'CALL', request, ERROR.canceled, ['the caller cancelled the call']);
  }

  // Answers

  /** @throws {ProtocolError} when the callee was never asked for it, or its options are of a feature not announced */
  onYield(callee: Member, message: Message<'YIELD'>): void {
    const { request, options, args, kwargs } = message;
    const progress = options['progress'] === true;
    const passthru = answerPassthru(callee.peer, options, message);
    const invocation = this.#answered(callee, 'YIELD', request, !progress);
    if (invocation === undefined) return;
    const told = forCaller(invocation.caller, passthru);
    if (told instanceof ApplicationError) {
      if (progress) this.#abandon(invocation);
      else this.#settle(invocation);
      sendError(invocation.caller.peer, 'CALL', invocation.call, told.uri, told.args);
      if (!progress) this.#free(invocation.slots);
      return;
    }
    if (!progress) this.#settle(invocation);
    else if (invocation.progress) {
      // Its callee attends to it.
      invocation.registration = undefined;
      this.#times.restart(invocation);
    } else {
      this.discarded += 1;
      return;
    }
    const sent = invocation.caller.peer.send({
      type: 'RESULT',
      request: invocation.call,
      details: progress ? inPart(told) : told,
      args,
      kwargs,
    });
    if (progress) return;
    if (!sent) this.#answerTooLong(invocation);
    this.#free(invocation.slots);
  }

  /** @throws {ProtocolError} when it answers no INVOCATION, or one that the callee never received */
  onError(callee: Member, message: Message<'ERROR'>): void {
    const { requestType, request, details, error, args, kwargs } = message;
    if (requestType !== MESSAGES.INVOCATION.code) {
      throw new ProtocolError(
        `ERROR.REQUEST.Type: expected ${MESSAGES.INVOCATION.code}, the type of INVOCATION, received ${requestType}`,
      );
    }
    const passthru = answerPassthru(callee.peer, details, message);
    const invocation = this.#answered(callee, 'ERROR', request, true);
    if (invocation === undefined) return;
    if (error === ADVANCED_ERROR.unavailable && this.#goesOn(invocation, callee)) return;
    this.#settle(invocation);
    const problem = checkUri(error);
    if (problem !== undefined) {
      // Some clients end their session over such a URI: it must not be in a callee's power to bring that about.
      const said = `the callee has answered with an error whose URI ${problem}`;
      sendError(invocation.caller.peer, 'CALL', invocation.call, ERROR.invalidUri, [said]);
      this.#free(invocation.slots);
      return;
    }
    const told = forCaller(invocation.caller, passthru);
    if (told instanceof ApplicationError) {
      // It is an error in any case, and its URI says which; of the rest the caller could not make anything.
      sendError(invocation.caller.peer, 'CALL', invocation.call, error);
      this.#free(invocation.slots);
      return;
    }
    const sent = invocation.caller.peer.send({
      type: 'ERROR',
      requestType: MESSAGES.CALL.code,
      request: invocation.call,
      details: told,
      error,
      args,
      kwargs,
    });
    if (!sent) this.#answerTooLong(invocation);
    this.#free(invocation.slots);
  }

  /**
   * Sends a call on to another callee, since the one that has it cannot attend to it; or answers it when there is none.
   *
   * @returns false when it may not go on: it is answered with what its callee has said
   * @see WAMP Advanced Profile, "Call Re-Routing"
   */
  #goesOn(invocation: Invocation, callee: Member): boolean {
    const { registration, killed, caller, call, message, slots } = invocation;
    if (registration === undefined || killed || !callee.canBeBypassed) return false;
    invocation.tried ??= new Set();
    const { tried } = invocation;
    tried.add(callee);
    callee.invocations.delete(invocation.request);
    for (
      let next = registration.pickOther(tried, this.#random);
      next !== undefined;
      next = registration.pickOther(tried, this.#random)
    ) {
      if (registration.isFree(next) && this.#moveTo(next, invocation, registration)) {
        this.#free(slots);
        return true;
      }
      tried.add(next);
    }
    this.#settle(invocation);
    const said = `none of the ${tried.size} callees of ${message.procedure} is available`;
    sendError(caller.peer, 'CALL', call, ADVANCED_ERROR.noAvailableCallee, [said]);
    this.#free(invocation.slots);
    return true;
  }

  /** @returns false when it could not be handed over */
  #moveTo(callee: Member, invocation: Invocation, registration: Registration<Member>): boolean {
    const { caller, message } = invocation;
    const { options, procedure, args, kwargs } = message;
    const passthru = passthruOf(caller.peer, 'caller', options, message);
    if (passthru !== undefined && !takesPassthru(callee)) return false;
    const timeout = (options['timeout'] ?? 0) as number;
    const forwards = timeout > 0 && registration.keepTimeouts.has(callee);
    invocation.progress = options['receive_progress'] === true && caller.takesProgress && callee.sendsProgress;
    const request = callee.lastInvocation + 1;
    const sent = callee.peer.send({
      type: 'INVOCATION',
      request,
      registration: registration.id,
      details: {
        ...(invocation.progress && { receive_progress: true }),
        // Of which some is over, if it was kept here.
        ...(forwards && { timeout: this.#times.left(invocation) ?? timeout }),
        ...(invocation.disclosed && identityOf(caller.peer)),
        ...(registration.match !== 'exact' && { procedure }),
        ...passthru,
      },
      args,
      kwargs,
    });
    if (!sent) return false;
    callee.lastInvocation = request;
    invocation.request = request;
    invocation.callee = callee;
    invocation.slots = occupied(registration, callee);
    callee.invocations.set(request, invocation);
    if (forwards !== (invocation.timeout === 0 && timeout > 0)) {
      // Whoever has kept the time does not keep it any more.
      this.#times.stop(invocation);
      invocation.timeout = forwards ? 0 : timeout;
      this.#times.start(invocation);
    }
    return true;
  }

  /** The invocation that `callee` answers, or `undefined` when nobody waits for it any more. */
  #answered(callee: Member, type: 'YIELD' | 'ERROR', request: Id, last: boolean): Invocation | undefined {
    // Looked up among the callee's own: the ids of others mean nothing here.
    const invocation = callee.invocations.get(request);
    if (invocation !== undefined) return invocation;
    if (!callee.left && !callee.unwanted.has(request)) {
      throw new ProtocolError(`${type}.INVOCATION.Request: ${request} is no invocation this session has to answer`);
    }
    this.discarded += 1;
    if (last) callee.unwanted.delete(request);
    return undefined;
  }

  /** An answer that cannot leave as it is, most often since it is longer than the caller takes, must not become none. */
  #answerTooLong(invocation: Invocation): void {
    const args: List = ['the answer could not be handed to the caller'];
    sendError(invocation.caller.peer, 'CALL', invocation.call, ERROR.payloadSizeExceeded, args);
  }

  // The end of a call

  /** Takes a call out of every table. */
  #settle(invocation: Invocation): void {
    this.#times.stop(invocation);
    invocation.caller.calls.delete(invocation.call);
    const { callee, registration } = invocation;
    callee?.invocations.delete(invocation.request);
    this.#inFlight -= 1;
    if (callee === undefined) this.#waiting.remove(invocation, registration as Registration<Member>);
    if (invocation.parts?.more) cutOff(invocation.caller, invocation.call);
    if (this.#inFlight === 0 && this.#isDraining) {
      this.#drained();
      this.#drained = () => {};
    }
  }

  /** Ends a call whose answer nobody waits for any more; the callee may still give it. */
  #abandon(invocation: Invocation, interrupt = true): void {
    this.#settle(invocation);
    const { callee, request } = invocation;
    if (callee === undefined) return;
    callee.unwanted.add(request);
    if (interrupt && callee.canBeInterrupted) {
      callee.peer.send({ type: 'INTERRUPT', request, options: KILLNOWAIT });
    }
    // Not before the INTERRUPT: to the callee it is that which makes room.
    this.#free(invocation.slots);
  }
}

function refuseCall(caller: Member, { request, options }: Message<'CALL'>, error: unknown): void {
  if (options['progress'] === true) cutOff(caller, request);
  refuse(caller.peer, 'CALL', request, error);
}
