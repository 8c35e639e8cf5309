/**
 * Messages that a user adds to those of the standard, and messages that he makes himself: checked before anything is done with them.
 *
 * @see WAMP Basic Profile, "Messages": codes from 256 to 1023 are for extensions
 */

import { UsageError } from '../errors.js';
import { came } from './given.js';
import type { FieldsOf, MessageShape, OptionalOf, Side } from './message.js';
import { type Dict, type Parse, problemIn, show } from './values.js';
import {
  type AnyMessage,
  FIRST_CUSTOM,
  LAST_CUSTOM,
  type Layout,
  layout,
  type Vocabulary,
  vocabulary,
} from './vocabulary.js';

/** A kind of message beyond the standard's. */
export type CustomShape = MessageShape;

/** By type, in upper case: `{ EVENT_RECEIVED: { code: 337, from: 'client', fields: { publication: field.id } } }`. */
export type CustomShapes = Readonly<Record<string, CustomShape>>;

type PayloadOf<S> = S extends { readonly payload: true }
  ? { readonly args?: readonly unknown[]; readonly kwargs?: Dict }
  : unknown;

/** The decoded messages of such shapes. */
export type CustomMessages<S extends CustomShapes> = {
  [K in keyof S & string]: { readonly type: K } & FieldsOf<S[K]['fields']> & OptionalOf<S[K]> & PayloadOf<S[K]>;
}[keyof S & string];

const SIDES: readonly unknown[] = ['client', 'router', 'both'];

/**
 * The standard's messages and these.
 *
 * @param where whose they are, to begin an error's message with: `role "acknowledge"`
 * @throws {UsageError} when a shape cannot be meant, or its type or code is taken
 */
export function extended(known: Vocabulary, shapes: CustomShapes, where: string): Vocabulary {
  const layouts = Object.values(known.byType);
  for (const [type, shape] of Object.entries(shapes)) {
    const problem = problemOf(type, shape);
    if (problem !== undefined) throw new UsageError(`${where}: ${problem}`);
    const taken = layouts.find((other) => other.type === type || other.code === shape.code);
    if (taken !== undefined) {
      throw new UsageError(`${where}: messages.${type}: ${taken.type} has that type or code ${taken.code} already`);
    }
    layouts.push(layout(type, shape));
  }
  for (const { type, reply } of layouts) {
    if (reply === undefined || layouts.some((other) => other.type === reply)) continue;
    throw new UsageError(`${where}: messages.${type}.reply: there is no message ${reply}`);
  }
  return vocabulary(layouts.map((each) => (each.type === 'ERROR' ? answering(each, layouts) : each)));
}

/** An ERROR that may answer these requests as well. */
function answering(error: Layout, layouts: readonly Layout[]): Layout {
  const codes = layouts.filter(({ code, reply }) => code >= FIRST_CUSTOM && reply !== undefined);
  if (codes.length === 0) return error;
  const [first, ...others] = error.parses as [Parse<unknown>, ...Parse<unknown>[]];
  const requestType: Parse<unknown> = (value) => (codes.some(({ code }) => code === value) ? value : first(value));
  return { ...error, parses: [requestType, ...others] };
}

/** What is wrong with a shape, or `undefined`. */
function problemOf(type: string, shape: unknown): string | undefined {
  const at = `messages.${type}`;
  if (!/^[A-Z][A-Z0-9_]*$/.test(type))
    return `expected a message's type in upper case, such as EVENT_RECEIVED, received "${type}"`;
  if (typeof shape !== 'object' || shape === null) return `expected ${at} to be an object, received ${came(shape)}`;
  const { code, from, fields, optional = {}, payload, reply } = shape as Record<string, unknown>;
  if (typeof code !== 'number' || !Number.isInteger(code) || code < FIRST_CUSTOM || code > LAST_CUSTOM)
    return `expected ${at}.code to be from ${FIRST_CUSTOM} to ${LAST_CUSTOM}, which are for extensions, received ${came(code)}`;
  if (!SIDES.includes(from))
    return `expected ${at}.from to be who sends it: "client", "router" or "both", received ${came(from)}`;
  for (const [name, parses] of Object.entries({ fields, optional })) {
    if (typeof parses !== 'object' || parses === null || Array.isArray(parses))
      return `expected ${at}.${name} to be an object, received ${came(parses)}`;
    for (const [key, parse] of Object.entries(parses)) {
      if (['type', 'args', 'kwargs', '__proto__'].includes(key) || /^\d+$/.test(key))
        return `${at}.${name}: "${key}" cannot be the name of a field`;
      if (payload === true && key === 'payload')
        return `${at}.${name}: "payload" cannot be the name of a field beside a payload`;
      if (typeof parse !== 'function')
        return `expected ${at}.${name}.${key} to be a function such as field.id, received ${came(parse)}`;
    }
  }
  if (payload !== undefined && typeof payload !== 'boolean')
    return `expected ${at}.payload to be true or false, received ${came(payload)}`;
  if (reply === undefined) return undefined;
  if (typeof reply !== 'string') return `expected ${at}.reply to be a message's type, received ${came(reply)}`;
  return Object.hasOwn(fields as object, 'request')
    ? undefined
    : `${at}: a message that is answered needs a field "request"`;
}

/**
 * Checks a message that a user made, before anything is done with it.
 *
 * @param where to begin an error's message with
 * @param sender who would send it
 * @throws {UsageError} that says which field is wrong, what was expected and what came
 */
export function checkMessage(where: string, message: unknown, known: Vocabulary, sender: Side): AnyMessage {
  const { type, from, names, parses, required, payload } = layoutFor(where, message, known);
  if (from !== 'both' && from !== sender)
    throw new UsageError(`${where}: a ${type} is sent by a ${from}, not by a ${sender}`);
  const given = message as Record<string, unknown>;
  const wrong = (name: string, problem: string) => new UsageError(`${where}: ${type}.${name}: ${problem}`);
  for (const key of Object.keys(given)) {
    if (key === 'type' || names.includes(key) || (payload && (key === 'args' || key === 'kwargs'))) continue;
    throw wrong(key, `there is no such field; a ${type} has ${names.join(', ')}${payload ? ', args, kwargs' : ''}`);
  }
  for (const [at, name] of names.entries()) {
    const value = given[name];
    if (value === undefined && at >= required) continue;
    try {
      parses[at]?.(value);
    } catch (error) {
      throw wrong(name, problemIn(error));
    }
  }
  const { args, kwargs } = given;
  if (args !== undefined && !Array.isArray(args)) throw wrong('args', `expected a list, received ${show(args)}`);
  if (kwargs !== undefined && (typeof kwargs !== 'object' || kwargs === null || Array.isArray(kwargs)))
    throw wrong('kwargs', `expected a dictionary, received ${show(kwargs)}`);
  return message as AnyMessage;
}

/** @throws {UsageError} when it is no message, or of no known type */
export function layoutFor(where: string, message: unknown, known: Vocabulary): Layout {
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    throw new UsageError(
      `${where}: expected a message such as { type: 'CALL', options: {}, procedure: 'com.example.add' }, received ${came(message)}`,
    );
  const { type } = message as { readonly type?: unknown };
  const layout = typeof type === 'string' && Object.hasOwn(known.byType, type) ? known.byType[type] : undefined;
  if (layout !== undefined) return layout;
  throw new UsageError(
    `${where}: expected type to be one of ${Object.keys(known.byType).join(', ')}, received ${came(type)}`,
  );
}
