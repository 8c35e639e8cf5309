import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ProtocolError } from '../../src/errors.js';
import { cbor } from '../../src/serializers/cbor.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import { fromList, toList } from '../../src/wamp/codec.js';
import { isFrom, type Message } from '../../src/wamp/message.js';

/** What a decoder alone can decide of the corpus of hostile messages in MessagePack and CBOR. */

interface Case {
  readonly id: string;
  readonly sent_to: 'router' | 'client';
  readonly serializer: 'msgpack' | 'cbor';
  readonly transport: string;
  readonly encoding: string;
  readonly frame: string | { readonly parts: readonly (readonly [hex: string, times: number])[] };
  readonly why: string;
  readonly expected: string;
}

const file = path.join(__dirname, 'data/frames.json');
const { frames } = JSON.parse(readFileSync(file, 'utf8')) as { readonly frames: readonly Case[] };
const SERIALIZERS: Readonly<Record<Case['serializer'], Serializer>> = { msgpack: msgpack(), cbor: cbor() };
const cases = frames.filter(
  ({ transport, serializer, encoding }) =>
    transport === 'websocket' && encoding === 'hex' && Object.hasOwn(SERIALIZERS, serializer),
);

function octetsOf({ frame }: Case): Buffer {
  const parts = typeof frame === 'string' ? [[frame, 1] as const] : frame.parts;
  return Buffer.concat(parts.map(([hex, times]) => Buffer.alloc((hex.length / 2) * times, Buffer.from(hex, 'hex'))));
}

/** The message as the peer that the case is sent to takes it, or why it does not. */
function outcome(test: Case): Message | ProtocolError {
  try {
    const message = fromList(SERIALIZERS[test.serializer].decode(octetsOf(test)));
    if (isFrom(message.type, test.sent_to === 'router' ? 'client' : 'router')) return message;
    return new ProtocolError(`${message.type} does not come from there`);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

const named = (all: readonly Case[]) => all.map((test) => [test.id, test.why, test] as const);

describe('every case', () => {
  it('is there', () => {
    expect(cases.length).toBeGreaterThan(55);
  });

  test.each(named(cases))(
    '%s (%s) gives a message or a ProtocolError, at once and without a trace',
    (_id, _why, test) => {
      const prototype = Object.getOwnPropertyNames(Object.prototype);
      // The processor's time, not the clock's: a busy machine is no fault of the decoder's.
      const started = process.cpuUsage();
      const result = outcome(test);
      const { user, system } = process.cpuUsage(started);
      expect((user + system) / 1_000).toBeLessThan(200);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      if (result instanceof ProtocolError) return;
      const serializer = SERIALIZERS[test.serializer];
      expect(fromList(serializer.decode(serializer.encode(toList(result))))).toEqual(result);
    },
  );
});

describe('a malformed message', () => {
  /** Well formed as it is, this HELLO has no roles, which the session finds. */
  const NEEDS_A_SESSION = ['RN243'];
  const malformed = cases.filter(
    ({ id, expected }) => expected === 'abort:wamp.error.protocol_violation' && !NEEDS_A_SESSION.includes(id),
  );

  test.each(named(malformed))('%s is refused: %s', (_id, _why, test) => {
    expect(outcome(test)).toBeInstanceOf(ProtocolError);
  });
});
