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
const POLICIES = ['single', 'roundrobin', 'first', 'last', 'random'];
const MODES = ['skip', 'killnowait', 'kill'];
const MAX_WAITING = 2;
const TIMEOUT = 10;
const RUNS = modelRuns(120);

interface Session {
  readonly client: Client;
  readonly canBeInterrupted: boolean;
  readonly canBeBypassed: boolean;
  readonly takesParts: boolean;
  next: number;
  lastInvocation: number;
  /** What it may still answer, by the id of its INVOCATION. */
  readonly toAnswer: Map<number, Call>;
  readonly holds: Map<number, Held>;
}

interface Held {
  readonly procedure: string;
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

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

class World {
  readonly realm = new Realm({ maxWaiting: MAX_WAITING, random: () => 0.5 });
  readonly sessions: Session[] = [];
  readonly calls: Call[] = [];
  /** All ids that there ever were. */
  readonly #registrations = new Set<number>();
  #joined = 0;
  #seen = 0;

  // What sessions do

  join(_: number, how: number): void {
    if (this.sessions.length === 5) return;
    const [canBeInterrupted, canBeBypassed, takesParts] = [how % 4 > 0, how % 3 > 0, how % 2 > 0];
    const features = {
      call_canceling: canBeInterrupted,
      call_reroute: canBeBypassed,
      progressive_call_invocations: takesParts,
      progressive_call_results: true,
      registration_revocation: true,
    };
    const roles = { caller: { features: { ...features, progressive_call_invocations: true } }, callee: { features } };
    const client = this.realm.join(`s${++this.#joined}`, { roles });
    const can = { canBeInterrupted, canBeBypassed, takesParts: takesParts && canBeInterrupted };
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
    this.observe();
    for (const call of served) expect(call.end).toBe(call.caller === session ? 'left' : 'wamp.error.canceled');
  }

  register(session: Session, how: number, what: number): void {
    const procedure = pick(PROCEDURES, what) as string;
    const invoke = pick(POLICIES, how) as string;
    const limit = what % 3 === 0 ? Number.POSITIVE_INFINITY : what % 3;
    const queue = how % 4 === 0 ? 1 : Number.POSITIVE_INFINITY;
    const force = what % 7 === 0;
    const request = session.next++;
    session.client.says([
      64,
      request,
      {
        invoke,
        ...(Number.isFinite(limit) && { concurrency: limit }),
        ...(Number.isFinite(queue) && { _queue_limit: queue }),
        ...(force && { force_reregister: true }),
      },
      procedure,
    ]);
    this.observe({ registering: { session, request, held: { procedure, limit, queue }, force } });
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
    const inParts = how % 4 === 0;
    const call: Call = {
      tag: `${caller.client.authid}:${request}`,
      caller,
      request,
      procedure,
      at: undefined,
      isOpen: true,
      more: inParts ? true : undefined,
      hasProgress: false,
      isKilled: false,
      deadline: how % 3 === 0 ? this.realm.now + TIMEOUT : Number.POSITIVE_INFINITY,
      tried: new Set(),
      end: undefined,
    };
    const callees = this.#calleesOf(procedure);
    const isFree = callees.some(([callee, id]) => this.#isFree(callee, id));
    const places = Math.min(MAX_WAITING, this.#places(procedure));
    const hasPlace = this.#waiting(procedure).length < places;
    this.calls.push(call);
    const timeout = how % 3 === 0 && { timeout: TIMEOUT };
    const options = { receive_progress: true, ...timeout, ...(inParts && { progress: true }) };
    caller.client.says([48, request, options, procedure, [call.tag]]);
    this.observe();
    if (callees.length === 0) expect(call.end).toBe('wamp.error.no_such_procedure');
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
    const before = this.realm.everything.length;
    call.caller.client.says([48, call.request, options, call.procedure, [call.tag, 'part']]);
    const { at } = call;
    const heard = this.realm.everything.slice(before);
    expect(heard).toEqual(
      takes
        ? [[at?.callee.client.authid, 68, at?.invocation, at?.registration, expect.any(Object), [call.tag, 'part']]]
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
    callee.client.says(isResult ? [70, invocation, {}, [call.tag]] : [8, 68, invocation, {}, uri, [call.tag]]);
    // Whoever answers twice breaks the protocol, and nobody hears the second answer.
    const after = this.realm.everything.length;
    expect(() => callee.client.says([70, invocation, {}, [call.tag]])).toThrow(ProtocolError);
    expect(this.realm.everything.length).toBe(after);
    if (!wanted) {
      expect(after).toBe(before);
      return;
    }
    this.observe({ rerouted: goesOn ? { call, registration } : undefined });
    if (goesOn)
      expect(call.isOpen ? call.at : call.end).toEqual(
        call.isOpen ? expect.anything() : 'wamp.error.no_available_callee',
      );
    else expect(call.end).toBe(isResult ? 'result' : uri);
  }

  progress(callee: Session, _: number, what: number): void {
    const found = pick([...callee.toAnswer], what);
    if (found === undefined) return;
    const [invocation, call] = found;
    const wanted = call.isOpen && call.at?.invocation === invocation && call.at.callee === callee;
    const takes = wanted && callee.canBeInterrupted;
    if (takes) call.hasProgress = true;
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
    this.observe();
    for (const call of due) expect(call.end).toBe('wamp.error.timeout');
    expect(this.calls.filter(({ end }) => end === 'wamp.error.timeout').length).toBe(this.realm.dealer.timedOut);
  }

  // What is heard

  /** Reads all that was sent since it was read last: first what ends something, then what begins. */
  observe({
    registering,
    rerouted,
  }: {
    registering?: { session: Session; request: number; held: Held; force: boolean };
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
    if (!isError) expect(list).toEqual([50, request, {}, [call.tag]]);
    this.#close(call, isError ? (list[4] as string) : 'result');
  }

  #hearOther(
    session: Session,
    list: readonly unknown[],
    registering: { session: Session; request: number; held: Held; force: boolean } | undefined,
  ): void {
    if (list[0] === 65) {
      expect(session).toBe(registering?.session);
      const id = list[2] as number;
      const { held } = registering as { held: Held };
      const shared = this.#calleesOf(held.procedure).map(([, other]) => other);
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

  #hearInvocation(session: Session, [, invocation, registration, , args]: readonly unknown[]): void {
    const tag = (args as unknown[])[0];
    const call = this.calls.find((each) => each.tag === tag) as Call;
    session.lastInvocation += 1;
    expect(invocation).toBe(session.lastInvocation);
    expect({ open: call.isOpen, at: call.at, tried: call.tried.has(session) }).toEqual({ open: true, tried: false });
    const held = session.holds.get(registration as number) as Held;
    expect(held.procedure).toBe(call.procedure);
    expect(this.#isFree(session, registration as number)).toBe(true);
    call.at = { callee: session, invocation: invocation as number, registration: registration as number, held };
    session.toAnswer.set(invocation as number, call);
  }

  /** What is true whatever has happened. */
  #check(rerouted: Rerouted | undefined): void {
    const { dealer } = this.realm;
    const open = this.#open();
    const waiting = open.filter(({ at }) => at === undefined);
    expect([dealer.inFlight, dealer.waiting]).toEqual([open.length, waiting.length]);
    expect(dealer.registrationCount).toBe(new Set(this.sessions.flatMap(({ holds }) => [...holds.keys()])).size);
    for (const call of waiting) {
      const callees = this.#calleesOf(call.procedure);
      expect({ of: call.tag, callees: callees.length > 0 }).toEqual({ of: call.tag, callees: true });
      for (const [callee, id] of callees) expect(this.#isFree(callee, id)).toBe(false);
    }
    if (rerouted?.call.end !== 'wamp.error.no_available_callee') return;
    const { call, registration } = rerouted;
    for (const [callee, id] of this.#calleesOf(call.procedure)) {
      // Whoever has taken the procedure over has nothing to do with what was called before.
      expect(id !== registration || call.tried.has(callee) || !this.#isFree(callee, id)).toBe(true);
    }
  }

  #open(): Call[] {
    return this.calls.filter(({ isOpen }) => isOpen);
  }

  #waiting(procedure: string): Call[] {
    return this.#open().filter((call) => call.at === undefined && call.procedure === procedure);
  }

  #close(call: Call, end: string): void {
    call.isOpen = false;
    call.end = end;
  }

  /** Who is called for it, and under which registration. */
  #calleesOf(procedure: string): [Session, number][] {
    return this.sessions.flatMap((session) =>
      [...session.holds].flatMap(([id, held]): [Session, number][] =>
        held.procedure === procedure ? [[session, id]] : [],
      ),
    );
  }

  #places(procedure: string): number {
    return this.#calleesOf(procedure).reduce((sum, [session, id]) => {
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

test('whatever sessions do, each call is answered once by one whose turn it is, none waits in vain, and nothing is left', () => {
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
}, RUNS.timeout);
