import { once } from 'node:events';
import { createConnection } from 'node:net';
import { WebSocket } from 'ws';
import { ConnectError, UsageError } from '../../src/errors.js';
import type { Logger } from '../../src/logger.js';
import type { RouterOptions } from '../../src/router/options.js';
import { Router, router } from '../../src/router/router.js';
import { cbor } from '../../src/serializers/cbor.js';
import type { Connector } from '../../src/transports/transport.js';
import { websocket } from '../../src/transports/websocket.js';
import { RawClient } from '../support/raw-client.js';

let house: Router;
let clients: RawClient[] = [];

async function open(options: RouterOptions = {}): Promise<string> {
  house = await router({ port: 0, ...options });
  return house.url!;
}

async function join(realm?: string, details?: object): Promise<RawClient & { session: number }> {
  const client = await RawClient.join(house.url!, realm, details);
  clients.push(client);
  return client;
}

async function connect(): Promise<RawClient> {
  const client = await RawClient.open(house.url!);
  clients.push(client);
  return client;
}

const HELLO = { roles: { caller: {} } };

/** Waits for something that another actor does in a later turn of the loop. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

afterEach(async () => {
  for (const client of clients) client.drop();
  clients = [];
  await house?.stop();
});

describe('joining', () => {
  it('welcomes with a random session id, who the client is, and what the router can do', async () => {
    await open();
    const client = await connect();
    const welcome = await client.ask([1, 'realm1', HELLO]);
    expect(welcome).toEqual([
      2,
      expect.any(Number),
      {
        realm: 'realm1',
        authid: expect.stringMatching(/^anonymous-/),
        authrole: 'anonymous',
        authmethod: 'anonymous',
        authprovider: 'static',
        agent: 'respell',
        roles: {
          broker: {
            features: {
              publisher_exclusion: true,
              publisher_identification: true,
              subscriber_blackwhite_listing: true,
              pattern_based_subscription: true,
              payload_passthru_mode: true,
              subscription_revocation: true,
              session_meta_api: true,
              subscription_meta_api: true,
              event_history: true,
              event_retention: true,
            },
          },
          dealer: {
            features: {
              call_canceling: true,
              call_reroute: true,
              call_timeout: true,
              caller_identification: true,
              pattern_based_registration: true,
              payload_passthru_mode: true,
              progressive_call_invocations: true,
              progressive_call_results: true,
              registration_revocation: true,
              shared_registration: true,
              session_meta_api: true,
              registration_meta_api: true,
              testament_meta_api: true,
            },
          },
        },
      },
    ]);
  });

  it('gives an anonymous client neither the name nor the role that it claims', async () => {
    await open();
    const client = await connect();
    const welcome = await client.ask([1, 'realm1', { ...HELLO, authid: 'admin', authrole: 'trusted', session: 1 }]);
    expect(welcome).toMatchObject([2, expect.any(Number), { authrole: 'anonymous' }]);
    expect(welcome?.[2]).not.toMatchObject({ authid: 'admin' });
    expect(welcome?.[1]).not.toBe(1);
  });

  test.each([
    ['nosuchrealm', 'wamp.error.no_such_realm', 'there is no realm nosuchrealm on this router'],
    ['__proto__', 'wamp.error.no_such_realm', 'there is no realm __proto__ on this router'],
    ['a b', 'wamp.error.invalid_uri', expect.any(String)],
    ['a..b', 'wamp.error.invalid_uri', expect.any(String)],
  ])('refuses realm %j with %s', async (realm, reason, message) => {
    await open();
    const client = await connect();
    expect(await client.ask([1, realm, HELLO])).toEqual([3, { message }, reason]);
    await client.closed;
  });

  it('refuses more sessions than the realm takes, until one has left', async () => {
    await open({ realms: { realm1: { limits: { sessions: 1 } } } });
    const first = await join();
    const second = await connect();
    expect(await second.ask([1, 'realm1', HELLO])).toEqual([
      3,
      { message: expect.any(String) },
      'wamp.error.unavailable',
    ]);
    await first.close();
    await until(() => house.sessions().length === 0);
    await join();
  });

  it('ends a transport on which no HELLO comes in time', async () => {
    // Long enough to connect in on a busy machine.
    await open({ handshakeTimeout: 500 });
    const client = await connect();
    expect(await client.hear()).toEqual([3, { message: expect.any(String) }, 'wamp.error.timeout']);
    await client.closed;
  });

  it.each([
    ['nothing', []],
    ["the first octet of RawSocket's handshake", [0x7f]],
    ['the first of an HTTP request', [0x47]],
  ])(
    'ends a connection on which only %s comes in time',
    async (_, octets) => {
      await open({ handshakeTimeout: 30 });
      const socket = createConnection({ host: '127.0.0.1', port: Number(new URL(house.url ?? '').port) });
      socket.write(Buffer.from(octets));
      socket.resume();
      await once(socket, 'close');
    },
    5_000,
  );
});

describe('authentication', () => {
  const secure: RouterOptions = {
    realms: {
      secure: {
        auth: {
          users: {
            joe: { role: 'staff', ticket: 'joe-secret', wampcra: 'joe-secret' },
            ann: { wampcra: { secret: 'ann-password', salt: 'salt123', iterations: 100, keylen: 16 } },
          },
          methods: ['ticket', 'wampcra'],
        },
      },
    },
  };
  const hello = (authid: string, ...authmethods: string[]) => [1, 'secure', { ...HELLO, authid, authmethods }];

  it('lets in who knows the ticket, under the role of the user', async () => {
    await open(secure);
    const client = await connect();
    expect(await client.ask(hello('joe', 'ticket'))).toEqual([4, 'ticket', {}]);
    expect(await client.ask([5, 'joe-secret', {}])).toMatchObject([
      2,
      expect.any(Number),
      { authid: 'joe', authrole: 'staff', authmethod: 'ticket', authprovider: 'static' },
    ]);
    expect(house.sessions()).toMatchObject([{ authid: 'joe', authrole: 'staff', realm: 'secure' }]);
  });

  test.each([
    ['a wrong ticket', 'ticket', 'wrong'],
    ['a ticket with a NUL', 'ticket', 'joe-secre\u0000t'],
    ['a wrong signature', 'wampcra', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
    ['the secret in place of a signature', 'wampcra', 'joe-secret'],
  ])('refuses %s', async (_, method, signature) => {
    await open(secure);
    const client = await connect();
    expect(await client.ask(hello('joe', method))).toEqual([4, method, expect.any(Object)]);
    expect(await client.ask([5, signature, {}])).toEqual([
      3,
      { message: 'the credentials are wrong' },
      'wamp.error.authentication_denied',
    ]);
    await client.closed;
    expect(house.stats().joined).toBe(0);
  });

  test.each([
    ['joe', 'joe-secret'],
    ['ann', 'ann-password'],
  ])('lets %s in who signs the challenge', async (authid, password) => {
    await open(secure);
    const client = await connect();
    const challenge = await client.ask(hello(authid, 'wampcra'));
    expect(challenge).toMatchObject([4, 'wampcra', { challenge: expect.stringContaining(`"authid":"${authid}"`) }]);
    const { createHmac, pbkdf2Sync } = await import('node:crypto');
    const extra = challenge![2] as { challenge: string; salt?: string; iterations?: number; keylen?: number };
    const { salt, iterations, keylen } = extra;
    const key =
      salt === undefined ? password : pbkdf2Sync(password, salt, iterations!, keylen!, 'sha256').toString('base64');
    const signature = createHmac('sha256', key).update(extra.challenge).digest('base64');
    expect(await client.ask([5, signature, {}])).toMatchObject([2, expect.any(Number), { authid }]);
  });

  it('asks for the method that the realm wants most', async () => {
    await open(secure);
    const client = await connect();
    expect(await client.ask(hello('joe', 'wampcra', 'ticket'))).toEqual([4, 'ticket', {}]);
  });

  test.each([
    [[], 'joe', 'wamp.error.authentication_required'],
    [['anonymous'], 'joe', 'wamp.error.authentication_required'],
    [['constructor'], 'joe', 'wamp.error.no_matching_auth_method'],
  ])('refuses %j by %s with %s', async (methods, authid, reason) => {
    await open(secure);
    const client = await connect();
    expect(await client.ask(hello(authid, ...methods))).toEqual([3, { message: expect.any(String) }, reason]);
  });

  it('opens a realm to others too where `anonymous` is among its methods', async () => {
    await open({
      realms: { realm1: { auth: { users: { joe: { ticket: 'x' } }, methods: ['ticket', 'anonymous'] } } },
    });
    await join();
    expect(house.sessions()).toMatchObject([{ authmethod: 'anonymous' }]);
  });

  it('writes no secret into a log', async () => {
    const lines: string[] = [];
    const log = (fields: object, message: string) => lines.push(JSON.stringify(fields) + message);
    const logger: Logger = { debug: log, info: log, warn: log, error: log };
    await open({ ...secure, logger });
    for (const answer of ['joe-secret', 'wrong-secret']) {
      const client = await connect();
      await client.ask(hello('joe', 'ticket'));
      await client.ask([5, answer, {}]);
      await client.close();
    }
    await house.stop();
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.join('\n')).not.toMatch(/joe-secret|wrong-secret/);
  });
});

describe('serving', () => {
  it('delivers events to subscribers, then acknowledges', async () => {
    await open();
    const [a, b] = [await join(), await join()];
    const [, , subscription] = (await a.ask([32, 1, {}, 'com.example.news']))!;
    const published = await b.ask([16, 1, { acknowledge: true }, 'com.example.news', ['hello'], { at: 1 }]);
    expect(await a.hear()).toEqual([36, subscription, published![2], {}, ['hello'], { at: 1 }]);
    expect(published).toEqual([17, 1, expect.any(Number)]);
  });

  it('routes a call and its result, and a call and its error', async () => {
    await open();
    const [callee, caller] = [await join(), await join()];
    expect(await callee.ask([64, 1, {}, 'com.example.add'])).toEqual([65, 1, 1]);
    caller.say([48, 1, {}, 'com.example.add', [2, 3]]);
    expect(await callee.hear()).toEqual([68, 1, 1, {}, [2, 3]]);
    callee.say([70, 1, {}, [5]]);
    expect(await caller.hear()).toEqual([50, 1, {}, [5]]);
    caller.say([48, 2, {}, 'com.example.add', ['x']]);
    await callee.hear();
    callee.say([8, 68, 2, {}, 'wamp.error.invalid_argument', ['no number']]);
    expect(await caller.hear()).toEqual([8, 48, 2, {}, 'wamp.error.invalid_argument', ['no number']]);
    expect(await caller.ask([48, 3, {}, 'com.nobody'])).toMatchObject([
      8,
      48,
      3,
      {},
      'wamp.error.no_such_procedure',
      [expect.any(String)],
    ]);
  });

  it('keeps realms apart', async () => {
    await open({ realms: { one: {}, two: {} } });
    const [a, b] = [await join('one'), await join('two')];
    await a.ask([64, 1, {}, 'com.p']);
    expect(await b.ask([48, 1, {}, 'com.p'])).toMatchObject([
      8,
      48,
      1,
      {},
      'wamp.error.no_such_procedure',
      [expect.any(String)],
    ]);
    expect(await b.ask([64, 2, {}, 'com.p'])).toEqual([65, 2, 1]);
  });

  it('ends a call at its timeout', async () => {
    await open();
    const [callee, caller] = [await join(), await join()];
    await callee.ask([64, 1, {}, 'com.p']);
    expect(await caller.ask([48, 1, { timeout: 20 }, 'com.p'])).toMatchObject([
      8,
      48,
      1,
      {},
      'wamp.error.timeout',
      [expect.any(String)],
    ]);
    expect(house.stats().timedOut).toBe(1);
  });

  it('does not end a call whose timeout is longer than any timer of Node', async () => {
    await open();
    const [callee, caller] = [await join(), await join()];
    await callee.ask([64, 1, {}, 'com.p']);
    caller.say([48, 1, { timeout: 2_147_483_648 }, 'com.p']);
    await callee.hear();
    callee.say([70, 1, {}, ['in time']]);
    expect(await caller.hear()).toEqual([50, 1, {}, ['in time']]);
  });

  it('cancels the calls of a callee whose connection is lost, and frees its procedures', async () => {
    await open();
    const [callee, caller] = [await join(), await join()];
    await callee.ask([64, 1, {}, 'com.p']);
    caller.say([48, 1, {}, 'com.p']);
    await callee.hear();
    callee.drop();
    expect(await caller.hear()).toMatchObject([8, 48, 1, {}, 'wamp.error.canceled', [expect.any(String)]]);
    expect(await caller.ask([64, 2, {}, 'com.p'])).toEqual([65, 2, 2]);
  });

  it('answers GOODBYE, and the session is gone', async () => {
    await open();
    const client = await join();
    expect(await client.ask([6, {}, 'wamp.close.close_realm'])).toEqual([6, {}, 'wamp.close.goodbye_and_out']);
    await client.closed;
    expect(house.sessions()).toEqual([]);
    expect(house.stats().ends).toMatchObject({ left: 1 });
  });

  it('aborts a session that does not read, and the others are served', async () => {
    await open({ realms: { realm1: { limits: { queued: 100_000 } } } });
    const [slow, publisher, other] = [await join(), await join(), await join()];
    await slow.ask([32, 1, {}, 'com.t']);
    await other.ask([32, 1, {}, 'com.t']);
    slow.pause();
    const text = 'x'.repeat(200_000);
    let request = 0;
    while (house.stats().slow === 0) {
      request += 1;
      expect(await publisher.ask([16, request, { acknowledge: true }, 'com.t', [text]])).toEqual([
        17,
        request,
        expect.any(Number),
      ]);
      expect((await other.hear())?.[0]).toBe(36);
    }
    await until(() => house.sessions().length === 2);
    expect(house.sessions().map(({ id }) => id)).not.toContain(slow.session);
    expect(house.stats().ends.aborted).toBe(1);
  });
});

describe('violations of the protocol', () => {
  /** Of the standard's list: what a client that has joined must not send. */
  test.each<[string, unknown]>([
    ['a second HELLO', [1, 'realm1', HELLO]],
    ['WELCOME', [2, 1, { roles: { broker: {} } }]],
    ['CHALLENGE', [4, 'ticket', {}]],
    ['AUTHENTICATE', [5, 'x', {}]],
    ['PUBLISHED', [17, 1, 2]],
    ['SUBSCRIBED', [33, 1, 2]],
    ['EVENT', [36, 1, 2, {}]],
    ['RESULT', [50, 1, {}]],
    ['REGISTERED', [65, 1, 2]],
    ['INVOCATION', [68, 1, 2, {}]],
    ['INTERRUPT', [69, 1, {}]],
    ['ERROR with an invalid REQUEST.Type', [8, 48, 1, {}, 'com.e']],
    ['YIELD with an invalid INVOCATION.Request', [70, 1, {}]],
    ['SUBSCRIBE out of sequence', [32, 3, {}, 'com.t']],
    ['CALL with request 0', [48, 0, {}, 'com.p']],
    ['PUBLISH out of sequence', [16, 7, {}, 'com.t']],
    ['REGISTER out of sequence', [64, 7, {}, 'com.p']],
    ['an empty list', []],
    ['an unknown message type', [1024, 1, {}]],
    ['a message that is too short', [48, 1]],
    ['what is no list', { type: 48 }],
    ['what is no JSON', '[48,1,{}'],
  ])('%s ends that session with ABORT, and no other', async (_, message) => {
    await open();
    const [bystander, offender] = [await join(), await join()];
    await offender.ask([64, 1, {}, 'com.offender']);
    offender.say(message);
    expect(await offender.hear()).toEqual([3, { message: expect.any(String) }, 'wamp.error.protocol_violation']);
    await offender.closed;
    expect(await bystander.ask([64, 1, {}, 'com.offender'])).toEqual([65, 1, 2]);
    expect(house.sessions()).toHaveLength(1);
    expect(house.stats().ends.failed).toBe(1);
  });

  test.each<[string, unknown]>([
    ['PUBLISH', [16, 1, {}, 'com.t']],
    ['GOODBYE', [6, {}, 'wamp.close.close_realm']],
    ['ERROR', [8, 68, 1, {}, 'com.e']],
    ['AUTHENTICATE', [5, 'x', {}]],
    ['HELLO without roles', [1, 'realm1', {}]],
    ['HELLO with a role that is no dictionary', [1, 'realm1', { roles: { caller: null } }]],
  ])('%s before there is a session is answered with ABORT', async (_, message) => {
    await open();
    const client = await connect();
    expect(await client.ask(message)).toEqual([3, { message: expect.any(String) }, 'wamp.error.protocol_violation']);
    await client.closed;
  });

  it('takes request ids out of sequence with strictIds off', async () => {
    await open({ strictIds: false });
    const client = await join();
    expect(await client.ask([32, 713845233, {}, 'com.t'])).toEqual([33, 713845233, 1]);
  });
});

describe('the serializers', () => {
  const never = new AbortController().signal;
  const subprotocol = async (from: Connector, ...offered: string[]) => {
    const transport = await from.open(offered, never);
    transport.destroy();
    return transport.subprotocol;
  };

  it('are JSON, MessagePack and CBOR: what a client offers first is spoken', async () => {
    const url = await open();
    for (const way of [websocket(url), house]) {
      expect(await subprotocol(way, 'wamp.2.json')).toBe('wamp.2.json');
      expect(await subprotocol(way, 'wamp.2.ubjson', 'wamp.2.cbor', 'wamp.2.json')).toBe('wamp.2.cbor');
      expect(await subprotocol(way, 'wamp.2.msgpack', 'wamp.2.cbor')).toBe('wamp.2.msgpack');
    }
  });

  it('are those that it was given, and no other', async () => {
    const url = await open({ serializers: [cbor()] });
    for (const way of [websocket(url), house]) {
      expect(await subprotocol(way, 'wamp.2.json', 'wamp.2.cbor')).toBe('wamp.2.cbor');
      const attempt = subprotocol(way, 'wamp.2.json', 'wamp.2.msgpack');
      await expect(attempt).rejects.toBeInstanceOf(ConnectError);
      await expect(attempt).rejects.toThrow('expected one of the subprotocols wamp.2.cbor, received wamp.2.json');
    }
  });

  it.each(['wamp.2.msgpack', 'wamp.2.cbor'])('%s: a text frame ends that connection, and no other', async (name) => {
    const url = await open();
    const other = await join();
    const socket = new WebSocket(url, [name]);
    socket.on('open', () => socket.send('[1,"realm1",{}]'));
    const [code, reason] = await once(socket, 'close');
    expect([code, String(reason)]).toEqual([1003, `${name}: expected binary, received text`]);
    expect(await other.ask([48, 1, {}, 'com.example.none'])).toContain('wamp.error.no_such_procedure');
  });
});

describe('what its owner can do', () => {
  it('tells of its sessions', async () => {
    await open();
    const client = await join('realm1', { agent: 'a\u001b[31mgent' });
    await client.ask([32, 1, {}, 'com.t']);
    expect(house.sessions()).toEqual([
      {
        id: client.session,
        realm: 'realm1',
        authid: expect.stringMatching(/^anonymous-/),
        authrole: 'anonymous',
        authmethod: 'anonymous',
        agent: 'a [31mgent',
        address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        since: expect.any(Number),
        sent: 1,
        dropped: 0,
        queued: 0,
      },
    ]);
  });

  it('aborts one session by its id, or those that a function chooses', async () => {
    await open();
    const [a, b, c] = [await join(), await join('realm1', { agent: 'odd' }), await join()];
    expect(house.abort(a.session, 'com.example.enough', 'go away')).toBe(1);
    expect(await a.hear()).toEqual([3, { message: 'go away' }, 'com.example.enough']);
    expect(house.abort(({ agent }) => agent === 'odd', 'com.example.odd')).toBe(1);
    expect(await b.hear()).toEqual([3, {}, 'com.example.odd']);
    expect(house.abort(a.session, 'com.example.enough')).toBe(0);
    expect(house.sessions().map(({ id }) => id)).toEqual([c.session]);
    expect(() => house.abort(c.session, 'no uri')).toThrow(UsageError);
  });

  it('says GOODBYE to a session, and waits for its answer', async () => {
    await open();
    const client = await join();
    expect(house.goodbye(client.session)).toBe(1);
    expect(await client.hear()).toEqual([6, {}, 'wamp.close.killed']);
    client.say([64, 1, {}, 'com.late']);
    client.say([6, {}, 'wamp.close.goodbye_and_out']);
    expect(await client.hear()).toBeUndefined();
    expect(house.stats()).toMatchObject({ registrations: 0, ends: { left: 1 } });
  });

  it('counts', async () => {
    await open({ realms: { one: {}, two: {} } });
    const [a, b] = [await join('one'), await join('two')];
    await a.ask([64, 1, {}, 'com.p']);
    await a.ask([32, 2, {}, 'com.t']);
    a.say([48, 3, {}, 'com.p']);
    await a.hear();
    await a.ask([16, 4, { acknowledge: true, exclude_me: false }, 'com.t']);
    const one = { sessions: 1, joined: 1, calls: 1, callsInFlight: 1, publications: 1, events: 1, slow: 0 };
    expect(house.stats()).toMatchObject({
      ...one,
      sessions: 2,
      joined: 2,
      realms: { one, two: { sessions: 1, calls: 0 } },
      ends: { left: 0, aborted: 0, failed: 0, lost: 0, crashed: 0 },
    });
    b.drop();
    await until(() => house.stats().ends.lost === 1);
  });
});

describe('starting and stopping', () => {
  it('says GOODBYE to all, waits for their answers and closes the port', async () => {
    const url = await open();
    const [a, b] = [await join(), await join()];
    const stopped = house.stop();
    expect(await a.hear()).toEqual([6, {}, 'wamp.close.system_shutdown']);
    expect(await b.hear()).toEqual([6, {}, 'wamp.close.system_shutdown']);
    for (const each of [a, b]) each.say([6, {}, 'wamp.close.goodbye_and_out']);
    await stopped;
    expect(house.url).toBeUndefined();
    await expect(RawClient.open(url)).rejects.toThrow('ECONNREFUSED');
    expect(house.stats().ends).toMatchObject({ left: 2 });
  });

  it('does not wait for ever for a client that does not answer', async () => {
    await open({ goodbyeTimeout: 30 });
    const client = await join();
    await house.stop({ reason: 'com.example.bye', message: 'for a while' });
    expect(await client.hear()).toEqual([6, { message: 'for a while' }, 'com.example.bye']);
    await client.closed;
  });

  it('starts again on the same port, with nothing of before', async () => {
    const url = await open();
    const before = await join();
    await before.ask([64, 1, {}, 'com.p']);
    before.drop();
    await house.stop();
    await house.stop();
    await house.start();
    await house.start();
    expect(house.url).toBe(url);
    const after = await join();
    expect(await after.ask([64, 1, {}, 'com.p'])).toEqual([65, 1, 1]);
    expect(house.stats()).toMatchObject({ joined: 1, ends: { lost: 0 } });
  });

  it('vanishes without a word when it is killed, and may start again', async () => {
    const url = await open();
    const client = await join();
    await house.kill();
    expect(await client.hear()).toBeUndefined();
    expect(await client.closed).toBe(1006);
    await house.start();
    expect(house.url).toBe(url);
    await join();
  });

  it('says which port is taken', async () => {
    const url = await open();
    const port = Number(new URL(url).port);
    await expect(router({ port })).rejects.toThrow(ConnectError);
    await expect(router({ port })).rejects.toThrow(`port ${port} on 127.0.0.1 is taken`);
  });

  it('listens on this machine only, unless told otherwise', async () => {
    const url = await open();
    expect(new URL(url).hostname).toBe('127.0.0.1');
    expect(url).toMatch(/\/ws$/);
  });

  it('stops when its block is left', async () => {
    const url = await open();
    await house[Symbol.asyncDispose]();
    await expect(RawClient.open(url)).rejects.toThrow('ECONNREFUSED');
  });

  it('rejects options that cannot be meant', async () => {
    await expect(router({ realms: {} })).rejects.toThrow(UsageError);
  });
});

describe('a defect in the router itself', () => {
  /** No transport is null: whoever takes it throws. */
  const crash = () => house.tree?.find('listener')?.actor.send({ type: 'transport.accepted', transport: null });

  it('costs the sessions of its listener, which starts again on the port that it had', async () => {
    const url = await open();
    const client = await join();
    await client.ask([64, 1, {}, 'com.p']);
    crash();
    expect(await client.hear()).toBeUndefined();
    expect(house.url).toBe(url);
    const next = await join();
    expect(await next.ask([64, 1, {}, 'com.p'])).toEqual([65, 1, 2]);
  });

  it('that comes back again and again closes the router, which may be started by hand', async () => {
    const errors: string[] = [];
    const log = () => {};
    const logger: Logger = { debug: log, info: log, warn: log, error: (_, message) => errors.push(message) };
    const url = await open({ logger });
    for (let time = 0; time < 4; time += 1) {
      crash();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => house.url === undefined);
    expect(errors).toContain('part of the router failed');
    expect(errors).toContain('router failed');
    await expect(RawClient.open(url)).rejects.toThrow('ECONNREFUSED');
    await house.start();
    expect(house.url).toBe(url);
    await join();
  });
});

describe('without a port', () => {
  it('is reached through itself', async () => {
    house = await router();
    expect(house.url).toBeUndefined();
    const transport = await house.open(['wamp.2.json'], new AbortController().signal);
    const heard: unknown[] = [];
    const welcomed = new Promise<void>((resolve) => {
      transport.listen({
        frame: (frame) => {
          heard.push(JSON.parse(String(frame)));
          resolve();
        },
        closed: () => {},
      });
    });
    transport.send(JSON.stringify([1, 'realm1', HELLO]));
    await welcomed;
    expect(heard).toMatchObject([[2, expect.any(Number), { realm: 'realm1' }]]);
    expect(house.sessions()).toMatchObject([{ address: 'linked:router' }]);
  });

  it('says that it does not run when it does not', async () => {
    house = new Router();
    await expect(house.open(['wamp.2.json'], new AbortController().signal)).rejects.toThrow(
      'linked:router does not run',
    );
  });
});

it('keeps nothing of 200 sessions that have come and gone, however they went', async () => {
  await open();
  const witness = await join();
  await witness.ask([64, 1, {}, 'com.witness']);
  for (let round = 0; round < 10; round += 1) {
    const group = await Promise.all(Array.from({ length: 20 }, () => RawClient.join(house.url!)));
    await Promise.all(
      group.map(async (client, n) => {
        await client.ask([32, 1, {}, 'com.t']);
        await client.ask([64, 2, { invoke: 'roundrobin' }, 'com.p']);
        client.say([48, 3, { timeout: 60_000 }, 'com.witness']);
        client.say([48, 4, {}, 'com.p']);
        if (n % 3 === 0) client.drop();
        else if (n % 3 === 1) client.say([6, {}, 'wamp.close.close_realm']);
        else client.say([1, 'realm1', HELLO]);
        await client.closed;
      }),
    );
  }
  await until(() => house.sessions().length === 1);
  expect(house.stats()).toMatchObject({
    sessions: 1,
    joined: 201,
    subscriptions: 0,
    registrations: 1,
    callsInFlight: 0,
    ends: { crashed: 0 },
  });
  const { left, failed, lost } = house.stats().ends;
  expect([left, failed, left + failed + lost]).toEqual([70, 60, 200]);
});
