import { ProtocolError } from '../../src/errors.js';
import {
  boolean,
  dict,
  id,
  idOrZero,
  integer,
  list,
  listOf,
  oneOf,
  requestType,
  show,
  string,
  uri,
} from '../../src/wamp/values.js';

describe('a parser', () => {
  test.each([
    ['id', id, [1, 2, 2 ** 53 - 1, 2 ** 53]],
    ['idOrZero', idOrZero, [0, 1, 2 ** 53]],
    ['uri', uri, ['', 'com.example.add', 'not a uri']],
    ['string', string, ['', 'x']],
    ['boolean', boolean, [true, false]],
    ['dict', dict, [{}, Object.create(null), { a: 1 }]],
    ['list', list, [[], [1]]],
    ['requestType', requestType, [16, 32, 34, 48, 64, 66, 68]],
    ['integer(0)', integer(0), [0, 1, 2 ** 53 - 1]],
    ['oneOf', oneOf('kill', 'skip'), ['kill', 'skip']],
    ['listOf(id)', listOf(id), [[], [1, 2 ** 53]]],
  ])('%s gives back what it takes', (_name, parse, values) => {
    for (const value of values) expect(parse(value)).toBe(value);
  });

  test.each([
    ['id', id, [0, -0, -1, 1.5, 2 ** 53 + 2, Number.NaN, 1e300, '1', null, true, [1], 1n]],
    ['idOrZero', idOrZero, [-1, 0.5, '0', null]],
    ['uri', uri, [null, 1, {}, [], true, new Uint8Array(1)]],
    ['string', string, [null, 1, {}]],
    ['boolean', boolean, [0, 1, 'true', null]],
    ['dict', dict, [null, [], 'x', 1, true, new Uint8Array(1), undefined]],
    ['list', list, [null, {}, { length: 0 }, 'x', new Uint8Array(1)]],
    ['requestType', requestType, [0, 1, 50, 70, 48.5, '48', null]],
    ['integer(1)', integer(1), [0, 1.5, 2 ** 53, '1', null]],
    ['oneOf', oneOf('kill', 'skip'), ['KILL', '', null, ['kill'], '__proto__']],
    ['listOf(string)', listOf(string), ['a', null, { 0: 'a' }, [1], ['a', null]]],
  ])('%s refuses everything else with a ProtocolError', (_name, parse, values) => {
    for (const value of values) expect(() => parse(value)).toThrow(ProtocolError);
  });

  test.each([
    [() => id(0), 'expected an ID from 1 to 2^53, received 0'],
    [() => boolean(1), 'expected true or false, received 1'],
    [() => oneOf('exact', 'prefix', 'wildcard')(7), "expected 'exact', 'prefix' or 'wildcard', received 7"],
    [() => listOf(id)([1, 'x']), 'element 1: expected an ID from 1 to 2^53, received a string'],
    [() => requestType(50), 'expected the code of a request (16, 32, 34, 48, 64, 66, 68), received 50'],
  ])('says what it expected and what came: %#', (run, said) => {
    expect(run).toThrow(said);
  });
});

describe('show', () => {
  test.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [[1], 'a list'],
    [{ ticket: 'hush' }, 'a dictionary'],
    [new Uint8Array(1), 'binary'],
    ['hush', 'a string'],
    ['', 'an empty string'],
    [true, 'true'],
    [-1.5, '-1.5'],
  ])('names %p as %s', (value, said) => {
    expect(show(value)).toBe(said);
  });
});
