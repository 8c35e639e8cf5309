import { inspect } from 'node:util';
import { createActor, SimulatedClock, setup } from 'xstate';
import { leanSession } from '../../actors/lean-session.js';
import { type SessionEvent, type SessionInput, sessionMachine } from '../../actors/session.js';
import { remedyFor } from '../../actors/session-remedies.js';
import { Wire } from '../../actors/wire.js';
import type { AuthMethod } from '../../src/auth/auth-method.js';
import {
  AuthenticationError,
  ConnectionLost,
  ProtocolError,
  SerializationError,
  SessionAborted,
  SessionClosed,
  TimeoutError,
} from '../../src/errors.js';
import type { List } from '../../src/wamp/values.js';
import { isExit } from '../../supervisors/exit-reason.js';
import { plainJson, ScriptedTransport, settle } from './scripted.js';

const CANARY = 'canary-secret-5f1b';
const WELCOME = [2, 7, { roles: { broker: {}, dealer: {} }, authid: 'joe' }];
const GOODBYE = [6, {}, 'wamp.close.goodbye_and_out'];
const HELLO = [1, 'realm1', { roles: { caller: {} } }];
const EVENT = [36, 1, 2, {}, ['news']];

/** A method whose answer the test gives when it likes. */
function method(name = 'ticket') {
  let settled: { resolve: (signature: string) => void; reject: (error: unknown) => void } | undefined;
  const asked: unknown[] = [];
  const auth: AuthMethod = {
    name,
    answer: (challenge, facts) => {
      asked.push({ challenge, facts });
      return new Promise((resolve, reject) => {
        settled = { resolve: (signature) => resolve({ signature }), reject };
      });
    },
    toJSON: () => ({ name }),
  };
  return {
    auth,
    asked,
    answer: async (signature: string) => {
      settled?.resolve(signature);
      await settle();
    },
    refuse: async (error: unknown) => {
      settled?.reject(error);
      await settle();
    },
  };
}

describe.each([
  ['the chart', sessionMachine],
  ['the lean logic', leanSession],
] as const)('the session, as %s:', (_form, logic) => {
  function setUp(options: Partial<SessionInput> = {}) {
    const clock = new SimulatedClock();
    const transport = new ScriptedTransport();
    const taken: unknown[] = [];
    const seen: unknown[] = [];
    const session = createActor(logic, {
      clock,
      inspect: (event) =>
        seen.push(event.type === '@xstate.event' ? event.event : (event as { snapshot?: unknown }).snapshot),
      input: {
        wire: new Wire(transport, plainJson),
        remedyFor,
        realm: 'realm1',
        details: { roles: { caller: {} } },
        auth: [],
        table: { EVENT: (event) => taken.push(event.args) },
        ...options,
      },
    });
    session.start();
    const send = (event: SessionEvent) => session.send(event);
    return {
      clock,
      transport,
      session,
      taken,
      seen,
      send,
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
  const WAYS: Record<string, (options?: Partial<SessionInput>) => Promise<Set>> = {
    closed: async (options) => setUp(options),
    establishing: async (options) => {
      const set = setUp(options);
      set.send({ type: 'session.join' });
      await settle();
      return set;
    },
    challenging: async (options) => {
      const set = await to('establishing', { auth: [method().auth], ...options });
      set.transport.receive([4, 'ticket', {}]);
      return set;
    },
    authenticating: async (options) => {
      const { auth, answer } = method();
      const set = await to('challenging', { auth: [auth], ...options });
      await answer('signature');
      return set;
    },
    established: async (options) => {
      const set = await to('establishing', options);
      set.transport.receive(WELCOME);
      return set;
    },
    shuttingDown: async (options) => {
      const set = await to('established', options);
      set.send({ type: 'session.leave' });
      return set;
    },
  };

  async function to(state: string, options?: Partial<SessionInput>): Promise<Set> {
    const set = await WAYS[state]!(options);
    expect(set.state()).toBe(state);
    return set;
  }

  const last = (set: Set): List | undefined => set.transport.sent.at(-1);

  describe('the transitions of the standard', () => {
    it('1: sends HELLO, from closed to establishing', async () => {
      const set = await to('closed');
      expect(set.transport.sent).toEqual([]);
      set.send({ type: 'session.join' });
      expect(set.state()).toBe('establishing');
      expect(set.transport.sent).toEqual([[1, 'realm1', { roles: { caller: {} } }]]);
    });

    it.each(['establishing', 'authenticating'])('2: receives WELCOME, from %s to established', async (from) => {
      const set = await to(from);
      set.transport.receive(WELCOME);
      expect(set.state()).toBe('established');
      expect(set.context()).toMatchObject({ session: 7, welcome: { authid: 'joe' } });
    });

    it('3: sends GOODBYE, from established to shuttingDown', async () => {
      const set = await to('established');
      set.send({ type: 'session.leave' });
      expect(set.state()).toBe('shuttingDown');
      expect(last(set)).toEqual([6, {}, 'wamp.close.close_realm']);
      expect(set.transport.state).toBe('open');
    });

    it('4: receives GOODBYE, from shuttingDown to left', async () => {
      const set = await to('shuttingDown');
      set.transport.receive(GOODBYE);
      expect(set.state()).toBe('left');
      expect(set.reason()).toBe('normal');
      expect(set.transport.state).toBe('closed');
      expect(set.context().goodbyeTimedOut).toBe(false);
    });

    it('5 and 6: receives GOODBYE and sends its own, from established through closing to left', async () => {
      const set = await to('established');
      set.transport.receive([6, { message: 'restarting' }, 'wamp.close.system_shutdown']);
      expect(last(set)).toEqual([6, {}, 'wamp.close.goodbye_and_out']);
      expect(set.state()).toBe('left');
      expect(set.reason()).toBeInstanceOf(SessionClosed);
      expect(set.reason()).toMatchObject({
        uri: 'wamp.close.system_shutdown',
        message:
          'wamp.close.system_shutdown from ws://127.0.0.1:8080/ws, which closed the session in realm "realm1": the router is shutting down (the router said: "restarting")',
      });
      expect(set.transport.state).toBe('closed');
    });

    it.each([
      ['8', 'established', HELLO],
      ['8', 'established', [5, 'signature', {}]],
      ['9', 'establishing', EVENT],
      ['13', 'challenging', EVENT],
      ['13', 'authenticating', EVENT],
    ])('%s: from %s to failed on %j', async (_, from, message) => {
      const set = await to(from);
      set.transport.receive(message);
      expect(set.state()).toBe('failed');
    });

    it('14: ignores every other message in shuttingDown', async () => {
      const set = await to('shuttingDown');
      const before = set.transport.sent.length;
      set.transport.receive(
        HELLO,
        WELCOME,
        [4, 'ticket', {}],
        [5, 's', {}],
        EVENT,
        [68, 1, 2, {}],
        [8, 48, 1, {}, 'a.b'],
      );
      expect(set.state()).toBe('shuttingDown');
      expect(set.transport.sent).toHaveLength(before);
      expect(set.taken).toEqual([]);
    });
  });

  describe('protocol errors', () => {
    const misplaced: [string, List][] = [
      ['WELCOME', WELCOME],
      ['HELLO', HELLO],
      ['CHALLENGE', [4, 'ticket', {}]],
      ['AUTHENTICATE', [5, 's', {}]],
      ['GOODBYE', GOODBYE],
      ['ERROR', [8, 48, 1, {}, 'com.example.error']],
      ['PUBLISH', [16, 1, {}, 'com.example.topic']],
      ['PUBLISHED', [17, 1, 2]],
      ['SUBSCRIBE', [32, 1, {}, 'com.example.topic']],
      ['SUBSCRIBED', [33, 1, 2]],
      ['UNSUBSCRIBE', [34, 1, 2]],
      ['UNSUBSCRIBED', [35, 1]],
      ['EVENT', EVENT],
      ['CALL', [48, 1, {}, 'com.example.add']],
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
    /** What each state takes and does not fail on. */
    const TAKEN: Record<string, readonly string[]> = {
      closed: [],
      establishing: ['WELCOME', 'CHALLENGE'],
      challenging: [],
      authenticating: ['WELCOME'],
      established: ['GOODBYE', 'EVENT'],
    };
    const cases = Object.entries(TAKEN).flatMap(([state, taken]) =>
      misplaced.filter(([type]) => !taken.includes(type)).map(([type, list]) => [state, type, list] as const),
    );

    it.each(cases)('in %s, %s is answered with ABORT and ends the session', async (state, type, list) => {
      const set = await to(state);
      set.transport.receive(list, EVENT, WELCOME);
      const message = `received ${type} ${state === 'established' ? 'after' : 'before'} WELCOME`;
      expect(last(set)).toEqual([3, { message }, 'wamp.error.protocol_violation']);
      expect(set.state()).toBe('failed');
      expect(set.reason()).toBeInstanceOf(ProtocolError);
      expect(set.reason()).toMatchObject({ message });
      expect(set.transport.state).toBe('closed');
      expect(set.taken).toEqual([]);
    });

    it.each(['closed', 'establishing', 'challenging', 'authenticating', 'established'])(
      'in %s, a frame that is no message is answered with ABORT and ends the session',
      async (state) => {
        const set = await to(state);
        set.transport.receiveFrame('[]');
        expect(last(set)).toEqual([3, { message: expect.any(String) }, 'wamp.error.protocol_violation']);
        expect(set.state()).toBe('failed');
        expect(set.reason()).toBeInstanceOf(ProtocolError);
      },
    );

    it.each([
      ['no roles', {}],
      ['roles that are a list', { roles: [] }],
      ['no role of a router', { roles: { caller: {} } }],
      ['a role that is no dictionary', { roles: { broker: true } }],
      ['a role reachable through __proto__ only', JSON.parse('{"roles":{"__proto__":{"broker":{}}}}')],
    ])('a WELCOME with %s is answered with ABORT', async (_, details) => {
      const set = await to('establishing');
      set.transport.receive([2, 7, details]);
      expect(last(set)).toEqual([
        3,
        { message: expect.stringContaining('WELCOME.Details.roles') },
        'wamp.error.protocol_violation',
      ]);
      expect(set.state()).toBe('failed');
      expect(set.context().session).toBeUndefined();
    });

    it('ignores what it does not know in a WELCOME', async () => {
      const set = await to('establishing');
      set.transport.receive([2, 7, { roles: { broker: {}, gateway: 1 }, nosuch: 1 }]);
      expect(set.state()).toBe('established');
    });

    it('a violation found by a role ends the established session', async () => {
      const error = new ProtocolError('RESULT for a request that was never made');
      const set = await to('established', {
        table: {
          RESULT: () => {
            throw error;
          },
        },
      });
      set.transport.receive([50, 9, {}]);
      expect(last(set)).toEqual([3, { message: error.message }, 'wamp.error.protocol_violation']);
      expect(set.state()).toBe('failed');
      expect(set.reason()).toBe(error);
    });

    it('a defect of a role ends the session, and the router learns nothing of it', async () => {
      const error = new TypeError(`cannot read ${CANARY}`);
      const set = await to('established', {
        table: {
          RESULT: () => {
            throw error;
          },
        },
      });
      set.transport.receive([50, 9, {}]);
      expect(last(set)).toEqual([3, { message: 'internal error' }, 'wamp.error.runtime_error']);
      expect(set.state()).toBe('failed');
      expect(set.reason()).toBe(error);
    });
  });

  describe('joining', () => {
    it('offers its methods, its authid and what they add to authextra', async () => {
      const { auth } = method('scram');
      const set = await to('establishing', {
        authid: 'joe',
        auth: [{ ...auth, hello: () => ({ nonce: 'abc' }) }, method('ticket').auth],
      });
      expect(set.transport.sent).toEqual([
        [
          1,
          'realm1',
          { roles: { caller: {} }, authmethods: ['scram', 'ticket'], authid: 'joe', authextra: { nonce: 'abc' } },
        ],
      ]);
    });

    it('waits for what a method adds to HELLO, and shows it to nobody', async () => {
      let give: (extra: { token: string }) => void = () => {};
      const hello = () => new Promise<{ token: string }>((resolve) => (give = resolve));
      const { auth, asked } = method();
      const set = setUp({ auth: [{ ...auth, hello }] });
      set.send({ type: 'session.join' });
      await settle();
      expect(set.state()).toBe('preparing');
      expect(set.transport.sent).toEqual([]);
      give({ token: CANARY });
      await settle();
      expect(set.state()).toBe('establishing');
      expect(set.transport.sent).toMatchObject([[1, 'realm1', { authextra: { token: CANARY } }]]);
      set.transport.receive([4, 'ticket', {}]);
      expect(asked).toMatchObject([{ facts: { authextra: { token: CANARY } } }]);
      for (const event of set.seen) expect(inspect(event, { depth: 6 })).not.toContain(CANARY);
      expect(JSON.stringify(set.session.getPersistedSnapshot())).not.toContain(CANARY);
    });

    it('tells a method who joins what, and what tells its connection from others', async () => {
      const transport = Object.assign(new ScriptedTransport(), {
        channelId: async () => Uint8Array.of(7),
        tlsUnique: () => Uint8Array.of(8),
      });
      const told: unknown[] = [];
      const hello: AuthMethod['hello'] = async ({ channelId, tlsUnique, ...facts }) => {
        told.push(facts, await channelId?.(), tlsUnique?.());
        return {};
      };
      const set = setUp({ authid: 'joe', auth: [{ ...method().auth, hello }], wire: new Wire(transport, plainJson) });
      set.send({ type: 'session.join' });
      await settle();
      expect(told).toEqual([
        { authid: 'joe', realm: 'realm1', address: 'ws://127.0.0.1:8080/ws' },
        Uint8Array.of(7),
        Uint8Array.of(8),
      ]);
      expect(transport.sent).toEqual([
        [1, 'realm1', { roles: { caller: {} }, authmethods: ['ticket'], authid: 'joe' }],
      ]);
    });

    it('gives up when HELLO is not prepared in time, and has nothing to abort', async () => {
      const set = setUp({ auth: [{ ...method().auth, hello: () => new Promise(() => {}) }], handshakeTimeout: 3_000 });
      set.send({ type: 'session.join' });
      set.clock.increment(2_999);
      expect(set.state()).toBe('preparing');
      set.clock.increment(1);
      expect(set.state()).toBe('failed');
      expect(set.reason()).toMatchObject({
        operation: 'join',
        message: expect.stringContaining('HELLO waits for a method of authentication'),
      });
      expect(set.transport.sent).toEqual([]);
      expect(set.transport.state).toBe('closed');
    });

    it('is given up before HELLO when it is told to leave', async () => {
      const set = setUp({ auth: [{ ...method().auth, hello: () => new Promise(() => {}) }] });
      set.send({ type: 'session.join' });
      set.send({ type: 'session.leave' });
      expect([set.state(), set.transport.sent, set.transport.state]).toEqual(['left', [], 'closed']);
    });

    it('hands an EVENT right behind the WELCOME to the table', async () => {
      const set = await to('establishing');
      set.transport.receive(WELCOME, EVENT);
      expect(set.taken).toEqual([['news']]);
      expect(set.state()).toBe('established');
    });

    it('tells the actor that started it', async () => {
      const transport = new ScriptedTransport();
      const reports: unknown[] = [];
      const parent = createActor(
        setup({
          types: { events: {} as { type: string } },
          actors: { session: logic },
          actions: { note: ({ event }) => reports.push(event) },
        }).createMachine({
          invoke: {
            id: 'session',
            src: 'session',
            input: { wire: new Wire(transport, plainJson), realm: 'realm1', details: {}, auth: [], table: {} },
          },
          on: { 'session.established': { actions: 'note' } },
        }),
        { clock: new SimulatedClock() },
      ).start();
      parent.getSnapshot().children['session']?.send({ type: 'session.join' });
      transport.receive(WELCOME);
      expect(reports).toEqual([{ type: 'session.established', session: 7, details: WELCOME[2] }]);
      parent.stop();
    });

    it.each([
      ['HELLO cannot be sent', { details: { big: 1n } }, SerializationError],
      [
        'a method fails to add to HELLO',
        {
          auth: [
            {
              ...method().auth,
              hello: () => {
                throw new RangeError('a defect');
              },
            },
          ],
        },
        AuthenticationError,
      ],
      [
        'a method cannot fetch what it adds to HELLO',
        { auth: [{ ...method().auth, hello: () => Promise.reject(new Error('the vault is sealed')) }] },
        AuthenticationError,
      ],
    ])('fails when %s, and has nothing to abort', async (_, options, expected) => {
      const set = setUp(options);
      set.send({ type: 'session.join' });
      await settle();
      expect(set.state()).toBe('failed');
      expect(set.reason()).toBeInstanceOf(expected);
      expect(set.transport.sent).toEqual([]);
      expect(set.transport.state).toBe('closed');
    });

    it.each([
      ['establishing', 'nothing came'],
      ['challenging', 'AUTHENTICATE waits for a method of authentication'],
      ['authenticating', 'nothing came since AUTHENTICATE'],
    ])('gives up in %s exactly when its time is over', async (state, said) => {
      const set = await to(state, { handshakeTimeout: 3_000 });
      set.clock.increment(2_999);
      expect(set.state()).toBe(state);
      set.clock.increment(1);
      expect(set.state()).toBe('failed');
      expect(last(set)).toEqual([3, { message: 'no WELCOME in time' }, 'wamp.error.timeout']);
      expect(set.reason()).toBeInstanceOf(TimeoutError);
      expect(set.reason()).toMatchObject({
        operation: 'join',
        timeout: 3_000,
        message: `no WELCOME from ws://127.0.0.1:8080/ws to realm "realm1" within 3000 ms: ${said}; is it a WAMP router?`,
      });
      expect(set.transport.state).toBe('closed');
    });

    it('has one deadline from HELLO to WELCOME, of 5 s, whatever comes between', async () => {
      const { auth, answer } = method();
      const set = await to('establishing', { auth: [auth] });
      set.clock.increment(3_000);
      set.transport.receive([4, 'ticket', {}]);
      await answer('signature');
      set.clock.increment(1_999);
      expect(set.state()).toBe('authenticating');
      set.clock.increment(1);
      expect(set.state()).toBe('failed');
    });

    it('leaves no timer behind once it is established', async () => {
      const set = await to('establishing');
      const cleared = jest.spyOn(set.clock, 'clearTimeout');
      set.transport.receive(WELCOME);
      expect(cleared).toHaveBeenCalledTimes(1);
      set.clock.increment(1_000_000);
      expect(set.state()).toBe('established');
    });

    it.each([
      ['wamp.error.no_such_realm', 'that realm does not exist there; check its name'],
      ['wamp.error.authentication_denied', 'check its password or key, and the authid'],
      ['wamp.error.no_such_principal', 'the router does not know it; check the authid'],
      [
        'wamp.error.no_matching_auth_method',
        'the router takes none of the authentication methods on offer (ticket); offer another',
      ],
      [
        'wamp.error.authentication_required',
        'the realm is not open to anonymous peers; give an authid and a method to authenticate with',
      ],
    ])('explains an ABORT with %s', async (uri, remedy) => {
      const set = await to('establishing', { authid: 'joe', auth: [method().auth] });
      const before = set.transport.sent.length;
      set.transport.receive([3, { message: 'No.' }, uri]);
      expect(set.state()).toBe('aborted');
      expect(set.reason()).toBeInstanceOf(SessionAborted);
      expect(set.reason()).toMatchObject({
        uri,
        details: { message: 'No.' },
        message: `${uri} from ws://127.0.0.1:8080/ws, which refused a session of "joe" in realm "realm1": ${remedy} (the router said: "No.")`,
      });
      expect(set.transport.sent).toHaveLength(before);
      expect(set.transport.state).toBe('closed');
    });

    it('tells of an ABORT with a reason it does not know in the words of the router', async () => {
      const set = await to('challenging');
      set.transport.receive([3, {}, 'com.example.full', ['ignored'], { too: 1 }]);
      expect(set.reason()).toMatchObject({
        message: 'com.example.full from ws://127.0.0.1:8080/ws, which refused a session in realm "realm1"',
      });
    });

    it('cuts and cleans what the router says', async () => {
      const set = await to('establishing');
      const message = `a\r\n\u001b[31mb\u2028\u202ec${'x'.repeat(1_000_000)}`;
      set.transport.receive([3, { message, more: 'y'.repeat(10_000) }, `com.${'z'.repeat(5_000)}\n`]);
      const error = set.reason() as SessionAborted;
      expect(error.message).toContain('a [31mb cxx');
      expect(error.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(error.message.length).toBeLessThan(2_300);
      expect(JSON.stringify(error.details).length).toBeLessThan(1_200);
    });
  });

  describe('authenticating', () => {
    it('answers a CHALLENGE with the method it names', async () => {
      const { auth, asked, answer } = method('wampcra');
      const set = await to('establishing', { authid: 'joe', auth: [method('ticket').auth, auth] });
      set.transport.receive([4, 'wampcra', { challenge: '{}' }]);
      expect(asked).toMatchObject([
        {
          challenge: { authmethod: 'wampcra', extra: { challenge: '{}' } },
          facts: { authid: 'joe', realm: 'realm1', address: 'ws://127.0.0.1:8080/ws' },
        },
      ]);
      await answer('the signature');
      expect(set.state()).toBe('authenticating');
      expect(last(set)).toEqual([5, 'the signature', {}]);
    });

    it('believes a WELCOME that proves what the answer demands', async () => {
      const { auth } = method();
      const confirmed: unknown[] = [];
      const answer = () => ({ signature: 's', confirm: (welcome: unknown) => void confirmed.push(welcome) });
      const set = await to('establishing', { auth: [{ ...auth, mutual: true, answer }] });
      set.transport.receive([4, 'ticket', {}]);
      await settle();
      set.transport.receive(WELCOME);
      expect(set.state()).toBe('established');
      expect(confirmed).toEqual([WELCOME[2]]);
      expect(set.context().confirm).toBeUndefined();
    });

    it.each([
      [new AuthenticationError('that is another signature'), 'that is another signature'],
      [new Error('the vault is shut'), 'a method of authentication failed; see the cause'],
    ])('believes no WELCOME that proves nothing: %p', async (error, why) => {
      const answer = () => ({
        signature: CANARY,
        confirm: () => {
          throw error;
        },
      });
      const set = await to('establishing', { auth: [{ ...method().auth, mutual: true, answer }] });
      set.transport.receive([4, 'ticket', {}]);
      await settle();
      set.transport.receive(WELCOME, EVENT);
      expect(set.state()).toBe('failed');
      expect(set.taken).toEqual([]);
      expect(last(set)).toEqual([
        3,
        { message: 'the router did not prove itself' },
        'wamp.error.authentication_failed',
      ]);
      expect(set.reason()).toBeInstanceOf(AuthenticationError);
      expect(set.reason()).toMatchObject({
        message: `ws://127.0.0.1:8080/ws is not trusted: ${why}`,
        cause: error,
      });
      for (const event of set.seen) expect(inspect(event, { depth: 6 })).not.toContain(CANARY);
    });

    it.each([
      ['ends a session whose every method demands a proof', [true, true], 'failed'],
      ['is enough where one of them does not', [true, false], 'established'],
      ['is enough where none is on offer', [], 'established'],
    ])('a WELCOME without a CHALLENGE %s', async (_, mutual, expected) => {
      const auth = mutual.map((one, at) => ({ ...method(`method${at}`).auth, mutual: one }));
      const set = await to('establishing', { auth });
      set.transport.receive(WELCOME);
      expect(set.state()).toBe(expected);
      if (expected === 'established') return;
      expect(last(set)).toEqual([
        3,
        { message: 'the router did not prove itself' },
        'wamp.error.authentication_failed',
      ]);
      expect(set.reason()).toMatchObject({
        message: expect.stringContaining('expected a CHALLENGE (method0, method1), received WELCOME'),
      });
    });

    it.each([
      ['a weaker method than was offered', [method('wampcra').auth], 'wampcra'],
      ['a method although none was offered', [], 'none'],
    ])('does not answer a CHALLENGE for %s', async (_, auth, offered) => {
      const set = await to('establishing', { auth });
      set.transport.receive([4, 'ticket', {}]);
      await settle();
      expect(set.state()).toBe('failed');
      const message = `ws://127.0.0.1:8080/ws asked for authentication by "ticket"; offered: ${offered}`;
      expect(set.transport.sent.slice(1)).toEqual([[3, { message }, 'wamp.error.no_matching_auth_method']]);
      expect(set.reason()).toBeInstanceOf(AuthenticationError);
      expect(set.reason()).toMatchObject({ message });
    });

    it.each([
      ['rejects', () => Promise.reject(new Error(`vault: ${CANARY}`))],
      [
        'throws',
        () => {
          throw new Error(`vault: ${CANARY}`);
        },
      ],
      ['gives no signature', () => ({}) as never],
    ])('a method that %s ends the session, and the router learns nothing of it', async (_, answer) => {
      const set = await to('establishing', { auth: [{ ...method().auth, answer }] });
      set.transport.receive([4, 'ticket', {}]);
      await settle();
      expect(set.state()).toBe('failed');
      expect(set.transport.sent.slice(1)).toEqual([
        [3, { message: 'no answer to the CHALLENGE' }, 'wamp.error.authentication_failed'],
      ]);
      const error = set.reason() as AuthenticationError;
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error.cause).toBeInstanceOf(Error);
      expect(error.message).not.toContain(CANARY);
    });

    it('fails when the answer cannot be sent', async () => {
      const set = await to('establishing', {
        auth: [{ ...method().auth, answer: () => ({ signature: 's', extra: { big: 1n } }) }],
      });
      set.transport.receive([4, 'ticket', {}]);
      await settle();
      expect(set.state()).toBe('failed');
      expect(set.reason()).toBeInstanceOf(SerializationError);
      expect(last(set)).toEqual([3, { message: 'internal error' }, 'wamp.error.runtime_error']);
    });

    it.each([
      ['an answer', (late: ReturnType<typeof method>) => late.answer('signature')],
      ['a rejection', (late: ReturnType<typeof method>) => late.refuse(new Error('too late'))],
    ])('takes no notice of %s that comes after its end', async (_, come) => {
      const late = method();
      const set = await to('challenging', { auth: [late.auth] });
      set.transport.lose();
      await come(late);
      expect(set.state()).toBe('lost');
      expect(set.transport.sent).toHaveLength(1);
    });
  });

  describe('leaving', () => {
    it('says the reason and the message it was given', async () => {
      const set = await to('established');
      set.send({ type: 'session.leave', reason: 'com.example.done', message: 'bye' });
      expect(last(set)).toEqual([6, { message: 'bye' }, 'com.example.done']);
    });

    it('leaves at once where the answer is not waited for', async () => {
      const set = await to('established');
      set.send({ type: 'session.leave', wait: false });
      expect(set.state()).toBe('left');
      expect(last(set)).toEqual([6, {}, 'wamp.close.close_realm']);
      expect(set.reason()).toBe('normal');
      expect(set.transport.state).toBe('closed');
    });

    it('leaves without an answer exactly when the time for it is over, and drops the transport', async () => {
      const set = await to('shuttingDown', { goodbyeTimeout: 700 });
      set.clock.increment(699);
      expect(set.state()).toBe('shuttingDown');
      set.clock.increment(1);
      expect(set.state()).toBe('left');
      expect(set.reason()).toBe('normal');
      expect(set.context().goodbyeTimedOut).toBe(true);
      expect(set.transport.state).toBe('destroyed');
    });

    it('waits for an answer for 2 s', async () => {
      const set = await to('shuttingDown');
      set.clock.increment(1_999);
      expect(set.state()).toBe('shuttingDown');
      set.clock.increment(1);
      expect(set.state()).toBe('left');
    });

    it.each<[string, (set: Set) => void]>([
      ['the router aborts', (set) => set.transport.receive([3, {}, 'wamp.error.protocol_violation'])],
      ['the router answers with what is no message', (set) => set.transport.receiveFrame('[6,null,null]')],
      ['the connection ends', (set) => set.transport.lose()],
      ['it is asked to leave without waiting', (set) => set.send({ type: 'session.leave', wait: false })],
      ['it is asked to abort', (set) => set.send({ type: 'session.abort', reason: 'com.example.why', message: 'x' })],
    ])('has left when, instead of an answer, %s', async (_, happen) => {
      const set = await to('shuttingDown');
      const before = set.transport.sent.length;
      happen(set);
      expect(set.state()).toBe('left');
      expect(set.reason()).toBe('normal');
      expect(set.transport.sent).toHaveLength(before);
    });

    it('takes no notice of being asked to leave twice', async () => {
      const set = await to('shuttingDown');
      set.send({ type: 'session.leave' });
      expect(set.state()).toBe('shuttingDown');
      expect(set.transport.sent.filter(([code]) => code === 6)).toHaveLength(1);
    });

    it('has nothing to say when it never joined', async () => {
      const set = await to('closed');
      set.send({ type: 'session.leave' });
      expect(set.state()).toBe('left');
      expect(set.transport.sent).toEqual([]);
      expect(set.transport.state).toBe('closed');
    });

    it.each(['establishing', 'challenging', 'authenticating'])('aborts the opening from %s', async (state) => {
      const set = await to(state);
      set.send({ type: 'session.leave' });
      expect(set.state()).toBe('left');
      expect(set.reason()).toBe('normal');
      expect(last(set)).toEqual([3, {}, 'wamp.close.close_realm']);
    });

    it.each(['establishing', 'challenging', 'authenticating', 'established'])(
      'aborts when asked to, from %s',
      async (state) => {
        const set = await to(state);
        set.send({ type: 'session.abort', reason: 'com.example.why', message: 'enough' });
        expect(set.state()).toBe('aborted');
        expect(last(set)).toEqual([3, { message: 'enough' }, 'com.example.why']);
        expect(set.reason()).toBeInstanceOf(SessionAborted);
        expect(set.reason()).toMatchObject({ uri: 'com.example.why' });
      },
    );
  });

  describe('ending', () => {
    it.each(['closed', 'establishing', 'challenging', 'authenticating', 'established'])(
      'is lost with its connection, from %s',
      async (state) => {
        const set = await to(state);
        const error = new ConnectionLost('the connection was lost', { mayHaveExecuted: false });
        set.transport.lose(error);
        expect(set.state()).toBe('lost');
        expect(set.reason()).toBe(error);
      },
    );

    it('is aborted by the router after it was established', async () => {
      const set = await to('established');
      set.transport.receive([3, {}, 'wamp.error.authorization_failed']);
      expect(set.state()).toBe('aborted');
      expect(set.reason()).toMatchObject({
        message: expect.stringMatching(
          /^wamp\.error\.authorization_failed from ws:\/\/127\.0\.0\.1:8080\/ws, which aborted the session in realm "realm1": /,
        ),
      });
    });

    it.each<[string, (set: Set) => void]>([
      ['ABORT', (set) => set.transport.receive([3, {}, 'com.example.why'], EVENT)],
      ['GOODBYE', (set) => set.transport.receive([6, {}, 'com.example.why'], EVENT)],
      ['a violation', (set) => set.transport.receive(WELCOME, EVENT)],
      [
        'our GOODBYE',
        (set) => {
          set.send({ type: 'session.leave' });
          set.transport.receive(EVENT);
        },
      ],
    ])('takes the table away on %s', async (_, happen) => {
      const set = await to('established');
      happen(set);
      expect(set.taken).toEqual([]);
    });
  });

  describe('a secret', () => {
    it('is in no error, no snapshot, no event and no inspection', async () => {
      const { auth, answer } = method();
      const set = await to('challenging', { auth: [auth] });
      await answer(CANARY);
      expect(last(set)).toEqual([5, CANARY, {}]);
      expect(JSON.stringify(set.session.getSnapshot())).not.toContain(CANARY);
      expect(JSON.stringify(set.session.getPersistedSnapshot())).not.toContain(CANARY);
      set.transport.receive(WELCOME);
      for (const event of set.seen) {
        expect(inspect(event, { depth: 6 })).not.toContain(CANARY);
        expect(JSON.stringify(event) ?? '').not.toContain(CANARY);
      }
      expect(inspect(set.session.getSnapshot().context, { depth: 6, showHidden: true })).not.toContain(CANARY);
      set.transport.receive([3, { message: 'wrong' }, 'wamp.error.authentication_denied']);
      expect(inspect(set.reason(), { depth: 6 })).not.toContain(CANARY);
    });
  });
});
