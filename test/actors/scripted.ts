import type { Wire, WireEvent } from '../../actors/wire.js';
import { ProtocolError, SerializationError } from '../../src/errors.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import { ScriptedTransport as Scripted } from '../../src/testing/scripted-transport.js';
import type { Transport } from '../../src/transports/transport.js';
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

/** The one of `respell/testing`, at the address that the tests of this project expect. */
export class ScriptedTransport extends Scripted {
  constructor() {
    super({ address: 'ws://127.0.0.1:8080/ws' });
  }
}

/** A wire of such a kind on a transport whose other end is the test, and what it tells whoever listens. */
export function wired<W extends Wire>(
  Kind: new (transport: Transport, serializer: Serializer) => W,
  serializer: Serializer = plainJson,
) {
  const transport = new ScriptedTransport();
  const wire = new Kind(transport, serializer);
  const events: WireEvent[] = [];
  return { transport, wire, events, listen: () => wire.listen((event) => events.push(event)) };
}

/** Lets everything that waits for a promise run. What is computed may go on: here it often never ends. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
}
