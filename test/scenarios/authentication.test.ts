/** Authentication with somebody on the way who reads, changes and repeats what passes. */
import { inspect } from 'node:util';
import {
  type AuthMethod,
  type Connector,
  connect,
  cryptosign,
  peer,
  type Router,
  router,
  scram,
  scramCredential,
  start,
  supervisor,
  ticket,
  wampcra,
} from '../../src/index.js';
import type { Frame, Transport } from '../../src/transports/transport.js';
import { recordingLogger } from '../support/recording-logger.js';

type List = unknown[];

const PASSWORD = 'canary-password-91b0';
/** The first two keys of RFC 8032, section 7.1; the router knows the first. */
const PRIVATE_KEY = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const OTHER_KEY = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
const PUBLIC_KEY = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

const log = recordingLogger();
let local: Router;
beforeAll(async () => {
  const scramOfJoe = await scramCredential(PASSWORD, { iterations: 4_096 });
  local = await router({
    logger: log,
    realms: {
      realm1: {
        auth: {
          users: {
            joe: {
              ticket: PASSWORD,
              wampcra: { secret: PASSWORD, salt: 'salt123', iterations: 100 },
              scram: scramOfJoe,
              authorizedKeys: [PUBLIC_KEY],
            },
          },
        },
      },
    },
  });
});
afterAll(() => local.stop());

/** Passes on what `change` makes of each message, in both directions; `seen` gives what passed. */
function onTheWay(change: (list: List) => List = (list) => list): Connector & { readonly seen: () => readonly List[] } {
  const seen: List[] = [];
  const pass = (frame: Frame): Frame => {
    const changed = change(JSON.parse(String(frame)) as List);
    seen.push(changed);
    return JSON.stringify(changed);
  };
  return {
    address: local.address,
    seen: () => seen,
    async open(...args): Promise<Transport> {
      const transport = await local.open(...args);
      const [listen, send] = [transport.listen.bind(transport), transport.send.bind(transport)];
      transport.listen = ({ frame, closed }) => listen({ frame: (data) => frame(pass(data)), closed });
      transport.send = (frame) => send(pass(frame));
      return transport;
    },
  };
}

const join = (connector: Connector, auth: AuthMethod, authid = 'joe') =>
  connect(connector, { realm: 'realm1', authid, auth });
const failure = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error('it did not fail'),
    (error: Error) => error,
  );

const METHODS: readonly (readonly [string, () => AuthMethod, () => AuthMethod])[] = [
  ['ticket', () => ticket(PASSWORD), () => ticket('wrong')],
  ['wampcra', () => wampcra(PASSWORD), () => wampcra('wrong')],
  ['wamp-scram', () => scram(PASSWORD), () => scram('wrong')],
  ['cryptosign', () => cryptosign({ privateKey: PRIVATE_KEY }), () => cryptosign({ privateKey: OTHER_KEY })],
];

it.each(METHODS)('%s: whoever does not exist is answered as whoever is wrong', async (name, right, wrong) => {
  const way = onTheWay();
  const me = await join(way, right());
  expect(me.session).toMatchObject({ authid: 'joe', authmethod: name });
  await me.leave();
  const answersTo = async (authid: string) => {
    const listening = onTheWay();
    const error = await failure(join(listening, wrong(), authid));
    expect(error).toMatchObject({ uri: 'wamp.error.authentication_denied' });
    // The types of what passed, the keys in it, and all of the ABORT.
    return listening.seen().map((list) => (list[0] === 3 ? list : [list[0], Object.keys(Object(list.at(-1))).sort()]));
  };
  expect(await answersTo('eve')).toEqual(await answersTo('joe'));
});

it.each(METHODS.filter(([name]) => name !== 'ticket'))(
  '%s: an answer that was overheard is worth nothing in another session',
  async (_name, right) => {
    const overheard = onTheWay();
    await (await join(overheard, right())).leave();
    const [, signature, extra] = overheard.seen().find(([code]) => code === 5) ?? [];
    const replaying = onTheWay((list) => (list[0] === 5 ? [5, signature, extra] : list));
    expect(await failure(join(replaying, right()))).toMatchObject({ uri: 'wamp.error.authentication_denied' });
    // With the old nonce or challenge on top: what the router made for this session is what counts.
    const [, , asked] = overheard.seen().find(([code]) => code === 4) ?? [];
    const replayingAll = onTheWay((list) =>
      list[0] === 5
        ? [5, signature, extra]
        : list[0] === 4
          ? [4, list[1], { ...Object(list[2]), ...Object(asked) }]
          : list,
    );
    const error = await failure(join(replayingAll, right()));
    expect(['WAMP_ERR_ABORTED', 'WAMP_ERR_AUTHENTICATION']).toContain((error as Error & { code?: string }).code);
  },
);

describe('wamp-scram', () => {
  const spoilt: readonly (readonly [string, (list: List) => List, RegExp])[] = [
    [
      'whose signature was changed on the way',
      (list) =>
        list[0] === 2 ? [2, list[1], { ...Object(list[2]), authextra: { verifier: 'AAAA'.repeat(10) } }] : list,
      /did not prove that it knows the password of "joe"/,
    ],
    [
      'that gives none',
      (list) => (list[0] === 2 ? [2, list[1], { ...Object(list[2]), authextra: {} }] : list),
      /received none/,
    ],
    [
      'that lets everybody in at once',
      (list) => (list[0] === 4 ? [2, 7, { roles: { broker: {}, dealer: {} } }] : list),
      /expected a CHALLENGE \(wamp-scram\), received WELCOME/,
    ],
    [
      'that takes no notice of the nonce',
      (list) => (list[0] === 4 ? [4, list[1], { ...Object(list[2]), nonce: 'QUFBQUFB' }] : list),
      /to begin with this peer's own/,
    ],
    [
      'that asks for next to no rounds, to guess the password',
      (list) => (list[0] === 4 ? [4, list[1], { ...Object(list[2]), iterations: 1 }] : list),
      /iterations for SCRAM/,
    ],
  ];

  it.each(spoilt)('ends a session with a router %s, before it has begun', async (_, change, message) => {
    const way = onTheWay(change);
    const error = await failure(join(way, scram(PASSWORD)));
    expect(error).toMatchObject({ code: 'WAMP_ERR_AUTHENTICATION' });
    expect(error.message).toMatch(message);
    expect(way.seen().at(-1)).toMatchObject([3, {}, 'wamp.error.authentication_failed']);
  });
});

it('no password and no key is in a log, an error, a tree or on the way', async () => {
  for (const [name, right, wrong] of METHODS) {
    const way = onTheWay();
    const options = { url: way, realm: 'realm1', authid: 'joe', auth: right() };
    const tree = start(supervisor({ children: [peer('me', options)] }), { logger: log });
    const seen: unknown[] = [];
    tree.inspect((event) => seen.push(event));
    await tree.peer('me').joined();
    const actor = tree.find('me')?.actor;
    const shown = [tree.view(), tree, actor?.getSnapshot(), await failure(join(onTheWay(), wrong()))];
    const texts = [...shown, ...seen].map((one) => `${JSON.stringify(one)}${inspect(one, { depth: 5 })}`);
    await tree.stop();
    const passed = name === 'ticket' ? '' : JSON.stringify(way.seen());
    const all = texts.concat(passed, JSON.stringify(log.lines));
    const telling = all.flatMap((text) =>
      [PASSWORD, PRIVATE_KEY]
        .map((secret) => text.indexOf(secret))
        .filter((at) => at >= 0)
        .map((at) => text.slice(Math.max(0, at - 300), at + 60)),
    );
    // Not `not.toContain`: a failure would print megabytes.
    expect(telling).toEqual([]);
  }
});
