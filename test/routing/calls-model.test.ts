/**
 * Calls against a model that knows only what must be true. Sessions come, register, call, answer, cancel and leave, in
 * whatever order; each call is tagged, so that every message can be put to the call that it is part of. No call is lost,
 * none is answered twice, nothing comes after an end, no callee has more than it takes, no call waits while one is free,
 * and when all have left nothing is there.
 */
import fc from 'fast-check';
import { ProtocolError } from '../../src/errors.js';
import { modelRuns, tellRuns } from '../support/model-runs.js';
import { type Client, Realm } from '../support/routing-realm.js';

const PROCEDURES = ['com.a', 'com.b'];
/** By prefix, for whatever has no registration of its own. */
const BROAD = 'com.';
const POLICIES = ['single', 'roundrobin', 'first', 'last', 'random'];
const MODES = ['skip', 'killnowait', 'kill'];
/** In a payload: it is more than some sessions take. */
const LONG = 'long';
const MAX_WAITING = 2;
const TIMEOUT = 10;
const RUNS = modelRuns(120);

interface Session {
  readonly client: Client;
  readonly canBeInterrupted: boolean;
  readonly canBeBypassed: boolean;
  readonly takesParts: boolean;
  readonly keepsTimeouts: boolean;
  /** Takes nothing that is long. */
  readonly isNarrow: boolean;
  next: number;
  lastInvocation: number;
  /** What it may still answer, by the id of its INVOCATION. */
  readonly toAnswer: Map<number, Call>;
  readonly holds: Map<number, Held>;
}

interface Held {
  /** A procedure, or {@link BROAD}. */
  readonly uri: string;
  readonly invoke: string;
  readonly keepsTimeout: boolean;
  /** The later, the larger. */
  readonly since: number;
  readonly limit: number;
  readonly queue: number;
}

/** Who has it, and as what it was registered then. */
interface At {
  readonly callee: Session;
  readonly invocation: number;
  readonly registration: number;
  readonly held: Held;
}

interface Call {
  readonly tag: string;
  readonly caller: Session;
  readonly request: number;
  readonly procedure: string;
  /** The URI that it was registered by, and the registration, when it was called. */
  readonly uri: string;
  registration: number | undefined;
  readonly timeout: number;
  readonly isLong: boolean;
  readonly isDisclosed: boolean;
  at: At | undefined;
  isOpen: boolean;
  /** Whether further parts are to come; `undefined` for a call that was sent as a whole. */
  more: boolean | undefined;
  hasProgress: boolean;
  isKilled: boolean;
  deadline: number;
  readonly tried: Set<Session>;
  /** How it ended: the URI of its ERROR, or `result`. */
  end: string | undefined;
}

/** A call that its callee could not attend to, and under which registration it came to it. */
interface Rerouted {
  readonly call: Call;
  readonly registration: number | undefined;
}

const payload = ({ tag, isLong }: Call): unknown[] => (isLong ? [tag, LONG] : [tag]);

/** Looked at in each step: jest's own would take most of the time. */
function same(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, expected ${String(expected)}`);
}

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

class World {
  readonly realm = new Realm({ maxWaiting: MAX_WAITING, random: () => 0.5 });
  readonly sessions: Session[] = [];
  readonly calls: Call[] = [];
  /** All ids that there ever were. */
  readonly #registrations = new Set<number>();
  #joined = 0;
  #seen = 0;
  #registered = 0;
  /** Several calls end in one step, one by one: who is free behind it may not have been when it mattered. */
  #doSeveralEnd = false;
  /** What the dealer counts. */
  #discarded = 0;
  readonly #made = new Set<Call>();

  // What sessions do

  join(_: number, how: number): void {
    if (this.sessions.length === 5) return;
    const [canBeInterrupted, canBeBypassed, takesParts] = [how % 4 > 0, how % 3 > 0, how % 2 > 0];
    const [keepsTimeouts, isNarrow] = [how % 5 > 1, how % 5 === 0];
    const features = {
      call_timeout: keepsTimeouts,
      call_canceling: canBeInterrupted,
      call_reroute: canBeBypassed,
      progressive_call_invocations: takesParts,
      progressive_call_results: true,
      registration_revocation: true,
    };
    const roles = { caller: { features: { ...features, progressive_call_invocations: true } }, callee: { features } };
    const client = this.realm.join(`s${++this.#joined}`, { roles });
    if (isNarrow) client.takes = (message) => !('args' in message && message.args?.includes(LONG));
    const takes = { keepsTimeouts, isNarrow, takesParts: takesParts && canBeInterrupted };
    const can = { canBeInterrupted, canBeBypassed, ...takes };
    this.sessions.push({ client, ...can, next: 1, lastInvocation: 0, toAnswer: new Map(), holds: new Map() });
  }

  leave(session: Session): void {
    this.sessions.splice(this.sessions.indexOf(session), 1);
    const served = this.#open().filter(({ at }) => at?.callee === session);
    const made = this.#open().filter(({ caller }) => caller === session);
    // Nobody is told what becomes of these.
    for (const call of made) this.#close(call, 'left');
    session.holds.clear();
    this.realm.leave(session.client);
    this.#doSeveralEnd = true;
    this.observe();
    this.#doSeveralEnd = false;
    for (const call of served) expect(call.end).toBe(call.caller === session ? 'left' : 'wamp.error.canceled');
  }

  register(session: Session, how: number, what: number): void {
    const uri = pick([...PROCEDURES, BROAD], what) as string;
    const invoke = pick(POLICIES, how) as string;
    const limit = what % 4 === 0 ? Number.POSITIVE_INFINITY : what % 4;
    const queue = how % 4 === 0 ? 1 : Number.POSITIVE_INFINITY;
    const force = what % 7 === 0;
    const forwards = how % 3 === 0;
    const request = session.next++;
    session.client.says([
      64,
      request,
      {
        invoke,
        ...(Number.isFinite(limit) && { concurrency: limit }),
        ...(Number.isFinite(queue) && { _queue_limit: queue }),
        ...(force && { force_reregister: true }),
        ...(forwards && { forward_timeout: true }),
        ...(uri === BROAD && { match: 'prefix' }),
      },
      uri,
    ]);
    const keepsTimeout = forwards && session.keepsTimeouts;
    const held = { uri, invoke, keepsTimeout, since: ++this.#registered, limit, queue };
    const others = this.#calleesOf(uri).map(([other, id]) => [other, other.holds.get(id)?.invoke]);
    this.observe({ registering: { session, request, held } });
    const isShared = others.every(([other, policy]) => other !== session && policy === invoke && invoke !== 'single');
    if ([...session.holds.values()].includes(held) !== (force || isShared))
      throw new Error('registered, or refused, in vain');
    if (force) expect(this.#calleesOf(uri)).toHaveLength(1);
  }

  unregister(session: Session, how: number): void {
    const id = pick([...session.holds.keys()], how);
    if (id === undefined) return;
    session.holds.delete(id);
    session.client.says([66, session.next++, id]);
    this.observe();
  }

  /** By an operator. */
  revoke(session: Session, how: number): void {
    const id = pick([...session.holds.keys()], how);
    if (id === undefined) return;
    this.realm.dealer.revoke((grant) => grant.id === id && grant.session === session.client.session, 'as it is');
    this.observe();
    expect(session.holds.has(id)).toBe(false);
  }

  call(caller: Session, how: number, what: number): void {
    const request = caller.next++;
    const procedure = pick(PROCEDURES, what) as string;
    const uri = this.#calleesOf(procedure).length > 0 ? procedure : BROAD;
    const callees = this.#calleesOf(uri);
    const inParts = how % 4 === 0;
    const [isLong, isDisclosed] = [how % 5 === 1, how % 6 === 2];
    const call: Call = {
      tag: `${caller.client.authid}:${request}`,
      caller,
      request,
      procedure,
      uri,
      registration: callees[0]?.[1],
      timeout: how % 3 === 0 ? TIMEOUT : 0,
      isLong,
      isDisclosed,
      at: undefined,
      isOpen: true,
      more: inParts ? true : undefined,
      hasProgress: false,
      isKilled: false,
      deadline: how % 3 === 0 ? this.realm.now + TIMEOUT : Number.POSITIVE_INFINITY,
      tried: new Set(),
      end: undefined,
    };
    const isFree = callees.some(([callee, id]) => this.#isFree(callee, id));
    const places = Math.min(MAX_WAITING, this.#places(uri));
    const hasPlace = this.#waiting(uri).length < places;
    const narrow = callees.some(([callee, id]) => callee.isNarrow && this.#isFree(callee, id));
    this.calls.push(call);
    const timeout = how % 3 === 0 && { timeout: TIMEOUT };
    const options = {
      receive_progress: true,
      ...timeout,
      ...(inParts && { progress: true }),
      ...(isDisclosed && { disclose_me: true }),
    };
    caller.client.says([48, request, options, procedure, payload(call)]);
    this.observe();
    if (callees.length === 0) expect(call.end).toBe('wamp.error.no_such_procedure');
    else if (isFree && isLong && narrow && call.end === 'wamp.error.unavailable') expect(call.at).toBeUndefined();
    else if (isFree && inParts) expect([undefined, 'wamp.error.feature_not_supported']).toContain(call.end);
    else if (isFree) expect(call.at).toBeDefined();
    else if (inParts || !hasPlace) expect(call.end).toBe('wamp.error.unavailable');
    else expect([call.isOpen, call.at]).toEqual([true, undefined]);
  }

  part(_: Session, how: number, what: number): void {
    const call = pick(
      this.calls.filter(({ more, caller }) => more === true && this.sessions.includes(caller)),
      what,
    );
    if (call === undefined) return;
    call.more = how % 2 > 0;
    const options = call.more ? { progress: true } : {};
    const takes = call.isOpen && !call.isKilled;
    if (takes && call.deadline !== Number.POSITIVE_INFINITY) call.deadline = this.realm.now + TIMEOUT;
    if (!takes) this.#discarded += 1;
    const before = this.realm.everything.length;
    call.caller.client.says([48, call.request, options, call.procedure, [call.tag, 'part']]);
    const { at } = call;
    const heard = this.realm.everything.slice(before);
    expect(heard).toEqual(
      takes
        ? [[at?.callee.client.authid, 68, at?.invocation, at?.registration, this.#details(call), [call.tag, 'part']]]
        : [],
    );
    this.#seen = this.realm.everything.length;
  }

  answer(callee: Session, how: number, what: number): void {
    const found = pick([...callee.toAnswer], what);
    if (found === undefined) return;
    const [invocation, call] = found;
    const { at } = call;
    const wanted = call.isOpen && at?.callee === callee && at.invocation === invocation;
    const mayGoOn = callee.canBeBypassed && call.more === undefined && !call.hasProgress && !call.isKilled;
    const uri = pick(['com.odd', 'wamp.error.unavailable'], how) as string;
    const isResult = how % 3 === 0;
    callee.toAnswer.delete(invocation);
    const goesOn = wanted && !isResult && uri === 'wamp.error.unavailable' && mayGoOn;
    if (goesOn) {
      call.tried.add(callee);
      call.at = undefined;
    }
    const registration = at?.registration;
    const before = this.realm.everything.length;
    callee.client.says(isResult ? [70, invocation, {}, payload(call)] : [8, 68, invocation, {}, uri, payload(call)]);
    // Whoever answers twice breaks the protocol, and nobody hears the second answer.
    const after = this.realm.everything.length;
    expect(() => callee.client.says([70, invocation, {}, [call.tag]])).toThrow(ProtocolError);
    expect(this.realm.everything.length).toBe(after);
    if (!wanted) {
      this.#discarded += 1;
      expect(after).toBe(before);
      return;
    }
    this.observe({ rerouted: goesOn ? { call, registration } : undefined });
    if (goesOn)
      expect(call.isOpen ? call.at : call.end).toEqual(
        call.isOpen ? expect.anything() : 'wamp.error.no_available_callee',
      );
    else if (call.isLong && call.caller.isNarrow) expect(call.end).toBe('wamp.error.payload_size_exceeded');
    else expect(call.end).toBe(isResult ? 'result' : uri);
  }

  progress(callee: Session, _: number, what: number): void {
    const found = pick([...callee.toAnswer], what);
    if (found === undefined) return;
    const [invocation, call] = found;
    const wanted = call.isOpen && call.at?.invocation === invocation && call.at.callee === callee;
    const takes = wanted && callee.canBeInterrupted;
    if (takes) call.hasProgress = true;
    else this.#discarded += 1;
    if (takes && call.deadline !== Number.POSITIVE_INFINITY) call.deadline = this.realm.now + TIMEOUT;
    const before = this.realm.everything.length;
    callee.client.says([70, invocation, { progress: true }, [call.tag]]);
    expect(this.realm.everything.slice(before)).toEqual(
      takes ? [[call.caller.client.authid, 50, call.request, { progress: true }, [call.tag]]] : [],
    );
    this.#seen = this.realm.everything.length;
  }

  cancel(_: Session, how: number, what: number): void {
    const call = pick(this.#open(), what);
    if (call === undefined) return;
    const mode = pick(MODES, how) as string;
    const { at, isKilled } = call;
    const waits = mode === 'kill' && at?.callee.canBeInterrupted === true;
    if (waits) call.isKilled = true;
    const before = this.realm.everything.length;
    call.caller.client.says([49, call.request, { mode }]);
    const interrupts = this.realm.everything.slice(before).filter((list) => list[1] === 69);
    const told = at?.callee.canBeInterrupted === true && mode !== 'skip' && !isKilled;
    const name = at?.callee.client.authid;
    expect(interrupts).toEqual(told ? [[name, 69, at?.invocation, { mode: waits ? 'kill' : 'killnowait' }]] : []);
    this.observe();
    expect(call.end).toBe(waits ? undefined : 'wamp.error.canceled');
  }

  tick(_: Session, how: number): void {
    this.realm.now += (how % 3) * 5;
    const due = this.#open().filter(({ deadline }) => deadline <= this.realm.now);
    this.realm.dealer.expire(this.realm.now);
    this.#doSeveralEnd = true;
    this.observe();
    this.#doSeveralEnd = false;
    for (const call of due) expect(call.end).toBe('wamp.error.timeout');
    expect(this.calls.filter(({ end }) => end === 'wamp.error.timeout').length).toBe(this.realm.dealer.timedOut);
  }

  // What is heard

  /** Reads all that was sent since it was read last: first what ends something, then what begins. */
  observe({
    registering,
    rerouted,
  }: {
    registering?: { session: Session; request: number; held: Held };
    rerouted?: Rerouted | undefined;
  } = {}): void {
    const heard = this.realm.everything.slice(this.#seen).map(([name, ...list]) => {
      const session = this.sessions.find(({ client }) => client.authid === name);
      if (session === undefined) throw new Error(`${String(name)} has left, and hears ${JSON.stringify(list)}`);
      return { session, list };
    });
    this.#seen = this.realm.everything.length;
    for (const { session, list } of heard) this.#hearEnd(session, list);
    for (const { session, list } of heard) this.#hearOther(session, list, registering);
    for (const { session, list } of heard) if (list[0] === 68) this.#hearInvocation(session, list);
    this.#check(rerouted);
  }

  #hearEnd(session: Session, list: readonly unknown[]): void {
    const isError = list[0] === 8 && list[1] === 48;
    if (!isError && list[0] !== 50) return;
    const request = list[isError ? 2 : 1];
    const call = this.calls.find((each) => each.caller === session && each.request === request);
    // Not unasked, not twice, not after the end.
    expect(call).toMatchObject({ isOpen: true });
    if (call === undefined) return;
    if (!isError) expect(list).toEqual([50, request, {}, payload(call)]);
    this.#close(call, isError ? (list[4] as string) : 'result');
  }

  #hearOther(
    session: Session,
    list: readonly unknown[],
    registering: { session: Session; request: number; held: Held } | undefined,
  ): void {
    if (list[0] === 65) {
      expect(session).toBe(registering?.session);
      const id = list[2] as number;
      const { held } = registering as { held: Held };
      const shared = this.#calleesOf(held.uri).map(([, other]) => other);
      for (const other of shared) expect(other).toBe(id);
      if (shared.length === 0) expect(this.#registrations.has(id)).toBe(false);
      this.#registrations.add(id);
      session.holds.set(id, held);
    } else if (list[0] === 67 && list[1] === 0) {
      const { registration } = list[2] as { registration: number };
      expect(session.holds.delete(registration)).toBe(true);
    } else if (list[0] === 69) {
      const call = session.toAnswer.get(list[1] as number);
      expect(call).toBeDefined();
      expect(call?.isOpen).toBe(call?.isKilled === true && call.isOpen);
    }
  }

  #hearInvocation(session: Session, [, invocation, registration, details, args]: readonly unknown[]): void {
    const tag = (args as unknown[])[0];
    const call = this.calls.find((each) => each.tag === tag) as Call;
    session.lastInvocation += 1;
    expect(invocation).toBe(session.lastInvocation);
    expect({ open: call.isOpen, at: call.at, tried: call.tried.has(session) }).toEqual({ open: true, tried: false });
    const held = session.holds.get(registration as number) as Held;
    expect([held.uri, registration]).toEqual([call.uri, call.registration]);
    expect(this.#isFree(session, registration as number)).toBe(true);
    this.#checkTurn(session, held, call);
    const before = call.deadline;
    // Whoever keeps the time from now on, or does not any more.
    if (held.keepsTimeout) call.deadline = Number.POSITIVE_INFINITY;
    else if (call.timeout > 0 && before === Number.POSITIVE_INFINITY) call.deadline = this.realm.now + TIMEOUT;
    call.at = { callee: session, invocation: invocation as number, registration: registration as number, held };
    this.#made.add(call);
    const left = before === Number.POSITIVE_INFINITY ? TIMEOUT : Math.max(1, before - this.realm.now);
    expect(details).toEqual(this.#details(call, left));
    expect(args).toEqual(payload(call));
    session.toAnswer.set(invocation as number, call);
  }

  /** Among several that are free and were not asked yet it goes to the one who registered first, or last. */
  #checkTurn(session: Session, { uri, invoke, since }: Held, call: Call): void {
    if (this.#doSeveralEnd || (invoke !== 'first' && invoke !== 'last')) return;
    for (const [other, id] of this.#calleesOf(uri)) {
      const held = other.holds.get(id) as Held;
      if (other === session || call.tried.has(other) || !this.#isFree(other, id)) continue;
      // It was tried, too: it did not take it.
      if (call.isLong && other.isNarrow) continue;
      expect(invoke === 'first' ? held.since > since : held.since < since).toBe(true);
    }
  }

  /** What the callee is told of a call that it has. @param left of its timeout */
  #details({ at, timeout, isDisclosed, caller, procedure, uri, more }: Call, left = TIMEOUT): object {
    const { client } = caller;
    const doesProgress = at?.callee.canBeInterrupted === true;
    return {
      ...(doesProgress && { receive_progress: true }),
      ...(timeout > 0 && at?.held.keepsTimeout && { timeout: left }),
      ...(isDisclosed && { caller: client.session, caller_authid: client.authid, caller_authrole: client.authrole }),
      ...(uri === BROAD && { procedure }),
      ...(more === true && { progress: true }),
    };
  }

  /** What is true whatever has happened. */
  #check(rerouted: Rerouted | undefined): void {
    const { dealer } = this.realm;
    const open = this.#open();
    const waiting = open.filter(({ at }) => at === undefined);
    const registrations = new Set(this.sessions.flatMap(({ holds }) => [...holds.keys()]));
    same('in flight', dealer.inFlight, open.length);
    same('waiting', dealer.waiting, waiting.length);
    same('registrations', dealer.registrationCount, registrations.size);
    same('made', dealer.calls, this.#made.size);
    same('discarded', dealer.discarded, this.#discarded);
    const next = open.reduce((least, { deadline }) => Math.min(least, deadline), Number.POSITIVE_INFINITY);
    same('next deadline', dealer.nextDeadline() ?? Number.POSITIVE_INFINITY, next);
    for (const call of waiting) {
      const callees = this.#calleesOf(call.uri);
      same(`some callee of ${call.tag}`, callees.length > 0, true);
      for (const [callee, id] of callees)
        same(`${call.tag} waits, and somebody is free`, this.#isFree(callee, id), false);
    }
    if (rerouted?.call.end !== 'wamp.error.no_available_callee') return;
    const { call, registration } = rerouted;
    for (const [callee, id] of this.#calleesOf(call.uri)) {
      if (call.isLong && callee.isNarrow) continue;
      // Whoever has taken the procedure over has nothing to do with what was called before.
      expect(id !== registration || call.tried.has(callee) || !this.#isFree(callee, id)).toBe(true);
    }
  }

  #open(): Call[] {
    return this.calls.filter(({ isOpen }) => isOpen);
  }

  #waiting(uri: string): Call[] {
    return this.#open().filter((call) => call.at === undefined && call.uri === uri);
  }

  #close(call: Call, end: string): void {
    call.isOpen = false;
    call.end = end;
  }

  /** Who has registered it, and under which registration. */
  #calleesOf(uri: string): [Session, number][] {
    return this.sessions.flatMap((session) =>
      [...session.holds].flatMap(([id, held]): [Session, number][] => (held.uri === uri ? [[session, id]] : [])),
    );
  }

  #places(uri: string): number {
    return this.#calleesOf(uri).reduce((sum, [session, id]) => {
      const { limit, queue } = session.holds.get(id) as Held;
      return sum + (Number.isFinite(limit) ? queue : MAX_WAITING);
    }, 0);
  }

  #isFree(session: Session, id: number): boolean {
    const held = session.holds.get(id);
    // What it still has from before it took the procedure back and registered anew is no part of its limit now.
    const busy = this.#open().filter(({ at }) => at?.callee === session && at.held === held).length;
    return busy < (held?.limit ?? 0);
  }
}

type Verb =
  | 'join'
  | 'leave'
  | 'register'
  | 'unregister'
  | 'revoke'
  | 'call'
  | 'part'
  | 'answer'
  | 'progress'
  | 'cancel'
  | 'tick';
const VERBS: readonly [Verb, number][] = [
  ['join', 3],
  ['leave', 1],
  ['register', 5],
  ['unregister', 1],
  ['revoke', 1],
  ['call', 9],
  ['part', 2],
  ['answer', 6],
  ['progress', 2],
  ['cancel', 2],
  ['tick', 1],
];

test(
  'whatever sessions do, each call is answered once by one whose turn it is, none waits in vain, and nothing is left',
  () => {
    const verb = fc.constantFrom(...VERBS.flatMap(([each, weight]) => Array.from({ length: weight }, () => each)));
    const steps = fc.array(fc.tuple(verb, fc.nat(20), fc.nat(27), fc.nat(27)), { maxLength: 120, size: 'max' });
    fc.assert(
      fc.property(steps, (sequence) => {
        const world = new World();
        for (const [each, who, how, what] of sequence) {
          if (each === 'join') world.join(who, how);
          else {
            const session = pick(world.sessions, who);
            if (session !== undefined) world[each](session, how, what);
          }
        }
        for (const session of [...world.sessions]) world.leave(session);
        const { dealer } = world.realm;
        expect([dealer.inFlight, dealer.waiting, dealer.registrationCount]).toEqual([0, 0, 0]);
        expect(dealer.nextDeadline()).toBeUndefined();
        expect(world.calls.every(({ end }) => end !== undefined)).toBe(true);
      }),
      RUNS,
    );
    tellRuns('calls', RUNS);
  },
  RUNS.timeout,
);
