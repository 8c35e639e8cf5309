import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cbor } from '../../../src/serializers/cbor.js';
import { json } from '../../../src/serializers/json.js';
import { msgpack } from '../../../src/serializers/msgpack.js';
import type { Serializer } from '../../../src/serializers/serializer.js';
import { MESSAGES } from '../../../src/wamp/message.js';
import { Usage } from '../usage.js';
import { checkLists, checkMessage, checkRefused, checkTaken, type Sample, type Variant } from './sample.js';
import { playScenario, type Scenario } from './scenario.js';
import { checkSignature, type Signed } from './signature.js';

/**
 * The standard's own vectors, which are not part of this project: a folder of them, as checks to run.
 *
 * @see https://github.com/wamp-proto/wamp-proto/tree/master/testsuite
 */

/** One vector in one serializer. `run` throws what is wrong. */
export interface Check {
  readonly title: string;
  readonly run: () => void | Promise<void>;
}

/** A vector that is not run. */
export interface Skip {
  readonly title: string;
  readonly why: string;
}

export interface Suite {
  readonly checks: readonly Check[];
  readonly skipped: readonly Skip[];
}

/** A file of `singlemessage`. */
interface Vector {
  readonly wamp_message_type: string;
  readonly wamp_message_code: number;
  readonly samples: readonly Sample[];
}

const SERIALIZERS: Readonly<Record<string, Serializer>> = { json: json(), msgpack: msgpack(), cbor: cbor() };

/**
 * @param dir the folder `testsuite` of wamp-proto/wamp-proto
 * @throws {Usage} when it holds no vectors, or one that cannot be read
 */
export function readSuite(dir: string): Suite {
  const checks: Check[] = [];
  const skipped: Skip[] = [];
  const files = [...jsonFiles(dir, 'singlemessage'), ...jsonFiles(dir, 'multisession')];
  if (files.length === 0) throw new Usage(`${dir}: expected the standard's vectors, found no singlemessage/*/*.json`);
  for (const file of files) {
    const content = read(file);
    if ('sequence' in content) addScenario(content as Scenario, checks);
    else addVector(content as Vector, checks, skipped);
  }
  const signatures = path.join(dir, 'cryptosign.json');
  if (existsSync(signatures)) {
    const { vectors } = read(signatures) as { readonly vectors: readonly Signed[] };
    vectors.forEach((signed, at) => {
      checks.push({ title: `signature ${at + 1}`, run: () => checkSignature(signed) });
    });
  }
  return { checks, skipped };
}

function addVector(
  { wamp_message_type: type, wamp_message_code: code, samples }: Vector,
  checks: Check[],
  skipped: Skip[],
): void {
  for (const sample of samples) {
    const title = `${type}: ${sample.description}`;
    if (sample.serializers !== undefined) {
      for (const [name, variants] of Object.entries(sample.serializers)) {
        const serializer = Object.hasOwn(SERIALIZERS, name) ? SERIALIZERS[name] : undefined;
        if (serializer === undefined) skipped.push({ title, why: `${name} is not spoken here` });
        else checks.push({ title: `${name}: ${title}`, run: serialization(type, code, sample, serializer, variants) });
      }
      continue;
    }
    for (const [name, serializer] of Object.entries(SERIALIZERS)) {
      const run =
        sample.expected_error === undefined
          ? () => checkTaken(type, sample, serializer)
          : () => checkRefused(type, sample, serializer);
      checks.push({ title: `${name}: ${title}`, run });
    }
  }
}

/** A message that is not the standard's any more, or not yet, is checked as the list that it is. */
function serialization(
  type: string,
  code: number,
  sample: Sample,
  serializer: Serializer,
  variants: readonly Variant[],
): () => void {
  if (!Object.hasOwn(MESSAGES, type)) return () => checkLists(code, sample, serializer, variants);
  return () => checkMessage(type, sample, serializer, variants);
}

function addScenario(scenario: Scenario, checks: Check[]): void {
  for (const [name, serializer] of Object.entries(SERIALIZERS)) {
    checks.push({ title: `${name}: ${scenario.description}`, run: () => playScenario(scenario, serializer) });
  }
}

function jsonFiles(dir: string, part: string): readonly string[] {
  return ['basic', 'advanced'].flatMap((profile) => {
    const folder = path.join(dir, part, profile);
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    return names.sort().map((name) => path.join(folder, name));
  });
}

function read(file: string): object {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as object;
  } catch (error) {
    throw new Usage(`${file}: ${(error as Error).message}`);
  }
}
