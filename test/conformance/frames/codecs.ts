import * as project from '../../../src/index.js';

/** What this project has of what cases need. Looked for by name: a case for what is not there is skipped. */
const has = project as unknown as Readonly<Record<string, unknown>>;

export interface Codec {
  readonly name: string;
  readonly subprotocol: string;
  /** Its number in RawSocket's handshake. */
  readonly number: number;
  readonly encode: (list: readonly unknown[]) => string | Uint8Array;
  readonly decode: (payload: string | Uint8Array) => unknown;
}

const JSON_CODEC: Codec = {
  name: 'json',
  subprotocol: 'wamp.2.json',
  number: 1,
  encode: (list) => JSON.stringify(list),
  decode: (payload) => JSON.parse(typeof payload === 'string' ? payload : Buffer.from(payload).toString()) as unknown,
};

const NUMBERS: Readonly<Record<string, number>> = { json: 1, msgpack: 2, cbor: 3 };

/** JSON is spoken by the runner itself, the binary ones by the project's own serializers, where it has them. */
export function codec(name: string): Codec | undefined {
  if (name === 'json') return JSON_CODEC;
  const make = has[name];
  if (typeof make !== 'function' || NUMBERS[name] === undefined) return undefined;
  const serializer = (make as () => Pick<Codec, 'subprotocol' | 'decode' | 'encode'>)();
  return {
    name,
    subprotocol: serializer.subprotocol,
    number: NUMBERS[name],
    encode: (list) => serializer.encode(list),
    decode: (payload) => serializer.decode(payload),
  };
}

export const hasRawSocket = (): boolean => typeof has['rawsocket'] === 'function';

const MAKERS: Readonly<Record<string, string>> = {
  ticket: 'ticket',
  wampcra: 'wampcra',
  'wamp-scram': 'scram',
  cryptosign: 'cryptosign',
};

export function hasMethod(method: string): boolean {
  const maker = MAKERS[method];
  return maker !== undefined && typeof has[maker] === 'function';
}
