import { Broker, type BrokerOptions } from '../../src/routing/broker.js';
import { Dealer, type DealerOptions } from '../../src/routing/dealer.js';
import type { LimitName } from '../../src/routing/limits.js';
import { Meta, type MetaOptions } from '../../src/routing/meta.js';
import { EVERY_RIGHT, type Rights } from '../../src/routing/rights.js';
import type { MetaSession } from '../../src/routing/session-meta.js';
import { fromList, toList } from '../../src/wamp/codec.js';
import type { Message, MessageTable } from '../../src/wamp/message.js';
import { RequestIdCheck } from '../../src/wamp/sequence.js';
import type { Dict, List } from '../../src/wamp/values.js';

export interface ClientOptions {
  readonly roles?: Dict;
  readonly strictIds?: boolean;
  /** Default `anonymous`. */
  readonly authrole?: string;
  readonly rights?: Rights;
}

/** A client as wire lists: it says lists, and hears lists. No wire, no transport. */
export class Client implements MetaSession {
  readonly session: number;
  readonly authid: string;
  readonly authrole: string;
  readonly authmethod = 'anonymous';
  readonly authprovider = 'static';
  readonly address = 'memory';
  readonly details: Dict;
  readonly rights: Rights;
  /** Those that it was told to have reached. */
  readonly limits: LimitName[] = [];
  readonly requests: RequestIdCheck;
  /** Whether a message to it can leave; a test turns it off, for all or for some. */
  takes: (message: Message) => boolean = () => true;
  readonly #heard: List[] = [];
  readonly #everything: List[];
  table: MessageTable = {};
  /** What the realm does when it is ended. */
  left: () => void = () => {};

  constructor(name: string, session: number, everything: List[], options: ClientOptions) {
    this.session = session;
    this.authid = name;
    this.authrole = options.authrole ?? 'anonymous';
    this.rights = options.rights ?? EVERY_RIGHT;
    this.details = { roles: options.roles ?? {} };
    this.requests = new RequestIdCheck(options.strictIds === undefined ? {} : { strictIds: options.strictIds });
    this.#everything = everything;
  }

  reached(limit: LimitName): void {
    this.limits.push(limit);
  }

  send(message: Message): boolean {
    if (!this.takes(message)) return false;
    const list = toList(message);
    this.#heard.push(list);
    this.#everything.push([this.authid, ...list]);
    return true;
  }

  goodbye(reason: string, message?: string): void {
    this.left();
    this.send({ type: 'GOODBYE', details: message === undefined ? {} : { message }, reason });
  }

  /** Says one message to the router, which handles it before this returns. */
  says(list: List): void {
    const message = fromList(list);
    const handler = this.table[message.type] as ((message: Message) => void) | undefined;
    if (handler === undefined) throw new Error(`nobody takes ${message.type}`);
    handler(message);
  }

  /** What it has heard since it was last asked. */
  heard(): List[] {
    return this.#heard.splice(0);
  }
}

/** A realm without actors: one broker, one dealer, time that stands still. Publication ids are 1001, 1002 … */
export class Realm {
  now = 0;
  deadlineChanges = 0;
  /** All that was sent to anybody, in order, each list after the receiver's name. */
  readonly everything: List[] = [];
  readonly broker: Broker;
  readonly dealer: Dealer;
  readonly meta: Meta;
  /** By session id. */
  readonly sessions = new Map<number, Client>();
  /** The time of day of all that is made. */
  timeOfDay = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
  #sessions = 0;
  #publications = 1_000;

  constructor(
    options: Partial<DealerOptions> & Omit<BrokerOptions, 'publicationId'> & Pick<MetaOptions, 'testaments'> = {},
  ) {
    const timeOfDay = () => this.timeOfDay;
    this.broker = new Broker({ publicationId: () => ++this.#publications, timeOfDay, ...options });
    this.dealer = new Dealer({
      now: () => this.now,
      timeOfDay,
      deadlineChanged: () => {
        this.deadlineChanges += 1;
      },
      ...options,
    });
    const { broker, dealer, sessions } = this;
    this.meta = new Meta({ broker, dealer, sessions, ...options });
  }

  /** Session ids are 1, 2, 3 … */
  join(name: string, options: ClientOptions = {}): Client {
    const client = new Client(name, ++this.#sessions, this.everything, options);
    client.table = { ...this.broker.join(client), ...this.dealer.join(client) };
    client.left = () => this.leave(client);
    this.sessions.set(client.session, client);
    this.meta.joined(client);
    return client;
  }

  leave(client: Client): void {
    this.broker.leave(client);
    this.dealer.leave(client);
    if (this.sessions.delete(client.session)) this.meta.left(client);
  }
}

export const CANCELING: Dict = {
  caller: { features: { call_canceling: true } },
  callee: { features: { call_canceling: true } },
};

export const PROGRESSIVE: Dict = {
  caller: { features: { call_canceling: true, progressive_call_results: true } },
  callee: { features: { call_canceling: true, progressive_call_results: true } },
};

export const DUPLEX_FEATURES: Dict = {
  call_canceling: true,
  progressive_call_results: true,
  progressive_call_invocations: true,
};
const IN_PARTS = { features: DUPLEX_FEATURES };
/** What takes and sends calls in parts. */
export const DUPLEX: Dict = { caller: IN_PARTS, callee: IN_PARTS };

/** A caller and a callee of `com.p`, whatever they were told so far read away. */
export function pair(options: { callee?: object; caller?: object } = {}): {
  realm: Realm;
  caller: Client;
  callee: Client;
} {
  const realm = new Realm();
  const callee = realm.join('callee', { roles: { ...CANCELING, ...options.callee } });
  const caller = realm.join('caller', { roles: { ...CANCELING, ...options.caller } });
  callee.says([64, 1, {}, 'com.p']);
  callee.heard();
  return { realm, caller, callee };
}
