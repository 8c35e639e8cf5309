import { peer } from '../../../src/browser/core/peer.js';
import { start } from '../../../src/browser/core/start.js';
import { CorePeer } from '../../../src/peer/core-peer.js';
import { supervisor } from '../../../supervisors/index.js';
import { settle } from '../../actors/scripted.js';
import { lastSocket, useFakeWebSocket } from '../../transports/fake-websocket.js';

const URL = 'ws://127.0.0.1:8080/ws';

useFakeWebSocket();

describe('peer, of the core', () => {
  it('is a child of any supervisor, and its tree may be drained', async () => {
    const tree = start(
      supervisor({ children: [peer('me', { url: URL, realm: 'realm1', websocket: { ping: false } })] }),
    );
    const socket = lastSocket();
    socket.open();
    await settle();
    socket.say(JSON.stringify([2, 7, { roles: { broker: {}, dealer: {} } }]));
    await tree.ready;
    const me = tree.peer('me');
    expect(me).toBeInstanceOf(CorePeer);
    expect(tree.peer('me')).toBe(me);
    expect(me).toMatchObject({ status: 'joined', address: URL });
    const stopped = tree.stop();
    await settle();
    socket.say('[6,{},"wamp.close.goodbye_and_out"]');
    await stopped;
    expect(me.status).toBe('stopped');
  });
});
