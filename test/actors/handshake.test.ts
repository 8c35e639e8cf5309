/** The two halves of a session against each other, over a linked transport: every way of joining, and of being turned away. */
import { createActor, SimulatedClock } from 'xstate';
import type { Accepted, Admission } from '../../actors/admission.js';
import { leanSession } from '../../actors/lean-session.js';
import { routerSessionMachine } from '../../actors/router-session.js';
import { RouterWire } from '../../actors/router-wire.js';
import { sessionMachine } from '../../actors/session.js';
import { remedyFor } from '../../actors/session-remedies.js';
import { Wire } from '../../actors/wire.js';
import type { AuthMethod } from '../../src/auth/auth-method.js';
import { cryptosign } from '../../src/auth/cryptosign.js';
import { challengeCryptosign, publicKeyIn } from '../../src/auth/cryptosign-verifier.js';
import { scram } from '../../src/auth/scram.js';
import { readCredential, scramCredential } from '../../src/auth/scram-credential.js';
import { challengeScram } from '../../src/auth/scram-verifier.js';
import { ticket } from '../../src/auth/ticket.js';
import { challengeTicket, challengeWampcra, type IssuedChallenge } from '../../src/auth/verifier.js';
import { deriveKey, wampcra } from '../../src/auth/wampcra.js';
import { json } from '../../src/serializers/json.js';
import { linkedPair } from '../../src/transports/linked.js';
import type { Dict } from '../../src/wamp/values.js';
import { isExit } from '../../supervisors/exit-reason.js';

const SALTING = { salt: 'salt123', iterations: 100, keylen: 16 };
/** The first two keys of RFC 8032, section 7.1; the router knows the first. */
const SEEDS = [
  '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
  '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
] as const;
const PUBLIC_KEY = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
const PRINCIPAL = { authid: 'joe', authrole: 'user', authprovider: 'static' };

/** What a router that knows joe, whose secret is `secret`, asks for. */
async function issue(realm: string, details: Dict): Promise<IssuedChallenge> {
  const offered = details['authmethods'] as string[];
  const authextra = (details['authextra'] ?? {}) as Dict;
  if (offered.includes('wamp-scram')) {
    const credential = await scramCredential('secret', { iterations: 4_096 });
    return challengeScram(readCredential('joe', credential), { authid: 'joe', authextra });
  }
  if (offered.includes('cryptosign')) {
    const publicKey = publicKeyIn(authextra) ?? '';
    return challengeCryptosign(publicKey, publicKey === PUBLIC_KEY);
  }
  if (!offered.includes('wampcra')) return challengeTicket('secret');
  return challengeWampcra(realm === 'salted' ? await deriveKey('secret', SALTING) : 'secret', {
    principal: PRINCIPAL,
    session: 7,
    ...(realm === 'salted' ? { salting: SALTING } : {}),
  });
}

/** A router that knows joe by every method; `open` asks for none, `impostor` lets everybody in and proves nothing. */
const admission: Admission = {
  admit: async ({ realm, details }) => {
    const accepted: Accepted = {
      verdict: 'accept',
      session: 7,
      details: { roles: { broker: {}, dealer: {} } },
      open: (link) => ({
        table: { PUBLISH: ({ topic, args = [] }) => link.goodbye(topic, String(args[0])) },
        left: () => {},
      }),
    };
    if (realm === 'open') return accepted;
    const issued = await issue(realm, details);
    return {
      verdict: 'challenge',
      authmethod: issued.authmethod,
      extra: issued.extra,
      verify: async (answer) =>
        (await issued.verify(answer)) || realm === 'impostor'
          ? { ...accepted, details: { ...accepted.details, authextra: realm === 'impostor' ? {} : issued.welcome?.() } }
          : { verdict: 'refuse', reason: 'wamp.error.authentication_denied', message: 'wrong credentials' },
    };
  },
};

describe.each([
  ['the chart', sessionMachine],
  ['the lean logic', leanSession],
] as const)('with the client’s half as %s,', (_form, logic) => {
  /** Both halves of a session, linked, and the promise of each one's end. */
  function linked(realm: string, auth: readonly AuthMethod[]) {
    const clock = new SimulatedClock();
    const [clientEnd, routerEnd] = linkedPair();
    const wire = new Wire(clientEnd, json());
    const client = createActor(logic, {
      clock,
      input: { wire, realm, details: { roles: { publisher: {} } }, authid: 'joe', auth, table: {}, remedyFor },
    });
    const router = createActor(routerSessionMachine, {
      clock,
      input: { wire: new RouterWire(routerEnd, json()), admission },
    });
    const until = (actor: typeof client | typeof router, states: readonly string[]) =>
      new Promise<void>((resolve) => {
        const look = () => states.includes(String(actor.getSnapshot().value)) && resolve();
        (actor as typeof client).subscribe({ next: look, error: () => {}, complete: look });
        look();
      });
    router.start();
    client.start();
    client.send({ type: 'session.join' });
    const joinedOrEnded = until(client, ['established', 'aborted', 'failed', 'lost']);
    const bothEnded = Promise.all([client, router].map((one) => until(one, ['left', 'aborted', 'failed', 'lost'])));
    const reasonOf = ({ output }: { output?: unknown }) => (isExit(output) ? output.reason : undefined);
    return { wire, client, router, joinedOrEnded, bothEnded, reasonOf };
  }

  describe('the two halves of a session', () => {
    it.each<[string, string, AuthMethod[]]>([
      ['without authentication', 'open', []],
      ['with a ticket', 'secure', [ticket('secret')]],
      ['by WAMP-CRA', 'secure', [ticket('not asked for'), wampcra('secret')]],
      ['by WAMP-CRA with a salted password', 'salted', [wampcra(async () => 'secret')]],
      ['by SCRAM', 'secure', [scram('secret')]],
      ['by cryptosign', 'secure', [cryptosign({ privateKey: SEEDS[0] })]],
    ])('meet %s, and part when the client leaves', async (_, realm, auth) => {
      const { client, router, joinedOrEnded, bothEnded, reasonOf } = linked(realm, auth);
      await joinedOrEnded;
      expect(client.getSnapshot().value).toBe('established');
      expect(router.getSnapshot().value).toBe('established');
      expect(client.getSnapshot().context.session).toBe(7);
      client.send({ type: 'session.leave' });
      await bothEnded;
      expect([client, router].map((one) => [one.getSnapshot().value, reasonOf(one.getSnapshot())])).toEqual([
        ['left', 'normal'],
        ['left', 'normal'],
      ]);
      expect(client.getSnapshot().context.goodbyeTimedOut).toBe(false);
    });

    it.each([
      ['ticket', 'secure', ticket('wrong')],
      ['wampcra', 'secure', wampcra('wrong')],
      ['a salted wampcra', 'salted', wampcra('wrong')],
      ['scram', 'secure', scram('wrong')],
      ['cryptosign', 'secure', cryptosign({ privateKey: SEEDS[1] })],
    ])('do not meet when the secret of %s is wrong', async (_, realm, method) => {
      const { client, router, bothEnded, reasonOf } = linked(realm, [method]);
      await bothEnded;
      expect(client.getSnapshot().value).toBe('aborted');
      expect(router.getSnapshot().value).toBe('aborted');
      expect(reasonOf(client.getSnapshot())).toMatchObject({
        uri: 'wamp.error.authentication_denied',
        message: `wamp.error.authentication_denied from linked, which refused a session of "joe" in realm "${realm}": check its password or key, and the authid (the router said: "wrong credentials")`,
      });
    });

    it.each(['impostor', 'open'])('do not meet when the router, which is %s, does not prove itself', async (realm) => {
      const { client, router, bothEnded, reasonOf } = linked(realm, [scram('secret')]);
      await bothEnded;
      expect([client, router].map((one) => one.getSnapshot().value)).toEqual(['failed', 'aborted']);
      expect(reasonOf(client.getSnapshot())).toMatchObject({
        code: 'WAMP_ERR_AUTHENTICATION',
        message: expect.stringMatching(/^linked is not trusted: /),
      });
      expect(reasonOf(router.getSnapshot())).toMatchObject({ uri: 'wamp.error.authentication_failed' });
    });

    it('part when the router leaves', async () => {
      const { wire, client, router, joinedOrEnded, bothEnded, reasonOf } = linked('open', []);
      await joinedOrEnded;
      wire.send({ type: 'PUBLISH', request: 1, options: {}, topic: 'wamp.close.system_shutdown', args: ['bye'] });
      await bothEnded;
      expect(reasonOf(client.getSnapshot())).toMatchObject({ uri: 'wamp.close.system_shutdown' });
      expect(reasonOf(router.getSnapshot())).toBe('normal');
      expect(router.getSnapshot().context.goodbyeTimedOut).toBe(false);
    });
  });
});
