import { SimulatedClock } from 'xstate';
import { rawsocket } from '../../src/transports/rawsocket.js';
import type { Transport } from '../../src/transports/transport.js';
import { websocket } from '../../src/transports/websocket.js';
import { greeting } from '../support/rawsocket-router.js';
import { type Record, record, turns } from '../support/record.js';
import { answering, type RawServer, rawServer, upgrade } from '../support/tcp.js';

const MAX_QUEUED = 2 ** 26;
const FRAME = 'x'.repeat(2 ** 20);

/** An end that shakes hands, and reads nothing more until it is told to. */
const KINDS = [
  {
    kind: 'websocket',
    router: answering((head, socket) => {
      socket.pause();
      return upgrade(head);
    }),
    connector: (port: number, clock: SimulatedClock) =>
      websocket(`ws://127.0.0.1:${port}/`, { clock, ping: false, maxQueued: MAX_QUEUED }),
  },
  {
    kind: 'rawsocket',
    router: greeting('7ff10000'),
    connector: (port: number, clock: SimulatedClock) =>
      rawsocket(`rs://127.0.0.1:${port}`, { clock, ping: false, maxQueued: MAX_QUEUED }),
  },
];

describe.each(KINDS)('the backlog of a $kind whose other end does not read', ({ router, connector }) => {
  let server: RawServer;
  let transport: Transport;
  let heard: Record;
  let clock: SimulatedClock;

  beforeEach(async () => {
    server = await rawServer(router);
    clock = new SimulatedClock();
    transport = await connector(server.port, clock).open(['wamp.2.json'], new AbortController().signal);
    heard = record(transport);
    for (const socket of server.sockets) socket.removeAllListeners('data').pause();
    for (let sent = 0; sent < 30; sent += 1) transport.send(FRAME);
    await turns(20);
  });
  afterEach(async () => {
    transport.destroy();
    await server.close();
  });

  it('ends the connection when nothing has left for 10 s, although the other end still sends', async () => {
    let flushed = false;
    transport.flushed?.(() => {
      flushed = true;
    });
    for (let look = 1; look < 4; look += 1) clock.increment(2_500);
    clock.increment(2_499);
    await turns();
    expect(heard.ends).toEqual([]);
    clock.increment(1);
    expect((await heard.closed).message).toMatch(
      /was closed by this side \(nothing of \d+ octets has left within 10000 ms: the other end does not read\)$/,
    );
    expect(flushed).toBe(false);
  });

  it('has no timer unless somebody waits, and goes on for as long as something leaves', async () => {
    clock.increment(60_000);
    await turns();
    expect(heard.ends).toEqual([]);
    const flushed = new Promise<void>((resolve) => transport.flushed?.(resolve));
    clock.increment(9_000);
    const { queued } = transport;
    for (const socket of server.sockets) socket.resume();
    await flushed;
    expect(queued).toBeGreaterThan(2 ** 20);
    expect(transport.queued).toBe(0);
    clock.increment(60_000);
    await turns();
    expect(heard.ends).toEqual([]);
  });
});
