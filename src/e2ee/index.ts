/** Every public name of `respell/e2ee`, once. It needs the package `@noble/ciphers`. */

export type { SealedPayload, SealingFacts } from '../wamp/passthru.js';
export type { OpenPayload, PayloadContext, PayloadScheme } from '../wamp/payload-scheme.js';
export type { CipherName } from './ciphers.js';
export { type E2eeOptions, e2ee } from './e2ee.js';
export type { Key, KeyChoice, Keys } from './keys.js';
