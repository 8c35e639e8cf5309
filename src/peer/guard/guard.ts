/**
 * Keeps the contract of a peer while it runs: looks at what the peer sends before it leaves, and at what it receives before
 * anybody sees it. Where all schemas answer at once, so does this; where one takes its time, what came behind it waits.
 */

import type { CompiledDefinition, ProcedureChecks } from '../../contract/compiled.js';
import { type Contract, compiledOf } from '../../contract/contract.js';
import type { ContractIssue, PayloadCheck, Verdict } from '../../contract/payload-check.js';
import type { Validate } from '../../contract/validate.js';
import { ApplicationError, type ContractViolation } from '../../errors.js';
import { payloadOf } from '../../roles/endpoint-result.js';
import type { Endpoint, Invocation } from '../../roles/invocation.js';
import type { Part } from '../../roles/parts.js';
import { checkPayload } from '../../roles/payload.js';
import { isPromiseLike } from '../../roles/promise-like.js';
import type { Request } from '../../roles/request.js';
import type { Event, EventHandler } from '../../roles/subscriber.js';
import { isReserved, type UriPattern } from '../../wamp/uri.js';
import * as ERROR from '../../wamp/uris/error.js';
import * as FIELD_ERROR from '../../wamp/uris/field-error.js';
import type { Dict, Id, List, Uri } from '../../wamp/values.js';
import type { Counters } from '../counters.js';
import type { RequestOptions, Session } from '../options.js';
import type { Outbox } from '../outbox.js';
import type { PeerLog } from '../peer-log.js';
import { GuardedCall } from './guarded-call.js';
import { InOrder } from './in-order.js';
import { refusal, violation } from './violation.js';

/** What it needs of the peer. */
export interface GuardHost {
  readonly outbox: Outbox;
  readonly counters: Counters;
  readonly log: PeerLog;
  readonly session: Session | undefined;
}

/** How many events of one subscription wait for their schemas; one more is dropped. */
const MOST_WAITING = 1_000;

const NO_KWARGS: Dict = Object.freeze({});

export class Guard {
  readonly host: GuardHost;
  readonly #checks: CompiledDefinition;
  readonly #in: boolean;
  readonly #out: boolean;
  readonly #leaving = new InOrder();

  constructor(checks: CompiledDefinition, validate: Exclude<Validate, false>, host: GuardHost) {
    this.#checks = checks;
    this.#in = validate !== 'out';
    this.#out = validate !== 'in';
    this.host = host;
  }

  // What is sent.

  /**
   * Looks at a call, or a publication.
   *
   * @returns a promise where a schema answers by one, for {@link send}
   * @throws {UsageError} the contract has no such URI
   * @throws {ContractViolation} the payload does not fit
   */
  fits(
    kind: 'procedure' | 'topic',
    operation: string,
    uri: Uri,
    args: List,
    kwargs: Dict,
  ): Promise<Verdict> | undefined {
    if (!this.#out || isReserved(uri)) return undefined;
    const checks = kind === 'procedure' ? this.#checks.procedure(uri) : this.#checks.topic(uri);
    if (checks === undefined) throw this.#checks.unknown(operation, kind, uri);
    const check = 'event' in checks ? checks.event : checks.call;
    const verdict = check?.check(args, kwargs);
    if (verdict === undefined || verdict instanceof Promise) return verdict;
    if (verdict.issues !== undefined) throw violation(operation, uri, verdict.issues);
    return undefined;
  }

  /**
   * Looks at a call from its arguments to its result.
   *
   * @param inParts whether further parts of its arguments are to follow
   * @throws as {@link fits}
   */
  call(operation: string, uri: Uri, args: List, kwargs: Dict, options: RequestOptions, inParts = false): GuardedCall {
    return new GuardedCall(this, operation, uri, args, kwargs, options, inParts);
  }

  /** Of a further part of a call that is sent in parts: its check, if there is any. */
  partCheck(uri: Uri): PayloadCheck | undefined {
    return this.#out ? this.#checks.procedure(uri)?.part : undefined;
  }

  /** Sends a request once it is known to fit, and behind what was to be sent before it. Its deadline runs from now on. */
  send<T>(request: Request<T>, uri: Uri, fits: Promise<Verdict> | undefined, options: RequestOptions): Promise<T> {
    const { outbox } = this.host;
    if (this.#leaving.idle && fits === undefined) return outbox.submit(request, options);
    const answered = outbox.hold(request, options);
    // One that is given up holds up nobody.
    const over = answered.then(
      () => undefined,
      () => undefined,
    );
    void this.#leaving.use(fits && Promise.race([fits, over]), (verdict) => {
      if (verdict?.issues === undefined) outbox.forward(request as Request, options);
      else request.reject(violation(request.operation, uri, verdict.issues));
    });
    return answered;
  }

  /** @throws {UsageError} the contract has no such URI */
  knows(kind: 'procedure' | 'topic', operation: string, uri: Uri, match?: UriPattern): void {
    this.#checks.knows(kind, operation, uri, match);
  }

  // What is received.

  /** Of a result (`progress`: of a part of one): its check, if there is any. */
  resultCheck(uri: Uri, part: 'result' | 'progress'): PayloadCheck | undefined {
    return this.#in ? this.#checks.procedure(uri)?.[part] : undefined;
  }

  /** Something that was received does not fit. */
  violated(what: string, uri: Uri, issues: readonly ContractIssue[]): ContractViolation {
    const error = violation(what, uri, issues);
    this.host.counters.violations += 1;
    return error;
  }

  /** Events that do not fit are dropped, counted and logged. @param held the subscription's id in the present session */
  handler(handler: EventHandler, held: () => Id | undefined): EventHandler {
    if (!this.#in) return handler;
    const order = new InOrder();
    return (event) => {
      const verdict = this.#checkEvent(event);
      if (order.idle && !(verdict instanceof Promise)) return this.#deliver(handler, event, verdict);
      if (order.waiting >= MOST_WAITING) {
        this.#drop(event, [{ path: 'args', message: `${MOST_WAITING} events wait for their schemas already` }]);
        return undefined;
      }
      const { session } = this.host;
      const id = held();
      return order.use(verdict, (told) => {
        // Nothing of a session that is over, or of a subscription that was taken back, reaches a handler.
        if (this.host.session === session && held() === id) return this.#deliver(handler, event, told);
        this.host.counters.late += 1;
        return undefined;
      });
    };
  }

  #checkEvent({ topic, args, kwargs }: Event): Verdict | Promise<Verdict> {
    const checks = this.#checks.topic(topic);
    if (checks === undefined && !isReserved(topic)) {
      return { issues: [{ path: 'topic', message: 'the contract has no such topic' }] };
    }
    return checks?.event?.check(args, kwargs) ?? { args, kwargs };
  }

  #deliver(handler: EventHandler, event: Event, verdict: Verdict): unknown {
    // An event is its handler's alone.
    if (verdict.issues === undefined) {
      return handler(Object.assign(event, { args: verdict.args, kwargs: verdict.kwargs }));
    }
    this.#drop(event, verdict.issues);
    return undefined;
  }

  #drop({ topic }: Event, issues: readonly ContractIssue[]): void {
    this.#tell(topic, this.violated(`event of ${topic}`, topic, issues));
  }

  /**
   * Calls whose arguments do not fit are answered with `wamp.error.invalid_argument`; the endpoint never hears of them. Its
   * result, if that does not fit, is logged, and its caller gets `wamp.error.runtime_error`.
   */
  endpoint(endpoint: Endpoint): Endpoint {
    return (invocation) => {
      const { procedure, args, kwargs } = invocation;
      const checks = this.#checks.procedure(procedure);
      if (checks === undefined) {
        if (isReserved(procedure)) return endpoint(invocation);
        throw new ApplicationError(ERROR.noSuchProcedure, [`${procedure} is not in the contract of its callee`]);
      }
      // Of a call in parts the first may carry nothing, and only opens it.
      const isEmpty = invocation.isProgressive && args.length === 0 && Object.keys(kwargs).length === 0;
      const verdict = this.#in && !isEmpty ? checks.call?.check(args, kwargs) : undefined;
      const run = (told: Verdict | undefined) => {
        // Nobody waits any more for what was interrupted in the meantime.
        if (verdict instanceof Promise && invocation.signal.aborted) return undefined;
        if (told?.issues !== undefined) throw this.#refused(procedure, told.issues);
        return this.#run(endpoint, this.#seen(invocation, checks, told), checks);
      };
      return verdict instanceof Promise ? verdict.then(run) : run(verdict);
    };
  }

  #refused(procedure: Uri, issues: readonly ContractIssue[]): ApplicationError {
    this.host.counters.violations += 1;
    return refusal(procedure, issues);
  }

  /** What an endpoint sees: an invocation is its alone, so it can be made to hold what the schemas made of its payload. */
  #seen(
    invocation: Invocation,
    { part }: ProcedureChecks,
    first: (Verdict & { issues?: undefined }) | undefined,
  ): Invocation {
    const { procedure, isProgressive } = invocation;
    const isLooked = this.#in && isProgressive && (first ?? part) !== undefined;
    const parts = isLooked ? invocation.parts : undefined; // Before it holds anything else: the first of them is this.
    if (first !== undefined) Object.assign(invocation, { args: first.args, kwargs: first.kwargs });
    if (parts === undefined) return invocation;
    const looked = this.#look(parts, procedure, part, first);
    // Its callee adds to the parts of the invocation itself, so that has to stay as it is.
    return new Proxy(invocation, {
      get: (target, key) => (key === 'parts' ? looked : Reflect.get(target, key, target)),
    });
  }

  /** Looks at the parts of a call when its endpoint takes them. */
  async *#look(
    parts: AsyncIterable<Part>,
    procedure: Uri,
    check: PayloadCheck | undefined,
    first: Part | undefined,
  ): AsyncGenerator<Part, undefined> {
    let known = first;
    for await (const { args, kwargs } of parts) {
      const verdict = known ?? (await check?.check(args, kwargs)) ?? { args, kwargs };
      known = undefined;
      if ('issues' in verdict && verdict.issues !== undefined) throw this.#refused(procedure, verdict.issues);
      yield verdict as Part;
    }
    return undefined;
  }

  #run(endpoint: Endpoint, invocation: Invocation, checks: ProcedureChecks): unknown {
    const { procedure } = invocation;
    const parts = this.#out && checks.progress !== undefined ? checkParts(invocation, checks.progress) : undefined;
    const { result } = checks;
    if (parts === undefined && (!this.#out || result === undefined)) return endpoint(invocation);
    const answer = (value: unknown): unknown => {
      const told = this.#out ? result?.check(...inTwo(payloadOf(value))) : undefined;
      if (told instanceof Promise) return told.then((later) => this.#answer(procedure, value, later));
      return this.#answer(procedure, value, told);
    };
    const outcome = endpoint(invocation);
    if (parts === undefined || parts.idle) {
      return isPromiseLike(outcome)
        ? Promise.resolve(outcome).then(parts === undefined ? answer : behind)
        : answer(outcome);
    }
    return Promise.resolve(outcome).then(behind);

    async function behind(value: unknown): Promise<unknown> {
      await parts?.settle();
      return answer(value);
    }
  }

  /** What came, or was to be answered, does not fit. */
  #tell(uri: Uri, err: ContractViolation): void {
    this.host.log.line('warn', 'the contract was not kept', { uri, err });
  }

  #answer(procedure: Uri, value: unknown, verdict: Verdict | undefined): unknown {
    if (verdict?.issues === undefined) return value;
    this.#tell(procedure, this.violated(`result of ${procedure}`, procedure, verdict.issues));
    // What the schemas say may tell of values that are not for the caller.
    const places = verdict.issues.map(({ path }) => path);
    throw new ApplicationError(FIELD_ERROR.runtimeError, [
      `the result of ${procedure} does not fit its contract: ${places.join(', ')}`,
    ]);
  }
}

const inTwo = ({ args, kwargs }: { readonly args: List; readonly kwargs: Dict }): [List, Dict] => [args, kwargs];

interface CheckedParts {
  readonly idle: boolean;
  /** Fulfilled when all parts have left; rejects if one of them did not fit. */
  settle(): Promise<void>;
}

/** Has an invocation look at the parts of a result before they leave. */
function checkParts(invocation: Invocation, check: PayloadCheck): CheckedParts {
  const { procedure, progress: send } = invocation;
  const operation = `progress of ${procedure}`;
  const order = new InOrder();
  let failure: { readonly why: unknown } | undefined;
  const progress: Invocation['progress'] = (args, kwargs = NO_KWARGS) => {
    checkPayload(operation, args, kwargs);
    if (!invocation.wantsProgress || invocation.signal.aborted) return false;
    const verdict = check.check(args, kwargs);
    if (order.idle && !(verdict instanceof Promise)) {
      if (verdict.issues !== undefined) throw violation(operation, procedure, verdict.issues);
      return send(args, kwargs);
    }
    const sent = order.use(verdict, ({ issues }) => {
      if (issues !== undefined) throw violation(operation, procedure, issues);
      if (failure === undefined) send(args, kwargs);
    });
    Promise.resolve(sent).catch((why: unknown) => {
      failure ??= { why };
    });
    return true;
  };
  Object.defineProperty(invocation, 'progress', { value: progress });
  return {
    get idle() {
      return order.idle;
    },
    settle: async () => {
      await order.done;
      if (failure !== undefined) throw failure.why;
    },
  };
}

/** What keeps a contract, if there is anything to check by and it is wanted. */
export function guardOf(
  contract: Contract<unknown> | undefined,
  validate: Validate | undefined,
  host: GuardHost,
): Guard | undefined {
  const checks = contract === undefined ? undefined : compiledOf(contract);
  if (checks === undefined || validate === false) return undefined;
  return new Guard(checks, validate ?? true, host);
}
