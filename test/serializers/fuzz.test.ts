/**
 * Random and mutated frames: each is a message or a ProtocolError, at once, whatever it is. 20,000 for each serializer;
 * `FUZZ_RUNS=1000000 npm test -- serializers/fuzz` for more, which then says what it has seen.
 */
import { ProtocolError, SerializationError } from '../../src/errors.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { Frame } from '../../src/transports/transport.js';
import type { List } from '../../src/wamp/values.js';
import { randomBelow } from '../support/random-below.js';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 20_000);
const TOLD = process.env['FUZZ_RUNS'] !== undefined;

const MESSAGES: readonly List[] = [
  [1, 'realm1', { roles: { caller: { features: { call_canceling: true } }, callee: {} } }],
  [48, 2 ** 53, {}, 'com.example.add', [1, -1, 23.5, 2 ** 32, -(2 ** 40), 'größe'], { a: [{}, []], b: null }],
  [36, 1, 2, { topic: 'a.b' }, [new Uint8Array([1, 2, 3]), 'x'.repeat(70), true, false]],
  [50, 7, {}, [], Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, i * 1e9]))],
  [16, 1, {}, 'a', [[[[[[]]]]], { '1000': { __proto: 1 } }]],
];

/** What is put in somewhere: heads of all kinds, lengths that lie, what is almost UTF-8. */
const SPLICES = [
  ...['c1', 'c70000', 'd40000', 'd5ffff', 'dbffffffff', 'dd0000ffff', 'dfffffffff', 'c6ffffff', 'dcffff', 'd3ffffffff'],
  ...['9f', 'bf', '5f', '7f', 'ff', 'f7', 'f818', 'f97e00', 'fb', '1bffffffffffffffff', '3bffffffffffffffff', 'd840'],
  ...['d90103', 'c249', '9bffffffffffffffff', '7bffffffff', '9a0000ffff', 'a0', '80', '90', '60', '40', 'eda080', 'c3'],
  ...[
    'a95f5f70726f746f5f5f',
    '695f5f70726f746f5f5f',
    'a431303030',
    '6431303030',
    'f09f98',
    '7f61c3ff',
    '5f41',
    'd9d9f7',
  ],
].map((hex) => Buffer.from(hex, 'hex'));

const ENTRIES = [
  ['json', json()],
  ['msgpack', msgpack()],
  ['cbor', cbor()],
] as const;

describe.each(ENTRIES)('%s', (name, serializer) => {
  const isText = name === 'json';
  const seeds = MESSAGES.map((message) => Buffer.from(serializer.encode(message) as string));

  function mutated(below: (bound: number) => number): Buffer {
    const pick = () => seeds[below(seeds.length)] as Buffer;
    // Some of it has no likeness to anything.
    if (below(8) === 0) return Buffer.from(Array.from({ length: below(60) }, () => below(256)));
    let frame = pick();
    for (let times = 1 + below(4); times > 0; times -= 1) {
      const at = below(frame.length + 1);
      const splice = SPLICES[below(SPLICES.length)] as Buffer;
      switch (below(6)) {
        case 0:
          frame = Buffer.concat([frame.subarray(0, at), splice, frame.subarray(at)]);
          break;
        case 1:
          frame = Buffer.concat([frame.subarray(0, at), frame.subarray(at + 1 + below(4))]);
          break;
        case 2:
          frame = Buffer.concat([frame.subarray(0, at), splice, frame.subarray(at + splice.length)]);
          break;
        case 3:
          frame = Buffer.concat([frame.subarray(0, at), pick().subarray(below(40))]);
          break;
        case 4:
          frame = Buffer.concat([frame.subarray(0, at), Buffer.alloc(below(300), splice), frame.subarray(at)]);
          break;
        default:
          frame = Buffer.from(frame);
          if (at < frame.length) frame[at] = below(256);
      }
    }
    return frame;
  }

  it(`gives a message or a ProtocolError, ${RUNS} times`, () => {
    const below = randomBelow(20_261_122);
    const prototype = Object.getOwnPropertyNames(Object.prototype);
    const began = performance.now();
    let taken = 0;
    let slowest = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const octets = mutated(below);
      const frame: Frame = isText ? octets.toString() : octets;
      // The processor's time, not the clock's: a busy machine is no fault of the decoder's.
      const started = process.cpuUsage();
      let message: List | undefined;
      try {
        message = serializer.decode(frame);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw new Error(`of ${octets.toString('hex')}`, { cause: error });
      }
      const { user, system } = process.cpuUsage(started);
      slowest = Math.max(slowest, (user + system) / 1_000);
      if (message === undefined) continue;
      taken += 1;
      // Whatever it takes it can send on, and then takes again as the same.
      if (taken % 8 === 0) expectSame(message, octets);
    }
    expect(slowest).toBeLessThan(200);
    expect(taken).toBeGreaterThan(RUNS / 100);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
    expect(({} as Record<string, unknown>)['__proto']).toBeUndefined();
    if (TOLD) {
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      const peak = Math.round(process.resourceUsage().maxRSS / 1_024);
      process.stdout.write(
        `${name}: ${RUNS} frames in ${seconds} s, ${taken} taken, ${slowest.toFixed(1)} ms of the processor for the slowest, peak ${peak} MiB\n`,
      );
    }
  }, 3_600_000);

  function expectSame(message: List, octets: Buffer): void {
    let frame: Frame;
    try {
      frame = serializer.encode(message);
    } catch (error) {
      // JSON reads an escaped U+0000 further on in binary, and 1e999 as what it has no number for.
      if (isText && error instanceof SerializationError) return;
      throw new Error(`of ${octets.toString('hex')}`, { cause: error });
    }
    // Compared as frames: -0 is sent as 0.
    expect(serializer.encode(serializer.decode(frame))).toEqual(frame);
  }
});
