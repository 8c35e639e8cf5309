import fc from 'fast-check';
import { ProtocolError } from '../../src/errors.js';
import { fromList, LIFECYCLE, pathInMessage, toList } from '../../src/wamp/codec.js';
import { MESSAGES, type Message, type MessageShape, type MessageType } from '../../src/wamp/message.js';
import { dict, id, idOrZero, type List, requestType, string, uri } from '../../src/wamp/values.js';

const ids = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map((n) => n + 1 - (n % 2));
const dicts = fc.dictionary(fc.string(), fc.jsonValue());
const VALUES_OF = new Map<unknown, fc.Arbitrary<unknown>>([
  [id, fc.oneof(ids, fc.constant(2 ** 53))],
  [idOrZero, fc.oneof(ids, fc.constant(0))],
  [uri, fc.string()],
  [string, fc.string()],
  [dict, dicts],
  [requestType, fc.constantFrom(16, 32, 34, 48, 64, 66, 68)],
]);

/** Any valid message of a type, made from its row; arguments are there only where they are not empty. */
function messages(type: MessageType): fc.Arbitrary<Message> {
  const { fields, optional: mayFollow = {}, payload }: MessageShape = MESSAGES[type];
  const values = Object.entries(fields).map(([name, parse]) => [name, VALUES_OF.get(parse)!] as const);
  const required = { type: fc.constant(type), ...Object.fromEntries(values) };
  const more = Object.entries(mayFollow).map(([name, parse]) => [name, VALUES_OF.get(parse)!] as const);
  const optional = !payload
    ? Object.fromEntries(more)
    : {
        args: fc.array(fc.jsonValue(), { minLength: 1 }),
        kwargs: fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
      };
  return fc.record({ ...required, ...optional }, {
    requiredKeys: Object.keys(required),
  } as never) as unknown as fc.Arbitrary<Message>;
}

const ALL = Object.keys(MESSAGES) as MessageType[];

describe('toList and fromList', () => {
  test.each(ALL)('%s comes back as it went', (type) => {
    fc.assert(
      fc.property(messages(type), (message) => {
        const elements = toList(message);
        expect(elements[0]).toBe(MESSAGES[type].code);
        expect(fromList(elements)).toEqual(message);
      }),
      { numRuns: 60 },
    );
  });

  test.each<[List, Message]>([
    [[1, 'realm1', { roles: { caller: {} } }], { type: 'HELLO', realm: 'realm1', details: { roles: { caller: {} } } }],
    [[2, 9_129_137_332, {}], { type: 'WELCOME', session: 9_129_137_332, details: {} }],
    [
      [3, {}, 'wamp.error.no_such_realm', ['x'], { y: 1 }],
      { type: 'ABORT', details: {}, reason: 'wamp.error.no_such_realm', args: ['x'], kwargs: { y: 1 } },
    ],
    [[4, 'ticket', {}], { type: 'CHALLENGE', authmethod: 'ticket', extra: {} }],
    [[5, 'secret', {}], { type: 'AUTHENTICATE', signature: 'secret', extra: {} }],
    [[6, {}, 'wamp.close.close_realm'], { type: 'GOODBYE', details: {}, reason: 'wamp.close.close_realm' }],
    [
      [8, 48, 2, {}, 'com.example.error'],
      { type: 'ERROR', requestType: 48, request: 2, details: {}, error: 'com.example.error' },
    ],
    [
      [16, 1, {}, 'com.example.topic', [], { n: 1 }],
      { type: 'PUBLISH', request: 1, options: {}, topic: 'com.example.topic', kwargs: { n: 1 } },
    ],
    [[17, 1, 2 ** 53], { type: 'PUBLISHED', request: 1, publication: 2 ** 53 }],
    [[35, 1], { type: 'UNSUBSCRIBED', request: 1 }],
    [[35, 0, { subscription: 5 }], { type: 'UNSUBSCRIBED', request: 0, details: { subscription: 5 } }],
    [
      [36, 5, 7, { topic: 'a.b' }, [1]],
      { type: 'EVENT', subscription: 5, publication: 7, details: { topic: 'a.b' }, args: [1] },
    ],
    [
      [48, 1, { nosuch: 1 }, 'com.example.add', [2, 3]],
      { type: 'CALL', request: 1, options: { nosuch: 1 }, procedure: 'com.example.add', args: [2, 3] },
    ],
    [[50, 1, {}, [5]], { type: 'RESULT', request: 1, details: {}, args: [5] }],
    [[68, 1, 9, {}], { type: 'INVOCATION', request: 1, registration: 9, details: {} }],
    [[70, 1, {}], { type: 'YIELD', request: 1, options: {} }],
  ])('%j is read and written', (elements, message) => {
    expect(fromList(elements)).toStrictEqual(message);
    expect(toList(message)).toEqual(elements);
  });
});

describe('toList', () => {
  const call = { type: 'CALL', request: 1, options: {}, procedure: 'com.example.add' } as const;

  test.each<[string, Message, List]>([
    ['no arguments', call, [48, 1, {}, 'com.example.add']],
    ['empty arguments', { ...call, args: [], kwargs: {} }, [48, 1, {}, 'com.example.add']],
    ['keyword arguments only', { ...call, kwargs: { a: 1 } }, [48, 1, {}, 'com.example.add', [], { a: 1 }]],
    ['empty keyword arguments', { ...call, args: [1], kwargs: {} }, [48, 1, {}, 'com.example.add', [1]]],
  ])('writes %s as short as may be', (_what, message, elements) => {
    expect(toList(message)).toEqual(elements);
  });

  it('passes on keyword arguments that cannot be listed, for the serializer to refuse', () => {
    const kwargs = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('no');
        },
      },
    );
    expect(toList({ ...call, kwargs })[5]).toBe(kwargs);
  });
});

describe('fromList', () => {
  it('leaves out empty arguments, and keeps the list and the dictionaries that came', () => {
    expect(fromList([50, 1, {}, [], {}])).toStrictEqual({ type: 'RESULT', request: 1, details: {} });
    const args = [1];
    expect((fromList([50, 1, {}, args]) as Message<'RESULT'>).args).toBe(args);
  });

  test.each<[List, string]>([
    [[], 'expected a message, received an empty list'],
    [['1', 1, {}], 'expected a message type, an integer, received a string'],
    [[1.5, 1, {}], 'expected a message type, an integer, received 1.5'],
    [[null], 'expected a message type, an integer, received null'],
    [[0], 'unknown message type 0'],
    [[-36, 1], 'unknown message type -36'],
    [[7, {}], 'unknown message type 7'],
    [[255, 1], 'unknown message type 255'],
    [[256, 1, {}], 'unknown message type 256, an extension'],
    [[1023], 'unknown message type 1023, an extension'],
    [[1024, 1, {}], 'unknown message type 1024'],
    [[1e300], 'unknown message type 1e+300'],
    [[48], 'CALL: expected 4 to 6 elements, received 1'],
    [[48, 1, {}], 'CALL: expected 4 to 6 elements, received 3'],
    [[48, 1, {}, 'a.b', [], {}, {}], 'CALL: expected 4 to 6 elements, received 7'],
    [[6, {}, 'a.b', []], 'GOODBYE: expected 3 elements, received 4'],
    [[67, 0, { registration: 1 }, 1], 'UNREGISTERED: expected 2 to 3 elements, received 4'],
    [[67, 0, 1], 'UNREGISTERED.details: expected a dictionary, received 1'],
    [[48, 0, {}, 'a.b'], 'CALL.request: expected an ID from 1 to 2^53, received 0'],
    [[48, '1', {}, 'a.b'], 'CALL.request: expected an ID from 1 to 2^53, received a string'],
    [[48, 1, [], 'a.b'], 'CALL.options: expected a dictionary, received a list'],
    [[48, 1, {}, null], 'CALL.procedure: expected a URI, received null'],
    [[48, 1, {}, 'a.b', null], 'CALL.args: expected a list, received null'],
    [[48, 1, {}, 'a.b', {}], 'CALL.args: expected a list, received a dictionary'],
    [[48, 1, {}, 'a.b', [], []], 'CALL.kwargs: expected a dictionary, received a list'],
    [[48, 1, {}, 'a.b', [], null], 'CALL.kwargs: expected a dictionary, received null'],
    [[8, 50, 1, {}, 'a.b'], 'ERROR.requestType: expected the code of a request'],
    [[5, { ticket: 'hush' }, {}], 'AUTHENTICATE.signature: expected a string, received a dictionary'],
    [[36, 1, -1, {}], 'EVENT.publication: expected an ID from 1 to 2^53, received -1'],
  ])('refuses %j: %s', (elements, said) => {
    expect(() => fromList(elements)).toThrow(ProtocolError);
    expect(() => fromList(elements)).toThrow(said);
  });

  it('gives a message or a ProtocolError for whatever list comes', () => {
    const codes = fc.oneof(fc.integer({ min: -2, max: 1030 }), fc.constantFrom(...ALL.map((t) => MESSAGES[t].code)));
    fc.assert(
      fc.property(fc.oneof(codes, fc.anything()), fc.array(fc.anything(), { maxLength: 7 }), (code, rest) => {
        try {
          expect(MESSAGES[fromList([code, ...rest]).type].code).toBe(code);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('LIFECYCLE', () => {
  it('holds the six messages that open or end a session', () => {
    expect([...LIFECYCLE]).toEqual(['HELLO', 'WELCOME', 'ABORT', 'CHALLENGE', 'AUTHENTICATE', 'GOODBYE']);
  });
});

describe('pathInMessage', () => {
  test.each<[MessageType, string, string]>([
    ['CALL', '[4][0].when', 'args[0].when'],
    ['CALL', '[5].when', 'kwargs.when'],
    ['CALL', '[2].timeout', 'options.timeout'],
    ['CALL', '[3]', 'procedure'],
    ['CALL', '[0]', 'type'],
    ['EVENT', '[4][1]', 'args[1]'],
    ['YIELD', '[3]["a b"]', 'args["a b"]'],
    ['ERROR', '[5]', 'args'],
    ['GOODBYE', '[3]', '[3]'],
    ['CALL', '[9]', '[9]'],
    ['CALL', '[', '['],
    ['CALL', '[x]', '[x]'],
    ['CALL', 'message', 'message'],
  ])('%s: %s is %s', (type, path, said) => {
    expect(pathInMessage(type, path)).toBe(said);
  });
});

describe('transparent payload', () => {
  const OCTETS = Uint8Array.of(1, 2, 3);
  const ENC = { enc_algo: 'cryptobox' };

  it.each([
    ['EVENT', [36, 1, 2, ENC, OCTETS]],
    ['PUBLISH', [16, 1, ENC, 'com.t', OCTETS]],
    ['CALL', [48, 1, ENC, 'com.p', OCTETS]],
    ['RESULT', [50, 1, ENC, OCTETS]],
    ['ERROR', [8, 48, 1, ENC, 'com.e', OCTETS]],
    ['YIELD, as a text', [70, 1, ENC, 'a1666e6f74696365']],
  ])('stands in place of arguments, and is kept as it came: %s', (_type, list) => {
    const message = fromList(list);
    expect(message).toMatchObject({ payload: list.at(-1) });
    expect(message).not.toHaveProperty('args');
    expect(toList(message)).toEqual(list);
  });

  it.each([
    ['without enc_algo', [36, 1, 2, {}, OCTETS], 'EVENT.args: expected a list, received binary'],
    ['with enc_algo of a prototype', [36, 1, 2, Object.create(ENC), 'x'], 'EVENT.args: expected a list'],
    ['with something behind it', [36, 1, 2, ENC, OCTETS, {}], 'EVENT.args: expected a list, received binary'],
    ['where nothing of the kind may stand', [36, 1, 2, ENC, {}], 'EVENT.args: expected a list, received a dictionary'],
  ])('is none %s', (_why, list, message) => {
    expect(() => fromList(list)).toThrow(message);
  });
});
