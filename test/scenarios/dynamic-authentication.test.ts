/** Who may join, where a function or a procedure says so: from the router's options to what a client is told. */
import type { Authenticate, AuthenticationFacts } from '../../actors/dynamic-users.js';
import type { AuthMethod } from '../../src/auth/auth-method.js';
import { scram } from '../../src/auth/scram.js';
import { scramCredential } from '../../src/auth/scram-credential.js';
import { ticket } from '../../src/auth/ticket.js';
import { wampcra } from '../../src/auth/wampcra.js';
import { connect } from '../../src/connect.js';
import { type Router, router } from '../../src/router/router.js';
import { recordingLogger } from '../support/recording-logger.js';

const DENIED = { uri: 'wamp.error.authentication_denied' };
const FAILED = { uri: 'wamp.error.authentication_failed' };

let house: Router | undefined;
afterEach(() => house?.stop());

async function join(authid: string, auth: AuthMethod) {
  if (house === undefined) throw new Error('no router');
  const peer = await connect(house, { realm: 'realm1', authid, auth });
  const { session } = peer;
  await peer.leave();
  return session;
}

it('lets in by ticket whom the function makes of it, under the name and role that it gives', async () => {
  const asked: AuthenticationFacts[] = [];
  const authenticate: Authenticate = (facts) => {
    asked.push(facts);
    return facts.ticket === 'token of ann' ? { authid: 'ann', role: 'owner', authextra: { team: 'red' } } : undefined;
  };
  house = await router({ realms: { realm1: { auth: { authenticate } } } });
  expect(await join('whoever', ticket('token of ann'))).toMatchObject({
    authid: 'ann',
    authrole: 'owner',
    authmethod: 'ticket',
    details: { authextra: { team: 'red' } },
  });
  await expect(join('whoever', ticket('another'))).rejects.toMatchObject(DENIED);
  expect(asked[0]).toMatchObject({ realm: 'realm1', authmethod: 'ticket', authid: 'whoever', ticket: 'token of ann' });
});

it('checks every other proof against the secret that the function gives, and tells nobody who there is', async () => {
  const credential = await scramCredential('pencil', { kdf: 'pbkdf2', iterations: 4_096 });
  const authenticate: Authenticate = async ({ authid }) =>
    authid === 'joe' ? { role: 'device', wampcra: 'secret', scram: credential } : undefined;
  house = await router({ realms: { realm1: { auth: { authenticate, users: { static: { ticket: 's' } } } } } });
  expect(await join('joe', wampcra('secret'))).toMatchObject({ authid: 'joe', authrole: 'device' });
  expect(await join('joe', scram('pencil'))).toMatchObject({ authid: 'joe', authrole: 'device' });
  expect(await join('static', ticket('s'))).toMatchObject({ authid: 'static' });
  const wrong = await join('joe', wampcra('wrong')).catch((error: unknown) => error);
  const nobody = await join('nobody', wampcra('secret')).catch((error: unknown) => error);
  expect(wrong).toMatchObject(DENIED);
  expect(String(nobody).replace('nobody', 'joe')).toBe(String(wrong));
});

it('fails a join whose function throws or gives no answer, and tells the log alone, without a secret', async () => {
  const logger = recordingLogger();
  const authenticate: Authenticate = ({ authid }) => {
    if (authid === 'throws') throw new Error('the database is down');
    return { wampcra: 7, ticket: 'top secret' } as never;
  };
  house = await router({ logger, realms: { realm1: { auth: { authenticate } } } });
  await expect(join('throws', wampcra('x'))).rejects.toMatchObject(FAILED);
  await expect(join('throws', ticket('my ticket'))).rejects.toMatchObject(FAILED);
  const error = await join('other', wampcra('x')).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(FAILED);
  expect(String(error)).not.toContain('database');
  const log = JSON.stringify(logger.lines);
  expect(log).toContain('the database is down');
  for (const secret of ['top secret', 'my ticket']) expect(log).not.toContain(secret);
});

it('asks a procedure of another realm', async () => {
  house = await router({
    realms: {
      realm1: { auth: { authenticate: { procedure: 'com.example.authenticate', realm: 'internal' } } },
      internal: {},
    },
  });
  await expect(join('joe', ticket('right'))).rejects.toMatchObject(FAILED);
  const guard = await connect(house, { realm: 'internal' });
  await guard.register('com.example.authenticate', ({ args: [facts] }) => {
    const { ticket: shown, authid } = facts as AuthenticationFacts;
    return shown === 'right' ? { authid: `${authid}!`, role: 'user' } : null;
  });
  expect(await join('joe', ticket('right'))).toMatchObject({ authid: 'joe!', authrole: 'user' });
  await expect(join('joe', ticket('wrong'))).rejects.toMatchObject(DENIED);
  await guard.leave();
});
