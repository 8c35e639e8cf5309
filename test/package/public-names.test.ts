/**
 * In the built core of `respell/browser` the names of inner properties are short. What others see has kept its own: one story is told to
 * the sources and to the built modules, and all that a user is given, that is sent and that is logged has the same names in both.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleForBrowsers } from '../../scripts/browser-bundle.js';
import * as sources from '../../src/browser/core/all.js';
import { supervisor } from '../../supervisors/index.js';
import { settle } from '../actors/scripted.js';
import { failure } from '../support/house.js';
import { recordingLogger } from '../support/recording-logger.js';
import { ROOT } from '../support/source-files.js';
import { lastSocket, useFakeWebSocket } from '../transports/fake-websocket.js';

type Core = typeof sources;

const URL = 'ws://127.0.0.1:8080/ws';

/** All that a type has for its users, or this does not compile. What a class has for itself is not among it. */
type Members<T> = { readonly [K in keyof T]-?: true };

const CALL: Members<sources.ProgressiveCall> = {
  procedure: true,
  result: true,
  dropped: true,
  buffered: true,
  next: true,
  return: true,
  [Symbol.asyncIterator]: true,
  [Symbol.asyncDispose]: true,
};

const UPLOAD: Members<sources.CallStream> = { ...CALL, isOpen: true, send: true, end: true };

const LOOP: Members<sources.EventStream> = {
  dropped: true,
  buffered: true,
  next: true,
  return: true,
  ready: true,
  topic: true,
  active: true,
  [Symbol.asyncIterator]: true,
  [Symbol.asyncDispose]: true,
};

const PEER: Members<sources.Peer> = {
  name: true,
  status: true,
  address: true,
  session: true,
  incarnation: true,
  lastExit: true,
  declared: true,
  joined: true,
  call: true,
  cast: true,
  progress: true,
  stream: true,
  publish: true,
  emit: true,
  register: true,
  subscribe: true,
  events: true,
  leave: true,
  abort: true,
  statuses: true,
  on: true,
  stats: true,
  [Symbol.asyncDispose]: true,
};

const INVOCATION: Members<sources.Invocation> = {
  args: true,
  kwargs: true,
  procedure: true,
  caller: true,
  details: true,
  timeout: true,
  trustlevel: true,
  signal: true,
  wantsProgress: true,
  progress: true,
  isProgressive: true,
  parts: true,
};

const EVENT: Members<sources.Event> = {
  args: true,
  kwargs: true,
  topic: true,
  publication: true,
  publisher: true,
  trustlevel: true,
  isRetained: true,
  details: true,
};

const hasAll = <T extends object>(value: T, members: Members<T>) =>
  Reflect.ownKeys(members).map(
    (name) => `${String(name)} ${name in value ? typeof value[name as keyof T] : 'is missing'}`,
  );

/** What is plain data, by names and values; of anything else, what it is. */
function shown(value: unknown): unknown {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(shown);
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain && !(value instanceof Error)) return 'an instance';
  const members = Object.entries(value).map(([name, each]) => [name, shown(each)] as const);
  const { name, message } = value as Error;
  return Object.fromEntries(value instanceof Error ? [['name', name], ['message', message], ...members] : members);
}

/** All that a user is given, all that is sent, and all that is logged. */
async function story({ connect, start, peer, result, ApplicationError }: Core): Promise<Record<string, unknown>> {
  const given: Record<string, unknown> = {};
  const log = recordingLogger();
  const say = async (...message: unknown[]) => {
    lastSocket().say(JSON.stringify(message));
    await settle();
  };
  const joining = connect(URL, {
    realm: 'realm1',
    logger: log,
    auth: {
      name: 'mine',
      toJSON: () => ({ name: 'mine' }),
      hello: (facts) => {
        given['facts for HELLO'] = shown(facts);
        return { extra: 1 };
      },
      answer: (challenge, facts) => {
        given['challenge'] = [shown(challenge), shown(facts)];
        return {
          signature: 'signed',
          extra: { more: 2 },
          confirm: (extra) => {
            given['confirmed'] = shown(extra);
          },
        };
      },
    },
    authid: 'me',
    onAbort: { 'com.example.enough': 'stop' },
  });
  const socket = lastSocket();
  socket.open();
  await settle();
  await say(4, 'mine', { nonce: 'n' });
  const features = { progressive_call_results: true, progressive_call_invocations: true, call_canceling: true };
  await say(2, 7, {
    authid: 'me',
    authrole: 'user',
    authmethod: 'mine',
    authextra: { proof: 3 },
    roles: { broker: {}, dealer: { features } },
  });
  const me = await joining;
  const told: unknown[] = [];
  for (const event of ['joined', 'left', 'exited', 'status'] as const)
    me.on(event, (value) => told.push([event, shown(value)]));
  given['peer'] = hasAll(me, PEER);
  given['session'] = shown(me.session);

  const registering = me.register(
    'com.example.add',
    (invocation) => {
      given['invocation'] = hasAll(invocation, INVOCATION);
      given['caller'] = shown(invocation.caller);
      invocation.progress([1]);
      return result([3], { unit: 'm' });
    },
    { invoke: 'roundrobin', concurrency: 2 },
  );
  const subscribing = me.subscribe(
    'com.example.news',
    (event) => {
      given['event'] = [hasAll(event, EVENT), shown(event.publisher)];
      throw new ApplicationError('com.example.no', ['why'], { at: 1 });
    },
    { match: 'prefix', getRetained: true },
  );
  const loop = me.events('com.example.more', { buffer: 1 });
  given['loop'] = hasAll(loop, LOOP);
  await settle();
  await say(65, 1, 11);
  await say(33, 2, 12);
  await say(33, 3, 13);
  given['registration'] = shown(await registering);
  given['subscription'] = shown(await subscribing);
  given['declared'] = shown(me.declared);
  await say(68, 1, 11, { receive_progress: true, caller: 8, caller_authid: 'you', caller_authrole: 'user' }, [1, 2]);
  await say(36, 12, 5, { topic: 'com.example.news', publisher: 8, retained: true }, ['new']);
  await say(36, 13, 6, {}, ['more']);
  given['next'] = hasAll((await loop.next()).value as sources.Event, EVENT);

  const call = me.call('com.example.sum', [1], { timeout: 5_000, discloseMe: true });
  const refused = failure(me.call('com.example.none', [], { kwargs: { a: 1 } }));
  const progress = me.progress('com.example.report');
  const upload = me.stream('com.example.store', [1], { receiveProgress: false });
  const published = me.publish('com.example.news', ['x'], {
    acknowledge: true,
    exclude: [1],
    eligibleAuthrole: ['user'],
    retain: true,
  });
  given['calls'] = [hasAll(progress, CALL), hasAll(upload, UPLOAD)];
  await settle();
  await upload.send([2]);
  await settle();
  await say(50, 4, { callee: 8 }, [1], { unit: 'm' });
  given['result'] = shown(await call);
  await say(8, 48, 5, { why: 1 }, 'wamp.error.no_such_procedure', ['none'], { a: 1 });
  given['refused'] = shown(await refused);
  await say(50, 6, { progress: true }, [1]);
  given['part'] = shown(await progress.next());
  await say(17, 8, 99);
  given['published'] = await published;
  given['stats'] = shown(me.stats());
  given['late'] = shown(await failure(me.call('com.example.slow', [], { timeout: 1 })));
  await say(3, { message: 'no more' }, 'com.example.enough');
  given['lost'] = shown(await failure(progress.result));
  given['last exit'] = shown(me.lastExit);
  await settle();
  given['over'] = [me.status, shown(await failure(me.call('com.example.sum'))), shown(me.stats())];
  given['heard'] = told;
  given['sent'] = socket.sent.map((frame) => JSON.parse(String(frame)));
  given['logged'] = shown(log.lines);

  const house = start(supervisor({ children: [peer('thermostat', { url: URL, realm: 'realm1' })] }), { logger: log });
  await settle();
  lastSocket().open();
  await settle();
  await say(2, 8, { roles: { broker: {}, dealer: {} } });
  await house.ready;
  given['child'] = hasAll(house.peer('thermostat'), PEER);
  given['actor'] = shown(JSON.parse(JSON.stringify(house)));
  const stopped = house.stop();
  await settle();
  await say(6, {}, 'wamp.close.goodbye_and_out');
  lastSocket().end(1000);
  await stopped;
  return given;
}

describe('the built core of a peer', () => {
  useFakeWebSocket();
  let folder: string;
  let built: Core;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'respell-names-'));
    await bundleForBrowsers(folder);
    const outfile = join(folder, 'core.cjs');
    await build({
      entryPoints: [join(folder, 'core/all.js')],
      outfile,
      bundle: true,
      format: 'cjs',
      logLevel: 'error',
      plugins: [
        {
          name: 'beside',
          setup: ({ onResolve }) => {
            onResolve({ filter: /supervisors\/index\.js$/ }, () => ({
              path: join(ROOT, 'supervisors/index.ts'),
              external: true,
            }));
            onResolve({ filter: /^xstate$/ }, () => ({ path: require.resolve('xstate'), external: true }));
          },
        },
      ],
    });
    built = require(outfile) as Core;
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  it('exports what the sources export', () => {
    expect(Object.keys(built).sort()).toEqual(Object.keys(sources).sort());
  });

  it('gives a user, a router and a log the names that the sources have', async () => {
    const expected = await story(sources);
    expect(JSON.stringify(expected)).not.toContain('is missing');
    expect(await story(built)).toEqual(expected);
  });
});
