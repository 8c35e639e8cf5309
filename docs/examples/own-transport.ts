/**
 * A transport of your own: messages over a MessageChannel, as between two threads. Each end is a `Transport`; the client's is
 * opened by a `Connector`, the router takes its own by `accept`.
 *
 * Run it where respell is installed: `node own-transport.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { ConnectionLost, type Connector, connect, type Frame, router, type Transport } from 'respell';

/** One end. A port delivers in order and later, and keeps what comes until it is listened to: what is left is telling of the end. */
function over(port: MessagePort, address: string, subprotocol: string): Transport {
  let events: Parameters<Transport['listen']>[0] | undefined;
  let isOver = false;
  const end = (by: string) => {
    if (isOver) return;
    isOver = true;
    port.close();
    const why = new ConnectionLost(`the channel to ${address} was closed by ${by}`, { mayHaveExecuted: false });
    queueMicrotask(() => events?.closed(why)); // once, and never from within close()
  };
  const close = () => {
    if (!isOver) port.postMessage(null); // the last word
    end('this side');
  };
  const listen: Transport['listen'] = (given) => {
    events = given;
    port.onmessage = ({ data }: MessageEvent<Frame | null>) => {
      if (data === null) end('the other side');
      else if (!isOver) given.frame(data);
    };
  };
  const send = (frame: Frame) => void (isOver || port.postMessage(frame));
  return { address, subprotocol, queued: 0, listen, send, close, destroy: close };
}

async function main() {
  const local = await router({ realm: 'realm1' });
  const channel: Connector = {
    address: 'channel:router',
    async open([subprotocol = 'wamp.2.json']) {
      const { port1, port2 } = new MessageChannel();
      local.accept(over(port2, 'channel:client', subprotocol));
      return over(port1, 'channel:router', subprotocol);
    },
  };
  const peer = await connect(channel, { realm: 'realm1' });
  await peer.register('com.example.twice', ({ args: [number] }) => Number(number) * 2);
  console.log('twice 21 is', (await peer.call('com.example.twice', [21])).args[0]);
  await peer.leave();
  await local.stop();
}
void main();

// It prints:
//   twice 21 is 42
