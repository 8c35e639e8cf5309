import { SerializationError, UsageError } from '../errors.js';
import type { PayloadSerializer } from '../serializers/serializer.js';
import { came, type Kinds } from '../wamp/given.js';
import { checkManyOptions } from '../wamp/many-options.js';
import type { OpenPayload, PayloadScheme } from '../wamp/payload-scheme.js';
import { fromOctets, toOctets } from './envelope.js';
import { A_PAYLOAD_SERIALIZER, Formats } from './formats.js';

/** What `tunnel` takes beside the name of its scheme. */
export interface TunnelOptions {
  /**
   * What payloads are written in: `json()`, `msgpack()`, `cbor()`, or `native` (the default) for octets of the other technology's
   * making, which are handed over as they are: as the one argument, a `Uint8Array`.
   */
  readonly serializer?: PayloadSerializer | 'native';
}

const NATIVE = 'native';

const KINDS: Kinds<TunnelOptions> = {
  serializer: {
    ...A_PAYLOAD_SERIALIZER,
    expected: `${A_PAYLOAD_SERIALIZER.expected}, or "${NATIVE}"`,
    fits: (value) => value === NATIVE || A_PAYLOAD_SERIALIZER.fits(value),
  },
};

/**
 * Payloads of another technology, which pass through routers as they are, without encryption: `mqtt`, or a scheme of your own.
 * It opens what is written in any of the three serializers, whichever it writes in itself.
 *
 * @param scheme `ppt_scheme`: both ends must have it
 * @throws {UsageError}
 * @example `connect(url, { realm, passthru: tunnel('mqtt') })`
 * @see WAMP Advanced Profile, "Payload Passthru Mode", "Predefined Schemes"
 */
export function tunnel(scheme: 'mqtt' | `x_${string}`, options: TunnelOptions = {}): PayloadScheme {
  if (typeof scheme !== 'string' || !/^(mqtt|x_[a-z0-9_]+)$/.test(scheme)) {
    throw new UsageError(`tunnel: expected a scheme "mqtt" or one that begins with "x_", received ${came(scheme)}`);
  }
  checkManyOptions<TunnelOptions>(`tunnel("${scheme}")`, options, KINDS);
  const { serializer = NATIVE } = options;
  const formats = new Formats(serializer === NATIVE ? undefined : serializer);
  return {
    scheme,
    seal(payload, { inReplyTo }) {
      const named = inReplyTo?.serializer;
      const writer = inReplyTo === undefined ? serializer : (formats.get(named) ?? NATIVE);
      if (writer === NATIVE) return { serializer: NATIVE, octets: nativeOctets(payload) };
      return { serializer: writer.name, octets: toOctets(writer, payload) };
    },
    open({ serializer: name, octets }) {
      if (name === undefined || name === NATIVE) return { args: [octets], kwargs: {} };
      const { args, kwargs } = fromOctets(formats.named(name), octets);
      return { args, kwargs };
    },
  };
}

function nativeOctets({ args, kwargs }: OpenPayload): Uint8Array {
  const [octets] = args;
  if (args.length === 1 && octets instanceof Uint8Array && Object.keys(kwargs).length === 0) return octets;
  throw new SerializationError(
    'args',
    'a native payload is one Uint8Array and no kwargs; give tunnel a serializer to send anything else',
  );
}
