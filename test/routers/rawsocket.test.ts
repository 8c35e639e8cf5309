/** What other people's routers make of RawSocket's pings: nexus answers them, Crossbar.io does not know them. */
import { connect } from '../../src/connect.js';
import { rawsocket } from '../../src/transports/rawsocket.js';
import { recordingLogger } from '../support/recording-logger.js';
import { describeWith } from '../support/requirement.js';
import { startCrossbar } from '../support/routers/crossbar.js';
import { startNexus } from '../support/routers/nexus.js';
import type { ForeignRouter } from '../support/routers/router-process.js';

const KNOWS_NO_PINGS =
  'the router knows no pings of RawSockets: TCP alone looks whether it is there; ping: false would connect sooner';

describeWith('nexus', 'nexus, over RawSocket', () => {
  let router: ForeignRouter;
  beforeAll(async () => {
    router = await startNexus();
  }, 60_000);
  afterAll(() => router.dispose());

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
