/**
 * RawSocket in place of WebSocket: over TCP, and over a Unix socket, which only users of this machine can reach. It has less
 * to do for each message. The scheme `rss` is the same over TLS.
 *
 * Run it where respell is installed: `node rawsocket.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectError, connect, rawsocket, router } from 'respell';

async function main() {
  // One port for WebSocket and RawSocket, told apart by the first octet, and a Unix socket.
  const unix = join(tmpdir(), `respell-example-${process.pid}.sock`);
  const local = await router({ port: 0, unix, maxPayload: 65_536 });
  const [webSocket = '', rawSocket = '', unixSocket = ''] = local.urls;
  for (const url of [webSocket, rawSocket, unixSocket]) console.log(url);

  // A URL is all that a peer needs. Its options stand in `rawsocket`; with Crossbar.io, for one, `{ ping: false }`.
  const callee = await connect(unixSocket, { realm: 'realm1', rawsocket: { maxPayload: 16_384 } });
  await callee.register('com.example.add', ({ args: [a, b] }) => Number(a) + Number(b));

  // In parts, as a connector: the same.
  const { port } = new URL(webSocket);
  const caller = await connect(rawsocket({ host: '127.0.0.1', port: Number(port) }), { realm: 'realm1' });
  console.log('2 + 3 =', (await caller.call('com.example.add', [2, 3])).args[0]);

  // Each side says in the handshake how long a message it takes. One that is longer is not sent: only that call fails.
  await caller.call('com.example.add', ['x'.repeat(100_000)]).catch((error) => console.log(error.message));

  await Promise.all([callee.leave(), caller.leave()]);
  await local.stop();
  await connect(unixSocket, { realm: 'realm1' }).catch((error) => console.log(error instanceof ConnectError));
}
void main();

// It prints:
//   ws://127.0.0.1:…/ws
//   rs://127.0.0.1:…
//   unix:…
//   2 + 3 = 5
//   call of com.example.add: message: it is 100032 octets long, the router takes 65536 at most
//   true
