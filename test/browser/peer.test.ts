import { peer } from '../../src/browser/peer.js';
import { start } from '../../src/browser/start.js';
import { supervisor } from '../../supervisors/index.js';
import { settle } from '../actors/scripted.js';
import { lastSocket, useFakeWebSocket } from '../transports/fake-websocket.js';

const URL = 'ws://127.0.0.1:8080/ws';

useFakeWebSocket();

describe('peer, in a page', () => {
  it('is a child of any supervisor, over the WebSocket of the platform', async () => {
    const tree = start(
      supervisor({ children: [peer('me', { url: [{ url: URL, websocket: { ping: false } }], realm: 'realm1' })] }),
    );
    const socket = lastSocket();
    socket.open();
    await settle();
    socket.say(JSON.stringify([2, 7, { roles: { broker: {}, dealer: {} } }]));
    await tree.ready;
    expect(tree.peer('me')).toMatchObject({ status: 'joined', address: URL });
    const stopped = tree.stop();
    await settle();
    socket.say('[6,{},"wamp.close.goodbye_and_out"]');
    await stopped;
  });

  it('knows no transport that a page has not', () => {
    expect(() => peer('me', { url: 'unix:/run/router.sock', realm: 'realm1' })).toThrow(/^peer "me": expected ws/);
  });
});
