import type { Socket } from 'node:net';

/** The consent to JSON, with 1 MiB as the longest frame. */
export const CONSENT = '7fb10000';
export const PING = '01000000';
export const PONG = '02000000';

/** A frame with a short text. */
export const frame = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, Buffer.byteLength(text)]), Buffer.from(text)]);

/**
 * The router's end of RawSockets in octets, which does nothing by itself but what a test says.
 *
 * @param reply to the handshake, in hex; to be left out for none
 * @param toPing the answer to the first ping, in hex
 */
export function greeting(reply: string | undefined = CONSENT, toPing: string | undefined = PONG) {
  return (socket: Socket): void => {
    let octets = Buffer.alloc(0);
    let greeted = false;
    const read = (chunk: Buffer) => {
      octets = Buffer.concat([octets, chunk]);
      if (!greeted && octets.length >= 4) {
        greeted = true;
        if (reply !== undefined) socket.write(Buffer.from(reply, 'hex'));
      }
      if (octets.length < 8) return;
      socket.off('data', read);
      if (toPing !== undefined) socket.write(Buffer.from(toPing, 'hex'));
    };
    socket.on('data', read);
  };
}
