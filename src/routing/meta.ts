import { ApplicationError } from '../errors.js';
import { ERROR } from '../wamp/predefined-uris.js';
import type { Id, Uri } from '../wamp/values.js';
import type { Broker } from './broker.js';
import type { Dealer } from './dealer.js';
import {
  registrationEvents,
  registrationProcedures,
  subscriptionEvents,
  subscriptionProcedures,
} from './entry-meta.js';
import type { RouterPeer } from './router-peer.js';
import type { RouterProcedure } from './router-procedure.js';
import { KILLS, type MetaSession, sessionDetails, sessionProcedures } from './session-meta.js';

/** Whether a session may call a procedure of the router's own. */
export type MayCall = (caller: RouterPeer, procedure: Uri) => boolean;

export interface MetaOptions {
  readonly broker: Broker;
  readonly dealer: Dealer;
  /** Those of the realm, by id. Whoever keeps this list says here who {@link Meta.joined} and who {@link Meta.left}. */
  readonly sessions: ReadonlyMap<Id, MetaSession>;
  /** Default: everything, but for ending other sessions. */
  readonly mayCall?: MayCall;
}

/**
 * What a realm tells of itself: the procedures and the events whose URIs begin with `wamp.`.
 *
 * @see WAMP Advanced Profile, "Meta API"
 */
export class Meta {
  readonly #broker: Broker;
  readonly #dealer: Dealer;
  #silent = false;

  constructor({ broker, dealer, sessions, mayCall = (_, procedure) => !KILLS.has(procedure) }: MetaOptions) {
    this.#broker = broker;
    this.#dealer = dealer;
    const procedures = new Map<Uri, RouterProcedure>([
      ...sessionProcedures(sessions, (kill) => this.#silently(kill)),
      ...registrationProcedures(dealer.registrations),
      ...subscriptionProcedures(broker.subscriptions),
    ]);
    for (const [uri, procedure] of procedures) procedures.set(uri, permitted(uri, procedure, mayCall));
    dealer.provide(procedures);
    dealer.observe(registrationEvents((topic, args) => broker.announce(topic, args)));
    broker.observe(subscriptionEvents((topic, args) => broker.announce(topic, args)));
  }

  /** A session is in the realm. */
  joined(session: MetaSession): void {
    this.#broker.announce('wamp.session.on_join', () => [sessionDetails(session)]);
  }

  /** A session has gone from the realm, and all that it held with it. */
  left({ session, authid, authrole }: MetaSession): void {
    if (this.#silent) return;
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

function permitted(uri: Uri, procedure: RouterProcedure, mayCall: MayCall): RouterProcedure {
  return (caller, args, kwargs) => {
    if (mayCall(caller, uri)) return procedure(caller, args, kwargs);
    throw new ApplicationError(ERROR.notAuthorized, [`this session may not call ${uri}`]);
  };
}
