/**
 * A device that has a key instead of a password: the router knows its public half, and finds out by it who it is. The key is a
 * file as `ssh-keygen -t ed25519` writes it, PKCS#8 as openssl does, or its 64 hexadecimal digits.
 *
 * Run it where respell is installed: `node cryptosign.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { generateKeyPairSync } from 'node:crypto';
import { connect, cryptosign, router } from 'respell';

async function main() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const publicHex = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');

  const local = await router({
    realms: { house: { auth: { users: { thermostat: { authorizedKeys: [publicHex], role: 'device' } } } } },
  });

  // A function is asked anew for each session. Where the key is in a token or an agent, give { sign, publicKey } instead.
  const me = await connect(local, { realm: 'house', auth: cryptosign({ privateKey: async () => pem }) });
  console.log(me.session?.authmethod, me.session?.authid, me.session?.authrole);

  await me.leave();
  await local.stop();
}
void main();

// It prints:
//   cryptosign thermostat device
