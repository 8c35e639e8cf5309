import type { Place } from './place.js';
import { isObject, type Shape } from './shape.js';

const EXPECTED = 'a string that is not empty, { "env": "NAME" } or { "file": "PATH" }';

/**
 * A secret: as it is, or where it is to be found, so that the configuration itself can be shown to anybody. It is never
 * repeated. The line break at the end of a file is not a part of it.
 */
export const SECRET: Shape = {
  expected: EXPECTED,
  schema: {
    anyOf: [
      { type: 'string', minLength: 1 },
      variant('env', 'The name of an environment variable'),
      variant('file', 'The path of a file; if it is relative, from the configuration file’s folder'),
    ],
  },
  read: (value, place) => {
    if (typeof value === 'string' && value !== '') return value;
    if (!isObject(value)) return place.hidden.refuse(EXPECTED, value);
    const [[key, name] = [], ...more] = Object.entries(value);
    if (more.length > 0 || typeof name !== 'string' || name === '') return place.hidden.refuse(EXPECTED, value);
    if (key === 'env') return fromEnvironment(name, place);
    if (key === 'file') return fromFile(name, place);
    return place.hidden.refuse(EXPECTED, value);
  },
};

function variant(key: string, description: string) {
  const properties = { [key]: { type: 'string', minLength: 1, description } };
  return { type: 'object', properties, required: [key], additionalProperties: false };
}

function fromEnvironment(name: string, place: Place): string | undefined {
  const value = place.secrets.env[name];
  if (value !== undefined && value !== '') return value;
  return place.problem(`the environment variable ${name} is ${value === undefined ? 'not set' : 'empty'}`);
}

function fromFile(path: string, place: Place): string | undefined {
  let text: string;
  try {
    text = place.secrets.readFile(path).replace(/\r?\n$/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return place.problem(`the file ${path} cannot be read${code === undefined ? '' : ` (${code})`}`);
  }
  return text === '' ? place.problem(`the file ${path} is empty`) : text;
}
