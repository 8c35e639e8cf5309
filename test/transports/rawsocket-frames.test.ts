import fc from 'fast-check';
import { ProtocolError } from '../../src/errors.js';
import {
  encodeFrame,
  FRAME_TYPE,
  FrameDecoder,
  type FrameType,
  payloadLength,
} from '../../src/transports/rawsocket-frames.js';

interface Frame {
  readonly type: FrameType;
  readonly payload: Buffer;
}

const encoded = ({ type, payload }: Frame): Buffer => Buffer.concat(encodeFrame(type, payload, payload.length));

/** What a decoder makes of chunks, and of the first that it refuses. */
function decoded(chunks: readonly Buffer[], maxLength = 2 ** 24): { frames: Frame[]; error?: unknown } {
  const decoder = new FrameDecoder(maxLength);
  const frames: Frame[] = [];
  try {
    for (const chunk of chunks) decoder.decode(chunk, (type, payload) => frames.push({ type, payload }));
  } catch (error) {
    return { frames, error };
  }
  return { frames };
}

const octets = (hex: string) => Buffer.from(hex, 'hex');

/** Cuts `all` at the given places. */
function cut(all: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (all.length + 1)))].sort((a, b) => a - b);
  return [...ends, all.length].map((end, index) => all.subarray(index === 0 ? 0 : ends[index - 1], end));
}

const frame = (maxLength: number): fc.Arbitrary<Frame> =>
  fc.record({
    type: fc.constantFrom<FrameType>(0, 1, 2),
    payload: fc.nat({ max: maxLength }).map((length) => Buffer.from(Array.from({ length }, (_, at) => at & 0xff))),
  });

describe('encodeFrame', () => {
  it.each([
    ['a message', FRAME_TYPE.message, '[1]', '000000035b315d'],
    ['a text by its octets', FRAME_TYPE.message, '"é"', '0000000422c3a922'],
    ['an empty ping', FRAME_TYPE.ping, '', '01000000'],
    ['a pong', FRAME_TYPE.pong, octets('68656c6c6f'), '0200000568656c6c6f'],
  ])('writes %s', (_, type, payload, hex) => {
    const whole = Buffer.concat(encodeFrame(type, payload, Buffer.byteLength(payload)));
    expect(whole.toString('hex')).toBe(hex);
  });

  it('does not copy a long binary frame', () => {
    const payload = new Uint8Array(10_000);
    const [header, body] = encodeFrame(FRAME_TYPE.message, payload, payload.length);
    expect(Buffer.from(header!).toString('hex')).toBe('00002710');
    expect(body).toBe(payload);
  });

  it.each(['', '"é"', new Uint8Array(10_000), new Uint8Array(2 ** 24)])(
    'tells how long the payload of %# is',
    (payload) => {
      const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
      expect(payloadLength(encodeFrame(FRAME_TYPE.message, payload, length))).toBe(length);
    },
  );

  it.each([
    [2 ** 24 - 1, '00ffffff'],
    [2 ** 24, '08000000'],
  ])('writes the length %d as %s', (length, hex) => {
    const [header] = encodeFrame(FRAME_TYPE.message, new Uint8Array(length), length);
    expect(Buffer.from(header!).toString('hex')).toBe(hex);
  });
});

/** To be compared: of long buffers, jest compares each octet with all it knows of objects. */
const shown = ({ frames }: { frames: readonly Frame[] }) =>
  frames.map(({ type, payload }) => `${type} ${payload.toString('latin1')}`);

describe('a decoder', () => {
  it('gives the same frames however they are chunked', () => {
    fc.assert(
      fc.property(
        fc.array(frame(10_000), { maxLength: 8 }),
        fc.array(fc.nat({ max: 100_000 }), { maxLength: 30 }),
        (frames, places) => {
          const came = decoded(cut(Buffer.concat(frames.map(encoded)), places));
          expect({ error: came.error, frames: shown(came) }).toEqual({ error: undefined, frames: shown({ frames }) });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives the same frames octet by octet', () => {
    fc.assert(
      fc.property(fc.array(frame(40), { maxLength: 5 }), (frames) => {
        const all = Buffer.concat(frames.map(encoded));
        expect(decoded([...all].map((octet) => Buffer.from([octet])))).toEqual({ frames });
      }),
    );
  });

  it('gives frames or a ProtocolError of any garbage, the same however it is chunked', () => {
    const isTold = ({ error }: { error?: unknown }) => error === undefined || error instanceof ProtocolError;
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.nat({ max: 200 }), { maxLength: 20 }),
        (garbage, places) => {
          const all = Buffer.from(garbage);
          const [whole, pieces] = [decoded([all], 64), decoded(cut(all, places), 64)];
          expect(isTold(whole)).toBe(true);
          expect(pieces).toEqual(whole);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['f0000000', 'a frame came with a header that is none: f0000000'],
    ['10000000', 'a frame came with a header that is none: 10000000'],
    ['08000001ff', 'a frame came with a header that is none: 08000001'],
    ['07000000', 'a frame of the reserved type 7 came'],
    ['03000000', 'a frame of the reserved type 3 came'],
    ['7ff10000', 'a frame came with a header that is none: 7ff10000'],
    ['00ffffff', 'a frame of more than 65536 octets came (maxPayload)'],
    ['08000000', 'a frame of more than 65536 octets came (maxPayload)'],
    ['01ffffff', 'a frame of more than 65536 octets came (maxPayload)'],
    ['00010001', 'a frame of more than 65536 octets came (maxPayload)'],
  ])('refuses %s at its header', (hex, message) => {
    const { frames, error } = decoded([octets(`0000000130${hex}`)], 2 ** 16);
    expect(frames).toEqual([{ type: 0, payload: octets('30') }]);
    expect(error).toBeInstanceOf(ProtocolError);
    expect((error as Error).message).toBe(message);
  });

  it('takes a frame of just the longest length, and one of 16 MiB', () => {
    expect(decoded([octets('00010000'), Buffer.alloc(2 ** 16)], 2 ** 16).frames).toHaveLength(1);
    const { frames } = decoded([octets('08000000'), Buffer.alloc(2 ** 23), Buffer.alloc(2 ** 23)]);
    expect(frames.map(({ payload }) => payload.length)).toEqual([2 ** 24]);
  });

  it('takes no copy of a frame that comes in one piece', () => {
    const chunk = octets('000000035b315d000000035b325d');
    const { frames } = decoded([chunk]);
    expect(frames.map(({ payload }) => payload.toString())).toEqual(['[1]', '[2]']);
    expect(frames.every(({ payload }) => payload.buffer === chunk.buffer)).toBe(true);
  });

  it('has no more room than twice what has come, whatever was announced', () => {
    const allocated: number[] = [];
    const allocate = jest.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((size) => {
      allocated.push(size);
      return Buffer.alloc(size);
    });
    try {
      const decoder = new FrameDecoder(2 ** 24);
      decoder.decode(octets('08000000'), () => {});
      expect(allocated).toEqual([]);
      decoder.decode(octets('00'), () => {});
      expect(allocated).toEqual([4_096]);
      decoder.decode(Buffer.alloc(10_000), () => {});
      expect(allocated).toEqual([4_096, 20_002]);
    } finally {
      allocate.mockRestore();
    }
  });

  it('knows whether it is within a frame', () => {
    const decoder = new FrameDecoder(64);
    const steps = ['00', '0000', '02', '5b', '5d', '00', '000000'].map((hex) => {
      decoder.decode(octets(hex), () => {});
      return decoder.isWithinFrame;
    });
    expect(steps).toEqual([true, true, true, true, false, true, false]);
  });
});
