/**
 * Broker and dealer against a model that knows only what must be true: who holds what, who waits for whom. Sessions
 * come, do something that the standard allows, and leave; whatever they do, each CALL is answered once, each EVENT
 * goes to whom it must and to nobody else, and nothing of an ended session is left.
 */
import fc from 'fast-check';
import { modelRuns, tellRuns } from '../support/model-runs.js';
import { CANCELING, type Client, Realm } from '../support/routing-realm.js';

const RUNS = modelRuns(300);
const TOPICS = ['com.a', 'com.b', 'com.a.b'];

interface Session {
  readonly client: Client;
  nextRequest: number;
  readonly subscriptions: Map<number, { match: 'exact' | 'prefix'; topic: string }>;
  readonly registrations: Map<number, string>;
  /** The CALLs it waits for, by request id. */
  readonly waiting: Map<number, { callee: Session; invocation: number }>;
  /** The INVOCATIONs it may answer; `wanted` while the caller waits. */
  readonly toAnswer: Map<number, { caller: Session; call: number; wanted: boolean }>;
  lastInvocation: number;
}

interface Model {
  readonly sessions: Session[];
  /** What each procedure is registered as, and by whom. */
  readonly procedures: Map<string, { callee: Session; registration: number }>;
  readonly publications: Set<number>;
  readonly ids: Set<number>;
  joined: number;
}

type Command = fc.Command<Model, Realm>;

const at = <T>(list: readonly T[], n: number): T => list[n % list.length]!;
const nth = <K, V>(map: ReadonlyMap<K, V>, n: number): [K, V] => at([...map], n);

function expectHeard(session: Session, ...lists: unknown[][]): void {
  expect(session.client.heard()).toEqual(lists);
}

function expectSilence(model: Model): void {
  for (const session of model.sessions) expectHeard(session);
}

class Join implements Command {
  check = (model: Readonly<Model>): boolean => model.sessions.length < 5;
  run(model: Model, realm: Realm): void {
    model.joined += 1;
    model.sessions.push({
      client: realm.join(`s${model.joined}`, { roles: CANCELING }),
      nextRequest: 1,
      subscriptions: new Map(),
      registrations: new Map(),
      waiting: new Map(),
      toAnswer: new Map(),
      lastInvocation: 0,
    });
  }
  toString = (): string => 'join';
}

class Leave implements Command {
  readonly who: number;
  constructor(who: number) {
    this.who = who;
  }
  check = (model: Readonly<Model>): boolean => model.sessions.length > 0;
  run(model: Model, realm: Realm): void {
    const session = at(model.sessions, this.who);
    realm.leave(session.client);
    expectHeard(session);
    model.sessions.splice(model.sessions.indexOf(session), 1);
    for (const procedure of session.registrations.values()) model.procedures.delete(procedure);
    const left = new Map<Session, unknown[][]>(model.sessions.map((each) => [each, []]));
    for (const { caller, call, wanted } of session.toAnswer.values()) {
      if (!wanted || caller === session) continue;
      caller.waiting.delete(call);
      left.get(caller)!.push([8, 48, call, {}, 'wamp.error.canceled', [expect.any(String)]]);
    }
    for (const { callee, invocation } of session.waiting.values()) {
      if (callee === session) continue;
      callee.toAnswer.get(invocation)!.wanted = false;
      left.get(callee)!.push([69, invocation, { mode: 'killnowait' }]);
    }
    for (const [each, lists] of left) expectHeard(each, ...lists);
  }
  toString = (): string => `leave(${this.who})`;
}

class Subscribe implements Command {
  readonly who: number;
  readonly topic: string;
  readonly match: 'exact' | 'prefix';
  constructor(who: number, topic: string, match: 'exact' | 'prefix') {
    this.who = who;
    this.topic = topic;
    this.match = match;
  }
  check = (model: Readonly<Model>): boolean => model.sessions.length > 0;
  run(model: Model): void {
    const session = at(model.sessions, this.who);
    const request = session.nextRequest++;
    session.client.says([32, request, { match: this.match }, this.topic]);
    const [reply, ...more] = session.client.heard();
    expect(more).toEqual([]);
    expect(reply).toEqual([33, request, expect.any(Number)]);
    const id = reply![2] as number;
    const same = (other: { match: string; topic: string }) => other.match === this.match && other.topic === this.topic;
    for (const other of model.sessions) {
      for (const [otherId, held] of other.subscriptions) expect(otherId === id).toBe(same(held));
    }
    session.subscriptions.set(id, { match: this.match, topic: this.topic });
    expectSilence(model);
  }
  toString = (): string => `subscribe(${this.who}, ${this.match} ${this.topic})`;
}

class Unsubscribe implements Command {
  readonly who: number;
  constructor(who: number) {
    this.who = who;
  }
  check = (model: Readonly<Model>): boolean =>
    model.sessions.length > 0 && at(model.sessions, this.who).subscriptions.size > 0;
  run(model: Model): void {
    const session = at(model.sessions, this.who);
    const [id] = nth(session.subscriptions, this.who);
    const request = session.nextRequest++;
    session.client.says([34, request, id]);
    session.subscriptions.delete(id);
    expectHeard(session, [35, request]);
    expectSilence(model);
  }
  toString = (): string => `unsubscribe(${this.who})`;
}

class Publish implements Command {
  readonly who: number;
  readonly topic: string;
  readonly toMyself: boolean;
  constructor(who: number, topic: string, toMyself: boolean) {
    this.who = who;
    this.topic = topic;
    this.toMyself = toMyself;
  }
  check = (model: Readonly<Model>): boolean => model.sessions.length > 0;
  run(model: Model): void {
    const publisher = at(model.sessions, this.who);
    const request = publisher.nextRequest++;
    publisher.client.says([16, request, { acknowledge: true, exclude_me: !this.toMyself }, this.topic, [request]]);
    const heard = publisher.client.heard();
    const acknowledged = heard.pop();
    expect(acknowledged).toEqual([17, request, expect.any(Number)]);
    const publication = acknowledged![2] as number;
    expect(model.publications.has(publication)).toBe(false);
    model.publications.add(publication);
    for (const session of model.sessions) {
      const expected = [...session.subscriptions]
        .filter(([, { match, topic }]) => (match === 'exact' ? topic === this.topic : this.topic.startsWith(topic)))
        .filter(() => session !== publisher || this.toMyself)
        .map(([id, { match }]) => [36, id, publication, match === 'exact' ? {} : { topic: this.topic }, [request]]);
      const received = session === publisher ? heard : session.client.heard();
      expect(received.sort()).toEqual(expected.sort());
    }
  }
  toString = (): string => `publish(${this.who}, ${this.topic}${this.toMyself ? ', to myself too' : ''})`;
}

class Register implements Command {
  readonly who: number;
  readonly procedure: string;
  constructor(who: number, procedure: string) {
    this.who = who;
    this.procedure = procedure;
  }
  check = (model: Readonly<Model>): boolean => model.sessions.length > 0;
  run(model: Model): void {
    const session = at(model.sessions, this.who);
    const request = session.nextRequest++;
    session.client.says([64, request, {}, this.procedure]);
    const [reply] = session.client.heard();
    if (model.procedures.has(this.procedure)) {
      expect(reply).toEqual([8, 64, request, {}, 'wamp.error.procedure_already_exists', [expect.any(String)]]);
    } else {
      expect(reply).toEqual([65, request, expect.any(Number)]);
      const registration = reply![2] as number;
      expect(model.ids.has(registration)).toBe(false);
      model.ids.add(registration);
      session.registrations.set(registration, this.procedure);
      model.procedures.set(this.procedure, { callee: session, registration });
    }
    expectSilence(model);
  }
  toString = (): string => `register(${this.who}, ${this.procedure})`;
}

class Unregister implements Command {
  readonly who: number;
  constructor(who: number) {
    this.who = who;
  }
  check = (model: Readonly<Model>): boolean =>
    model.sessions.length > 0 && at(model.sessions, this.who).registrations.size > 0;
  run(model: Model): void {
    const session = at(model.sessions, this.who);
    const [id, procedure] = nth(session.registrations, this.who);
    const request = session.nextRequest++;
    session.client.says([66, request, id]);
    session.registrations.delete(id);
    model.procedures.delete(procedure);
    expectHeard(session, [67, request]);
    expectSilence(model);
  }
  toString = (): string => `unregister(${this.who})`;
}

class Call implements Command {
  readonly who: number;
  readonly procedure: string;
  constructor(who: number, procedure: string) {
    this.who = who;
    this.procedure = procedure;
  }
  check = (model: Readonly<Model>): boolean => model.sessions.length > 0;
  run(model: Model): void {
    const caller = at(model.sessions, this.who);
    const call = caller.nextRequest++;
    caller.client.says([48, call, {}, this.procedure, [call]]);
    const registered = model.procedures.get(this.procedure);
    if (registered === undefined) {
      expectHeard(caller, [8, 48, call, {}, 'wamp.error.no_such_procedure', [expect.any(String)]]);
    } else {
      const { callee, registration } = registered;
      const invocation = ++callee.lastInvocation;
      expectHeard(callee, [68, invocation, registration, {}, [call]]);
      caller.waiting.set(call, { callee, invocation });
      callee.toAnswer.set(invocation, { caller, call, wanted: true });
    }
    expectSilence(model);
  }
  toString = (): string => `call(${this.who}, ${this.procedure})`;
}

class Answer implements Command {
  readonly who: number;
  readonly withError: boolean;
  constructor(who: number, withError: boolean) {
    this.who = who;
    this.withError = withError;
  }
  check = (model: Readonly<Model>): boolean =>
    model.sessions.length > 0 && at(model.sessions, this.who).toAnswer.size > 0;
  run(model: Model): void {
    const callee = at(model.sessions, this.who);
    const [invocation, { caller, call, wanted }] = nth(callee.toAnswer, this.who);
    callee.client.says(this.withError ? [8, 68, invocation, {}, 'com.e', [call]] : [70, invocation, {}, [call]]);
    callee.toAnswer.delete(invocation);
    if (wanted) {
      caller.waiting.delete(call);
      expectHeard(caller, this.withError ? [8, 48, call, {}, 'com.e', [call]] : [50, call, {}, [call]]);
    }
    expectSilence(model);
    // Whoever answers twice breaks the protocol, and nobody hears the second answer.
    expect(() => callee.client.says([70, invocation, {}])).toThrow();
    expectSilence(model);
  }
  toString = (): string => `answer(${this.who}, ${this.withError ? 'ERROR' : 'YIELD'})`;
}

class Cancel implements Command {
  readonly who: number;
  readonly mode: string;
  constructor(who: number, mode: string) {
    this.who = who;
    this.mode = mode;
  }
  check = (model: Readonly<Model>): boolean =>
    model.sessions.length > 0 && at(model.sessions, this.who).waiting.size > 0;
  run(model: Model): void {
    const caller = at(model.sessions, this.who);
    const [call, { callee, invocation }] = nth(caller.waiting, this.who);
    caller.client.says([49, call, { mode: this.mode }]);
    caller.waiting.delete(call);
    callee.toAnswer.get(invocation)!.wanted = false;
    const interrupt = this.mode === 'skip' ? [] : [[69, invocation, { mode: this.mode }]];
    const canceled = [8, 48, call, {}, 'wamp.error.canceled', [expect.any(String)]];
    if (caller === callee) expectHeard(caller, ...interrupt, canceled);
    else {
      expectHeard(callee, ...interrupt);
      expectHeard(caller, canceled);
    }
    expectSilence(model);
  }
  toString = (): string => `cancel(${this.who}, ${this.mode})`;
}

test(
  'whatever sessions do, every call is answered once, every event goes where it must, and nothing is left',
  () => {
    const who = fc.nat(20);
    const uri = fc.constantFrom(...TOPICS);
    const commands = fc.commands(
      [
        fc.constant(new Join()),
        who.map((n) => new Leave(n)),
        fc
          .tuple(who, uri, fc.constantFrom<'exact' | 'prefix'>('exact', 'prefix'))
          .map((args) => new Subscribe(...args)),
        who.map((n) => new Unsubscribe(n)),
        fc.tuple(who, uri, fc.boolean()).map((args) => new Publish(...args)),
        fc.tuple(who, uri).map((args) => new Register(...args)),
        who.map((n) => new Unregister(n)),
        fc.tuple(who, uri).map((args) => new Call(...args)),
        fc.tuple(who, fc.boolean()).map((args) => new Answer(...args)),
        fc.tuple(who, fc.constantFrom('skip', 'killnowait')).map((args) => new Cancel(...args)),
      ],
      { maxCommands: 80, size: 'max' },
    );
    fc.assert(
      fc.property(commands, (sequence) => {
        const realm = new Realm();
        const model: Model = {
          sessions: [],
          procedures: new Map(),
          publications: new Set(),
          ids: new Set(),
          joined: 0,
        };
        fc.modelRun(() => ({ model, real: realm }), sequence);
        expect(realm.dealer.inFlight).toBe(model.sessions.reduce((sum, each) => sum + each.waiting.size, 0));
        for (const session of model.sessions) realm.leave(session.client);
        const { dealer, broker } = realm;
        expect([dealer.inFlight, dealer.registrationCount, broker.subscriptionCount]).toEqual([0, 0, 0]);
      }),
      RUNS,
    );
    tellRuns('broker and dealer', RUNS);
  },
  RUNS.timeout,
);
