import { Place, pathText } from '../../../src/cli/config/place.js';
import { SECRET } from '../../../src/cli/config/secret.js';
import {
  either,
  exactly,
  isBoolean,
  isObject,
  listOf,
  MILLISECONDS,
  mapOf,
  oneOf,
  record,
  type Shape,
  TEXT,
  whole,
  YES_OR_NO,
} from '../../../src/cli/config/shape.js';

const FILES: Readonly<Record<string, string>> = { 'joe.txt': 'from a file\n', 'empty.txt': '\n' };

function read(shape: Shape, value: unknown, env = {}) {
  const problems: string[] = [];
  const readFile = (path: string) => {
    const text = FILES[path];
    if (text === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
    return text;
  };
  const result = shape.read(
    value,
    new Place((path) => `x.json: ${pathText(path)}`, problems, { env, readFile }, ['at']),
  );
  return { result, problems };
}

const SPOT = record('a spot', { x: { shape: whole(0, 9), says: 'x' }, name: { shape: TEXT, says: 'name' } }, ['x']);

describe('a shape', () => {
  test.each<[string, Shape, unknown]>([
    ['true or false', YES_OR_NO, false],
    ['text', TEXT, 'a'],
    ['a number', whole(0, 9), 9],
    ['milliseconds', MILLISECONDS, 0.5],
    ['one of several', oneOf('a', 'b'), 'b'],
    ['a list', listOf(TEXT), ['a', 'b']],
    ['a map', mapOf('names', TEXT), { a: 'b', constructor: 'c' }],
    ['a record', SPOT, { x: 1, name: 'a' }],
    ['an alternative', either('x', [isBoolean, exactly(false)], [isObject, SPOT]), { x: 1 }],
  ])('lets %s pass as it is', (_, shape, value) => {
    expect(read(shape, value)).toEqual({ result: value, problems: [] });
  });

  test.each<[Shape, unknown, readonly string[]]>([
    [YES_OR_NO, 'yes', ['x.json: at: expected true or false, received "yes"']],
    [TEXT, '', ['x.json: at: expected a string that is not empty, received an empty string']],
    [whole(0, 9), 10, ['x.json: at: expected a whole number from 0 to 9, received 10']],
    [MILLISECONDS, 0, ['x.json: at: expected milliseconds above 0, received 0']],
    [
      oneOf('anonymous', 'ticket'),
      'tikcet',
      ['x.json: at: expected one of anonymous, ticket, received "tikcet"; did you mean "ticket"?'],
    ],
    [listOf(TEXT), 'a', ['x.json: at: expected a list, each of it a string that is not empty, received "a"']],
    [listOf(TEXT), ['a', 1], ['x.json: at.1: expected a string that is not empty, received 1']],
    [mapOf('names', TEXT), [], ['x.json: at: expected an object with names, received a list']],
    [SPOT, { x: 1, nmae: 'a' }, ['x.json: at.nmae: unknown key; did you mean "name"?']],
    [oneOf('warn', 'silent'), 'loud', ['x.json: at: expected one of warn, silent, received "loud"']],
    [
      oneOf('warn', 'silent'),
      'warm',
      ['x.json: at: expected one of warn, silent, received "warm"; did you mean "warn"?'],
    ],
    [SPOT, { x: 1, zzz: 'a' }, ['x.json: at.zzz: unknown key; known are x, name']],
    [SPOT, { name: 'a' }, ['x.json: at: expected a spot; x is missing']],
    [either('x', [isBoolean, exactly(false)]), true, ['x.json: at: expected false, received true']],
    [either('a spot, or false', [isBoolean, exactly(false)]), 1, ['x.json: at: expected a spot, or false, received 1']],
  ])('%#: says everything that is wrong', (shape, value, problems) => {
    expect(read(shape, value).problems).toEqual(problems);
  });

  it('tells of a hidden record what came by its kind only', () => {
    const hidden = record('users', { name: { shape: listOf(TEXT), says: '' } }, [], true);
    expect(read(hidden, { name: 'sesame' }).problems.join()).toMatch(/received a string$/);
    expect(read(hidden, { name: [12_345] }).problems.join()).toMatch(/received a number$/);
    expect(read(hidden, 'sesame').problems.join()).toMatch(/received a string$/);
  });
});

describe('a secret', () => {
  test.each<[unknown, string]>([
    ['as it is', 'as it is'],
    [{ env: 'JOE' }, 'from the environment'],
    [{ file: 'joe.txt' }, 'from a file'],
  ])('%j is %j', (value, secret) => {
    expect(read(SECRET, value, { JOE: 'from the environment' })).toEqual({ result: secret, problems: [] });
  });

  test.each<[unknown, string]>([
    ['', 'received an empty string'],
    [12_345, 'expected a string that is not empty, { "env": "NAME" } or { "file": "PATH" }, received a number'],
    [{ env: 'JOE', file: 'joe.txt' }, 'received an object'],
    [{ evn: 'JOE' }, 'received an object'],
    [{ env: 'JOE' }, 'the environment variable JOE is not set'],
    [{ env: 'EMPTY' }, 'the environment variable EMPTY is empty'],
    [{ file: 'nowhere' }, 'the file nowhere cannot be read (ENOENT)'],
    [{ file: 'empty.txt' }, 'the file empty.txt is empty'],
  ])('%j cannot be had: %s', (value, problem) => {
    const { problems, result } = read(SECRET, value, { EMPTY: '' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).not.toContain('12345');
    expect(result).toBeUndefined();
  });
});

describe('pathText', () => {
  test.each([
    [['realms', 'realm1', 'auth'], 'realms.realm1.auth'],
    [['realms', 'com.example', 'auth'], 'realms["com.example"].auth'],
    [[], ''],
  ])('of %j is %s', (path, text) => {
    expect(pathText(path)).toBe(text);
  });
});
