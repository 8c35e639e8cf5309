/** What a peer without a WebSocket's pings asks, to see whether its router is there: every router answers it, and minds nothing. */
import WebSocket from 'ws';
import { connect } from '../../src/browser/connect.js';
import { websocket } from '../../src/transports/native-websocket.js';
import type { Connector } from '../../src/transports/transport.js';
import { describeWith } from '../support/requirement.js';
import { CROSSBAR, NEXUS, type Running, WEBSOCKET, type World } from '../support/worlds.js';

// Node 20 has none of its own; that of `ws` has the same face.
globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket;

function asking(world: World): void {
  let running: Running;
  beforeAll(async () => {
    running = await world.start();
  }, 60_000);
  afterAll(() => running.dispose());

  it('answers the question, each time, and the session goes on', async () => {
    const answers: unknown[] = [];
    let enough: () => void = () => {};
    const asked = new Promise<void>((resolve) => (enough = resolve));
    const onFrame = (frame: unknown) => {
      if (String(frame).startsWith('[8,') && answers.push(frame) === 2) enough();
    };
    const peer = await connect(watched(String(running.url), onFrame), { realm: running.realm });
    await asked;
    for (const [index, answer] of answers.entries()) {
      expect(JSON.parse(String(answer)).slice(0, 5)).toEqual([8, 34, index + 1, {}, 'wamp.error.no_such_subscription']);
    }
    expect(peer).toMatchObject({ status: 'joined', incarnation: 1 });
    expect(peer.stats()).toMatchObject({ unsettled: 0, late: 0 });
    await peer.leave();
  });
}

/** A router by the platform's WebSocket, asked every few milliseconds, and each frame that it sends. */
function watched(url: string, onFrame: (frame: unknown) => void): Connector {
  const connector = websocket(url, { ping: { interval: 20, timeout: 1_000 } });
  return {
    ...connector,
    open: async (...args) => {
      const transport = await connector.open(...args);
      const listen = transport.listen.bind(transport);
      transport.listen = ({ frame, closed }) =>
        listen({
          closed,
          frame(data) {
            onFrame(data);
            frame(data);
          },
        });
      return transport;
    },
  };
}

describe(WEBSOCKET.name, () => asking(WEBSOCKET));
describeWith('nexus', NEXUS.name, () => asking(NEXUS));
describeWith('crossbar', CROSSBAR.name, () => asking(CROSSBAR));
