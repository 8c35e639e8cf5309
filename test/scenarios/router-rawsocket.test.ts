/** The embedded router and its clients over RawSocket: where it listens, and what does not fit into what one side takes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/connect.js';
import type { RouterOptions } from '../../src/router/options.js';
import { type Router, router } from '../../src/router/router.js';
import { next } from '../support/house.js';
import { until } from '../support/record.js';
import { closedPort } from '../support/tcp.js';

let house: Router;

async function open(options: RouterOptions = {}): Promise<void> {
  house = await router({ port: 0, ...options });
}

afterEach(() => house.stop());

describe('over RawSocket', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'respell-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is there at its port and at a Unix socket, each time it starts', async () => {
    const unix = join(folder, 'router.sock');
    await open({ unix });
    const { urls } = house;
    const { port } = new URL(house.url ?? '');
    expect(urls).toEqual([`ws://127.0.0.1:${port}/ws`, `rs://127.0.0.1:${port}`, `unix:${unix}`]);
    await house.stop();
    expect(house.urls).toEqual([]);
    await house.start();
    expect(house.urls).toEqual(urls);
    for (const url of urls) {
      const me = await connect(url, { realm: 'realm1' });
      await me.leave();
    }
    expect(house.stats()).toMatchObject({ joined: 3, ends: { left: 3 } });
  });

  it('needs no port: its URL is the Unix socket’s then', async () => {
    const unix = join(folder, 'only.sock');
    house = await router({ unix });
    expect(house.url).toBe(`unix:${unix}`);
    const me = await connect(house.url ?? '', { realm: 'realm1' });
    expect(house.sessions()).toMatchObject([{ address: `unix:${unix}` }]);
    await me.leave();
  });

  it('leaves no port taken when its Unix socket cannot be had', async () => {
    const port = await closedPort();
    await expect(router({ port, unix: join(folder, 'no/router.sock') })).rejects.toThrow(
      /its folder does not exist|not make/,
    );
    house = await router({ port });
  });

  it('says GOODBYE to all, and closes the Unix socket', async () => {
    const unix = join(folder, 'goodbye.sock');
    house = await router({ unix });
    const me = await connect(house.url ?? '', { realm: 'realm1', restart: 'temporary' });
    const left = next(me, 'exited');
    await house.stop();
    expect(await left).toMatchObject({ reason: { uri: 'wamp.close.system_shutdown' } });
    await expect(connect(`unix:${unix}`, { realm: 'realm1' })).rejects.toThrow('ENOENT');
  });

  it('does not send what a client does not take: an event is dropped, a call answered with an error', async () => {
    await open();
    const [, url = ''] = house.urls;
    const [small, large] = await Promise.all([
      connect(url, { realm: 'realm1', rawsocket: { maxPayload: 2_048 } }),
      connect(url, { realm: 'realm1' }),
    ]);
    const heard: unknown[] = [];
    await small.subscribe('com.news', ({ args }) => heard.push(args[0]));
    await large.register('com.long', () => 'x'.repeat(3_000));
    await large.publish('com.news', ['x'.repeat(3_000)], { acknowledge: true });
    await large.publish('com.news', ['short'], { acknowledge: true });
    await expect(small.call('com.long')).rejects.toMatchObject({ code: 'WAMP_ERR_APPLICATION' });
    await until(() => heard.length === 1);
    expect([heard, small.incarnation]).toEqual([['short'], 1]);
    await Promise.all([small.leave(), large.leave()]);
  });

  it('does not send what the router does not take: only that call fails', async () => {
    await open({ maxPayload: 2_048 });
    const me = await connect(house.urls[1] ?? '', { realm: 'realm1' });
    await expect(me.call('com.p', ['x'.repeat(3_000)])).rejects.toMatchObject({
      code: 'WAMP_ERR_SERIALIZATION',
      message: expect.stringMatching(/^call of com\.p: message: it is \d+ octets long, the router takes 2048 at most$/),
    });
    expect(me).toMatchObject({ status: 'joined', incarnation: 1 });
    await me.leave();
  });
});
