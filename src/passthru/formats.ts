import { PassthruError } from '../errors.js';
import { cbor } from '../serializers/cbor.js';
import { json } from '../serializers/json.js';
import { msgpack } from '../serializers/msgpack.js';
import type { PayloadSerializer } from '../serializers/serializer.js';
import { having, type Kind } from '../wamp/given.js';

export const A_PAYLOAD_SERIALIZER: Kind = having('a serializer, such as cbor()', 'encodePayload', 'decodePayload');

/** What payloads may be written in: all three that are here, whichever is sent. */
export class Formats {
  readonly #byName: ReadonlyMap<string, PayloadSerializer>;

  /** @param given takes the place of the one of its name */
  constructor(given?: PayloadSerializer) {
    const all = [cbor(), msgpack(), json(), ...(given === undefined ? [] : [given])];
    this.#byName = new Map(all.map((serializer) => [serializer.name, serializer]));
  }

  get(name: string | undefined): PayloadSerializer | undefined {
    return name === undefined ? undefined : this.#byName.get(name);
  }

  /** @param name `ppt_serializer` @throws {PassthruError} */
  named(name: string | undefined): PayloadSerializer {
    const found = this.get(name);
    if (found !== undefined) return found;
    const came = name === undefined ? 'none is named' : 'another is named';
    throw new PassthruError(
      'unsupported',
      `expected ppt_serializer to be one of ${[...this.#byName.keys()].join(', ')}, and ${came}`,
    );
  }
}
