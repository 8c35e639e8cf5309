import { ApplicationError } from '../errors.js';
import type { Message } from '../wamp/message.js';
import { isReserved, type UriPattern } from '../wamp/uri.js';
import * as ERROR from '../wamp/uris/error.js';
import type { Dict, Id, Uri } from '../wamp/values.js';
import type { Decision } from './authorization.js';
import type { Entry, EntryObserver, EntryTable } from './entry.js';
import { LIMITS, LimitReached } from './limits.js';
import { meantBy } from './meant.js';
import type { Member } from './member.js';
import { checkOptions, refuse, refuseForbidden, refuseInvalid, refuseReserved, sendError } from './refusal.js';
import { type InvokePolicy, Registration } from './registration.js';
import { UriTable } from './uri-table.js';

const HOW_TO_SHARE =
  'where several callees are to share it, all of them have to register it with the same invoke, such as "roundrobin"; force_reregister takes it over';

/**
 * Who has registered what in one realm.
 *
 * @see WAMP Basic Profile, "Registering and Unregistering"
 */
export class Registrations implements EntryTable {
  observer: EntryObserver = () => {};
  /** Told when a registration has one callee more. */
  onCallee: (registration: Registration<Member>) => void = () => {};
  /** Told when the last callee of a registration is gone. */
  onEnd: (registration: Registration<Member>) => void = () => {};
  readonly #byProcedure = new UriTable<Registration<Member>>();
  readonly #byId = new Map<Id, Registration<Member>>();
  readonly #maxPerSession: number;
  readonly #timeOfDay: () => number;
  #last = 0;

  /**
   * @param maxPerSession how many procedures one session may register
   * @param timeOfDay in milliseconds since 1970
   */
  constructor(maxPerSession: number = LIMITS.registrations.fallback, timeOfDay: () => number = Date.now) {
    this.#maxPerSession = maxPerSession;
    this.#timeOfDay = timeOfDay;
  }

  /** How many there are, whoever holds them. */
  get size(): number {
    return this.#byProcedure.size;
  }

  *all(): Generator<Entry> {
    for (const registration of this.#byId.values()) yield entryOf(registration);
  }

  byId(id: Id): Entry | undefined {
    return maybeEntry(this.#byId.get(id));
  }

  lookup(match: UriPattern, procedure: Uri): Entry | undefined {
    return maybeEntry(this.#byProcedure.get(match, procedure));
  }

  matching(procedure: Uri): readonly Entry[] {
    const best = maybeEntry(this.best(procedure));
    return best === undefined ? [] : [best];
  }

  /**
   * Whose procedure a call is for. What begins with `wamp.` is the router's: no pattern of a client, however broad,
   * catches it.
   *
   * @see WAMP Advanced Profile, "Pattern-based Registrations"
   */
  best(procedure: Uri): Registration<Member> | undefined {
    return isReserved(procedure) ? undefined : this.#byProcedure.best(procedure);
  }

  /** The procedure that was probably meant by one that nobody has registered. */
  meantBy(procedure: Uri, mayKnow: (uri: Uri) => boolean): Uri | undefined {
    return isReserved(procedure) ? undefined : meantBy(procedure, this.#byProcedure.exactUris(), mayKnow);
  }

  /** @throws {ProtocolError} when the request's id is out of line */
  onRegister(member: Member, message: Message<'REGISTER'>): void {
    const { request, options, procedure } = message;
    if (member.left) return; // This was still on its way.
    member.peer.requests.expect(request);
    const { rights } = member.peer;
    let decision: Decision | Promise<Decision>;
    try {
      checkOptions('REGISTER', options);
      const match = (options['match'] ?? 'exact') as UriPattern;
      refuseInvalid(procedure, match);
      refuseReserved(procedure, match);
      decision = rights.of('register', procedure, options);
    } catch (error) {
      refuse(member.peer, 'REGISTER', request, error);
      return;
    }
    if (decision instanceof Promise) rights.hold(decision, (made) => this.#decided(member, message, made));
    else this.#decided(member, message, decision);
  }

  #decided(member: Member, { request, options, procedure }: Message<'REGISTER'>, decision: Decision): void {
    try {
      refuseForbidden(decision);
      const registration = this.#register(member, options, procedure);
      member.peer.send({ type: 'REGISTERED', request, registration: registration.id });
      const entry = entryOf(registration);
      if (registration.callees.length === 1) this.observer('created', member.peer.session, entry);
      this.observer('joined', member.peer.session, entry);
      this.onCallee(registration);
    } catch (error) {
      refuse(member.peer, 'REGISTER', request, error);
    }
  }

  /** @throws {ProtocolError} when the request's id is out of line */
  onUnregister(member: Member, { request, registration: id }: Message<'UNREGISTER'>): void {
    if (member.left) return;
    member.peer.requests.expect(request);
    const registration = member.registrations.get(id);
    if (registration === undefined) {
      sendError(member.peer, 'UNREGISTER', request, ERROR.noSuchRegistration, [
        `this session holds no registration ${id}`,
      ]);
      return;
    }
    member.registrations.delete(id);
    this.#withdraw(registration, member);
    member.peer.send({ type: 'UNREGISTERED', request });
    this.#tellLeft(registration, member);
  }

  /**
   * Takes a registration back from all its callees. What they work on goes on.
   *
   * @see WAMP Advanced Profile, "Registration Revocation"
   */
  #revokeAll(registration: Registration<Member>, reason: string): void {
    for (const member of [...registration.callees]) this.revoke(registration, member, reason);
  }

  /** Takes a registration back from one callee, which is told if it announced that it understands. */
  revoke(registration: Registration<Member>, member: Member, reason: string): void {
    member.registrations.delete(registration.id);
    this.#withdraw(registration, member);
    if (member.hearsRevocation) {
      const details = { registration: registration.id, reason };
      member.peer.send({ type: 'UNREGISTERED', request: 0, details });
    }
    this.#tellLeft(registration, member);
  }

  /** Ends all registrations of a session. */
  leave(member: Member): void {
    for (const registration of member.registrations.values()) {
      this.#withdraw(registration, member);
      this.#tellLeft(registration, member);
    }
  }

  #register(member: Member, options: Dict, procedure: Uri): Registration<Member> {
    const match = (options['match'] ?? 'exact') as UriPattern;
    const invoke = (options['invoke'] ?? 'single') as InvokePolicy;
    const takesOver = options['force_reregister'] === true;
    const holder = this.#byProcedure.get(match, procedure);
    const existing = takesOver ? undefined : holder;
    if (existing !== undefined && !existing.admits(member, invoke)) {
      throw new ApplicationError(ERROR.procedureAlreadyExists, [
        `${procedure} is registered already, with invoke: ${existing.invoke}; ${HOW_TO_SHARE}`,
      ]);
    }
    if (member.registrations.size >= this.#maxPerSession) {
      throw new LimitReached(
        'registrations',
        `a session may hold ${this.#maxPerSession} registrations, and this one does: unregister some first`,
      );
    }
    if (takesOver && holder !== undefined) this.#revokeAll(holder, 'another session has taken the procedure over');
    const registration =
      existing ?? new Registration<Member>(++this.#last, procedure, match, invoke, this.#timeOfDay());
    if (existing === undefined) {
      this.#byProcedure.set(match, procedure, registration);
      this.#byId.set(registration.id, registration);
    }
    registration.callees.push(member);
    if (options['forward_timeout'] === true && member.keepsTimeouts) registration.keepTimeouts.add(member);
    const { concurrency, _queue_limit: queueLimit } = options;
    if (concurrency !== undefined) {
      registration.limit(member, concurrency as number, queueLimit as number | undefined);
    }
    member.registrations.set(registration.id, registration);
    return registration;
  }

  #withdraw(registration: Registration<Member>, member: Member): void {
    registration.remove(member);
    if (registration.callees.length > 0) return;
    this.#byProcedure.delete(registration.match, registration.procedure);
    this.#byId.delete(registration.id);
    this.onEnd(registration);
  }

  #tellLeft(registration: Registration<Member>, { peer: { session } }: Member): void {
    const entry = entryOf(registration);
    this.observer('left', session, entry);
    if (registration.callees.length === 0) this.observer('deleted', session, entry);
  }
}

function entryOf(registration: Registration<Member>): Entry {
  const { id, procedure: uri, match, invoke, created, callees } = registration;
  return { id, uri, match, created, invoke, holders: () => callees.map(({ peer }) => peer.session) };
}

const maybeEntry = (registration: Registration<Member> | undefined): Entry | undefined =>
  registration && entryOf(registration);
