import type { Id, Uri } from '../wamp/values.js';
import type { Broker } from './broker.js';
import type { Dealer } from './dealer.js';
import {
  registrationEvents,
  registrationProcedures,
  subscriptionEvents,
  subscriptionProcedures,
} from './entry-meta.js';
import { historyProcedures } from './history-meta.js';
import type { RouterProcedure } from './router-procedure.js';
import { type MetaSession, sessionDetails, sessionProcedures } from './session-meta.js';
import { type TestamentLimits, Testaments } from './testaments.js';

export interface MetaOptions {
  readonly broker: Broker;
  readonly dealer: Dealer;
  /** Those of the realm, by id. Whoever keeps this list says here who {@link Meta.joined} and who {@link Meta.left}. */
  readonly sessions: ReadonlyMap<Id, MetaSession>;
  readonly testaments?: TestamentLimits;
}

/**
 * What a realm tells of itself: the procedures and the events whose URIs begin with `wamp.`.
 *
 * @see WAMP Advanced Profile, "Meta API"
 */
export class Meta {
  readonly #broker: Broker;
  readonly #dealer: Dealer;
  readonly #testaments: Testaments;
  #silent = false;

  constructor(options: MetaOptions) {
    const { broker, dealer, sessions } = options;
    this.#broker = broker;
    this.#dealer = dealer;
    this.#testaments = new Testaments(broker, options.testaments);
    const procedures = new Map<Uri, RouterProcedure>([
      ...sessionProcedures(sessions, (kill) => this.#silently(kill)),
      ...registrationProcedures(dealer.registrations),
      ...subscriptionProcedures(broker.subscriptions),
      ...historyProcedures(broker.subscriptions, broker.store),
      ...this.#testaments.procedures(),
    ]);
    dealer.provide(procedures);
    dealer.observe(registrationEvents((topic, args) => broker.announce(topic, args)));
    broker.observe(subscriptionEvents((topic, args) => broker.announce(topic, args)));
  }

  /** How many testaments there are, of all sessions. */
  get testamentCount(): number {
    return this.#testaments.size;
  }

  /** A session is in the realm. */
  joined(session: MetaSession): void {
    this.#broker.announce('wamp.session.on_join', () => [sessionDetails(session)]);
  }

  /** A session has gone from the realm, and all that it held with it. */
  left(peer: MetaSession): void {
    const { session, authid, authrole } = peer;
    if (this.#silent) {
      this.#testaments.forget(peer);
      return;
    }
    this.#testaments.execute(peer);
    this.#broker.announce('wamp.session.on_leave', () => [session, authid, authrole]);
  }

  /** The realm is closed: nobody is told any more of what ends with it. */
  close(): void {
    this.#silent = true;
    this.#broker.observe(() => {});
    this.#dealer.observe(() => {});
  }

  /** Where all sessions are ended at once the standard has nobody told. */
  #silently(act: () => void): void {
    this.#silent = true;
    try {
      act();
    } finally {
      this.#silent = false;
    }
  }
}
