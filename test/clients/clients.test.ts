/** What clients of other people's live through with the embedded router, in each serializer, over each transport that they have. */
import { connect } from '../../src/connect.js';
import { ApplicationError } from '../../src/errors.js';
import type { Peer } from '../../src/peer/peer.js';
import { result } from '../../src/roles/endpoint-result.js';
import { type Router, router } from '../../src/router/router.js';
import { describeWith } from '../support/requirement.js';
import { LOCKED_REALM, OPEN_REALM, USERS } from '../support/routers/realms.js';
import { ClientError, type Credentials, type ForeignProgram, type ForeignSession } from './foreign-client.js';
import { CLIENTS, type Client, type Way } from './programs.js';

/** Whatever JSON has, and all serializers have in common. */
const DATA = [null, true, 0, -1, 2 ** 40, 1.5, 'größe', '', [], {}, { a: [{ b: null }], c: 'x'.repeat(2_000) }];
const KWARGS = { one: 1, two: ['two'] };

const SECRETS: Readonly<Record<string, Credentials>> = {
  'a ticket': { method: 'ticket', authid: USERS.ticket.authid, secret: USERS.ticket.ticket },
  'WAMP-CRA': { method: 'wampcra', authid: USERS.wampcra.authid, secret: USERS.wampcra.secret },
  'salted WAMP-CRA': { method: 'wampcra', authid: USERS.saltedWampcra.authid, secret: USERS.saltedWampcra.secret },
  cryptosign: { method: 'cryptosign', authid: USERS.cryptosign.authid, secret: USERS.cryptosign.privateKey },
};

const failure = (promise: Promise<unknown>): Promise<ClientError> =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => (error instanceof ClientError ? error : Promise.reject(error)),
  );

/** A condition that never comes true is an error here: were it looked at forever, all tests after it would be slow. */
async function eventually(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`never came true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** For clients that do not send requests in the order of their ids. */
const LENIENT_REALM = 'com.example.lenient';

let house: Router;
beforeAll(async () => {
  const { ticket, wampcra, saltedWampcra, cryptosign } = USERS;
  const { authid, ...salted } = saltedWampcra;
  house = await router({
    port: 0,
    realms: {
      [OPEN_REALM]: {},
      [LENIENT_REALM]: { strictIds: false },
      [LOCKED_REALM]: {
        auth: {
          users: {
            [ticket.authid]: { ticket: ticket.ticket },
            [wampcra.authid]: { wampcra: wampcra.secret },
            [authid]: { wampcra: salted },
            [cryptosign.authid]: { authorizedKeys: [cryptosign.publicKey] },
          },
        },
      },
    },
  });
});
afterAll(() => house.stop());

function urlOver(transport: 'websocket' | 'rawsocket'): string {
  const [websocket = '', rawsocket = ''] = house.urls;
  return transport === 'websocket' ? websocket : rawsocket;
}

/** All that a client does in one serializer over one transport, with a peer of ours at the other end. */
function scenarios(client: Client, way: Way, running: () => ForeignProgram): void {
  let foreign: ForeignSession;
  let ours: Peer;
  const open = (realm = OPEN_REALM, auth?: Credentials) =>
    running().open({ ...way, url: urlOver(way.transport), realm, ...(auth && { auth }) });

  beforeEach(async () => {
    [foreign, ours] = await Promise.all([open(), connect(house, { realm: OPEN_REALM })]);
  });
  // Also of a test that failed half-way nothing is left.
  afterEach(async () => {
    await ours.leave();
    house.goodbye(() => true);
    await eventually(() => house.sessions().length === 0);
  });

  it('joins, is told who it is, and leaves with GOODBYE', async () => {
    expect(house.sessions().map(({ id }) => id)).toContain(foreign.details.session);
    expect(foreign.details).toMatchObject({ authmethod: 'anonymous', authrole: 'anonymous' });
    const { left, lost } = house.stats().ends;
    await foreign.close();
    await eventually(() => house.sessions().length === 1 && house.stats().ends.left > left);
    expect(house.stats().ends).toMatchObject({ failed: 0, crashed: 0, lost });
  });

  it('calls, and is given what was answered or the error', async () => {
    await ours.register('com.example.echo', ({ args, kwargs }) => result(args, kwargs));
    await ours.register('com.example.refuse', ({ args, kwargs }) => {
      throw new ApplicationError('com.example.no', args, kwargs);
    });
    const given = { args: DATA, kwargs: KWARGS };
    expect(await foreign.call('com.example.echo', given)).toMatchObject(given);
    expect(await failure(foreign.call('com.example.refuse', given))).toMatchObject({ uri: 'com.example.no', ...given });
    expect(await failure(foreign.call('com.example.nobody'))).toMatchObject({ uri: 'wamp.error.no_such_procedure' });
  });

  it('is called, and answers with what it was given or an error', async () => {
    await foreign.register('com.example.echo', 'echo');
    await foreign.register('com.example.refuse', 'refuse');
    const given = { args: DATA, kwargs: KWARGS };
    expect(await ours.call('com.example.echo', DATA, { kwargs: KWARGS })).toMatchObject(given);
    const refusal = await ours.call('com.example.refuse', DATA, { kwargs: KWARGS }).catch((error) => error);
    expect(refusal).toMatchObject({ uri: 'com.example.refused', ...given });
    await foreign.unregister('com.example.echo');
    const gone = await ours.call('com.example.echo').catch((error) => error);
    expect(gone).toMatchObject({ uri: 'wamp.error.no_such_procedure' });
  });

  it('may not register what somebody else has', async () => {
    await ours.register('com.example.taken', () => 1);
    const refused = await failure(foreign.register('com.example.taken', 'echo'));
    expect(refused.uri).toBe('wamp.error.procedure_already_exists');
  });

  it('has many calls under way at once, of which each is given its own answer', async () => {
    const realm = client.keepsOrder ? OPEN_REALM : LENIENT_REALM;
    const [caller, callee] = await Promise.all([open(realm), connect(house, { realm })]);
    await callee.register('com.example.same', ({ args: [n] }) => n);
    const numbers = Array.from({ length: 200 }, (_, n) => n);
    const answers = await Promise.all(numbers.map((n) => caller.call('com.example.same', { args: [n] })));
    expect(answers.map(({ args: [n] }) => n)).toEqual(numbers);
    await callee.leave();
  });

  it('takes and gives messages of 200 kB', async () => {
    await ours.register('com.example.echo', ({ args }) => result([...args]));
    const args = ['long', 'é'.repeat(100_000)];
    expect((await foreign.call('com.example.echo', { args })).args).toEqual(args);
  });

  it('takes progressive results, and gives them', async () => {
    await ours.register('com.example.count', async (invocation) => {
      for (const part of [1, 2, 3]) await invocation.progress?.([part]);
      return 3;
    });
    const counted = await foreign.call('com.example.count', { args: [3], options: { receive_progress: true } });
    expect(counted).toMatchObject({ args: [3], progress: [[1], [2], [3]] });
    await foreign.register('com.example.parts', 'count');
    const parts: unknown[] = [];
    const onProgress = ({ args: [part] }: { args: readonly unknown[] }) => void parts.push(part);
    expect((await ours.call('com.example.parts', [4], { onProgress })).args).toEqual([4]);
    expect(parts).toEqual(client.progresses ? [1, 2, 3, 4] : []);
  });

  it.each(client.cancels)('cancels a call, %s, and its session goes on', async (mode) => {
    let signal: AbortSignal | undefined;
    await ours.register('com.example.sleep', (invocation) => {
      signal = invocation.signal;
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal?.reason)));
    });
    const asleep = failure(foreign.call('com.example.sleep'));
    await eventually(() => signal !== undefined);
    await foreign.cancel(mode);
    expect((await asleep).uri).toBe('wamp.error.canceled');
    if (mode !== 'skip') await eventually(() => signal?.aborted === true);
    expect((await foreign.call('wamp.session.count')).args).toEqual([2]);
  });

  if (client.isInterrupted) {
    it('is interrupted when a call of its procedure is canceled', async () => {
      await foreign.register('com.example.sleep', 'sleep');
      const { interrupted } = running();
      const before = interrupted.length;
      const asked = new AbortController();
      const asleep = ours.call('com.example.sleep', [], { signal: asked.signal }).catch((error) => error);
      // What comes after it on the same way has found it called.
      await foreign.register('com.example.echo', 'echo');
      await ours.call('com.example.echo');
      asked.abort();
      await asleep;
      await eventually(() => interrupted.length > before);
      expect(interrupted.at(-1)).toBe('com.example.sleep');
    });
  }

  it('is told when its call takes longer than it said', async () => {
    await ours.register('com.example.never', () => new Promise(() => {}));
    const late = await failure(foreign.call('com.example.never', { options: { timeout: 50 } }));
    expect(late.uri).toBe('wamp.error.timeout');
  });

  it('hears what is published, and is heard', async () => {
    const heard: unknown[] = [];
    await ours.subscribe('com.example.theirs', ({ args, kwargs }) => heard.push([args, kwargs]));
    await foreign.subscribe('com.example.ours');
    await ours.publish('com.example.ours', DATA, { kwargs: KWARGS, acknowledge: true });
    await foreign.publish('com.example.theirs', { args: DATA, kwargs: KWARGS });
    await eventually(() => heard.length === 1 && foreign.events.length === 1);
    expect(heard).toEqual([[DATA, KWARGS]]);
    expect(foreign.events).toMatchObject([{ topic: 'com.example.ours', args: DATA, kwargs: KWARGS }]);
    await foreign.unsubscribe('com.example.ours');
    expect(house.stats().subscriptions).toBe(1);
  });

  it('chooses who hears an event', async () => {
    const other = await open();
    const { session } = other.details;
    for (const each of [foreign, other]) await each.subscribe('com.example.news');
    await foreign.publish('com.example.news', { args: ['not me'] });
    await foreign.publish('com.example.news', { args: ['me too'], options: { exclude_me: false } });
    await foreign.publish('com.example.news', { args: ['not it'], options: { exclude_me: false, exclude: [session] } });
    await foreign.publish('com.example.news', {
      args: ['only it'],
      options: { exclude_me: false, eligible: [session] },
    });
    await ours.publish('com.example.news', ['end'], { acknowledge: true });
    await eventually(() => [foreign, other].every(({ events }) => events.at(-1)?.args[0] === 'end'));
    const mine = client.hearsItself ? ['me too', 'not it'] : [];
    expect(foreign.events.map(({ args: [what] }) => what)).toEqual([...mine, 'end']);
    expect(other.events.map(({ args: [what] }) => what)).toEqual(['not me', 'me too', 'only it', 'end']);
    await other.close();
  });

  it('subscribes and registers by patterns, and is told what was meant', async () => {
    await foreign.subscribe('com.example.pre', { match: 'prefix' });
    await foreign.register('com.example.any', 'who', { match: 'prefix' });
    await ours.publish('com.example.pre.fix', [], { acknowledge: true });
    await eventually(() => foreign.events.length === 1);
    expect(foreign.events).toMatchObject([{ topic: 'com.example.pre.fix', subscribed: 'com.example.pre' }]);
    expect((await ours.call('com.example.any.thing')).args[0]).toBe('com.example.any.thing');
  });

  it('shares a registration, in turn', async () => {
    await foreign.register('com.example.shared', 'who', { invoke: 'roundrobin' });
    await ours.register('com.example.shared', () => 'ours', { invoke: 'roundrobin' });
    const answers: unknown[] = [];
    for (let call = 0; call < 4; call++) answers.push((await ours.call('com.example.shared')).args[0]);
    expect(answers).toEqual(['com.example.shared', 'ours', 'com.example.shared', 'ours']);
  });

  if (client.discloses) {
    it('is told to a callee and to a subscriber, where it asks for that', async () => {
      const told: unknown[] = [];
      await ours.register('com.example.who', ({ caller }) => void told.push(caller?.session));
      await ours.subscribe('com.example.who', ({ publisher }) => void told.push(publisher?.session));
      await foreign.call('com.example.who', { options: { disclose_me: true } });
      await foreign.publish('com.example.who', { options: { disclose_me: true } });
      await eventually(() => told.length === 2);
      expect(told).toEqual([foreign.details.session, foreign.details.session]);
    });
  }

  it('asks who is there', async () => {
    const { args } = await foreign.call('wamp.session.list');
    expect(new Set(args[0] as number[])).toEqual(new Set(house.sessions().map(({ id }) => id)));
    const { args: found } = await foreign.call('wamp.session.get', { args: [ours.session?.id] });
    expect(found[0]).toMatchObject({ session: ours.session?.id, authmethod: 'anonymous' });
  });

  it('goes when it is told to', async () => {
    house.goodbye(foreign.details.session, 'com.example.enough');
    await eventually(() => foreign.closed !== undefined);
    if (client.tellsReason) expect(foreign.closed).toBe('com.example.enough');
  });

  const secrets = Object.entries(SECRETS).filter(([, { method }]) => client.auth.includes(method));
  it.each(secrets)('is let in by %s', async (_, auth) => {
    const member = await open(LOCKED_REALM, auth);
    expect(member.details).toMatchObject({ authid: auth.authid, authmethod: auth.method });
    expect((await member.call('wamp.session.count')).args).toEqual([1]);
    await member.close();
  });

  it.each(secrets.slice(0, 2))('is told that %s is wrong', async (_, auth) => {
    const refused = await failure(open(LOCKED_REALM, { ...auth, secret: 'wrong' }));
    expect(refused.uri).toBe(client.tellsRefusal ? 'wamp.error.authentication_denied' : 'no.wamp.error');
  });

  it('is told that there is no such realm', async () => {
    expect((await failure(open('no.such.realm'))).uri).toBe('wamp.error.no_such_realm');
  });
}

for (const client of CLIENTS) {
  describeWith(client.parts, client.name, () => {
    let program: ForeignProgram;
    beforeAll(() => {
      program = client.start();
    });
    afterAll(() => program.dispose());

    describe.each(client.ways)('in $serializer, over $transport', (way) => scenarios(client, way, () => program));

    if (client.failsIn) {
      it.each(client.failsIn)(
        'takes back its HELLO, once it is welcome, in $serializer, over $transport',
        async (way) => {
          const { aborted } = house.stats().ends;
          const opened = program.open({ ...way, url: urlOver(way.transport), realm: OPEN_REALM });
          expect((await failure(opened)).uri).toBe('wamp.close.transport_lost');
          await eventually(() => house.sessions().length === 0);
          expect(house.stats().ends).toMatchObject({ aborted: aborted + 1 });
        },
      );
    }
  });
}
