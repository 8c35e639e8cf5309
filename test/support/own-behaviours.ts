/** Transports and serializers as a user writes them, by the public contract alone: what holds ours is held against these, too. */
import { ConnectionLost, UsageError } from '../../src/errors.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import type { Frame, Transport, TransportEvents } from '../../src/transports/transport.js';

/** Both ends of a MessageChannel. */
export function channelPair(subprotocol = 'wamp.2.json'): readonly [client: Transport, router: Transport] {
  const { port1, port2 } = new MessageChannel();
  return [overPort(port1, 'channel:router', subprotocol), overPort(port2, 'channel:client', subprotocol)];
}

function overPort(port: MessagePort, address: string, subprotocol: string): Transport {
  let events: TransportEvents | undefined;
  let why: ConnectionLost | undefined;
  const end = (by: string) => {
    why = new ConnectionLost(`the channel to ${address} was closed by ${by}`, { mayHaveExecuted: false });
    port.close();
    tell();
  };
  const tell = () => {
    const [told, reason] = [events, why];
    if (told !== undefined && reason !== undefined) queueMicrotask(() => told.closed(reason));
  };
  const close = () => {
    if (why !== undefined) return;
    port.postMessage(null);
    end('this side');
  };
  return {
    address,
    subprotocol,
    queued: 0,
    listen(given) {
      if (events !== undefined) throw new UsageError('listen() may be called once');
      events = given;
      if (why !== undefined) return tell();
      port.onmessage = ({ data }: MessageEvent<Frame | null>) => {
        if (why !== undefined) return;
        if (data === null) end('the other side');
        else given.frame(data);
      };
    },
    send: (frame) => void (why !== undefined || port.postMessage(frame)),
    close,
    destroy: close,
  };
}

/** As the serializer it is made of, each octet inverted; binary, whatever that one is. */
export function inverted(inner: Serializer, rawSocketId: number): Serializer {
  const flip = (octets: Uint8Array) => octets.map((octet) => octet ^ 0xff);
  return {
    subprotocol: `${inner.subprotocol}-inverted`,
    rawSocketId,
    encode(message) {
      const frame = inner.encode(message);
      return flip(typeof frame === 'string' ? new TextEncoder().encode(frame) : frame);
    },
    decode(frame) {
      const octets = flip(frame as Uint8Array);
      return inner.decode(inner.subprotocol === 'wamp.2.json' ? new TextDecoder().decode(octets) : octets);
    },
  };
}
