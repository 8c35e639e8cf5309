import { ConnectionLost, ProtocolError, SerializationError } from '../../src/errors.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import type { Frame, Transport, TransportEvents } from '../../src/transports/transport.js';
import type { List } from '../../src/wamp/values.js';

/** JSON without limits: what is tested here is not a serializer. */
export const plainJson: Serializer = {
  subprotocol: 'wamp.2.json',
  encode(message) {
    try {
      return JSON.stringify(message);
    } catch (cause) {
      throw new SerializationError('[1]', 'is no JSON', { cause });
    }
  },
  decode(frame) {
    try {
      return JSON.parse(String(frame)) as List;
    } catch {
      throw new ProtocolError('expected JSON, received something else');
    }
  },
};

/** A transport whose other end is the test. */
export class ScriptedTransport implements Transport {
  readonly address = 'ws://127.0.0.1:8080/ws';
  readonly subprotocol = 'wamp.2.json';
  queued = 0;
  /** Every message that was sent, as a list. */
  readonly sent: List[] = [];
  state: 'open' | 'closed' | 'destroyed' | 'lost' = 'open';
  #events: TransportEvents | undefined;
  readonly #kept: Frame[] = [];

  listen(events: TransportEvents): void {
    this.#events = events;
    for (const frame of this.#kept.splice(0)) events.frame(frame);
  }

  send(frame: Frame): void {
    if (this.state === 'open') this.sent.push(JSON.parse(String(frame)) as List);
  }

  close(): void {
    if (this.state === 'open') this.state = 'closed';
  }

  destroy(): void {
    if (this.state === 'open') this.state = 'destroyed';
  }

  /** The other end sends messages, one right behind the other. */
  receive(...lists: List[]): void {
    for (const list of lists) this.receiveFrame(JSON.stringify(list));
  }

  receiveFrame(frame: Frame): void {
    if (this.#events === undefined) this.#kept.push(frame);
    else this.#events.frame(frame);
  }

  /** The connection breaks. */
  lose(why = new ConnectionLost('the connection to the router was lost', { mayHaveExecuted: false })): void {
    this.state = 'lost';
    this.#events?.closed(why);
  }
}

/** Lets everything that waits for a promise run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
}
