import type { Milliseconds } from '../../supervisors/clock.js';
import type { Serializer } from '../serializers/serializer.js';
import type { Frame } from '../transports/transport.js';
import { fromList } from '../wamp/codec.js';
import type { Message, MessageType } from '../wamp/message.js';
import type { Id, Uri } from '../wamp/values.js';

/** Which end of a connection a message comes from. */
export type End = 'peer' | 'router';

/** What became of a message: `lost` on its way, `changed` there, or `forged`: a fault said it, and not who seems to. */
export type Fate = 'delivered' | 'lost' | 'changed' | 'forged';

/** One message that crossed between a peer and its router, as data: for a test, or a snapshot. */
export interface Crossing {
  /** In the clock's milliseconds. */
  readonly at: Milliseconds;
  /** The peer's path in its tree. */
  readonly peer: string;
  /** Its first connection is 1. */
  readonly connection: number;
  readonly from: End;
  /** `undefined` for a frame that is no WAMP message. */
  readonly message: Message | undefined;
  /** The procedure or topic that it is about, also where the message itself has only an id. */
  readonly uri: Uri | undefined;
  readonly fate: Fate;
}

/** Reads the messages of one connection, and knows what their ids stand for. */
export class Reader {
  readonly #serializer: Serializer | undefined;
  /** Of requests that are in flight, by their sender and id. */
  readonly #asked = new Map<string, Uri>();
  /** Of subscriptions and registrations. */
  readonly #granted = new Map<string, Uri>();

  /** @param serializer that of the connection, or `undefined` where it is not known: then nothing can be read */
  constructor(serializer: Serializer | undefined) {
    this.#serializer = serializer;
  }

  read(frame: Frame): Message | undefined {
    try {
      return this.#serializer && fromList(this.#serializer.decode(frame));
    } catch {
      return undefined;
    }
  }

  /** What `message` is about. To be asked of each message, in order. */
  uriOf(message: Message, from: End): Uri | undefined {
    switch (message.type) {
      case 'CALL':
      case 'REGISTER':
        return this.#ask(from, message.request, message.procedure);
      case 'PUBLISH':
      case 'SUBSCRIBE':
        return this.#ask(from, message.request, message.topic);
      case 'SUBSCRIBED':
        return this.#grant(`subscription ${message.subscription}`, this.#answered('peer', message.request));
      case 'REGISTERED':
        return this.#grant(`registration ${message.registration}`, this.#answered('peer', message.request));
      case 'EVENT':
        return textOf(message.details['topic']) ?? this.#granted.get(`subscription ${message.subscription}`);
      case 'INVOCATION': {
        const uri = textOf(message.details['procedure']) ?? this.#granted.get(`registration ${message.registration}`);
        return this.#ask(from, message.request, uri);
      }
      case 'RESULT':
        return this.#answered('peer', message.request, message.details['progress'] === true);
      case 'YIELD':
        return this.#answered('router', message.request, message.options['progress'] === true);
      case 'PUBLISHED':
        return this.#answered('peer', message.request);
      case 'ERROR':
        return this.#answered(from === 'router' ? 'peer' : 'router', message.request);
      default:
        return undefined;
    }
  }

  #ask(from: End, request: Id, uri: Uri | undefined): Uri | undefined {
    if (uri !== undefined) this.#asked.set(`${from} ${request}`, uri);
    return uri;
  }

  #answered(asker: End, request: Id, isPart = false): Uri | undefined {
    const key = `${asker} ${request}`;
    const uri = this.#asked.get(key);
    if (!isPart) this.#asked.delete(key);
    return uri;
  }

  #grant(key: string, uri: Uri | undefined): Uri | undefined {
    if (uri !== undefined) this.#granted.set(key, uri);
    return uri;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A message as it may be kept and shown: a signature may be a ticket in the clear. */
export function shown(message: Message): Message {
  return message.type === 'AUTHENTICATE' ? { ...message, signature: '(a secret)', extra: {} } : message;
}

/** A crossing on one line: `0.25 s  thermostat → CALL 1 com.example.celsius [21.5]`. */
export function lineOfCrossing({ at, peer, from, message, uri, fate }: Crossing): string {
  const arrow = from === 'peer' ? '→' : '←';
  const what = message === undefined ? 'a frame that is no WAMP message' : wordsOf(message, uri);
  return `${(at / 1_000).toFixed(3)} s  ${peer} ${arrow} ${what}${fate === 'delivered' ? '' : ` (${fate})`}`;
}

function wordsOf(message: Message, uri: Uri | undefined): string {
  const words: string[] = [message.type];
  if ('request' in message) words.push(String(message.request));
  if ('realm' in message) words.push(message.realm);
  if ('session' in message) words.push(String(message.session));
  if ('reason' in message) words.push(message.reason);
  if ('error' in message) words.push(message.error);
  if (uri !== undefined) words.push(uri);
  if ('args' in message && message.args !== undefined) words.push(short(message.args));
  if ('kwargs' in message && message.kwargs !== undefined) words.push(short(message.kwargs));
  return words.join(' ');
}

function short(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  text ??= '…';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** For whoever asks for one type of message. */
export function isOfType<T extends MessageType>(
  crossing: Crossing,
  type: T,
): crossing is Crossing & { message: Message<T> } {
  return crossing.message?.type === type;
}
