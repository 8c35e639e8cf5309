import { publicKeyOf, signEd25519, verifyEd25519 } from '../../src/auth/ed25519.js';
import { fromHex, type Octets, toHex } from '../../src/auth/octets.js';

const octets = (text: string) => fromHex(text, text.length / 2) as Octets;

/** RFC 8032, section 7.1: secret key, public key, message, signature. */
const VECTORS = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
] as const;

test.each(VECTORS)('agrees with RFC 8032 on the key %s', async (seed, publicKey, message, signature) => {
  expect(toHex(await publicKeyOf(octets(seed)))).toBe(publicKey);
  expect(toHex(await signEd25519(octets(seed), octets(message)))).toBe(signature);
  expect(await verifyEd25519(octets(publicKey), octets(signature), octets(message))).toBe(true);
});

test.each([
  ['another message', VECTORS[0][1], VECTORS[0][3], '00'],
  ['another key', VECTORS[1][1], VECTORS[0][3], ''],
  ['a signature that is cut', VECTORS[0][1], VECTORS[0][3].slice(2), ''],
  ['a key that is none', '00', VECTORS[0][3], ''],
])('does not verify %s, and does not throw', async (_, publicKey, signature, message) => {
  expect(await verifyEd25519(octets(publicKey), octets(signature), octets(message))).toBe(false);
});
