/** Every public name of `respell/browser/auth`: the methods of authentication beyond a ticket. */

export type { Argon2id } from '../../auth/argon2id.js';
export { type CryptosignOptions, cryptosign } from '../../auth/cryptosign.js';
export { type ScramOptions, scram } from '../../auth/scram.js';
export { ticket } from '../../auth/ticket.js';
export { tls } from '../../auth/tls.js';
export { wampcra } from '../../auth/wampcra.js';
