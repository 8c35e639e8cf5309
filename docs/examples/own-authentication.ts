/**
 * A method of authentication of your own: one-time passwords from a shared key and the time (RFC 6238). The client's side is an
 * `AuthMethod`, the router's makes challenges.
 *
 * Run it where respell is installed: `node own-authentication.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { createHmac } from 'node:crypto';
import { type AuthMethod, type Challenger, connect, router } from 'respell';

const STEP = 30_000;

function code(key: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 0xf) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** It lives as long as its peer, and is asked anew for each session; the key stays in this closure. */
const totp = (key: string): AuthMethod => ({
  name: 'totp',
  answer: ({ extra }) => ({ signature: code(key, Number(extra['step'])) }),
  toJSON: () => ({ name: 'totp' }),
});

const KEYS: Readonly<Record<string, string>> = { alice: 'a key that two devices know' };

/** Everybody is challenged, so nobody learns who exists; each challenge is good for one answer. */
const challengeTotp: Challenger = ({ authid }) => {
  const step = Math.floor(Date.now() / STEP);
  const key = Object.hasOwn(KEYS, authid) ? KEYS[authid] : undefined;
  return {
    extra: { step },
    role: 'resident',
    verify: ({ signature }) => key !== undefined && signature === code(key, step),
  };
};

async function main() {
  const local = await router({ realms: { house: { auth: { challenges: { totp: challengeTotp } } } } });

  const alice = await connect(local, { realm: 'house', authid: 'alice', auth: totp('a key that two devices know') });
  console.log(alice.session?.authmethod, alice.session?.authid, alice.session?.authrole);
  try {
    await connect(local, { realm: 'house', authid: 'alice', auth: totp('another key') });
  } catch (error) {
    if (error instanceof Error && 'uri' in error) console.log(error.name, error.uri);
  }

  await alice.leave();
  await local.stop();
}
void main();

// It prints:
//   totp alice resident
//   SessionAborted wamp.error.authentication_denied
