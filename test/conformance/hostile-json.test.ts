import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ProtocolError } from '../../src/errors.js';
import { json } from '../../src/serializers/json.js';
import { fromList, toList } from '../../src/wamp/codec.js';
import { isFrom, MESSAGES, type Message, type MessageType } from '../../src/wamp/message.js';
import { randomBelow } from '../support/random-below.js';

/** What a decoder alone can decide of the corpus of hostile messages; the rest takes a session. */

interface Case {
  readonly id: string;
  readonly sent_to: 'router' | 'client';
  readonly category: string;
  readonly transport: string;
  readonly serializer: string;
  readonly encoding: string;
  readonly frame: string | { readonly parts: readonly (readonly [text: string, times: number])[] };
  readonly why: string;
  readonly expected: string;
}

const file = path.join(__dirname, 'data/frames.json');
const { frames } = JSON.parse(readFileSync(file, 'utf8')) as { readonly frames: readonly Case[] };
const cases = frames.filter(
  ({ transport, serializer, encoding }) => transport === 'websocket' && serializer === 'json' && encoding === 'text',
);

/** Any id will do where no session is asked; a nonce or a signature is in a string already. */
function textOf({ frame }: Case): string {
  const parts = typeof frame === 'string' ? [[frame, 1] as const] : frame.parts;
  return parts.map(([text, times]) => text.replace(/\$[A-Z][A-Z_]*/g, '7').repeat(times)).join('');
}

const serializer = json();

/** The message as the peer that the case is sent to takes it. */
function receive(text: string, by: Case['sent_to']): Message {
  const message = fromList(serializer.decode(text));
  if (isFrom(message.type, by === 'router' ? 'client' : 'router')) return message;
  throw new ProtocolError(`${message.type} does not come from there`);
}

function outcome(test: Case, text = textOf(test)): Message | ProtocolError {
  try {
    return receive(text, test.sent_to);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

const named = (all: readonly Case[]) => all.map((test) => [test.id, test.why, test] as const);

describe('every case', () => {
  test.each(named(cases))(
    '%s (%s) gives a message or a ProtocolError, at once and without a trace',
    (_id, _why, test) => {
      const prototype = Object.getOwnPropertyNames(Object.prototype);
      const text = textOf(test);
      // The processor's time, not the clock's: a busy machine is no fault of the decoder's.
      const started = process.cpuUsage();
      const result = outcome(test, text);
      const { user, system } = process.cpuUsage(started);
      expect((user + system) / 1_000).toBeLessThan(200);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      if (!(result instanceof ProtocolError)) {
        expect(fromList(serializer.decode(serializer.encode(toList(result))))).toEqual(result);
      }
    },
  );
});

describe('a malformed message', () => {
  /** Well formed as they are, these break a rule that takes a session to know: ids, and which request was whose. */
  const NEED_A_SESSION = ['RE203', 'RE030', 'RE029', 'CE027', 'CE028'];
  const malformed = cases.filter(
    ({ id, category, expected }) =>
      ['decode', 'shape', 'extension', 'direction'].includes(category) &&
      (expected === 'abort:wamp.error.protocol_violation' || (category === 'shape' && expected === 'close')) &&
      !NEED_A_SESSION.includes(id),
  );

  it('is what most of these cases are', () => {
    expect(malformed.length).toBeGreaterThan(190);
  });

  test.each(named(malformed))('%s is refused: %s', (_id, _why, test) => {
    expect(outcome(test)).toBeInstanceOf(ProtocolError);
  });
});

describe('a well-formed message', () => {
  const wellFormed = cases.filter(({ category, expected }) => expected === 'ok' && category !== 'closing');
  /** Not base64, and half a surrogate pair: the corpus takes an ABORT for them, too. A revocation is not announced. */
  const REFUSED = ['RE452', 'RE454', 'CE191'];

  test.each(named(wellFormed.filter(({ id }) => !REFUSED.includes(id))))('%s is taken: %s', (_id, _why, test) => {
    expect(outcome(test)).not.toBeInstanceOf(ProtocolError);
  });
});

describe('a mutated message', () => {
  const SPLICES = [
    ...[
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"',
      '\\',
      '\\u0000',
      '\\ud800',
      '\0',
      '-',
      'e999',
      '.5',
      '0',
      '9007199254740993',
    ],
    ...['null', 'true', '"__proto__":{"polluted":1},', '"\\u0000%%"', '[[[[', '\u2028', '\ud83d'],
  ];
  const seeds = [
    ...cases.map(textOf).filter((text) => text.length < 500),
    ...(Object.keys(MESSAGES) as MessageType[]).map((type) => `[${MESSAGES[type].code},1,{},"a.b",[1,"x"],{"k":[{}]}]`),
  ];

  function mutate(text: string, below: (bound: number) => number): string {
    let mutated = text;
    for (let times = 1 + below(3); times > 0; times -= 1) {
      const at = below(mutated.length + 1);
      const splice = SPLICES[below(SPLICES.length)] ?? '';
      const other = seeds[below(seeds.length)] ?? '';
      switch (below(4)) {
        case 0:
          mutated = mutated.slice(0, at) + splice + mutated.slice(at);
          break;
        case 1:
          mutated = mutated.slice(0, at) + mutated.slice(at + 1 + below(4));
          break;
        case 2:
          mutated = mutated.slice(0, at) + splice + mutated.slice(at + 1);
          break;
        default:
          mutated = mutated.slice(0, at) + other.slice(below(other.length + 1));
      }
    }
    return mutated;
  }

  it('gives a message or a ProtocolError, 20,000 times', () => {
    const below = randomBelow(20_261_122);
    let taken = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const text = mutate(seeds[below(seeds.length)] ?? '', below);
      try {
        fromList(serializer.decode(text));
        taken += 1;
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw new Error(`of ${JSON.stringify(text)}`, { cause: error });
      }
    }
    // Both ways are taken often, or the mutations would be too wild or too tame to tell anything.
    expect(taken).toBeGreaterThan(500);
    expect(taken).toBeLessThan(19_500);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
