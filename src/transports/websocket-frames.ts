import * as ws from 'ws';

/** Part of ws' public interface, and not of its types. It gives a head and, unless that is empty, the payload as it is. */
const { Sender } = ws as unknown as {
  readonly Sender: {
    frame(
      payload: Uint8Array,
      options: { readonly fin: true; readonly opcode: number; readonly mask: false; readonly readOnly: true },
    ): readonly Uint8Array[];
  };
};

const TEXT = 1;
const BINARY = 2;

/** Below this a frame is cheaper as one buffer than as two. */
const COPIED = 4_096;

/**
 * A message in the frame in which a server sends it. Servers mask nothing, so it is the same for all who are sent the same; ws' own
 * `send` would put one before it for each of them.
 *
 * @see RFC 6455, section 5.2
 */
export function serverFrame(payload: string | Uint8Array, asText: boolean): readonly Uint8Array[] {
  const octets = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const frame = Sender.frame(octets, { fin: true, opcode: asText ? TEXT : BINARY, mask: false, readOnly: true });
  return octets.length <= COPIED ? [Buffer.concat(frame)] : frame;
}
