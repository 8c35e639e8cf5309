import { SimulatedClock } from 'xstate';
import type { Accepted, Challenged, Channel, Refused } from '../../actors/admission.js';
import { type OpenRealms, Realm, type RealmOptions } from '../../actors/realm.js';
import { admissionTo } from '../../actors/realm-admission.js';
import type { Dict, Message } from '../../src/wamp/message.js';

const NO_CHANNEL: Channel = {
  channelId: async () => undefined,
  tlsUnique: () => undefined,
  peerCertificate: () => undefined,
};

function ask(realm: string, details: Dict, options: RealmOptions = {}) {
  const open: OpenRealms = new Map();
  open.set('realm1', new Realm('realm1', options, new SimulatedClock() as never));
  const hello: Message<'HELLO'> = { type: 'HELLO', realm, details: { roles: { caller: {} }, ...details } };
  return { open, decision: admissionTo(open).admit(hello, 'test:', NO_CHANNEL) };
}

const link = {
  address: 'test:',
  queued: 0,
  send: () => {},
  pause: () => {},
  resume: () => {},
  take: () => {},
  fail: () => {},
  abort: () => {},
  goodbye: () => {},
};

describe('admissionTo', () => {
  test.each([
    ['realm1', 'accept'],
    ['realm2', 'wamp.error.no_such_realm'],
    ['toString', 'wamp.error.no_such_realm'],
    ['', 'wamp.error.invalid_uri'],
    ['realm1 ', 'wamp.error.invalid_uri'],
  ])('of a HELLO to realm %j makes %s', async (realm, expected) => {
    const decision = await ask(realm, {}).decision;
    expect(decision.verdict === 'refuse' ? decision.reason : decision.verdict).toBe(expected);
  });

  it('lets nobody into a realm that drains, not even who was challenged before', async () => {
    const shut = {
      verdict: 'refuse',
      reason: 'wamp.close.system_shutdown',
      message: 'the router is shutting down, and takes no more sessions',
    };
    const { open, decision } = ask(
      'realm1',
      { authmethods: ['ticket'], authid: 'alice' },
      { auth: { users: { alice: { ticket: 's3cret' } } } },
    );
    const challenged = (await decision) as Challenged;
    await open.get('realm1')?.drain();
    expect(await challenged.verify({ type: 'AUTHENTICATE', signature: 's3cret', extra: {} } as never)).toEqual(shut);
    const hello: Message<'HELLO'> = { type: 'HELLO', realm: 'realm1', details: { roles: { caller: {} } } };
    expect(await admissionTo(open).admit(hello, 'test:', NO_CHANNEL)).toEqual(shut);
  });

  it('takes a place only when the session opens, and gives it up when it has left', async () => {
    const { open, decision } = ask('realm1', {});
    const accepted = (await decision) as Accepted;
    const { sessions } = open.get('realm1')!;
    expect(sessions.size).toBe(0);
    const seat = accepted.open(link);
    expect([...sessions.keys()]).toEqual([accepted.session]);
    expect(Object.keys(seat.table).sort()).toEqual([
      'CALL',
      'CANCEL',
      'ERROR',
      'PUBLISH',
      'REGISTER',
      'SUBSCRIBE',
      'UNREGISTER',
      'UNSUBSCRIBE',
      'YIELD',
    ]);
    seat.left();
    expect(sessions.size).toBe(0);
  });

  test.each([
    ['right', 'accept'],
    ['wrong', 'wamp.error.authentication_denied'],
  ])('answers the %s ticket: %s', async (signature, expected) => {
    const auth = { users: { joe: { ticket: 'right' } } };
    const { decision } = ask('realm1', { authid: 'joe', authmethods: ['ticket'] }, { auth });
    const challenged = (await decision) as Challenged;
    const verdict = (await challenged.verify({ type: 'AUTHENTICATE', signature, extra: {} })) as Accepted | Refused;
    expect(verdict.verdict === 'refuse' ? verdict.reason : verdict.verdict).toBe(expected);
  });
});
