import { RouterWire } from '../../actors/router-wire.js';
import type { WireEvent } from '../../actors/wire.js';
import { SerializationError } from '../../src/errors.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import type { Transport } from '../../src/transports/transport.js';
import { plainJson, ScriptedTransport } from './scripted.js';

// What holds for each kind of wire is in `wire.test.ts`.

function setUp(serializer: Serializer = plainJson) {
  const transport = new ScriptedTransport();
  const wire = new RouterWire(transport, serializer);
  const events: WireEvent[] = [];
  wire.listen((event) => events.push(event));
  return { transport, wire, events };
}

describe('a message that goes over several wires', () => {
  const EVENT = { type: 'EVENT', subscription: 1, publication: 2, details: {}, args: [1] } as const;
  const others = { ...plainJson };

  it('is encoded once for all that have the same serializer', () => {
    const encode = jest.spyOn(plainJson, 'encode');
    const [first, second, another] = [setUp(), setUp(), setUp(others)];
    const copies = new Map();
    for (const { wire } of [first, second, another]) wire.send(EVENT, copies);
    expect(encode).toHaveBeenCalledTimes(1);
    encode.mockRestore();
    expect([...copies.keys()]).toEqual([plainJson, others]);
    for (const { transport } of [first, second, another]) expect(transport.sent).toEqual([[36, 1, 2, {}, [1]]]);
  });

  it('is given to a transport that shares what it puts around it, by the same copy', () => {
    const given: unknown[] = [];
    const copies = new Map();
    for (let n = 0; n < 2; n += 1) {
      const { wire, transport } = setUp();
      (transport as Transport).sendShared = (copy) => void given.push(copy);
      wire.send(EVENT, copies);
      expect(transport.sent).toEqual([]);
    }
    expect(given).toEqual([copies.get(plainJson), copies.get(plainJson)]);
    expect(given[1]).toBe(given[0]);
  });

  it('says on each why it cannot be encoded, and is tried once', () => {
    let tried = 0;
    const unable: Serializer = {
      ...plainJson,
      encode: () => {
        tried += 1;
        throw new SerializationError('[4][0]', 'no');
      },
    };
    const copies = new Map();
    for (let n = 0; n < 3; n += 1) {
      expect(() => setUp(unable).wire.send(EVENT, copies)).toThrow('args[0]');
    }
    expect(tried).toBe(1);
  });
});

it('goes nowhere after the last words, however many others it goes to', () => {
  const { wire, transport } = setUp();
  wire.send({ type: 'GOODBYE', details: {}, reason: 'com.example.why' });
  wire.send({ type: 'EVENT', subscription: 1, publication: 2, details: {} }, new Map());
  expect(transport.sent).toHaveLength(1);
});

it('shows the signature of AUTHENTICATE to those who ask for it only', () => {
  const { transport, events } = setUp();
  transport.receive([5, 'the ticket', { more: 'secrets' }]);
  expect(events).toMatchObject([{ signature: 'the ticket', extra: { more: 'secrets' } }]);
  expect(JSON.stringify(events)).toBe('[{"type":"AUTHENTICATE"}]');
});

describe('a client on probation', () => {
  const frame = '[36,1,2,{}]';

  it('may send no longer frame than it needs to, and is not decoded then', () => {
    const decode = jest.fn(plainJson.decode);
    const { wire, transport, events } = setUp({ ...plainJson, decode });
    wire.probe({ maxLength: frame.length, welcomed: () => {} });
    transport.receiveFrame(frame);
    transport.receiveFrame(`${frame} `);
    transport.receiveFrame(`${frame} `);
    expect(events).toMatchObject([
      { type: 'message.unexpected' },
      {
        type: 'protocol.violated',
        error: {
          message: 'expected a message of at most 11 octets before WELCOME, received one of 12',
          limit: 'helloLength',
        },
      },
    ]);
    expect(decode).toHaveBeenCalledTimes(1);
  });

  it('has passed it with WELCOME', () => {
    const welcomed = jest.fn();
    const { wire, transport, events } = setUp();
    wire.probe({ maxLength: 1, welcomed });
    wire.welcomed();
    wire.welcomed();
    transport.receiveFrame(frame);
    expect([welcomed.mock.calls.length, events]).toMatchObject([1, [{ type: 'message.unexpected' }]]);
  });
});
