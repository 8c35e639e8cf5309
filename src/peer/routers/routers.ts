import { UNLIMITED } from '../../../actors/session-reasons.js';
import { ConnectError } from '../../errors.js';
import type { Connector } from '../../transports/transport.js';
import { asError } from '../as-error.js';
import type { PeerLog } from '../peer-log.js';
import { verdict } from '../verdict.js';
import type { Connectors } from './router-choice.js';
import type { RouterRound } from './router-round.js';

/** Several of them, in the order in which they are wanted. */
export class Routers implements RouterRound {
  readonly #connectors: Connectors;
  #at = 0;
  /** Why those before it in this round could not be had. */
  #passed: Error[] = [];
  #isWelcome = false;

  constructor(connectors: Connectors) {
    this.#connectors = connectors;
  }

  get present(): Connector {
    return this.#connectors[this.#at] ?? this.#connectors[0];
  }

  get hasNext(): boolean {
    return !this.#isWelcome && this.#at + 1 < this.#connectors.length;
  }

  begin(): void {
    this.#at = 0;
    this.#passed = [];
    this.#isWelcome = false;
  }

  passOver(why: unknown, log?: PeerLog): void {
    const { address } = this.present;
    const err = asError(why, 'the connector');
    this.#passed.push(err);
    this.#at += 1;
    const next = this.present.address;
    log?.line('warn', 'this router cannot be joined; trying the next one', { address, err, next });
  }

  welcome(): void {
    this.#isWelcome = true;
    this.#passed = [];
  }

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
