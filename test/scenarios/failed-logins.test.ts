/** Whoever guesses secrets is not heard for a while, over real sockets; nobody else is kept from anything. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Router, type RouterOptions, router, scram, scramCredential, ticket } from '../../src/index.js';
import { systemClock } from '../../supervisors/clock.js';
import { RawClient } from '../support/raw-client.js';
import { turns } from '../support/record.js';
import { recordingLogger } from '../support/recording-logger.js';

const MINUTE = 60_000;
const ROLES = { roles: { caller: {}, callee: {}, publisher: {}, subscriber: {} } };

/** Real time, that can be put forward. */
const clock = { ...systemClock, ahead: 0, now: () => systemClock.now() + clock.ahead };
const log = recordingLogger();
const asked: string[] = [];
let house: Router;
let folder: string;
const clients: RawClient[] = [];

async function serve(limits: RouterOptions['limits'] = {}): Promise<void> {
  house = await router({
    port: 0,
    unix: join(folder, 'router.sock'),
    clock,
    logger: log,
    limits,
    realms: {
      realm1: {
        auth: {
          methods: ['wamp-scram', 'ticket', 'anonymous'],
          users: { joe: { ticket: 'secret', scram: await scramCredential('secret', { iterations: 4_096 }) } },
          authenticate: async ({ authid, ticket: shown }) => {
            asked.push(authid);
            await turns(20);
            return shown === 'known' ? { role: 'user' } : undefined;
          },
        },
      },
      open: {},
    },
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'respell-'));
  clock.ahead = 0;
  asked.length = 0;
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.drop();
  await house.stop();
  await rm(folder, { recursive: true });
});

const hello = (authid: string, method = 'ticket') => [1, 'realm1', { ...ROLES, authid, authmethods: [method] }];

/** All that the router says to a login with this ticket: its last word. */
async function login(shown: string, authid = 'joe', localAddress = '127.0.0.1') {
  const client = await RawClient.open(house.url ?? '', { localAddress });
  clients.push(client);
  const first = await client.ask(hello(authid));
  return first?.[0] === 4 ? client.ask([5, shown, {}]) : first;
}

const UNHEARD = [
  3,
  { message: expect.stringMatching(/^too many logins from this address have failed: try again in \d+ s$/) },
  'wamp.error.authentication_failed',
];
const WRONG = [3, { message: 'the credentials are wrong' }, 'wamp.error.authentication_denied'];
const WELCOME = [2, expect.any(Number), expect.any(Object)];

it('refuses an address unheard, whoever it names and whatever it shows, until the first of ten failures is a minute old', async () => {
  await serve({ failedLogins: { loopback: true } });
  for (let at = 0; at < 10; at += 1) expect(await login('wrong', at % 2 === 0 ? 'joe' : 'eve')).toEqual(WRONG);
  expect(asked).toEqual(Array(5).fill('eve'));
  expect(log.said('too many logins from this address have failed: for now no more is heard from there')).toMatchObject([
    { level: 'warn', fields: { realm: 'realm1', address: expect.stringMatching(/^127\.0\.0\.1:/) } },
  ]);
  // The right secret, a user who is not there, one of whom another knows: all are answered alike, and nobody is asked.
  for (const [shown, authid] of [
    ['secret', 'joe'],
    ['wrong', 'nobody'],
    ['known', 'ann'],
  ] as const) {
    expect(await login(shown, authid)).toEqual(UNHEARD);
  }
  // Nor is anybody who would be asked at HELLO already.
  const early = await RawClient.open(house.url ?? '');
  clients.push(early);
  expect(await early.ask(hello('ann', 'wamp-scram'))).toEqual(UNHEARD);
  expect(asked).toHaveLength(5);
  const { url = '' } = house;
  await expect(connect(url, { realm: 'realm1', authid: 'joe', auth: scram('secret') })).rejects.toMatchObject({
    uri: 'wamp.error.authentication_failed',
  });
  expect(house.stats().limits.failedLogins).toBe(5);
  clock.ahead += MINUTE;
  expect(await login('secret')).toEqual(WELCOME);
  expect(await login('known', 'ann')).toEqual(WELCOME);
});

it('disturbs no other address, Unix socket or peer in this process, nobody who is in, and nobody who is anonymous', async () => {
  await serve({ failedLogins: { attempts: 2, loopback: true } });
  const inside = await RawClient.open(house.url ?? '');
  clients.push(inside);
  await inside.ask(hello('joe'));
  expect(await inside.ask([5, 'secret', {}])).toEqual(WELCOME);
  for (const _ of [1, 2]) expect(await login('wrong')).toEqual(WRONG);
  expect(await login('secret')).toEqual(UNHEARD);
  expect(await login('secret', 'joe', '127.0.0.2')).toEqual(WELCOME);
  const joe = { realm: 'realm1', authid: 'joe', auth: ticket('secret') };
  for (const way of [`unix:${join(folder, 'router.sock')}`, house]) await (await connect(way, joe)).leave();
  expect((await inside.ask([48, 1, {}, 'wamp.session.count']))?.[0]).toBe(50);
  const { url = '' } = house;
  for (const realm of ['realm1', 'open']) await (await connect(url, { realm })).leave();
  // In a realm that asks for no proof it matters to nobody what is offered.
  const offering = await RawClient.join(url, 'open', { authid: 'joe', authmethods: ['ticket', 'anonymous'] });
  clients.push(offering);
});

it('verifies no more than ten wrong answers of one address, on however many connections they come at once', async () => {
  await serve({ failedLogins: { loopback: true } });
  const guesses = Array.from({ length: 30 }, async () => {
    const client = await RawClient.open(house.url ?? '');
    clients.push(client);
    expect((await client.ask(hello('eve')))?.[0]).toBe(4);
    return client;
  });
  const challenged = await Promise.all(guesses);
  const answers = await Promise.all(challenged.map((client) => client.ask([5, 'wrong', {}])));
  expect(answers.filter((answer) => answer?.[2] === 'wamp.error.authentication_denied')).toHaveLength(10);
  expect(answers.filter((answer) => answer?.[2] === 'wamp.error.authentication_failed')).toHaveLength(20);
  expect(asked).toHaveLength(10);
});

it('lets in any number that are right at once', async () => {
  await serve({ failedLogins: { loopback: true } });
  const answers = await Promise.all(Array.from({ length: 30 }, () => login('known', 'ann')));
  expect(answers).toEqual(Array(30).fill(WELCOME));
});

it.each<[string, RouterOptions['limits']]>([
  ['where that is meant', { failedLogins: false }],
  ['on this machine, unless that is meant', {}],
])('lets logins fail as often as they like %s', async (_where, limits) => {
  await serve(limits);
  for (let at = 0; at < 12; at += 1) expect(await login('wrong')).toEqual(WRONG);
  expect(await login('secret')).toEqual(WELCOME);
  expect(house.stats().limits.failedLogins).toBe(0);
});
