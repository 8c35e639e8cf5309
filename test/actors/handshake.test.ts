/** The two halves of a session against each other, over a linked transport: every way of joining, and of being turned away. */
import { createActor, SimulatedClock } from 'xstate';
import type { Accepted, Admission } from '../../actors/admission.js';
import { routerSessionMachine } from '../../actors/router-session.js';
import { sessionMachine } from '../../actors/session.js';
import { Wire } from '../../actors/wire.js';
import type { AuthMethod } from '../../src/auth/auth-method.js';
import { ticket } from '../../src/auth/ticket.js';
import { challengeTicket, challengeWampcra } from '../../src/auth/verifier.js';
import { deriveKey, wampcra } from '../../src/auth/wampcra.js';
import { json } from '../../src/serializers/json.js';
import { linkedPair } from '../../src/transports/linked.js';
import { isExit } from '../../supervisors/exit-reason.js';

const SALTING = { salt: 'salt123', iterations: 100, keylen: 16 };
const PRINCIPAL = { authid: 'joe', authrole: 'user', authprovider: 'static' };

/** A router that knows joe, whose secret is `secret`, by every method; `open` asks for none. */
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
    const offered = details['authmethods'] as string[];
    const issued = offered.includes('wampcra')
      ? challengeWampcra(realm === 'salted' ? await deriveKey('secret', SALTING) : 'secret', {
          principal: PRINCIPAL,
          session: accepted.session,
          ...(realm === 'salted' ? { salting: SALTING } : {}),
        })
      : challengeTicket('secret');
    return {
      verdict: 'challenge',
      authmethod: issued.authmethod,
      extra: issued.extra,
      verify: async (answer) =>
        (await issued.verify(answer))
          ? accepted
          : { verdict: 'refuse', reason: 'wamp.error.authentication_denied', message: 'wrong credentials' },
    };
  },
};

/** Both halves of a session, linked, and the promise of each one's end. */
function linked(realm: string, auth: readonly AuthMethod[]) {
  const clock = new SimulatedClock();
  const [clientEnd, routerEnd] = linkedPair();
  const wire = new Wire(clientEnd, json());
  const client = createActor(sessionMachine, {
    clock,
    input: { wire, realm, details: { roles: { publisher: {} } }, authid: 'joe', auth, table: {} },
  });
  const router = createActor(routerSessionMachine, { clock, input: { wire: new Wire(routerEnd, json()), admission } });
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
  ])('do not meet when the secret of %s is wrong', async (_, realm, method) => {
    const { client, router, bothEnded, reasonOf } = linked(realm, [method]);
    await bothEnded;
    expect(client.getSnapshot().value).toBe('aborted');
    expect(router.getSnapshot().value).toBe('aborted');
    expect(reasonOf(client.getSnapshot())).toMatchObject({
      uri: 'wamp.error.authentication_denied',
      message: `wamp.error.authentication_denied from linked, which refused a session in realm "${realm}": the router refused the credentials of "joe"; check its secret (the router said: "wrong credentials")`,
    });
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
