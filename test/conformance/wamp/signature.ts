import { cryptosign } from '../../../src/auth/cryptosign.js';
import { publicKeyOf } from '../../../src/auth/ed25519.js';
import { fromHex, type Octets, toHex } from '../../../src/auth/octets.js';

/** A signature of the standard's: all octets are hexadecimal digits. */
export interface Signed {
  /** Of the TLS connection that it is bound to, if it is. */
  readonly channel_id: string | null;
  readonly private_key: string;
  readonly challenge: string;
  readonly signature: string;
}

/** @throws {Error} unless a client that has the key answers the challenge with that signature */
export async function checkSignature({ channel_id, private_key, challenge, signature }: Signed): Promise<void> {
  const binding = channel_id === null ? {} : ({ channelBinding: 'tls-unique' } as const);
  const pubkey = toHex(await publicKeyOf(octets(private_key)));
  const method = cryptosign({ privateKey: private_key, ...binding });
  const answer = await method.answer(
    { authmethod: 'cryptosign', extra: { challenge, ...(channel_id !== null && { channel_binding: 'tls-unique' }) } },
    {
      authid: undefined,
      realm: 'realm1',
      address: 'ws://127.0.0.1/',
      authextra: { pubkey },
      ...(channel_id !== null && { channelId: async () => octets(channel_id) }),
    },
  );
  if (answer.signature !== signature) throw new Error(`expected ${signature}, received ${answer.signature}`);
}

function octets(hex: string): Octets {
  const read = fromHex(hex, 32);
  if (read === undefined) throw new Error(`expected 32 octets as hexadecimal digits, received ${hex}`);
  return read;
}
