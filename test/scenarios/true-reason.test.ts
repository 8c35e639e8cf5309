/**
 * Why a peer has no session is known within 100 ms of the router's answer: in the error, in the log and in the tree. None of
 * these reasons is called a timeout.
 */

import { once } from 'node:events';
import { createServer } from 'node:net';
import {
  type Connector,
  type PeerOptions,
  peer,
  type Router,
  router,
  start,
  supervisor,
  ticket,
  wampcra,
  websocket,
} from '../../src/index.js';
import { recordingLogger } from '../support/recording-logger.js';
import { timed } from '../support/timed-connector.js';

const ANSWER_WITHIN = 100;

let local: Router;
beforeAll(async () => {
  local = await router({
    port: 0,
    realms: {
      realm1: {},
      locked: { auth: { users: { anna: { ticket: 'right' }, bert: { wampcra: 'right' } } } },
    },
  });
});
afterAll(() => local.stop());

/** An address where nobody listens. */
async function nowhere(): Promise<string> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as { port: number };
  await new Promise((resolve) => holder.close(resolve));
  return `ws://127.0.0.1:${port}/ws`;
}

type Case = readonly [what: string, options: () => Omit<PeerOptions, 'url'>, code: string, says: RegExp];

const REFUSALS: readonly Case[] = [
  [
    'a wrong realm',
    () => ({ realm: 'nope' }),
    'WAMP_ERR_ABORTED',
    /no_such_realm .*realm "nope": that realm does not exist there/,
  ],
  [
    'a wrong ticket',
    () => ({ realm: 'locked', authid: 'anna', auth: ticket('wrong') }),
    'WAMP_ERR_ABORTED',
    /authentication_denied .*session of "anna" in realm "locked": check its password or key/,
  ],
  [
    'a wrong WAMP-CRA secret',
    () => ({ realm: 'locked', authid: 'bert', auth: wampcra('wrong') }),
    'WAMP_ERR_ABORTED',
    /authentication_denied .*session of "bert" in realm "locked": check its password or key/,
  ],
];

/** Runs one supervised peer until its incarnation has ended, and gives what is known of it and where. */
async function endOf(options: PeerOptions, end: (session: number) => void = () => {}) {
  const log = recordingLogger();
  const tree = start(supervisor({ children: [peer('me', options)] }), { logger: log });
  const me = tree.peer('me');
  me.on('joined', ({ id }) => end(id));
  const reason = await new Promise<Error>((resolve) => me.on('exited', (exited) => resolve(exited.reason as Error)));
  const at = performance.now();
  // The engine reports right behind the handle: in the same turn.
  await Promise.resolve();
  const known = {
    reason,
    at,
    log: log.lines.filter(({ message }) => message === 'ended').map(({ fields }) => String(fields['reason'])),
    tree: tree.view().supervisor?.children[0]?.lastExit?.reason,
  };
  await tree.stop();
  return known;
}

function expectKnown(known: Awaited<ReturnType<typeof endOf>>, since: number, code: string, says: RegExp): void {
  expect(known.at - since).toBeLessThan(ANSWER_WITHIN);
  expect(known.reason).toMatchObject({ code });
  expect(known.reason.message).toMatch(says);
  const said = `${known.reason.name}: ${known.reason.message}`;
  expect(known.log).toEqual([said]);
  expect(known.tree).toBe(said);
  expect(said).not.toMatch(/time/i);
}

it.each(REFUSALS)('%s is known by its reason', async (_what, options, code, says) => {
  const connector = timed(local.url ?? '');
  const known = await endOf({ url: connector, ...options() });
  expectKnown(known, connector.lastFrameAt, code, says);
});

it('a refused connection is known by its reason', async () => {
  const connector = websocket(await nowhere());
  let refused = 0;
  const url: Connector = {
    address: connector.address,
    open: (...args) =>
      connector.open(...args).finally(() => {
        refused = performance.now();
      }),
  };
  const known = await endOf({ url, realm: 'realm1' });
  expectKnown(known, refused, 'WAMP_ERR_CONNECT', /ECONNREFUSED .*is the router running/);
});

it('an ABORT of a session is known by its reason', async () => {
  let aborted = 0;
  const known = await endOf({ url: local.url ?? '', realm: 'realm1' }, (session) => {
    aborted = performance.now();
    local.abort(session, 'com.example.maintenance', 'back soon');
  });
  expectKnown(known, aborted, 'WAMP_ERR_ABORTED', /^com\.example\.maintenance from .*back soon/);
});
