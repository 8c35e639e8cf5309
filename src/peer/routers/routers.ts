/**
 * The routers that a peer may join, in the order in which it wants them, and the one that it is with now. Each incarnation
 * begins with the first and tries each of them once; so backoff and budgets are a round's, never one router's.
 */

import { ConnectError } from '../../errors.js';
import type { Connector } from '../../transports/transport.js';
import { asError } from '../as-error.js';
import { UNLIMITED, verdict } from '../verdict.js';
import type { Connectors } from './router-choice.js';

export class Routers {
  readonly #connectors: Connectors;
  #at = 0;
  /** Why those before it in this round could not be had. */
  #passed: Error[] = [];
  #isWelcome = false;

  constructor(connectors: Connectors) {
    this.#connectors = connectors;
  }

  /** The one that the peer is with, or tries; between two rounds the first. */
  get present(): Connector {
    return this.#connectors[this.#at] ?? this.#connectors[0];
  }

  /** Whether another one is to be tried before this round is lost. The end of a session that was had is the round's. */
  get hasNext(): boolean {
    return !this.#isWelcome && this.#at + 1 < this.#connectors.length;
  }

  /** From the first again, whichever served last. */
  begin(): void {
    this.#at = 0;
    this.#passed = [];
    this.#isWelcome = false;
  }

  /** The present one cannot be had. */
  passOver(why: unknown): Error {
    const error = asError(why, 'the connector');
    this.#passed.push(error);
    this.#at += 1;
    return error;
  }

  /** The present one has sent WELCOME. */
  welcome(): void {
    this.#isWelcome = true;
    this.#passed = [];
  }

  /** What a round comes to that ends with `why`: that, or all that went wrong in it. */
  outcome<Why>(why: Why): Why | ConnectError {
    if (this.#passed.length === 0) return why;
    return noRouter([...this.#passed, asError(why, 'the connector')], this.#connectors);
  }
}

function noRouter(errors: readonly Error[], connectors: Connectors): ConnectError {
  const said = errors.map(({ message }, index) => `(${index + 1}) ${message}`).join('; ');
  return new ConnectError(`none of ${errors.length} routers could be joined: ${said}`, {
    address: connectors.map(({ address }) => address).join(', '),
    transient: errors.some((error) => verdict(error, {}) === UNLIMITED),
    errors,
  });
}
