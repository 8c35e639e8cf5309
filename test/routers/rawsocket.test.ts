/** RawSocket with other people's routers: in each serializer; and pings, which nexus answers, and Crossbar.io does not know. */
import { connect } from '../../src/connect.js';
import { result } from '../../src/roles/endpoint-result.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import { rawsocket } from '../../src/transports/rawsocket.js';
import { recordingLogger } from '../support/recording-logger.js';
import { describeWith } from '../support/requirement.js';
import { startCrossbar } from '../support/routers/crossbar.js';
import { startNexus } from '../support/routers/nexus.js';
import type { ForeignRouter } from '../support/routers/router-process.js';

/** Two peers and a call between them, in one serializer. */
async function speaks(serializer: Serializer, url: string): Promise<void> {
  const options = { realm: 'realm1', serializers: [serializer], rawsocket: { ping: false } } as const;
  const [callee, caller] = await Promise.all([connect(url, options), connect(url, options)]);
  await callee.register('com.example.echo', ({ args, kwargs }) => result([...args], kwargs));
  const args = ['é', 7, -1.5, true, null, [1, { a: 2 }], 'x'.repeat(100_000)];
  expect(await caller.call('com.example.echo', args, { kwargs: { b: [3] } })).toMatchObject({
    args,
    kwargs: { b: [3] },
  });
  await Promise.all([callee.leave(), caller.leave()]);
}

const SERIALIZERS = [json(), msgpack(), cbor()].map((serializer) => [serializer.subprotocol, serializer] as const);

const KNOWS_NO_PINGS =
  'the router knows no pings of RawSockets: TCP alone looks whether it is there; ping: false would connect sooner';

describeWith('nexus', 'nexus, over RawSocket', () => {
  let router: ForeignRouter;
  beforeAll(async () => {
    router = await startNexus();
  }, 60_000);
  afterAll(() => router.dispose());

  test.each(SERIALIZERS)('speaks %s', (_, serializer) => speaks(serializer, router.rawSocketUrl));

  it('answers pings: a peer that is idle stays', async () => {
    const me = await connect(router.rawSocketUrl, {
      realm: 'realm1',
      rawsocket: { ping: { interval: 20, timeout: 10_000 } },
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(me).toMatchObject({ status: 'joined', incarnation: 1 });
    await me.leave();
  });

  it('is asked for the next serializer when it does not speak the first, or speaks them all', async () => {
    const connector = rawsocket(router.rawSocketUrl);
    const transport = await connector.open(['wamp.2.custom', 'wamp.2.cbor', 'wamp.2.json'], AbortSignal.timeout(5_000));
    expect(transport.subprotocol).toBe('wamp.2.cbor');
    transport.destroy();
  });
});

describeWith('crossbar', 'Crossbar.io, over RawSocket', () => {
  let router: ForeignRouter;
  beforeAll(async () => {
    router = await startCrossbar();
  }, 60_000);
  afterAll(() => router.dispose());

  test.each(SERIALIZERS)('speaks %s', (_, serializer) => speaks(serializer, router.rawSocketUrl));

  it('knows no pings: a peer finds out before it joins, and sends none', async () => {
    const logger = recordingLogger();
    const me = await connect(router.rawSocketUrl, {
      realm: 'realm1',
      rawsocket: { logger, ping: { interval: 20, timeout: 20 } },
    });
    await me.register('com.example.add', ({ args: [a, b] }) => Number(a) + Number(b));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await me.call('com.example.add', [2, 3])).args).toEqual([5]);
    expect(me).toMatchObject({ status: 'joined', incarnation: 1 });
    expect(logger.said(KNOWS_NO_PINGS)).toHaveLength(1);
    await me.leave();
  });
});
