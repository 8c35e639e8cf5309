/**
 * What a peer has declared, and how it comes into force: all of it after every WELCOME, each entry exactly once, in the order
 * in which it was declared; one at a time when a user adds or takes back one in between.
 */

import type { Clock } from '../../../supervisors/clock.js';
import { ApplicationError, PeerDown, TimeoutError } from '../../errors.js';
import type { Request } from '../../roles/request.js';
import type { SessionRoles } from '../../roles/session-roles.js';
import * as ERROR from '../../wamp/uris/error.js';
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
  revoked(entry: Declared): void;
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
    for (const entry of this.#entries) this.#watch(entry);
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
    this.#entries.add(entry);
    this.#watch(entry);
    const answered = this.#host.outbox.hold(request, options, () => this.#entries.delete(entry));
    if (!request.settled) this.#roles?.requests.send(request);
    try {
      await answered;
    } catch (error) {
      this.#entries.delete(entry);
      throw error;
    } finally {
      entry.pending = undefined;
    }
  }

  /** The inverse of {@link add}. Settles at once while there is no session, or none that has it. */
  async remove(entry: Declared, options: RequestOptions): Promise<void> {
    // Not half of it: without its handler, a registration would keep the procedure from everybody.
    options.signal?.throwIfAborted();
    if (!this.#entries.delete(entry)) return;
    // If it is on its way to the router: the answer finds nobody who waits for it, and is undone.
    entry.restoring?.reject(takenBack(entry));
    entry.pending?.reject(takenBack(entry));
    const roles = this.#roles;
    const request = roles && entry.withdraw(roles);
    this.#judge();
    if (roles === undefined || request === undefined) return;
    // Not through the queue: its id means nothing to another session.
    const answered = this.#host.outbox.hold(request, options);
    if (!request.settled) roles.requests.send(request);
    await answered;
  }

  /** WELCOME came. Asks for everything at once; fulfilled when all is answered, one way or the other. */
  async restore(roles: SessionRoles): Promise<void> {
    this.#roles = roles;
    await Promise.all([...this.#entries].map((entry) => this.#ask(entry, roles)));
  }

  /**
   * A router may hold the registration of a session that it does not yet know to be dead. So what it refused for that reason is
   * tried again, a few times; any other refusal would only be repeated.
   */
  retryRefused(): void {
    const roles = this.#roles;
    const again = this.refused.filter(({ refused, retries }) => retries < RETRIES && isTaken(refused));
    if (again.length === 0 || roles === undefined) return;
    const tries = Math.max(...again.map(({ retries }) => retries));
    const longest = Math.min(RETRY_MAX, RETRY_FIRST * 2 ** (tries + 1));
    const delay = RETRY_FIRST + this.#host.random() * (longest - RETRY_FIRST);
    this.#retryTimer = this.#host.clock.setTimeout(() => {
      this.#retryTimer = undefined;
      // What was taken back in the meantime stays away.
      const wanted = again.filter((entry) => this.#entries.has(entry));
      for (const entry of wanted) entry.retries += 1;
      void Promise.all(wanted.map((entry) => this.#ask(entry, roles))).then(() => {
        if (this.#roles !== roles) return;
        this.#judge();
        this.retryRefused();
      });
    }, delay);
  }

  /** No new request may be sent in this session. */
  leave(): void {
    if (this.#retryTimer !== undefined) this.#host.clock.clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#roles = undefined;
  }

  /** Gives everything back that is in force in this session: it stays declared, for the next. */
  release(): void {
    const roles = this.#roles;
    this.leave();
    if (roles === undefined) return;
    for (const entry of this.#entries) {
      const request = entry.withdraw(roles);
      if (request === undefined) continue;
      // What the router says to that changes nothing.
      this.#host.outbox.hold(request).catch(() => {});
      roles.requests.send(request);
    }
  }

  /** The session is gone. @returns the requests in which users asked for an entry: they are made again in the next one */
  end(): ReadonlySet<Request> {
    this.leave();
    const held = new Set<Request>();
    for (const entry of this.#entries) {
      if (entry.pending !== undefined) held.add(entry.pending as Request);
      entry.forget();
    }
    return held;
  }

  /** There will be no other session: whoever waits for an entry is told. */
  refuse(why: (operation: string) => Error): void {
    for (const { pending } of [...this.#entries]) pending?.reject(why(pending.operation));
  }

  /** Puts one entry in force in this session. @returns a promise that never rejects */
  async #ask(entry: Declared, roles: SessionRoles): Promise<void> {
    const { pending } = entry;
    const request = pending ?? entry.request();
    entry.restoring = request;
    const answered = pending?.promise ?? this.#host.outbox.hold(request);
    roles.requests.send(request);
    try {
      await answered;
      // It may have been taken back again by what stood right behind the answer.
      if (entry.active) entry.refused = undefined;
    } catch (error) {
      // A user who waits for it is told, and it is no longer declared. When the session is gone, the next one will tell.
      if (pending !== undefined || this.#roles !== roles || !this.#entries.has(entry)) return;
      entry.refused = asError(error);
      if (!isTaken(entry.refused) || entry.retries >= RETRIES) entry.onRefused?.(entry.refused);
    } finally {
      if (entry.restoring === request) entry.restoring = undefined;
    }
  }

  #watch(entry: Declared): void {
    entry.onRevoked = () => this.#host.revoked(entry);
  }

  #judge(): void {
    if (this.refused.length === 0) this.#host.healed();
  }
}

function takenBack({ kind, uri }: Declared): PeerDown {
  return new PeerDown(`the ${kind} of ${uri} was taken back before it was answered`);
}

function isTaken(refused: Error | undefined): boolean {
  // A router that is late may yet answer a second time.
  if (refused instanceof TimeoutError) return true;
  return refused instanceof ApplicationError && refused.uri === ERROR.procedureAlreadyExists;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new PeerDown(String(error), { cause: error });
}
