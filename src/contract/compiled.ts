/** A definition made ready for use: which entry a URI has, and the checks of its payloads. */

import { UsageError } from '../errors.js';
import { came } from '../wamp/given.js';
import { nearest } from '../wamp/nearest.js';
import { checkUri, isReserved, matchesPrefix, matchesWildcard, type UriPattern } from '../wamp/uri.js';
import type { Dict, List, Uri } from '../wamp/values.js';
import type { Definition, PayloadSchemas, ProcedureDefinition, TopicDefinition } from './definition.js';
import { PayloadCheck } from './payload-check.js';
import { isSchema, type StandardSchema } from './standard-schema.js';

/** Where there is no check, nothing is said of it. */
export interface ProcedureChecks {
  readonly call: PayloadCheck | undefined;
  /** Of the further parts of a call. */
  readonly part: PayloadCheck | undefined;
  readonly result: PayloadCheck | undefined;
  readonly progress: PayloadCheck | undefined;
}

export interface TopicChecks {
  readonly event: PayloadCheck | undefined;
}

/** What has a URI, or matches one. */
class Table<T> {
  readonly #exact = new Map<Uri, T>();
  /** Longest first: it says most. */
  readonly #prefixes: (readonly [Uri, T])[] = [];
  readonly #wildcards: (readonly [Uri, T])[] = [];

  add(uri: Uri, match: UriPattern, value: T): void {
    if (match === 'exact') this.#exact.set(uri, value);
    else if (match === 'wildcard') this.#wildcards.push([uri, value]);
    else {
      this.#prefixes.push([uri, value]);
      this.#prefixes.sort(([one], [other]) => other.length - one.length);
    }
  }

  /** As WAMP chooses among patterns: the URI itself, then the longest prefix, then a wildcard. */
  get(uri: Uri): T | undefined {
    const exact = this.#exact.get(uri);
    if (exact !== undefined) return exact;
    for (const [prefix, value] of this.#prefixes) if (matchesPrefix(prefix, uri)) return value;
    for (const [pattern, value] of this.#wildcards) if (matchesWildcard(pattern, uri)) return value;
    return undefined;
  }

  *uris(): Iterable<Uri> {
    yield* this.#exact.keys();
    for (const [uri] of [...this.#prefixes, ...this.#wildcards]) yield uri;
  }
}

export class CompiledDefinition {
  readonly #procedures = new Table<ProcedureChecks>();
  readonly #topics = new Table<TopicChecks>();
  readonly #errors = new Map<Uri, PayloadCheck[]>();

  /** @throws {UsageError} that says which part of which entry makes no sense */
  constructor(definition: Definition) {
    const { procedures = {}, topics = {} } = known('contract', definition, ['procedures', 'topics']);
    for (const [uri, entry] of entriesOf('procedures', procedures)) this.#addProcedure(uri, entry);
    for (const [uri, entry] of entriesOf('topics', topics)) {
      const where = `contract: topic ${uri}`;
      known(where, entry, ['args', 'kwargs', 'match']);
      this.#topics.add(uri, matchOf(where, uri, entry), { event: payload(where, entry) });
    }
  }

  procedure(uri: Uri): ProcedureChecks | undefined {
    return this.#procedures.get(uri);
  }

  topic(uri: Uri): TopicChecks | undefined {
    return this.#topics.get(uri);
  }

  /** @throws {UsageError} the contract has no such URI. Of a pattern, and of what is WAMP's own, nothing is said. */
  knows(kind: 'procedure' | 'topic', operation: string, uri: Uri, match: UriPattern = 'exact'): void {
    if (match !== 'exact' || isReserved(uri)) return;
    const entry = kind === 'procedure' ? this.procedure(uri) : this.topic(uri);
    if (entry === undefined) throw this.unknown(operation, kind, uri);
  }

  /** The error for a URI that stands in no entry. */
  unknown(operation: string, kind: 'procedure' | 'topic', uri: Uri): UsageError {
    const meant = nearest(uri, (kind === 'procedure' ? this.#procedures : this.#topics).uris());
    const help = meant === undefined ? '' : `; did you mean ${meant}?`;
    return new UsageError(`${operation}: the contract has no ${kind} ${uri}${help}`);
  }

  /** Whether the payload of an error fits what any procedure says of its URI. What a schema can only tell later fits. */
  errorFits(uri: Uri, args: List, kwargs: Dict): boolean {
    const checks = this.#errors.get(uri);
    return (
      checks === undefined ||
      checks.some((check) => {
        const verdict = check.check(args, kwargs);
        return verdict instanceof Promise || verdict.issues === undefined;
      })
    );
  }

  #addProcedure(uri: Uri, entry: ProcedureDefinition): void {
    const where = `contract: procedure ${uri}`;
    const {
      parts,
      result,
      progress,
      errors = {},
    } = known(where, entry, ['args', 'kwargs', 'match', 'parts', 'result', 'progress', 'errors']);
    const call = payload(where, entry);
    const part = parts && payload(`${where}: parts`, known(`${where}: parts`, parts, ['args', 'kwargs']));
    this.#procedures.add(uri, matchOf(where, uri, entry), {
      call,
      part: parts === undefined ? call : part,
      result: valueOrPayload(`${where}: result`, result),
      progress: valueOrPayload(`${where}: progress`, progress),
    });
    for (const [error, schemas] of entriesOf(`${where}: errors`, errors)) {
      const at = `${where}: error ${error}`;
      matchOf(at, error, {});
      const check = payload(at, known(at, schemas, ['args', 'kwargs'])) ?? new PayloadCheck({});
      this.#errors.set(error, [...(this.#errors.get(error) ?? []), check]);
    }
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function entriesOf<T>(where: string, entries: Readonly<Record<Uri, T>>): [Uri, T][] {
  if (!isObject(entries) || isSchema(entries)) {
    throw new UsageError(`${where}: expected an object, by URI, received ${came(entries)}`);
  }
  return Object.entries(entries);
}

function known<T extends object>(where: string, entry: T, keys: readonly (keyof T & string)[]): T {
  if (!isObject(entry) || isSchema(entry)) {
    throw new UsageError(
      `${where}: expected an object with ${keys.join(', ')}, received ${isSchema(entry) ? 'a schema' : came(entry)}`,
    );
  }
  for (const key of Object.keys(entry)) {
    if ((keys as readonly string[]).includes(key)) continue;
    const meant = nearest(key, keys);
    throw new UsageError(
      `${where}: unknown "${key}"; ${meant === undefined ? `known are ${keys.join(', ')}` : `did you mean "${meant}"?`}`,
    );
  }
  return entry;
}

function matchOf(where: string, uri: Uri, { match = 'exact' }: Pick<TopicDefinition, 'match'>): UriPattern {
  if (match !== 'exact' && match !== 'prefix' && match !== 'wildcard') {
    throw new UsageError(`${where}: expected match to be "exact", "prefix" or "wildcard", received ${came(match)}`);
  }
  const fault = checkUri(uri, { pattern: match });
  if (fault !== undefined) throw new UsageError(`${where}: expected a URI such as com.example.name; it ${fault}`);
  return match;
}

function payload(where: string, { args, kwargs }: PayloadSchemas): PayloadCheck | undefined {
  if (args !== undefined && !isSchema(args)) {
    if (!Array.isArray(args)) throw noSchema(`${where}: args`, 'a schema, or a list of schemas', args);
    (args as readonly unknown[]).forEach((schema, at) => {
      if (!isSchema(schema)) throw noSchema(`${where}: args[${at}]`, 'a schema', schema);
    });
  }
  if (kwargs !== undefined && !isSchema(kwargs)) throw noSchema(`${where}: kwargs`, 'a schema', kwargs);
  if (args === undefined && kwargs === undefined) return undefined;
  return new PayloadCheck({ ...(args === undefined ? {} : { args }), ...(kwargs === undefined ? {} : { kwargs }) });
}

function valueOrPayload(where: string, given: StandardSchema | PayloadSchemas | undefined): PayloadCheck | undefined {
  if (given === undefined) return undefined;
  if (isSchema(given)) return new PayloadCheck({ args: [given] });
  return payload(where, known(where, given as PayloadSchemas, ['args', 'kwargs']));
}

function noSchema(where: string, expected: string, received: unknown): UsageError {
  return new UsageError(
    `${where}: expected ${expected} of a library that follows Standard Schema (Zod, Valibot, ArkType …), received ${came(received)}`,
  );
}

/** @throws {UsageError} that says which part of which entry makes no sense */
export function compile(definition: Definition): CompiledDefinition {
  return new CompiledDefinition(definition);
}
