/** A peer with more than one router: real ones, that are killed and come back. */
import { connect } from '../../src/connect.js';
import { ConnectError, SessionAborted } from '../../src/errors.js';
import { type PeerSpecOptions, peer, type RouterChoice } from '../../src/peer/spec.js';
import { type Router, router } from '../../src/router/router.js';
import { start, type Tree } from '../../src/start.js';
import { supervisor } from '../../supervisors/index.js';
import { eventually, failure, next, QUICK } from '../support/house.js';
import { recordingLogger } from '../support/recording-logger.js';
import { closedPort, rawServer } from '../support/tcp.js';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function started(realm = 'realm1'): Promise<Router & { readonly url: string }> {
  const each = await router({ port: 0, realm });
  endings.push(() => each.stop());
  return each as Router & { readonly url: string };
}

function supervised(
  url: RouterChoice | readonly RouterChoice[],
  options: PeerSpecOptions & { openTimeout?: number } = {},
) {
  const log = recordingLogger();
  const tree: Tree = start(
    supervisor({
      children: [
        peer('me', {
          url,
          realm: 'realm1',
          register: { 'com.example.echo': ({ args: [value] }) => value },
          backoff: QUICK,
          ...options,
        }),
      ],
    }),
    { logger: log },
  );
  endings.push(() => tree.stop());
  return { tree, me: tree.peer('me'), log };
}

const holds = (house: Router) => house.sessions().length;

describe('a peer with several routers', () => {
  it('joins the first, goes to the next when that is killed, and back when the next is', async () => {
    const [a, b] = [await started(), await started()];
    const { me } = supervised([a.url, b.url]);
    await me.joined();
    expect([me.address, holds(a), holds(b)]).toEqual([a.url, 1, 0]);

    let joined = next(me, 'joined');
    await a.kill();
    await joined;
    expect([me.address, me.incarnation, holds(b)]).toEqual([b.url, 2, 1]);
    const guest = await connect(b.url, { realm: 'realm1' });
    expect((await guest.call('com.example.echo', [1])).args).toEqual([1]);
    await guest.leave();

    // What serves is not left for what is wanted more.
    await a.start();
    expect([me.address, me.incarnation]).toEqual([b.url, 2]);
    joined = next(me, 'joined');
    await b.kill();
    await joined;
    expect([me.address, me.incarnation, holds(a)]).toEqual([a.url, 3, 1]);
  });

  it('waits between two rounds, not between two routers, and names each that it has tried', async () => {
    const [a, b] = [await started(), await started()];
    const urls = [a.url, b.url];
    const { me, log } = supervised(urls);
    await me.joined();
    await Promise.all([a.kill(), b.kill()]);
    await eventually(() => me.incarnation >= 4);
    const passed = log.lines.filter(({ message }) => message.startsWith('this router cannot be joined'));
    // In each round the first is passed over; the last one's failure is the round's.
    expect(passed.length).toBeGreaterThanOrEqual(2);
    expect(passed.every(({ fields }) => fields['address'] === urls[0] && fields['next'] === urls[1])).toBe(true);
    const why = me.lastExit as ConnectError;
    expect(why).toBeInstanceOf(ConnectError);
    expect(why.errors.map((error) => (error as ConnectError).address)).toEqual(urls);
    expect(why.errors.map((error) => (error.cause as { code: string }).code)).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
    const joined = next(me, 'joined');
    await b.start();
    await joined;
    expect(me.address).toBe(b.url);
  });

  it('passes over one that does not have its realm, and is not parked for that', async () => {
    const [a, b] = [await started('another'), await started()];
    const { me } = supervised([a.url, b.url]);
    await me.joined();
    expect([me.address, me.incarnation]).toEqual([b.url, 1]);
  });

  it('passes over one that accepts and says nothing', async () => {
    const silent = await rawServer((socket) => socket.resume());
    endings.push(() => silent.close());
    const b = await started();
    const { me } = supervised([`ws://127.0.0.1:${silent.port}/ws`, b.url], { openTimeout: 500 });
    await me.joined();
    expect([me.address, me.incarnation]).toEqual([b.url, 1]);
    await eventually(() => silent.sockets.size === 0);
  });

  it('takes any kind of router, and one with options of its own', async () => {
    const house = await started();
    const nowhere = await closedPort();
    const [, rs = ''] = house.urls;
    const { me } = supervised([
      { url: `rs://127.0.0.1:${nowhere}`, rawsocket: { ping: false } },
      { url: rs, rawsocket: { ping: false } },
      house,
    ]);
    await me.joined();
    expect(me.address).toBe(rs);
  });
});

describe('connect() with several routers', () => {
  it('joins the first that can be had', async () => {
    const house = await started();
    const me = await connect([`ws://127.0.0.1:${await closedPort()}/ws`, house], { realm: 'realm1' });
    expect(me.address).toBe(house.address);
    await me.leave();
  });

  it('rejects with what went wrong at each, the true cause included', async () => {
    const house = await started('another');
    const nowhere = `ws://127.0.0.1:${await closedPort()}/ws`;
    const error = await failure(connect([nowhere, house.url], { realm: 'realm1' }));
    expect(error).toBeInstanceOf(ConnectError);
    const [first, second] = (error as unknown as ConnectError).errors;
    expect(first).toMatchObject({ address: nowhere, cause: { code: 'ECONNREFUSED' } });
    expect(second).toBeInstanceOf(SessionAborted);
    expect(error.message).toBe(`none of 2 routers could be joined: (1) ${first?.message}; (2) ${second?.message}`);
  });
});

describe('a host name with several addresses', () => {
  it('is reached at the one that answers', async () => {
    const house = await started();
    const url = house.url.replace('127.0.0.1', 'localhost');
    const me = await connect(url, { realm: 'realm1' });
    expect(me.session).toBeDefined();
    await me.leave();
  });
});
