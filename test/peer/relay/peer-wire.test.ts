import type { WireEvent } from '../../../actors/wire.js';
import { ProtocolError } from '../../../src/errors.js';
import { PeerWire, type Relay } from '../../../src/peer/relay/peer-wire.js';
import type { MessageTable } from '../../../src/wamp/message.js';
import { plainJson, ScriptedTransport } from '../../actors/scripted.js';

// What holds for each kind of wire is in `test/actors/wire.test.ts`.

function listening(table: MessageTable = {}) {
  const transport = new ScriptedTransport();
  const wire = new PeerWire(transport, plainJson);
  const events: WireEvent[] = [];
  wire.listen((event) => events.push(event));
  wire.install(table);
  return { transport, wire, events };
}

describe('a relay', () => {
  const relayed = () => {
    const set = listening({ EVENT: (event) => taken.push(event) });
    const taken: unknown[] = [];
    const passed: unknown[] = [];
    const relay: Relay = {
      incoming: (message) => void passed.push(['in', message.type]),
      outgoing: (message) => void passed.push(['out', message.type]),
    };
    set.wire.intercept(relay);
    return { ...set, taken, passed, relay };
  };

  it('has what comes and what is sent, and nothing passes but by deliver and put', () => {
    const { wire, transport, taken, passed } = relayed();
    transport.receive([36, 1, 2, {}]);
    wire.send({ type: 'YIELD', request: 1, options: {} });
    expect({ passed, taken, sent: transport.sent }).toEqual({
      passed: [
        ['in', 'EVENT'],
        ['out', 'YIELD'],
      ],
      taken: [],
      sent: [],
    });
    wire.deliver({ type: 'EVENT', subscription: 1, publication: 3, details: {} });
    expect(wire.put({ type: 'YIELD', request: 1, options: {} })).toBe(true);
    expect({ taken, sent: transport.sent }).toMatchObject({ taken: [{ publication: 3 }], sent: [[70, 1, {}]] });
  });

  it('has nothing any more when it is taken away', () => {
    const { wire, transport, taken, passed } = relayed();
    wire.intercept(undefined);
    transport.receive([36, 1, 2, {}]);
    wire.send({ type: 'YIELD', request: 1, options: {} });
    expect([passed.length, taken.length, transport.sent.length]).toEqual([0, 1, 1]);
  });

  it('has nothing, and nothing passes it, after the last words of either side', () => {
    const { wire, transport, passed, taken, relay } = relayed();
    wire.put({ type: 'GOODBYE', details: {}, reason: 'com.example.why' });
    expect(wire.put({ type: 'YIELD', request: 1, options: {} })).toBe(false);
    wire.send({ type: 'YIELD', request: 1, options: {} });
    transport.lose();
    wire.intercept(relay);
    transport.receive([36, 1, 2, {}]);
    wire.deliver({ type: 'EVENT', subscription: 1, publication: 3, details: {} });
    expect([passed, taken, transport.sent.length]).toEqual([[], [], 1]);
  });

  it.each([
    ['a violation', new ProtocolError('unsigned'), 'protocol.violated'],
    ['a fault', new TypeError('a defect'), 'wire.failed'],
  ])('that throws %s ends the way, as a table entry does', (_what, error, type) => {
    const { wire, transport, events } = listening();
    wire.intercept({
      incoming: () => {
        throw error;
      },
      outgoing: () => {},
    });
    transport.receive([36, 1, 2, {}], [36, 1, 2, {}]);
    expect(events).toEqual([{ type, error }]);
  });
});
