import { connect } from '../src/connect.js';
import { ConnectError, SessionAborted, TimeoutError, UsageError } from '../src/errors.js';
import { settle } from './actors/scripted.js';
import { ScriptedRouter, WELCOME } from './peer/scripted-router.js';
import { failure, next } from './support/house.js';
import { recordingLogger } from './support/recording-logger.js';

const OPTIONS = { realm: 'realm1', backoff: { first: 0, base: 0 } };

async function connected(options = {}) {
  const router = new ScriptedRouter();
  const connecting = connect(router, { ...OPTIONS, ...options });
  await settle();
  await router.say(WELCOME);
  return { router, me: await connecting };
}

describe('connect', () => {
  it('is fulfilled with a peer that has joined; leaving ends it', async () => {
    const log = recordingLogger();
    const { router, me } = await connected({ logger: log });
    expect(me).toMatchObject({ name: 'peer', status: 'joined', incarnation: 1 });
    expect(log.said('joined')).toMatchObject([
      { level: 'info', fields: { peer: 'peer', session: 7, realm: 'realm1' } },
    ]);
    const left = me.leave();
    await router.say([6, {}, 'wamp.close.goodbye_and_out']);
    await left;
    expect({ status: me.status, state: router.transport.state }).toEqual({ status: 'stopped', state: 'closed' });
  });

  it('is kept alive afterwards', async () => {
    const { router, me } = await connected({ name: 'thermostat' });
    const exited = next(me, 'exited');
    router.transport.lose();
    await exited;
    while (router.transports.length < 2) await settle();
    await router.say(WELCOME);
    expect(me).toMatchObject({ name: 'thermostat', status: 'joined', incarnation: 2 });
    await me.leave({ wait: false });
  });

  it.each<[string, (router: ScriptedRouter) => void, unknown]>([
    ['refused', (router) => router.say([3, { message: 'no' }, 'wamp.error.no_such_realm']), SessionAborted],
    ['refused for a passing reason', (router) => router.say([3, {}, 'wamp.close.system_shutdown']), SessionAborted],
  ])('rejects with the reason when the session is %s, and does not try again', async (_how, answer, kind) => {
    const router = new ScriptedRouter();
    const error = failure(connect(router, OPTIONS));
    await settle();
    answer(router);
    expect(await error).toBeInstanceOf(kind as never);
    await settle();
    expect(router.transports).toHaveLength(1);
  });

  it('rejects with the reason for which it cannot connect', async () => {
    const router = new ScriptedRouter();
    const why = new ConnectError('connect ECONNREFUSED', { address: router.address, transient: true });
    router.onOpen = () => Promise.reject(why);
    expect(await failure(connect(router, OPTIONS))).toBe(why);
  });

  it.each<[string, ScriptedRouter['onOpen']]>([
    ['openTimeout', () => new Promise(() => {})],
    ['handshakeTimeout', () => undefined],
  ])('rejects at %s', async (option, onOpen) => {
    const router = new ScriptedRouter();
    router.onOpen = onOpen;
    const error = await failure(connect(router, { ...OPTIONS, [option]: 20 }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ timeout: 20, message: expect.stringContaining(router.address) });
  });

  it('rejects with an Error when a connector rejects with none', async () => {
    const router = new ScriptedRouter();
    let end: (() => void) | undefined;
    router.onOpen = () =>
      new Promise((_resolve, reject) => {
        end = () => reject('not an error');
      });
    const error = failure(connect(router, { ...OPTIONS, restart: 'temporary' }));
    await settle();
    end?.();
    expect(await error).toBeInstanceOf(ConnectError);
    expect((await error).message).toBe(
      'could not connect to ws://127.0.0.1:8080/ws: it threw what is no Error: not an error',
    );
  });

  it.each<[string, unknown, unknown]>([
    ['expected url', undefined, { realm: 'realm1' }],
    ['expected realm', 'ws://127.0.0.1:9/ws', {}],
    ['unknown option "relm"', 'ws://127.0.0.1:9/ws', { realm: 'realm1', relm: 'x' }],
    ['expected', 'hello', { realm: 'realm1' }],
    [
      'connect takes two arguments: connect(url, { realm })',
      { url: 'ws://127.0.0.1:9/ws', realm: 'realm1' },
      undefined,
    ],
  ])('rejects what makes no sense: %s', async (message, url, options) => {
    const error = await failure(connect(url as never, options as never));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(message);
  });
});
