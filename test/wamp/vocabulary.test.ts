import { ProtocolError, UsageError } from '../../src/errors.js';
import { fromList, pathInMessage, toList } from '../../src/wamp/codec.js';
import { type CustomShapes, checkMessage, extended } from '../../src/wamp/custom-messages.js';
import { field } from '../../src/wamp/field.js';
import { MESSAGES } from '../../src/wamp/message.js';
import { STANDARD } from '../../src/wamp/vocabulary.js';

const SHAPES: CustomShapes = {
  EVENT_RECEIVED: { code: 337, from: 'client', fields: { publication: field.id }, payload: true },
  STATUS: {
    code: 400,
    from: 'client',
    fields: { request: field.id },
    optional: { details: field.dict },
    reply: 'STATUS_IS',
  },
  STATUS_IS: { code: 401, from: 'router', fields: { request: field.id, load: field.integer(0) } },
};
const KNOWN = extended(STANDARD, SHAPES, 'role "mine"');

describe('STANDARD', () => {
  it('has every message of the table, by type and by code', () => {
    for (const [type, { code }] of Object.entries(MESSAGES)) {
      expect(STANDARD.byType[type]).toMatchObject({ type, code });
      expect(STANDARD.byCode[code]).toBe(STANDARD.byType[type]);
    }
  });
});

describe('a message of an extended vocabulary', () => {
  it.each([
    [{ type: 'EVENT_RECEIVED', publication: 9 }, [337, 9]],
    [{ type: 'EVENT_RECEIVED', publication: 9, kwargs: { a: 1 } }, [337, 9, [], { a: 1 }]],
    [{ type: 'STATUS', request: 1 }, [400, 1]],
    [{ type: 'STATUS', request: 1, details: { x: 1 } }, [400, 1, { x: 1 }]],
    [{ type: 'STATUS_IS', request: 1, load: 3 }, [401, 1, 3]],
    [
      { type: 'ERROR', requestType: 400, request: 1, details: {}, error: 'com.example.busy' },
      [8, 400, 1, {}, 'com.example.busy'],
    ],
    [{ type: 'CALL', request: 1, options: {}, procedure: 'com.example.add' }, [48, 1, {}, 'com.example.add']],
  ])('%j is %j, and back', (message, list) => {
    expect(toList(message, KNOWN)).toEqual(list);
    expect(fromList(list, KNOWN)).toEqual(message);
  });

  it.each([
    [[337, 0], 'EVENT_RECEIVED.publication: expected an ID from 1 to 2^53, received 0'],
    [[337], 'EVENT_RECEIVED: expected 2 to 4 elements, received 1'],
    [[401, 1, -1], 'STATUS_IS.load: expected an integer from 0, received -1'],
    [[8, 337, 1, {}, 'com.example.busy'], 'ERROR.requestType: expected the code of a request'],
    [[402], 'unknown message type 402, an extension'],
  ])('%j is none: %s', (list, said) => {
    expect(() => fromList(list, KNOWN)).toThrow(ProtocolError);
    expect(() => fromList(list, KNOWN)).toThrow(said);
  });

  it('is none to a peer with the standard vocabulary', () => {
    expect(() => fromList([337, 9])).toThrow('unknown message type 337, an extension');
  });

  it('may have a parse that throws what is no Error', () => {
    const parse = () => {
      throw 'no';
    };
    const known = extended(STANDARD, { ODD: { code: 300, from: 'both', fields: { a: parse } } }, 'role');
    expect(() => fromList([300, 1], known)).toThrow('ODD.a: it is refused: a string');
  });

  it('has its fields named in the path of a value that cannot be sent', () => {
    expect(pathInMessage('EVENT_RECEIVED', '[2][0].when', KNOWN)).toBe('args[0].when');
  });
});

describe('extended', () => {
  const field1 = { fields: { a: field.id } };
  it.each([
    [{ received: { code: 300, from: 'both', ...field1 } }, `expected a message's type in upper case`],
    [{ A: null }, 'expected messages.A to be an object, received null'],
    [{ A: { code: 255, from: 'both', ...field1 } }, 'expected messages.A.code to be from 256 to 1023'],
    [{ A: { code: 1_024, from: 'both', ...field1 } }, 'which are for extensions, received 1024'],
    [{ A: { code: 300, from: 'me', ...field1 } }, 'expected messages.A.from to be who sends it'],
    [{ A: { code: 300, from: 'both' } }, 'expected messages.A.fields to be an object, received undefined'],
    [{ A: { code: 300, from: 'both', fields: { type: field.id } } }, '"type" cannot be the name of a field'],
    [{ A: { code: 300, from: 'both', fields: { payload: field.id }, payload: true } }, '"payload" cannot be the name'],
    [{ A: { code: 300, from: 'both', fields: { 1: field.id } } }, '"1" cannot be the name of a field'],
    [{ A: { code: 300, from: 'both', fields: { a: 'id' } } }, 'a function such as field.id, received "id"'],
    [{ A: { code: 300, from: 'both', ...field1, payload: 1 } }, 'expected messages.A.payload to be true or false'],
    [{ A: { code: 300, from: 'both', ...field1, reply: 'A' } }, 'a message that is answered needs a field "request"'],
    [{ A: { code: 300, from: 'both', fields: { request: field.id }, reply: 'B' } }, 'there is no message B'],
    [{ A: { code: 337, from: 'both', ...field1 } }, 'EVENT_RECEIVED has that type or code 337 already'],
    [{ CALL: { code: 300, from: 'both', ...field1 } }, 'CALL has that type or code 48 already'],
  ])('refuses %j: %s', (shapes, said) => {
    expect(() => extended(KNOWN, shapes as unknown as CustomShapes, 'role "mine"')).toThrow(UsageError);
    expect(() => extended(KNOWN, shapes as unknown as CustomShapes, 'role "mine"')).toThrow(said);
  });
});

describe('checkMessage', () => {
  it.each([
    { type: 'CALL', request: 1, options: {}, procedure: 'com.example.add' },
    { type: 'EVENT_RECEIVED', publication: 9, args: [1], kwargs: {} },
    { type: 'STATUS', request: 1 },
  ])('takes %j from a client', (message) => {
    expect(checkMessage('send', message, KNOWN, 'client')).toBe(message);
  });

  it.each([
    [undefined, 'send: expected a message such as { type: '],
    [[48, 1], 'received a list'],
    [{ type: 'constructor' }, 'send: expected type to be one of HELLO, '],
    [{ type: 'STATUS_IS', request: 1, load: 1 }, 'send: a STATUS_IS is sent by a router, not by a client'],
    [{ type: 'CALL', request: 1, options: {} }, 'send: CALL.procedure: expected a URI, received undefined'],
    [
      { type: 'CANCEL', request: 1, options: {}, args: [] },
      'send: CANCEL.args: there is no such field; a CANCEL has request, options',
    ],
    [{ type: 'STATUS', request: 1, details: 1 }, 'send: STATUS.details: expected a dictionary, received 1'],
    [{ type: 'EVENT_RECEIVED', publication: 1, args: 1 }, 'send: EVENT_RECEIVED.args: expected a list, received 1'],
    [{ type: 'EVENT_RECEIVED', publication: 1, kwargs: [] }, 'kwargs: expected a dictionary, received a list'],
  ])('refuses %j: %s', (message, said) => {
    expect(() => checkMessage('send', message, KNOWN, 'client')).toThrow(UsageError);
    expect(() => checkMessage('send', message, KNOWN, 'client')).toThrow(said);
  });
});
