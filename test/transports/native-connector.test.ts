import { nativeConnector } from '../../src/transports/native-connector.js';
import { lastSocket, useFakeWebSocket } from './fake-websocket.js';

useFakeWebSocket();

describe('nativeConnector', () => {
  it('opens what it is given, and shows the address that it is given', async () => {
    const connector = nativeConnector({ href: 'ws://a/ws?token=hush', address: 'ws://a/ws' }, { ping: false });
    const opening = connector.open(['wamp.2.json'], new AbortController().signal);
    const socket = lastSocket();
    expect([socket.url, socket.offered]).toEqual(['ws://a/ws?token=hush', ['wamp.2.json']]);
    socket.open();
    expect(await opening).toMatchObject({ address: 'ws://a/ws', subprotocol: 'wamp.2.json' });
  });
});
