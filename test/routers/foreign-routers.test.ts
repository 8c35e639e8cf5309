/**
 * The foreign routers themselves, spoken to by hand: that they start, refuse, vanish and come back is the ground that
 * every interoperability test stands on.
 */
import { createHmac, pbkdf2Sync } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';
import { describeWith } from '../support/requirement.js';
import { startCrossbar } from '../support/routers/crossbar.js';
import { startNexus } from '../support/routers/nexus.js';
import { LOCKED_REALM, OPEN_REALM, USERS } from '../support/routers/realms.js';
import type { ForeignRouter } from '../support/routers/router-process.js';

const ROLES = { caller: {}, callee: {}, publisher: {}, subscriber: {} };

/** Sends each message, and gives the router's answers to them, in order. */
async function converse(
  url: string,
  ...messages: (unknown | ((answer: unknown[]) => unknown))[]
): Promise<unknown[][]> {
  const socket = new WebSocket(url, 'wamp.2.json');
  try {
    await once(socket, 'open');
    const answers: unknown[][] = [];
    for (const message of messages) {
      const last = answers.at(-1) ?? [];
      socket.send(JSON.stringify(typeof message === 'function' ? message(last) : message));
      const [data] = await once(socket, 'message');
      answers.push(JSON.parse(String(data)));
    }
    return answers;
  } finally {
    socket.terminate();
  }
}

const hello = (realm: string, details: object = {}): unknown => [1, realm, { roles: ROLES, ...details }];

describeWith('nexus', 'nexusd', () => {
  let router: ForeignRouter;
  beforeAll(async () => {
    router = await startNexus();
  }, 60_000);
  afterAll(() => router.dispose());

  it('answers HELLO to the open realm with WELCOME', async () => {
    const [welcome] = await converse(router.url, hello(OPEN_REALM));
    expect(welcome).toEqual([2, expect.any(Number), expect.objectContaining({ roles: expect.anything() })]);
  });

  it.each([
    ['a realm it does not have', 'no.such.realm', 'wamp.error.no_such_realm'],
    ['the locked realm', LOCKED_REALM, 'wamp.error.authentication_failed'],
  ])('answers HELLO to %s with ABORT', async (_, realm, reason) => {
    const [abort] = await converse(router.url, hello(realm, { authmethods: ['ticket'], authid: 'alice' }));
    expect(abort).toEqual([3, expect.anything(), reason]);
  });

  it('vanishes when killed, and comes back on the same port', async () => {
    const socket = new WebSocket(router.url, 'wamp.2.json');
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await router.kill();
    expect((await closed)[0]).toBe(1006);
    await router.start();
    const [welcome] = await converse(router.url, hello(OPEN_REALM));
    expect(welcome?.[0]).toBe(2);
  });

  it('stops on SIGTERM, and is not stopped twice', async () => {
    await router.stop();
    await router.stop();
    await expect(converse(router.url, hello(OPEN_REALM))).rejects.toThrow('ECONNREFUSED');
    await router.start();
    await expect(router.start()).rejects.toThrow('nexus is running already');
  });
});

describeWith('crossbar', 'Crossbar.io', () => {
  let router: ForeignRouter;
  beforeAll(async () => {
    router = await startCrossbar();
  }, 60_000);
  afterAll(() => router.dispose());

  const { ticket, wampcra, saltedWampcra } = USERS;
  const signed = (key: string | Buffer) => (challenge: unknown[]) => {
    const { challenge: text } = challenge[2] as { challenge: string };
    return [5, createHmac('sha256', key).update(text).digest('base64'), {}];
  };
  const key = pbkdf2Sync(saltedWampcra.secret, saltedWampcra.salt, 1_000, 32, 'sha256').toString('base64');

  it('answers HELLO to the open realm with WELCOME', async () => {
    const [welcome] = await converse(router.url, hello(OPEN_REALM));
    expect(welcome).toEqual([2, expect.any(Number), expect.objectContaining({ realm: OPEN_REALM })]);
  });

  it('answers HELLO to a realm it does not have with ABORT', async () => {
    const [abort] = await converse(router.url, hello('no.such.realm'));
    expect(abort).toEqual([3, expect.anything(), 'wamp.error.no_such_realm']);
  });

  it.each([
    ['a ticket', 'ticket', ticket.authid, [5, ticket.ticket, {}]],
    ['a signature', 'wampcra', wampcra.authid, signed(wampcra.secret)],
    ['a signature by a salted secret', 'wampcra', saltedWampcra.authid, signed(key)],
  ])('lets %s into the locked realm', async (_, method, authid, authenticate) => {
    const answers = await converse(router.url, hello(LOCKED_REALM, { authmethods: [method], authid }), authenticate);
    expect(answers.map(([code]) => code)).toEqual([4, 2]);
    expect(answers[1]?.[2]).toMatchObject({ authid, authmethod: method, authrole: 'member', realm: LOCKED_REALM });
  });

  it.each([
    ['a wrong ticket', 'ticket', ticket.authid, [5, 'wrong', {}]],
    ['a wrong signature', 'wampcra', wampcra.authid, signed('wrong')],
  ])('refuses %s with ABORT', async (_, method, authid, authenticate) => {
    const answers = await converse(router.url, hello(LOCKED_REALM, { authmethods: [method], authid }), authenticate);
    expect(answers.map(([code]) => code)).toEqual([4, 3]);
  });

  it('stops on SIGTERM with all its workers', async () => {
    await router.stop();
    await expect(converse(router.url, hello(OPEN_REALM))).rejects.toThrow('ECONNREFUSED');
    await router.start();
  }, 60_000);

  it('vanishes with all its workers when killed, and comes back on the same port', async () => {
    await router.kill();
    await expect(converse(router.url, hello(OPEN_REALM))).rejects.toThrow('ECONNREFUSED');
    await router.start();
    const [welcome] = await converse(router.url, hello(OPEN_REALM));
    expect(welcome?.[0]).toBe(2);
  }, 60_000);
});
