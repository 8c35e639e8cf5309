import type { ContractViolation } from '../errors.js';
import type { Logger } from '../logger.js';
import type { Uri } from '../wamp/values.js';
import { asError } from './as-error.js';
import type { Declared } from './declared/declared.js';
import type { Session } from './options.js';

/** Every line that a peer writes, in one place: so none forgets the peer's name, and what user code threw is an `Error` in each. */
export class PeerLog {
  readonly #peer: string;
  readonly #logger: Logger;

  constructor(peer: string, logger: Logger) {
    this.#peer = peer;
    this.#logger = logger;
  }

  connecting(address: string, incarnation: number): void {
    this.#logger.debug({ peer: this.#peer, address, incarnation }, 'connecting');
  }

  /** One of several routers cannot be had. */
  passedOver(address: string, err: Error, next: string): void {
    this.#logger.warn({ peer: this.#peer, address, err, next }, 'this router cannot be joined; trying the next one');
  }

  joined({ id, realm }: Session, address: string, incarnation: number, restored: number): void {
    this.#logger.info({ peer: this.#peer, session: id, realm, address, incarnation, restored }, 'joined');
  }

  refused({ kind, uri, refused: err }: Declared): void {
    this.#logger.warn({ peer: this.#peer, uri, err }, `the router refused a ${kind}; the peer goes on without it`);
  }

  revoked({ kind, uri, refused: err }: Declared): void {
    this.#logger.warn({ peer: this.#peer, uri, err }, `the router took a ${kind} back; the peer goes on without it`);
  }

  /** User code that belongs to a URI threw or rejected. */
  handlerFailed(what: string, uri: Uri, error: unknown): void {
    this.#logger.error({ peer: this.#peer, uri, err: asError(error, `the ${what}`) }, `an ${what} failed`);
  }

  /** Told of each registration and subscription of a session once. */
  unopened(what: string, uri: Uri, err: Error): void {
    this.#logger.warn({ peer: this.#peer, uri, err }, `${what} reached no handler: its payload was not opened`);
  }

  listenerFailed(error: unknown, listener: string): void {
    const err = asError(error, 'the listener');
    this.#logger.error({ peer: this.#peer, err, listener }, 'a listener of the peer threw');
  }

  roleFailed(role: string, error: unknown): void {
    this.#logger.error({ peer: this.#peer, role, err: asError(error, `the role "${role}"`) }, 'a role failed');
  }

  hookFailed(hook: string, error: unknown): void {
    this.#logger.error({ peer: this.#peer, err: asError(error, hook) }, `${hook} failed`);
  }

  /** What nobody awaits has failed. */
  castFailed(what: 'call' | 'publication', uri: Uri, error: unknown): void {
    const err = asError(error, 'the signal');
    this.#logger.warn({ peer: this.#peer, uri, err }, `a ${what} that nobody awaits failed`);
  }

  /** A loop over `what` does not keep up. @param uri what that is of, if it is of something that has a URI */
  behind(what: string, uri: Uri | undefined): void {
    this.#logger.warn({ peer: this.#peer, uri }, `${what} are dropped: the loop over them does not keep up`);
  }

  drained(abandoned: number): void {
    if (abandoned === 0) this.#logger.info({ peer: this.#peer }, 'drained');
    else this.#logger.warn({ peer: this.#peer, abandoned }, 'not all was finished in time that the peer had begun');
  }

  /** Of what comes, something waits for a handler. */
  handlersBehind(): void {
    this.#logger.warn(
      { peer: this.#peer },
      'the handlers do not keep up: what comes for them waits, and is not read any more when too much does (receiveBuffer)',
    );
  }

  /** What came, or was to be answered, does not fit the contract. */
  violated(uri: Uri, err: ContractViolation): void {
    this.#logger.warn({ peer: this.#peer, uri, err }, 'the contract was not kept');
  }

  /** What was no longer wanted could not be given back. */
  unreturned(uri: Uri, error: unknown): void {
    const err = asError(error, 'the unsubscription');
    this.#logger.warn({ peer: this.#peer, uri, err }, 'a subscription that is over could not be ended at the router');
  }
}
