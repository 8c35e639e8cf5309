import type { ContractIssue, PayloadCheck, Verdict } from '../../contract/payload-check.js';
import type { ContractViolation } from '../../errors.js';
import type { Call, Result } from '../../roles/caller.js';
import type { Request } from '../../roles/request.js';
import type { Dict, List, Uri } from '../../wamp/values.js';
import type { RequestOptions } from '../options.js';
import type { Outbox } from '../outbox.js';
import { InOrder } from './in-order.js';
import { violation } from './violation.js';

/** The contract, as far as a call needs it. */
export interface CallChecks {
  readonly host: { readonly outbox: Outbox };
  fits(kind: 'procedure', operation: string, uri: Uri, args: List, kwargs: Dict): Promise<Verdict> | undefined;
  knows(kind: 'procedure', operation: string, uri: Uri): void;
  partCheck(uri: Uri): PayloadCheck | undefined;
  resultCheck(uri: Uri, part: 'result' | 'progress'): PayloadCheck | undefined;
  violated(what: string, uri: Uri, issues: readonly ContractIssue[]): ContractViolation;
  send<T>(request: Request<T>, uri: Uri, fits: Promise<Verdict> | undefined, options: RequestOptions): Promise<T>;
}

/** A call under a contract, from its arguments to its result: each part of which is looked at in its turn. */
export class GuardedCall {
  readonly #guard: CallChecks;
  readonly #uri: Uri;
  readonly #fits: Promise<Verdict> | undefined = undefined;
  readonly #options: RequestOptions;
  readonly #parts = new InOrder();
  /** The parts of a call that is sent in parts. */
  readonly #leaving = new InOrder();
  #call: Call | undefined;

  /**
   * @param inParts whether further parts of its arguments are to follow
   * @throws {UsageError} the contract has no such procedure
   * @throws {ContractViolation} the arguments do not fit
   */
  constructor(
    guard: CallChecks,
    operation: string,
    uri: Uri,
    args: List,
    kwargs: Dict,
    options: RequestOptions,
    inParts = false,
  ) {
    this.#guard = guard;
    this.#uri = uri;
    this.#options = options;
    // Of a call in parts the first may carry nothing, and only opens it.
    if (inParts && isEmpty(args, kwargs)) guard.knows('procedure', operation, uri);
    else this.#fits = guard.fits('procedure', operation, uri, args, kwargs);
  }

  /**
   * Fulfilled when a further part may leave, and all before it may.
   *
   * @throws {ContractViolation} it does not fit
   */
  async sendable(args: List, kwargs: Dict): Promise<void> {
    const check = isEmpty(args, kwargs) ? undefined : this.#guard.partCheck(this.#uri);
    await this.#leaving.use(check?.check(args, kwargs), (verdict) => {
      if (verdict?.issues !== undefined) throw violation(`part of a call of ${this.#uri}`, this.#uri, verdict.issues);
    });
  }

  /** What takes the parts of the result: each that fits. One that does not ends the call. */
  parts(onProgress: (part: Result) => unknown): (part: Result) => unknown {
    const check = this.#guard.resultCheck(this.#uri, 'progress');
    if (check === undefined) return onProgress;
    return (part) =>
      this.#parts.use(check.check(part.args, part.kwargs), (verdict) => {
        if (verdict.issues === undefined) return onProgress({ ...part, args: verdict.args, kwargs: verdict.kwargs });
        const error = this.#guard.violated(`progress of ${this.#uri}`, this.#uri, verdict.issues);
        if (this.#call !== undefined) this.#guard.host.outbox.giveUp(this.#call as Request, error);
        return undefined;
      });
  }

  /** Sends the call when it can be. Rejects with {@link ContractViolation} if its result does not fit. */
  async submit(call: Call): Promise<Result> {
    this.#call = call;
    const result = await this.#guard.send(call, this.#uri, this.#fits, this.#options);
    if (!this.#parts.idle) await this.#parts.done;
    const verdict = await this.#guard.resultCheck(this.#uri, 'result')?.check(result.args, result.kwargs);
    if (verdict === undefined) return result;
    if (verdict.issues !== undefined) throw this.#guard.violated(`result of ${this.#uri}`, this.#uri, verdict.issues);
    return { ...result, args: verdict.args, kwargs: verdict.kwargs };
  }
}

function isEmpty(args: List, kwargs: Dict): boolean {
  return args.length === 0 && Object.keys(kwargs).length === 0;
}
