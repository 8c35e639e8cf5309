import { cbor } from '../../../src/serializers/cbor.js';
import { json } from '../../../src/serializers/json.js';
import { msgpack } from '../../../src/serializers/msgpack.js';
import { FORMATS, HOLE, MASK, RAWSOCKET_FRAMING, type Serialization, Template, WEBSOCKET_FRAMING } from './octets.js';

const SERIALIZERS = { json: json(), msgpack: msgpack(), cbor: cbor() };
const NAMES = Object.keys(FORMATS) as Serialization[];

/** What a frame says, to whom does not know this program. */
function read(name: Serialization, payload: Buffer): readonly unknown[] {
  return SERIALIZERS[name].decode(name === 'json' ? payload.toString() : payload);
}

describe.each(NAMES)('a format: %s', (name) => {
  it.each([0, 1, 23, 24, 127, 128, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, 2 ** 53])(
    'reads the type and the id %d, and no more',
    (id) => {
      const head = { type: 0, id: 0 };
      const octets = FORMATS[name].encode([36, id, 7, {}, ['x']]);
      FORMATS[name].readHead(Buffer.concat([Buffer.alloc(3), octets]), 3, head);
      expect(head).toEqual({ type: 36, id });
    },
  );

  it('reads the type of what has no id', () => {
    const head = { type: 0, id: 0 };
    FORMATS[name].readHead(FORMATS[name].encode([6, {}, 'wamp.close.goodbye_and_out']), 0, head);
    expect(head.type).toBe(6);
  });

  it.each([1, 10, 99, 305_419_896, 4_294_967_294])('puts the id %d into a template', (id) => {
    const list = [48, HOLE, {}, 'com.example.echo', [{ celsius: 21.5 }, 'x'.repeat(200)]];
    const payload = FORMATS[name].encode(list);
    const expected = [48, id, ...list.slice(2)];

    const raw = new Template(FORMATS[name], RAWSOCKET_FRAMING, list).with(id);
    expect(raw.readUInt32BE(0)).toBe(payload.length);
    expect(read(name, raw.subarray(4))).toEqual(expected);

    const masked = new Template(FORMATS[name], WEBSOCKET_FRAMING, list).with(id);
    expect([masked[0], masked[1], masked.readUInt16BE(2)]).toEqual([
      name === 'json' ? 0x81 : 0x82,
      0xfe,
      payload.length,
    ]);
    expect(masked.subarray(4, 8)).toEqual(MASK);
    const open = masked.subarray(8).map((octet, at) => octet ^ (MASK[at % 4] as number));
    expect(read(name, Buffer.from(open))).toEqual(expected);
  });

  it('wants a place for the id in a template', () => {
    expect(() => new Template(FORMATS[name], RAWSOCKET_FRAMING, [48, 1, {}, 'com.example.echo'])).toThrow(
      new RangeError('expected a HOLE in the message'),
    );
  });
});

describe('WEBSOCKET_FRAMING', () => {
  it('has a short head before a short message, and refuses one that is too long for it', () => {
    expect(WEBSOCKET_FRAMING.frame(Buffer.from('[]'), true).subarray(0, 6)).toEqual(
      Buffer.concat([Buffer.from([0x81, 0x82]), MASK]),
    );
    expect(() => WEBSOCKET_FRAMING.frame(Buffer.alloc(65_536), true)).toThrow(RangeError);
  });
});
