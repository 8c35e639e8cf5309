/** The realm of every foreign router here that anyone may join, and do everything in. */
export const OPEN_REALM = 'realm1';

/** The realm that needs a login. nexusd has it too, but nobody's login is good enough there. */
export const LOCKED_REALM = 'realm2';

/** Who may join {@link LOCKED_REALM} of a router with users. */
export const USERS = {
  ticket: { authid: 'alice', ticket: 'alice-ticket' },
  wampcra: { authid: 'bob', secret: 'bob-secret' },
  /** The key is what PBKDF2 derives from the secret, by the salt that comes with the CHALLENGE. */
  saltedWampcra: { authid: 'carol', secret: 'carol-secret', salt: 'salt123', iterations: 1_000, keylen: 32 },
  /** What a router keeps is made of it by whoever starts the router. */
  scram: { authid: 'dora', password: 'dora-password' },
  /** The first key of RFC 8032, section 7.1: the private half, which no router knows, and the public one. */
  cryptosign: {
    authid: 'erik',
    privateKey: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  },
  /** Its certificate is made by whoever starts the router. */
  tls: { authid: 'frank' },
} as const;
