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
} as const;
