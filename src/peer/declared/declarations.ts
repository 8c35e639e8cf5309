/**
 * What a peer has declared, and how it comes into force: all of it after every WELCOME, each entry exactly once, in the order
 * in which it was declared; one at a time when a user adds or takes back one in between.
 */

import type { Clock } from '../../../supervisors/clock.js';
import { ApplicationError, PeerDown, TimeoutError } from '../../errors.js';
import type { Request } from '../../roles/request.js';
import type { SessionRoles } from '../../roles/session-roles.js';
import * as ERROR from '../../wamp/uris/error.js';
import { asError } from '../as-error.js';
import type { RequestOptions } from '../options.js';
import type { Outbox } from '../outbox.js';
import type { Declared } from './declared.js';

/** What a router that still holds a dead session's registration gets in time to notice. Five tries take some seconds. */
const RETRIES = 5;
const RETRY_FIRST = 100;
const RETRY_MAX = 3_000;

export interface DeclarationsHost {
  readonly clock: Clock;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  readonly outbox: Outbox;
  /** Nothing that was declared is refused any more. */
  healed(): void;
  /** The router has taken back what it had granted in this session. */
  readonly revoked: (entry: Declared) => void;
}

export class Declarations implements Iterable<Declared> {
  readonly #host: DeclarationsHost;
  readonly #entries: Set<Declared>;
  /** Those of the session that there is, from WELCOME to its end. */
  #roles: SessionRoles | undefined;
  #retryTimer: unknown;

  constructor(host: DeclarationsHost, entries: Iterable<Declared>) {
    this.#host = host;
    this.#entries = new Set(entries);
    for (const entry of this.#entries) entry.onRevoked = host.revoked;
  }

  [Symbol.iterator](): Iterator<Declared> {
    return this.#entries.values();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What the router refused in this session. */
  get refused(): Declared[] {
    return [...this.#entries].filter(({ refused }) => refused !== undefined);
  }

  /** Puts an entry in force now if there is a session, else in the next, and in every later one. */
  async add(entry: Declared, options: RequestOptions): Promise<void> {
    const request = entry.request();
    entry.pending = request;
    entry.isNew = true;
    entry.onRevoked = this.#host.revoked;
    this.#entries.add(entry);
    try {
      await this.#send(request, this.#roles, options, () => this.#entries.delete(entry));
    } catch (error) {
      this.#entries.delete(entry);
      throw error;
    } finally {
      entry.pending = undefined;
      entry.isNew = false;
    }
  }

  /** The inverse of {@link add}. Settles at once while there is no session, or none that has it. */
  async remove(entry: Declared, options: RequestOptions): Promise<void> {
    // Not half of it: without its handler, a registration would keep the procedure from everybody.
    options.signal?.throwIfAborted();
    if (!this.#entries.delete(entry)) return;
    const { pending } = entry;
    // If it is on its way to the router: the answer finds nobody who waits for it, and is undone.
    pending?.reject(new PeerDown(`${pending.operation}: taken back before it was answered`));
    const roles = this.#roles;
    const request = roles && entry.withdraw(roles);
    this.#judge();
    if (request !== undefined) await this.#send(request, roles, options);
  }

  /** WELCOME came. Asks for everything at once; fulfilled when all is answered, one way or the other. */
  async restore(roles: SessionRoles): Promise<void> {
    this.#roles = roles;
    await this.#ask(this.#entries, roles);
  }

  /**
   * A router may hold the registration of a session that it does not yet know to be dead. So what it refused for that reason is
   * tried again, a few times; any other refusal would only be repeated.
   */
  retryRefused(): void {
    const roles = this.#roles;
    const again = this.refused.filter(isWorthATry);
    if (again.length === 0 || roles === undefined) return;
    const tries = Math.max(...again.map(({ retries }) => retries));
    const longest = Math.min(RETRY_MAX, RETRY_FIRST * 2 ** (tries + 1));
    const delay = RETRY_FIRST + this.#host.random() * (longest - RETRY_FIRST);
    this.#retryTimer = this.#host.clock.setTimeout(() => {
      // What was taken back in the meantime stays away.
      const wanted = again.filter((entry) => this.#entries.has(entry));
      for (const entry of wanted) entry.retries += 1;
      void this.#ask(wanted, roles).then(() => {
        if (this.#roles !== roles) return;
        this.#judge();
        this.retryRefused();
      });
    }, delay);
  }

  /** No new request may be sent in this session. */
  leave(): void {
    this.#host.clock.clearTimeout(this.#retryTimer);
    this.#roles = undefined;
  }

  /** Gives everything back that is in force in this session: it stays declared, for the next. */
  release(): void {
    const roles = this.#roles;
    this.leave();
    if (roles === undefined) return;
    for (const entry of this.#entries) {
      const request = entry.withdraw(roles);
      // What the router says to that changes nothing.
      if (request !== undefined) this.#send(request, roles).catch(() => {});
    }
  }

  /** The session is gone. @returns the requests in which users asked for an entry: they are made again in the next one */
  end(): ReadonlySet<Request> {
    this.leave();
    const held = new Set<Request>();
    for (const entry of this.#entries) {
      if (entry.isNew) held.add(entry.pending as Request);
      entry.forget();
    }
    return held;
  }

  /** There will be no other session: whoever waits for an entry is told. */
  refuse(why: (operation: string) => Error): void {
    for (const { pending } of [...this.#entries]) pending?.reject(why(pending.operation));
  }

  /** Not through the queue: it is of this session, or is made again in the next. */
  #send(
    request: Request<void>,
    roles: SessionRoles | undefined,
    options?: RequestOptions,
    giveUp?: () => void,
  ): Promise<void> {
    const answered = this.#host.outbox.hold(request, options, giveUp);
    if (!request.settled) roles?.requests.send(request);
    return answered;
  }

  /** Puts entries in force in this session. @returns a promise that never rejects */
  async #ask(entries: Iterable<Declared>, roles: SessionRoles): Promise<void> {
    await Promise.all([...entries].map((entry) => this.#askFor(entry, roles)));
  }

  async #askFor(entry: Declared, roles: SessionRoles): Promise<void> {
    const request = entry.pending ?? entry.request();
    entry.pending = request;
    if (entry.isNew) roles.requests.send(request);
    else void this.#send(request, roles);
    try {
      await request.promise;
      // It may have been taken back again by what stood right behind the answer.
      if (entry.active) entry.refused = undefined;
    } catch (error) {
      // When the session is gone, the next one will tell. A user who has waited for it is told, and it is no longer declared.
      if (this.#roles !== roles || !this.#entries.has(entry)) return;
      entry.refused = asError(error, `the ${entry.kind}`);
      if (!isWorthATry(entry)) entry.onRefused?.(entry.refused);
    } finally {
      if (entry.pending === request) entry.pending = undefined;
    }
  }

  #judge(): void {
    if (this.refused.length === 0) this.#host.healed();
  }
}

/** Whether the router may say yes the next time. */
function isWorthATry({ refused, retries }: Declared): boolean {
  if (retries >= RETRIES) return false;
  // A router that is late may yet answer a second time.
  if (refused instanceof TimeoutError) return true;
  return refused instanceof ApplicationError && refused.uri === ERROR.procedureAlreadyExists;
}
