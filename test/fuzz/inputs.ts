import type { List } from '../../src/wamp/values.js';
import { CODECS, type Codec } from './codecs.js';
import { DENSE, type Dense, DenseFrames } from './dense.js';

/** An input: any octets, and whether they were made to take much memory. */
export interface Input {
  readonly octets: Buffer;
  readonly isDense: boolean;
}

type Below = (bound: number) => number;

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
].map((each) => Buffer.from(each, 'hex'));

/** For JSON they are of no use: these are. */
const TEXT_SPLICES = [
  '{"__proto__":',
  '[[[[',
  ']',
  '}',
  '"',
  '\\u0000',
  '\\ud800',
  '1e999',
  '-0',
  ':',
  ',',
  '{"1000":0}',
].map((each) => Buffer.from(each));

/** Random and mutated frames of one codec; of each thousand a few are dense, and one in some thousands of a MiB. */
export class Inputs {
  readonly #codec: Codec;
  readonly #seeds: readonly Buffer[];
  readonly #splices: readonly Buffer[];

  constructor(codec: Codec) {
    this.#codec = codec;
    const serializer = CODECS[codec]();
    this.#seeds = MESSAGES.map((message) => Buffer.from(serializer.encode(message) as string));
    this.#splices = codec === 'json' ? [...SPLICES, ...TEXT_SPLICES, ...TEXT_SPLICES, ...TEXT_SPLICES] : SPLICES;
  }

  next(below: Below): Input {
    if (below(500) === 0) return { octets: this.#dense(below), isDense: true };
    return { octets: below(8) === 0 ? random(below) : this.#mutated(below), isDense: false };
  }

  #dense(below: Below): Buffer {
    const dense = DENSE[this.#codec];
    const size = 2 ** (below(10) === 0 ? 20 : 10 + below(8));
    const chosen = dense[below(dense.length)] as Dense;
    const frames = new DenseFrames(this.#codec, chosen, size);
    const frame = frames.frame(below(frames.most + 1));
    if (below(4) === 0) frame[below(frame.length)] = below(256);
    return frame;
  }

  #mutated(below: Below): Buffer {
    const pick = () => this.#seeds[below(this.#seeds.length)] as Buffer;
    let frame = pick();
    for (let times = 1 + below(4); times > 0; times -= 1) {
      const at = below(frame.length + 1);
      const splice = this.#splices[below(this.#splices.length)] as Buffer;
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
}

/** It has no likeness to anything. */
function random(below: Below): Buffer {
  return Buffer.from(Array.from({ length: below(60) }, () => below(256)));
}
