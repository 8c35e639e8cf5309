import { deepStrictEqual, ok } from 'node:assert';
import { SimulatedClock } from 'xstate';
import { PassthruError } from '../../../src/errors.js';
import { NO_PASSTHRU } from '../../../src/roles/no-passthru.js';
import type { Request } from '../../../src/roles/request.js';
import { SessionRoles } from '../../../src/roles/session-roles.js';
import { Subscribe } from '../../../src/roles/subscriber.js';
import type { Serializer } from '../../../src/serializers/serializer.js';
import type { Frame } from '../../../src/transports/transport.js';
import { fromList, toList } from '../../../src/wamp/codec.js';
import { faultInOptions, type TypeWithOptions } from '../../../src/wamp/fault-in-options.js';
import type { Message } from '../../../src/wamp/message.js';
import type { Dict, List } from '../../../src/wamp/values.js';

/** One way to write a message: text, or octets in hexadecimal, or both. */
export interface Variant {
  readonly bytes?: string;
  readonly bytes_hex?: string;
}

/** A message, as the standard's vectors tell of it: how it is written, or whether its options are valid. */
export interface Sample {
  readonly description: string;
  readonly serializers?: Readonly<Record<string, readonly Variant[]>>;
  readonly expected_attributes?: Dict;
  readonly wmsg?: List;
  readonly expected_error?: { readonly type: string; readonly contains: string };
}

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
export function described(type: string, attributes: Dict): Message {
  const message: Record<string, unknown> = { type };
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || name === 'message_type' || name === 'type') continue;
    if (name === 'roles') message['details'] = { roles: value };
    else if (name === 'payload') message['payload'] = Uint8Array.from(Buffer.from(String(value), 'hex'));
    else message[FIELD_NAMES[name] ?? name] = value;
  }
  return message as unknown as Message;
}

/** Each variant is read as the message, and the message is written as one of them, octet for octet. */
export function checkMessage(type: string, sample: Sample, serializer: Serializer, variants: readonly Variant[]): void {
  const message = described(type, sample.expected_attributes ?? {});
  for (const frame of variants.map(frameOf)) {
    const decoded = fromList(serializer.decode(frame));
    deepStrictEqual(decoded, message);
    // The order of a dictionary's keys is known from a variant only.
    checkWritten(toList(decoded), serializer, variants);
  }
}

/**
 * The same for a message that the codec does not know: as a list. What stands in it is known from its attributes, in
 * their order.
 */
export function checkLists(code: number, sample: Sample, serializer: Serializer, variants: readonly Variant[]): void {
  const list: unknown[] = [code];
  for (const [name, value] of Object.entries(sample.expected_attributes ?? {})) {
    if (value === null || name === 'message_type') continue;
    list.push(value);
  }
  for (const frame of variants.map(frameOf)) {
    const decoded = serializer.decode(frame);
    deepStrictEqual(decoded, list);
    checkWritten(decoded, serializer, variants);
  }
}

/** The message is taken, and no fault is found in it. */
export function checkTaken(type: string, { wmsg = [] }: Sample, serializer: Serializer): void {
  const message = received(wmsg, serializer);
  deepStrictEqual(message.type, type);
  if (message.type === 'EVENT') {
    // Nobody here opens transparent payload: whoever sends it is told so, and it is no breach of the protocol.
    const { heard, refused } = deliver(message);
    if (message.payload === undefined) deepStrictEqual({ heard, refused }, { heard: 1, refused: undefined });
    else deepStrictEqual(refused instanceof PassthruError && refused.problem, 'unsupported');
  }
  const { options } = message as { readonly options?: Dict };
  if (options !== undefined) deepStrictEqual(faultInOptions(type as TypeWithOptions, options), undefined);
}

/** The fault in it is found, and named, and it reaches no handler. */
export function checkRefused(type: string, { wmsg = [], expected_error: error }: Sample, serializer: Serializer): void {
  const message = received(wmsg, serializer);
  let fault: string;
  if (message.type === 'EVENT') {
    const { heard, refused } = deliver(message);
    deepStrictEqual(heard, 0);
    fault = refused?.message ?? 'none';
  } else {
    fault = faultInOptions(type as TypeWithOptions, (message as Message<TypeWithOptions>).options) ?? 'none';
  }
  ok(fault.includes(error?.contains ?? ''), `expected a fault in ${error?.contains}, found ${fault}`);
}

/** What a subscriber makes of an event: how many handlers it gave it to, and why to none. */
function deliver(message: Message<'EVENT'>): { heard: number; refused: Error | undefined } {
  let heard = 0;
  let refused: Error | undefined;
  const roles = new SessionRoles(
    {
      send: () => {},
      failed: () => {},
      unopened: (_what, _uri, why) => {
        refused = why;
      },
      timers: new SimulatedClock(),
    },
    NO_PASSTHRU,
  );
  const handler = () => {
    heard += 1;
  };
  roles.requests.send(new Subscribe({ topic: 'com.example.topic', options: {}, handler, id: undefined }) as Request);
  roles.table.SUBSCRIBED?.({ type: 'SUBSCRIBED', request: 1, subscription: message.subscription });
  try {
    roles.table.EVENT?.(message);
  } catch (thrown) {
    refused = thrown as Error;
  }
  return { heard, refused };
}

/** As it comes over the wire. */
function received(list: List, serializer: Serializer): Message {
  return fromList(serializer.decode(serializer.encode(list)));
}

function checkWritten(list: List, serializer: Serializer, variants: readonly Variant[]): void {
  const written = hexOf(serializer.encode(list));
  const expected = variants.map((variant) => hexOf(frameOf(variant)));
  ok(expected.includes(written), `expected ${expected.join(' or ')}, wrote ${written}`);
}

function frameOf({ bytes, bytes_hex: hex }: Variant): Frame {
  if (bytes === undefined) return Buffer.from(hex ?? '', 'hex');
  if (hex !== undefined) deepStrictEqual(hexOf(bytes), hex);
  return bytes;
}

const hexOf = (frame: Frame): string => Buffer.from(frame as string).toString('hex');
