/**
 * A program that uses every transport and ends by itself when the last is closed: a test runs it in a process of its own.
 * It prints what ended, and must never call `process.exit()`.
 */
import { linkedPair } from '../../src/transports/linked.js';
import { listen } from '../../src/transports/listener.js';
import { rawsocket } from '../../src/transports/rawsocket.js';
import { websocket } from '../../src/transports/websocket.js';

const SUBPROTOCOLS = ['wamp.2.json'];

async function main(): Promise<void> {
  const listener = await listen({
    subprotocols: SUBPROTOCOLS,
    onTransport: (transport) => transport.listen({ frame: (frame) => transport.send(frame), closed: () => {} }),
  });
  const [webSocketUrl = '', rawSocketUrl = ''] = listener.urls;
  const connector = websocket(webSocketUrl);
  const rawConnector = rawsocket(rawSocketUrl);
  const signal = new AbortController().signal;
  const closed = await connector.open(SUBPROTOCOLS, signal);
  const destroyed = await connector.open(SUBPROTOCOLS, signal);
  const ended = await connector.open(SUBPROTOCOLS, signal);
  const unheard = await connector.open(SUBPROTOCOLS, signal);
  const rawClosed = await rawConnector.open(SUBPROTOCOLS, signal);
  const rawDestroyed = await rawConnector.open(SUBPROTOCOLS, signal);
  const rawEnded = await rawConnector.open(SUBPROTOCOLS, signal);
  const rawUnheard = await rawConnector.open(SUBPROTOCOLS, signal);
  const all = { closed, destroyed, ended, rawClosed, rawDestroyed, rawEnded };
  for (const [name, transport] of Object.entries(all)) {
    transport.listen({ frame: () => {}, closed: () => console.log(name) });
    transport.send('[1]');
  }
  const [client] = linkedPair();
  client.listen({ frame: () => {}, closed: () => console.log('linked') });
  client.close();
  closed.close();
  destroyed.destroy();
  unheard.close();
  rawClosed.close();
  rawDestroyed.destroy();
  rawUnheard.close();
  await listener.close();
  await connector.open(SUBPROTOCOLS, signal).catch(() => console.log('refused'));
  await rawConnector.open(SUBPROTOCOLS, signal).catch(() => console.log('rawRefused'));
}

void main();
