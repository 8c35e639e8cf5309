import type { Logger } from '../logger.js';
import type { Uri } from '../wamp/values.js';
import { asError } from './as-error.js';
import type { Declared } from './declared/declared.js';
import type { Session } from './options.js';

/**
 * What a peer writes to: so no line forgets the peer's name, and what user code threw is an `Error` in each. Here are the lines of
 * every peer; what not every peer has writes its own.
 */
export class PeerLog {
  readonly #peer: string;
  readonly #logger: Logger;

  constructor(peer: string, logger: Logger) {
    this.#peer = peer;
    this.#logger = logger;
  }

  line(level: keyof Logger, message: string, fields: object = {}): void {
    this.#logger[level]({ peer: this.#peer, ...fields }, message);
  }

  /** @param who threw it, or rejected with it: user code, so it may be anything */
  threw(who: string, thrown: unknown, message: string, fields: object = {}, level: keyof Logger = 'error'): void {
    this.line(level, message, { ...fields, err: asError(thrown, who) });
  }

  connecting(address: string, incarnation: number): void {
    this.line('debug', 'connecting', { address, incarnation });
  }

  joined({ id, realm }: Session, address: string, incarnation: number, restored: number): void {
    this.line('info', 'joined', { session: id, realm, address, incarnation, restored });
  }

  refused({ kind, uri, refused: err }: Declared, how = `refused a ${kind}`): void {
    this.line('warn', `the router ${how}`, { uri, err });
  }

  revoked(entry: Declared): void {
    this.refused(entry, `took a ${entry.kind} back`);
  }

  /** User code that belongs to a URI. */
  handlerFailed(what: string, uri: Uri, error: unknown): void {
    this.threw(`the ${what}`, error, `an ${what} failed`, { uri });
  }

  /** Told of each registration and subscription of a session once. */
  unopened(what: string, uri: Uri, err: Error): void {
    this.line('warn', `the payload of ${what} was not opened`, { uri, err });
  }

  listenerFailed(error: unknown, listener: string): void {
    this.threw('the listener', error, 'a listener threw', { listener });
  }

  hookFailed(hook: string, error: unknown): void {
    this.threw(hook, error, `${hook} failed`);
  }

  /** What nobody awaits has failed. */
  castFailed(what: 'call' | 'publication', uri: Uri, error: unknown): void {
    this.threw('the signal', error, `a ${what} that nobody awaits failed`, { uri }, 'warn');
  }

  /** A loop over `what` does not keep up. @param uri what that is of, if it is of something that has a URI */
  behind(what: string, uri: Uri | undefined): void {
    this.line('warn', `${what} are dropped: the loop is too slow`, { uri });
  }

  /** What was no longer wanted could not be given back. */
  unreturned(uri: Uri, error: unknown): void {
    this.threw('the unsubscription', error, 'an unsubscription failed', { uri }, 'warn');
  }
}
