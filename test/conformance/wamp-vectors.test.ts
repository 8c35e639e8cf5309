import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { json } from '../../src/serializers/json.js';
import { fromList, toList } from '../../src/wamp/codec.js';
import { MESSAGES, type Message, type MessageType } from '../../src/wamp/message.js';
import { faultInOptions, OPTIONS, type OptionsType } from '../../src/wamp/options.js';
import type { Dict, List } from '../../src/wamp/values.js';
import { describeWith, requires } from '../support/requirement.js';

/**
 * The standard's own vectors, which are not part of this project. `WAMP_TESTSUITE` says where they are.
 *
 * @see https://github.com/wamp-proto/wamp-proto/tree/master/testsuite
 */

interface Sample {
  readonly description: string;
  readonly serializers?: { readonly json?: readonly { readonly bytes: string; readonly bytes_hex?: string }[] };
  readonly expected_attributes?: Dict;
  readonly wmsg?: List;
  readonly expected_error?: { readonly type: string; readonly contains: string };
}

interface Vector {
  readonly wamp_message_type: string;
  readonly wamp_message_code: number;
  readonly samples: readonly Sample[];
}

type Case = readonly [title: string, type: MessageType, sample: Sample];

/** How the vectors call a field that has another name here. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  request_id: 'request',
  request_type: 'requestType',
  session_id: 'session',
  subscription_id: 'subscription',
  publication_id: 'publication',
  registration_id: 'registration',
  method: 'authmethod',
};

/** A message as the vector's attributes describe it, without what is null or merely how a codec keeps it. */
function described(type: MessageType, attributes: Dict): Message {
  const message: Record<string, unknown> = { type };
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || name === 'message_type') continue;
    if (name === 'roles') message['details'] = { roles: value };
    else message[FIELD_NAMES[name] ?? name] = value;
  }
  return message as unknown as Message;
}

/** Encrypted payload of autobahn's own making stands where the standard has a list of arguments. */
function isLegacyPayload({ wmsg, expected_attributes: attributes }: Sample): boolean {
  const options =
    (wmsg ?? []).find((element) => typeof element === 'object') ?? attributes?.['options'] ?? attributes?.['details'];
  return typeof options === 'object' && options !== null && 'enc_algo' in options;
}

/** The key whose value a sample is about: the standard's, in options that this project reads, or somebody else's. */
function keyOf({ wmsg }: Sample): string | undefined {
  return Object.keys(wmsg?.find((element) => typeof element === 'object' && !Array.isArray(element)) ?? {})[0];
}

function isOurOption(type: MessageType, key: string | undefined): boolean {
  if (!Object.hasOwn(OPTIONS, type)) return false;
  return Object.values<{ readonly wire: string }>(OPTIONS[type as OptionsType]).some(({ wire }) => wire === key);
}

const serializations: Case[] = [];
const valid: Case[] = [];
const invalid: Case[] = [];
const notCovered: string[] = [];

function sort(file: string): void {
  const vector = JSON.parse(readFileSync(file, 'utf8')) as Vector;
  const type = vector.wamp_message_type;
  for (const sample of vector.samples) {
    const title = `${type}: ${sample.description}`;
    const testCase: Case = [title, type as MessageType, sample];
    if (!Object.hasOwn(MESSAGES, type)) notCovered.push(`${title} (code ${vector.wamp_message_code} is provisional)`);
    else if (isLegacyPayload(sample)) notCovered.push(`${title} (enc_algo is not the standard's)`);
    else if (sample.serializers !== undefined) serializations.push(testCase);
    else if (sample.expected_error === undefined) valid.push(testCase);
    else if (isOurOption(testCase[1], keyOf(sample))) invalid.push(testCase);
    else notCovered.push(`${title} (${keyOf(sample)} is ignored on the way in)`);
  }
}

const vectors = requires('wamp-testsuite');
if (vectors.available) {
  for (const profile of ['singlemessage/basic', 'singlemessage/advanced']) {
    for (const file of readdirSync(path.join(vectors.path, profile))) sort(path.join(vectors.path, profile, file));
  }
}

describeWith('wamp-testsuite', "the standard's vectors", () => {
  it('are there', () => {
    expect(serializations.length).toBeGreaterThanOrEqual(30);
    expect(invalid.length).toBeGreaterThanOrEqual(15);
    process.stdout.write(
      `the standard's vectors: ${serializations.length + valid.length + invalid.length} samples run, ` +
        `${notCovered.length} not covered:\n${notCovered.map((title) => `  ${title}\n`).join('')}`,
    );
  });

  const serializer = json();

  describe('serialization', () => {
    for (const [title, type, sample] of serializations)
      test(title, () => {
        const message = described(type, sample.expected_attributes ?? {});
        const variants = sample.serializers?.json ?? [];
        expect(variants.map(({ bytes }) => bytes)).toContain(serializer.encode(toList(message)));
        for (const { bytes, bytes_hex: hex } of variants) {
          if (hex !== undefined) expect(Buffer.from(bytes).toString('hex')).toBe(hex);
          expect(fromList(serializer.decode(bytes))).toEqual(message);
        }
      });
  });

  describe('validation', () => {
    for (const [title, type, { wmsg = [] }] of valid)
      test(`takes ${title}`, () => {
        const message = fromList(serializer.decode(JSON.stringify(wmsg)));
        expect(message.type).toBe(type);
        const { options } = message as { readonly options?: Dict };
        if (options !== undefined) expect(faultInOptions(type as OptionsType, options)).toBeUndefined();
      });

    for (const [title, type, { wmsg = [], expected_error: error }] of invalid)
      test(`refuses ${title}`, () => {
        const { options } = fromList(serializer.decode(JSON.stringify(wmsg))) as Message<OptionsType>;
        expect(faultInOptions(type as OptionsType, options)).toContain(error?.contains);
      });
  });
});
