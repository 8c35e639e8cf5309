/**
 * A program that uses every transport and ends by itself when the last is closed: a test runs it in a process of its own.
 * It prints what ended, and must never call `process.exit()`.
 */
import { linkedPair } from '../../src/transports/linked.js';
import { websocket } from '../../src/transports/websocket.js';
import { listenWebSocket } from '../../src/transports/websocket-listener.js';

const SUBPROTOCOLS = ['wamp.2.json'];

async function main(): Promise<void> {
  const listener = await listenWebSocket({
    subprotocols: SUBPROTOCOLS,
    onTransport: (transport) => transport.listen({ frame: (frame) => transport.send(frame), closed: () => {} }),
  });
  const connector = websocket(listener.url);
  const signal = new AbortController().signal;
  const closed = await connector.open(SUBPROTOCOLS, signal);
  const destroyed = await connector.open(SUBPROTOCOLS, signal);
  const ended = await connector.open(SUBPROTOCOLS, signal);
  const unheard = await connector.open(SUBPROTOCOLS, signal);
  for (const [name, transport] of Object.entries({ closed, destroyed, ended })) {
    transport.listen({ frame: () => {}, closed: () => console.log(name) });
    transport.send('[1]');
  }
  const [client] = linkedPair();
  client.listen({ frame: () => {}, closed: () => console.log('linked') });
  client.close();
  closed.close();
  destroyed.destroy();
  unheard.close();
  await listener.close();
  await connector.open(SUBPROTOCOLS, signal).catch(() => console.log('refused'));
}

void main();
