import { ProtocolError, SerializationError } from '../../src/errors.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import { ScriptedTransport as Scripted } from '../../src/testing/scripted-transport.js';
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

/** Lets everything that waits for a promise run. What is computed may go on: here it often never ends. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
}
