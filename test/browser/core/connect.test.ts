import { connect } from '../../../src/browser/core/connect.js';
import { CorePeer } from '../../../src/peer/core-peer.js';
import { Peer } from '../../../src/peer/peer.js';
import { settle } from '../../actors/scripted.js';
import { failure } from '../../support/house.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { type FakeWebSocket, lastSocket, useFakeWebSocket } from '../../transports/fake-websocket.js';

const URL = 'ws://me:hush@127.0.0.1:8080/ws?token=hush';
const SHOWN = 'ws://127.0.0.1:8080/ws';

useFakeWebSocket();

async function answered(...messages: readonly unknown[]): Promise<FakeWebSocket> {
  const socket = lastSocket();
  socket.open();
  await settle();
  for (const message of messages) socket.say(JSON.stringify(message));
  return socket;
}

const WELCOME = [2, 7, { roles: { broker: {}, dealer: {} } }];

describe('connect, of the core', () => {
  it('gives a peer that has joined, with what every peer can do, and that leaves', async () => {
    const log = recordingLogger();
    const connecting = connect(URL, { realm: 'realm1', name: 'thermostat', logger: log });
    const socket = await answered(WELCOME);
    const me = await connecting;
    expect(me).toBeInstanceOf(CorePeer);
    expect(me).not.toBeInstanceOf(Peer);
    expect(me).toMatchObject({ name: 'thermostat', status: 'joined', address: SHOWN });
    expect(log.said('joined')).toMatchObject([{ fields: { peer: 'thermostat', session: 7, address: SHOWN } }]);
    expect(socket.url).toBe(URL);
    const call = me.call('com.example.add', [2, 3], { discloseMe: true, timeout: 5_000 });
    expect(JSON.parse(String(socket.sent[1]))).toEqual([48, 1, { disclose_me: true }, 'com.example.add', [2, 3]]);
    socket.say('[50,1,{},[5]]');
    expect((await call).args).toEqual([5]);
    const left = me.leave();
    await settle();
    socket.say('[6,{},"wamp.close.goodbye_and_out"]');
    socket.end(1000);
    await left;
    expect([me.status, log.said('joined').length]).toEqual(['stopped', 1]);
  });

  it('rejects with the reason and the words of the router, in the caller’s own line', async () => {
    const connecting = failure(connect(URL, { realm: 'realm2' }));
    await answered([3, { message: 'no' }, 'wamp.error.no_such_realm']);
    const error = await connecting;
    expect(error).toMatchObject({ uri: 'wamp.error.no_such_realm', established: false });
    expect(error.message).toBe(
      `wamp.error.no_such_realm from ${SHOWN}, which refused a session in realm "realm2" (the router said: "no")`,
    );
    expect(error.stack).toContain('connect.test.ts');
  });

  it('knows the API by types alone', async () => {
    interface Api {
      readonly procedures: {
        readonly 'com.example.add': { readonly args: [number, number]; readonly result: [number] };
      };
      readonly topics: object;
    }
    const connecting = connect<Api>(URL, { realm: 'realm1' });
    const socket = await answered(WELCOME);
    const me = await connecting;
    // @ts-expect-error an argument of another type
    const wrong = me.call('com.example.add', ['2', 3]);
    socket.say('[50,1,{},[5]]');
    await wrong;
    await me.leave({ wait: false });
    socket.end(1000);
    await settle();
  });
});
