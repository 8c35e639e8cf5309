import { inspect } from 'node:util';
import { createActor, SimulatedClock, setup } from 'xstate';
import type { Accepted, Admission, Challenged, Refused, RouterLink } from '../../actors/admission.js';
import { type RouterSessionEvent, type RouterSessionInput, routerSessionMachine } from '../../actors/router-session.js';
import { RouterWire } from '../../actors/router-wire.js';
import { ConnectionLost, ProtocolError, SerializationError, SessionAborted, TimeoutError } from '../../src/errors.js';
import type { Message, MessageTable } from '../../src/wamp/message.js';
import type { List } from '../../src/wamp/values.js';
import { isExit } from '../../supervisors/exit-reason.js';
import { plainJson, ScriptedTransport, settle } from './scripted.js';

const CANARY = 'canary-secret-0c41';
const HELLO = [1, 'realm1', { roles: { caller: {} } }];
const AUTHENTICATE = [5, 'signature', {}];
const GOODBYE = [6, {}, 'wamp.close.close_realm'];
const CALL = [48, 1, {}, 'com.example.add'];
const REFUSED: Refused = { verdict: 'refuse', reason: 'wamp.error.authentication_denied', message: 'wrong ticket' };

/** An admission whose decisions are the test's, and a realm that notes what happens. */
function realm(table: MessageTable = {}) {
  const notes: unknown[] = [];
  const links: RouterLink[] = [];
  const accepted: Accepted = {
    verdict: 'accept',
    session: 7,
    details: { roles: { broker: {}, dealer: {} } },
    open: (link) => {
      links.push(link);
      notes.push('open');
      return { table: { CALL: (call) => notes.push(call.procedure), ...table }, left: () => notes.push('left') };
    },
  };
  const answers: Message<'AUTHENTICATE'>[] = [];
  let verified: Accepted | Refused | Promise<never> = accepted;
  const challenged: Challenged = {
    verdict: 'challenge',
    authmethod: 'ticket',
    extra: {},
    verify: async (answer) => {
      answers.push(answer);
      return verified;
    },
  };
  return {
    notes,
    links,
    answers,
    accepted,
    challenged,
    verifyWith: (decision: Accepted | Refused | Promise<never>) => {
      verified = decision;
    },
  };
}
type Realm = ReturnType<typeof realm>;
type Decide = (at: Realm, hello: Message<'HELLO'>) => ReturnType<Admission['admit']>;

const accept: Decide = async (at) => at.accepted;
const challenge: Decide = async (at) => at.challenged;
const never = () => new Promise<never>(() => {});

function setUp(decide: Decide = accept, options: Partial<RouterSessionInput> = {}, table: MessageTable = {}) {
  const clock = new SimulatedClock();
  const transport = new ScriptedTransport();
  const at = realm(table);
  const hellos: unknown[] = [];
  const seen: unknown[] = [];
  const session = createActor(routerSessionMachine, {
    clock,
    inspect: (event) =>
      seen.push(event.type === '@xstate.event' ? event.event : (event as { snapshot?: unknown }).snapshot),
    input: {
      wire: new RouterWire(transport, plainJson),
      admission: {
        admit: (hello, address) => {
          hellos.push({ realm: hello.realm, address });
          return decide(at, hello);
        },
      },
      ...options,
    },
  });
  session.start();
  return {
    clock,
    transport,
    at,
    hellos,
    seen,
    session,
    send: (event: RouterSessionEvent) => session.send(event),
    state: () => session.getSnapshot().value,
    context: () => session.getSnapshot().context,
    reason: () => {
      const { output } = session.getSnapshot();
      return isExit(output) ? output.reason : 'it has not ended';
    },
  };
}
type Set = ReturnType<typeof setUp>;

/** How to bring a session into each of its states. */
const WAYS: Record<string, (options?: Partial<RouterSessionInput>) => Promise<Set>> = {
  closed: async (options) => setUp(accept, options),
  establishing: async (options) => {
    const set = setUp(never, options);
    set.transport.receive(HELLO);
    return set;
  },
  challenging: async (options) => {
    const set = setUp(challenge, options);
    set.transport.receive(HELLO);
    await settle();
    return set;
  },
  authenticating: async (options) => {
    const set = await to('challenging', options);
    set.at.verifyWith(never());
    set.transport.receive(AUTHENTICATE);
    return set;
  },
  established: async (options) => {
    const set = setUp(accept, options);
    set.transport.receive(HELLO);
    await settle();
    return set;
  },
  shuttingDown: async (options) => {
    const set = await to('established', options);
    set.send({ type: 'session.goodbye', reason: 'wamp.close.system_shutdown' });
    return set;
  },
};
const OPENING = ['closed', 'establishing', 'challenging', 'authenticating'];

async function to(state: string, options?: Partial<RouterSessionInput>): Promise<Set> {
  const set = await WAYS[state]!(options);
  expect(set.state()).toBe(state);
  return set;
}

const last = (set: Set): List | undefined => set.transport.sent.at(-1);

describe('the transitions of the standard', () => {
  it('1 and 2: receives HELLO, sends WELCOME, from closed through establishing to established', async () => {
    const set = await to('closed');
    set.transport.receive(HELLO);
    expect(set.state()).toBe('establishing');
    expect(set.hellos).toEqual([{ realm: 'realm1', address: 'ws://127.0.0.1:8080/ws' }]);
    await settle();
    expect(set.state()).toBe('established');
    expect(set.transport.sent).toEqual([[2, 7, { roles: { broker: {}, dealer: {} } }]]);
    expect(set.context()).toMatchObject({ realm: 'realm1', session: 7, welcome: { roles: {} } });
  });

  it('3: sends GOODBYE, from established to shuttingDown', async () => {
    const set = await to('established');
    set.send({ type: 'session.goodbye', reason: 'wamp.close.system_shutdown', message: 'restarting' });
    expect(set.state()).toBe('shuttingDown');
    expect(last(set)).toEqual([6, { message: 'restarting' }, 'wamp.close.system_shutdown']);
  });

  it('4: receives GOODBYE, from shuttingDown to left', async () => {
    const set = await to('shuttingDown');
    set.transport.receive(GOODBYE);
    expect(set.state()).toBe('left');
    expect(set.reason()).toBe('normal');
    expect(set.transport.state).toBe('closed');
  });

  it('5 and 6: receives GOODBYE and sends its own, from established through closing to left', async () => {
    const set = await to('established');
    set.transport.receive(GOODBYE);
    expect(last(set)).toEqual([6, {}, 'wamp.close.goodbye_and_out']);
    expect(set.state()).toBe('left');
    expect(set.reason()).toBe('normal');
    expect(set.transport.state).toBe('closed');
  });

  it('7: receives a HELLO that it refuses, sends ABORT, from establishing to aborted', async () => {
    const set = setUp(async () => ({ verdict: 'refuse', reason: 'wamp.error.no_such_realm', message: 'no realm1' }));
    set.transport.receive(HELLO);
    await settle();
    expect(set.transport.sent).toEqual([[3, { message: 'no realm1' }, 'wamp.error.no_such_realm']]);
    expect(set.state()).toBe('aborted');
    expect(set.reason()).toBeInstanceOf(SessionAborted);
    expect(set.reason()).toMatchObject({ uri: 'wamp.error.no_such_realm', established: false });
    expect(set.transport.state).toBe('closed');
  });

  it('10: receives a HELLO that needs authentication, sends CHALLENGE, from establishing to challenging', async () => {
    const set = await to('challenging');
    expect(set.transport.sent).toEqual([[4, 'ticket', {}]]);
    expect(set.at.notes).toEqual([]);
  });

  it('11: receives a wrong AUTHENTICATE, sends ABORT, from authenticating to aborted', async () => {
    const set = await to('challenging');
    set.at.verifyWith(REFUSED);
    set.transport.receive(AUTHENTICATE);
    expect(set.state()).toBe('authenticating');
    await settle();
    expect(last(set)).toEqual([3, { message: 'wrong ticket' }, 'wamp.error.authentication_denied']);
    expect(set.state()).toBe('aborted');
    expect(set.at.notes).toEqual([]);
  });

  it('12: receives the right AUTHENTICATE, sends WELCOME, from authenticating to established', async () => {
    const set = await to('challenging');
    set.transport.receive(AUTHENTICATE);
    await settle();
    expect(set.at.answers).toMatchObject([{ signature: 'signature', extra: {} }]);
    expect(last(set)).toEqual([2, 7, { roles: { broker: {}, dealer: {} } }]);
    expect(set.state()).toBe('established');
  });

  it.each([
    ['8', 'established', HELLO],
    ['8', 'established', AUTHENTICATE],
    ['9', 'establishing', CALL],
    ['13', 'challenging', CALL],
    ['13', 'authenticating', CALL],
  ])('%s: from %s to failed on %j', async (_, from, message) => {
    const set = await to(from);
    set.transport.receive(message);
    expect(set.state()).toBe('failed');
  });

  it('14: ignores every other message in shuttingDown', async () => {
    const set = await to('shuttingDown');
    const before = set.transport.sent.length;
    set.transport.receive(HELLO, [2, 1, {}], [4, 'ticket', {}], AUTHENTICATE, CALL, [16, 1, {}, 'com.example.topic']);
    expect(set.state()).toBe('shuttingDown');
    expect(set.transport.sent).toHaveLength(before);
    expect(set.at.notes).toEqual(['open', 'left']);
  });
});

describe('protocol errors', () => {
  const messages: [string, List][] = [
    ['HELLO', HELLO],
    ['WELCOME', [2, 7, { roles: { broker: {} } }]],
    ['CHALLENGE', [4, 'ticket', {}]],
    ['AUTHENTICATE', AUTHENTICATE],
    ['GOODBYE', GOODBYE],
    ['ERROR', [8, 68, 1, {}, 'com.example.error']],
    ['PUBLISH', [16, 1, {}, 'com.example.topic']],
    ['PUBLISHED', [17, 1, 2]],
    ['SUBSCRIBE', [32, 1, {}, 'com.example.topic']],
    ['SUBSCRIBED', [33, 1, 2]],
    ['UNSUBSCRIBE', [34, 1, 2]],
    ['UNSUBSCRIBED', [35, 1]],
    ['EVENT', [36, 1, 2, {}]],
    ['CALL', CALL],
    ['CANCEL', [49, 1, {}]],
    ['RESULT', [50, 1, {}]],
    ['REGISTER', [64, 1, {}, 'com.example.add']],
    ['REGISTERED', [65, 1, 2]],
    ['UNREGISTER', [66, 1, 2]],
    ['UNREGISTERED', [67, 1]],
    ['INVOCATION', [68, 1, 2, {}]],
    ['INTERRUPT', [69, 1, {}]],
    ['YIELD', [70, 1, {}]],
  ];
  /** What each state takes and does not fail on; the realm of these tests takes CALL. */
  const TAKEN: Record<string, readonly string[]> = {
    closed: ['HELLO'],
    establishing: [],
    challenging: ['AUTHENTICATE'],
    authenticating: [],
    established: ['GOODBYE', 'CALL'],
  };
  const cases = Object.entries(TAKEN).flatMap(([state, taken]) =>
    messages.filter(([type]) => !taken.includes(type)).map(([type, list]) => [state, type, list] as const),
  );

  it.each(cases)('in %s, %s is answered with ABORT and ends the session', async (state, type, list) => {
    const set = await to(state);
    set.transport.receive(list, CALL, HELLO);
    await settle();
    const message = `received ${type} ${state === 'established' ? 'after' : 'before'} WELCOME`;
    expect(last(set)).toEqual([3, { message }, 'wamp.error.protocol_violation']);
    expect(set.state()).toBe('failed');
    expect(set.reason()).toBeInstanceOf(ProtocolError);
    expect(set.transport.state).toBe('closed');
    expect(set.at.notes).toEqual(state === 'established' ? ['open', 'left'] : []);
  });

  it.each([...OPENING, 'established'])('in %s, a frame that is no message is answered with ABORT', async (state) => {
    const set = await to(state);
    set.transport.receiveFrame('{}');
    expect(last(set)).toEqual([3, { message: expect.any(String) }, 'wamp.error.protocol_violation']);
    expect(set.state()).toBe('failed');
    expect(set.reason()).toBeInstanceOf(ProtocolError);
  });

  it.each([
    ['no roles', {}, 'HELLO.Details.roles: expected a dictionary'],
    ['empty roles', { roles: {} }, 'at least one of publisher, subscriber, caller, callee'],
    ['a role that is null', { roles: { caller: null } }, 'HELLO.Details.roles.caller'],
    ['a role that is a list', { roles: { caller: [] } }, 'HELLO.Details.roles.caller'],
    ['one good role and one bad', { roles: { callee: {}, caller: 1 } }, 'HELLO.Details.roles.caller'],
    ["a router's role only", { roles: { broker: {} } }, 'at least one of'],
    ['a role in __proto__ only', JSON.parse('{"roles":{"__proto__":{"caller":{}}}}'), 'at least one of'],
    ['features that are a list', { roles: { caller: { features: [] } } }, 'features'],
    ['an agent that is a number', { roles: { caller: {} }, agent: 7 }, 'agent'],
    ['an authid that is null', { roles: { caller: {} }, authid: null }, 'authid'],
    ['methods that are no strings', { roles: { caller: {} }, authmethods: [1] }, 'authmethods'],
    ['methods that are no list', { roles: { caller: {} }, authmethods: 'ticket' }, 'authmethods'],
    ['more methods than there are', { roles: { caller: {} }, authmethods: Array(33).fill('x') }, 'authmethods'],
    ['authextra that is a list', { roles: { caller: {} }, authextra: [] }, 'authextra'],
  ])('7: a HELLO with %s is answered with ABORT, and not put before the admission', async (_, details, said) => {
    const set = await to('closed');
    set.transport.receive([1, 'realm1', details]);
    expect(last(set)).toEqual([3, { message: expect.stringContaining(said) }, 'wamp.error.protocol_violation']);
    expect(set.state()).toBe('aborted');
    expect(set.reason()).toBeInstanceOf(ProtocolError);
    expect(set.hellos).toEqual([]);
  });

  it('lets be what it does not know in a HELLO', async () => {
    const set = await to('closed');
    const features = { progressive_call_results: 'yes', nosuch: 1 };
    set.transport.receive([1, 'realm1', { roles: { caller: { features }, juggler: 1 }, nosuch: [] }]);
    await settle();
    expect(set.state()).toBe('established');
  });

  it.each([
    ['a violation', new ProtocolError('request 3 after 1'), 'request 3 after 1', 'wamp.error.protocol_violation'],
    ['a defect', new TypeError(`cannot read ${CANARY}`), 'internal error', 'wamp.error.runtime_error'],
  ])('%s found in the realm ends the session', async (_, error, message, uri) => {
    const set = setUp(
      accept,
      {},
      {
        CALL: () => {
          throw error;
        },
      },
    );
    set.transport.receive(HELLO);
    await settle();
    set.transport.receive(CALL);
    expect(last(set)).toEqual([3, { message }, uri]);
    expect(set.state()).toBe('failed');
    expect(set.reason()).toBe(error);
    expect(set.at.notes).toEqual(['open', 'left']);
  });
});

describe('letting in', () => {
  it('hands a CALL right behind to the realm, and sends WELCOME before all else', async () => {
    const set = setUp();
    set.transport.receive(HELLO);
    await settle();
    set.transport.receive(CALL);
    set.at.links[0]!.send({ type: 'EVENT', subscription: 1, publication: 2, details: {} });
    expect(set.at.notes).toEqual(['open', 'com.example.add']);
    expect(set.transport.sent.map(([code]) => code)).toEqual([2, 36]);
  });

  it('takes a HELLO that came before it was started', async () => {
    const transport = new ScriptedTransport();
    transport.receive(HELLO);
    const at = realm();
    createActor(routerSessionMachine, {
      clock: new SimulatedClock(),
      input: { wire: new RouterWire(transport, plainJson), admission: { admit: async () => at.accepted } },
    }).start();
    await settle();
    expect(transport.sent).toEqual([[2, 7, at.accepted.details]]);
  });

  it.each([
    ['tells the actor that started it', {}, 1],
    ['tells nobody when WELCOME could not be sent', { details: { big: 1n } }, 0],
  ])('%s', async (_, changes, told) => {
    const transport = new ScriptedTransport();
    const accepted = { ...realm().accepted, ...changes };
    const reports: unknown[] = [];
    const parent = createActor(
      setup({
        types: { events: {} as { type: string } },
        actors: { session: routerSessionMachine },
        actions: { note: ({ event }) => reports.push(event) },
      }).createMachine({
        invoke: {
          id: 'session',
          src: 'session',
          input: { wire: new RouterWire(transport, plainJson), admission: { admit: async () => accepted } },
        },
        on: { 'session.established': { actions: 'note' } },
      }),
      { clock: new SimulatedClock() },
    ).start();
    transport.receive(HELLO);
    await settle();
    expect(reports).toEqual(Array(told).fill({ type: 'session.established', session: 7, details: accepted.details }));
    parent.stop();
  });

  it.each<[string, Decide]>([
    ['rejects', () => Promise.reject(new Error(`database: ${CANARY}`))],
    [
      'throws',
      () => {
        throw new Error(`database: ${CANARY}`);
      },
    ],
  ])('an admission that %s lets nobody in, and the client learns nothing of it', async (_, decide) => {
    const set = setUp(decide);
    set.transport.receive(HELLO);
    await settle();
    expect(set.transport.sent).toEqual([
      [3, { message: 'the router could not decide; try later' }, 'wamp.error.authentication_failed'],
    ]);
    expect(set.state()).toBe('failed');
    expect(set.reason()).toMatchObject({ message: `database: ${CANARY}` });
  });

  it('a verification that rejects lets nobody in', async () => {
    const set = await to('challenging');
    set.at.verifyWith(Promise.reject(new Error('database')));
    set.transport.receive(AUTHENTICATE);
    await settle();
    expect(last(set)).toEqual([
      3,
      { message: 'the router could not decide; try later' },
      'wamp.error.authentication_failed',
    ]);
    expect(set.state()).toBe('failed');
  });

  it.each<[string, Decide, unknown, unknown[]]>([
    [
      'the place cannot be taken',
      async (at) => ({
        ...at.accepted,
        open: () => {
          throw new RangeError('full');
        },
      }),
      RangeError,
      [],
    ],
    [
      'WELCOME cannot be sent',
      async (at) => ({ ...at.accepted, details: { big: 1n } }),
      SerializationError,
      ['open', 'left'],
    ],
    ['CHALLENGE cannot be sent', async (at) => ({ ...at.challenged, extra: { big: 1n } }), SerializationError, []],
  ])('fails when %s, and holds no place', async (_, decide, expected, notes) => {
    const set = setUp(decide);
    set.transport.receive(HELLO);
    await settle();
    expect(set.transport.sent).toEqual([[3, { message: 'internal error' }, 'wamp.error.runtime_error']]);
    expect(set.state()).toBe('failed');
    expect(set.reason()).toBeInstanceOf(expected);
    expect(set.at.notes).toEqual(notes);
  });

  it.each([
    ['closed', 'HELLO'],
    ['establishing', "the router's decision"],
    ['challenging', 'AUTHENTICATE'],
    ['authenticating', "the router's decision"],
  ])('gives up in %s exactly when its time is over', async (state, missing) => {
    const set = await to(state, { handshakeTimeout: 3_000 });
    set.clock.increment(2_999);
    expect(set.state()).toBe(state);
    set.clock.increment(1);
    expect(set.state()).toBe('failed');
    expect(last(set)).toEqual([
      3,
      { message: expect.stringContaining(`expected ${missing} within 3000 ms`) },
      'wamp.error.timeout',
    ]);
    expect(set.reason()).toBeInstanceOf(TimeoutError);
    expect(set.reason()).toMatchObject({ operation: 'handshake', timeout: 3_000 });
    expect(set.transport.state).toBe('closed');
  });

  it('has one deadline for the whole way to WELCOME, of 5 s, and no timer after it', async () => {
    const late = setUp(challenge);
    late.clock.increment(3_000);
    late.transport.receive(HELLO);
    await settle();
    late.clock.increment(1_999);
    expect(late.state()).toBe('challenging');
    late.clock.increment(1);
    expect(late.state()).toBe('failed');
    const inTime = setUp();
    const cleared = jest.spyOn(inTime.clock, 'clearTimeout');
    inTime.transport.receive(HELLO);
    await settle();
    expect(cleared).toHaveBeenCalledTimes(1);
    inTime.clock.increment(1_000_000);
    expect(inTime.state()).toBe('established');
  });

  it('drops a decision about a session that has ended meanwhile', async () => {
    const set = setUp();
    set.transport.receive(HELLO);
    set.transport.lose();
    await settle();
    expect(set.state()).toBe('lost');
    expect(set.at.notes).toEqual([]);
    expect(set.transport.sent).toEqual([]);
  });
});

describe('ending', () => {
  it.each<[string, (set: Set) => void]>([
    ['GOODBYE', (set) => set.transport.receive(GOODBYE, CALL)],
    ['ABORT', (set) => set.transport.receive([3, {}, 'com.example.why'], CALL)],
    ['the loss of the connection', (set) => set.transport.lose()],
    ['a violation', (set) => set.transport.receive(HELLO, CALL)],
    ['an abort of the router', (set) => set.at.links[0]!.abort('com.example.why', 'too slow')],
    ['a goodbye of the router', (set) => set.at.links[0]!.goodbye('wamp.close.killed')],
  ])('gives up its place in the realm at once, and once, on %s', async (_, happen) => {
    const set = await to('established');
    happen(set);
    expect(set.at.notes).toEqual(['open', 'left']);
    set.transport.lose();
    expect(set.at.notes).toEqual(['open', 'left']);
  });

  it('exits with what the realm threw when the place was given up, and ends all the same', async () => {
    const error = new Error('a defect');
    const set = setUp(async (at) => ({
      ...at.accepted,
      open: () => ({
        table: {},
        left: () => {
          throw error;
        },
      }),
    }));
    set.transport.receive(HELLO);
    await settle();
    set.transport.receive(GOODBYE);
    expect(set.state()).toBe('left');
    expect(set.reason()).toBe(error);
    expect(set.transport.state).toBe('closed');
  });

  it.each([...OPENING, 'established'])('is aborted by the client, from %s', async (state) => {
    const set = await to(state);
    const before = set.transport.sent.length;
    set.transport.receive([3, { message: 'no\nthanks' }, 'com.example.why']);
    expect(set.state()).toBe('aborted');
    const what = state === 'established' ? 'aborted its session' : 'gave up joining';
    expect(set.reason()).toMatchObject({
      uri: 'com.example.why',
      established: state === 'established',
      message: `the client at ws://127.0.0.1:8080/ws ${what} with com.example.why (it said: "no thanks")`,
    });
    expect(set.transport.sent).toHaveLength(before);
  });

  it.each([...OPENING, 'established'])('aborts when the router asks for it, from %s', async (state) => {
    const set = await to(state);
    set.send({ type: 'session.abort', reason: 'com.example.why', message: 'enough' });
    expect(set.state()).toBe('aborted');
    expect(last(set)).toEqual([3, { message: 'enough' }, 'com.example.why']);
    expect(set.reason()).toMatchObject({ uri: 'com.example.why', established: state === 'established' });
    expect(set.transport.state).toBe('closed');
  });

  it.each(OPENING)('says goodbye with an ABORT, from %s', async (state) => {
    const set = await to(state);
    set.send({ type: 'session.goodbye', reason: 'wamp.close.system_shutdown' });
    expect(set.state()).toBe('left');
    expect(last(set)).toEqual([3, {}, 'wamp.close.system_shutdown']);
    expect(set.reason()).toBe('normal');
  });

  it.each([...OPENING, 'established'])('is lost with its connection, from %s', async (state) => {
    const set = await to(state);
    const error = new ConnectionLost('the connection was lost', { mayHaveExecuted: false });
    set.transport.lose(error);
    expect(set.state()).toBe('lost');
    expect(set.reason()).toBe(error);
  });

  it('does not wait longer than it may for the answer to its GOODBYE', async () => {
    const set = await to('shuttingDown', { goodbyeTimeout: 700 });
    set.clock.increment(699);
    expect(set.state()).toBe('shuttingDown');
    set.clock.increment(1);
    expect(set.state()).toBe('left');
    expect(set.context().goodbyeTimedOut).toBe(true);
    expect(set.transport.state).toBe('destroyed');
  });

  it.each<[string, (set: Set) => void]>([
    ['the client aborts', (set) => set.transport.receive([3, {}, 'com.example.why'])],
    ['the client answers with what is no message', (set) => set.transport.receiveFrame('[]')],
    ['the connection ends', (set) => set.transport.lose()],
    ['it is asked to abort', (set) => set.send({ type: 'session.abort', reason: 'com.example.why', message: 'x' })],
  ])('has left when, instead of an answer, %s', async (_, happen) => {
    const set = await to('shuttingDown');
    const before = set.transport.sent.length;
    set.send({ type: 'session.goodbye', reason: 'wamp.close.system_shutdown' });
    expect(set.state()).toBe('shuttingDown');
    happen(set);
    expect(set.state()).toBe('left');
    expect(set.reason()).toBe('normal');
    expect(set.transport.sent).toHaveLength(before);
  });
});

describe('a secret', () => {
  it('that a client sends is in no error, no snapshot, no event and no inspection', async () => {
    const set = await to('challenging');
    set.at.verifyWith(REFUSED);
    set.transport.receive([5, CANARY, { more: CANARY }]);
    await settle();
    expect(set.at.answers).toMatchObject([{ signature: CANARY }]);
    for (const event of [...set.seen, set.session.getPersistedSnapshot(), set.session.getSnapshot().context]) {
      expect(inspect(event, { depth: 6 })).not.toContain(CANARY);
      expect(JSON.stringify(event) ?? '').not.toContain(CANARY);
    }
    expect(inspect(set.reason(), { depth: 6 })).not.toContain(CANARY);
  });
});
