import { came } from '../wamp/given.js';

const METHODS = ['listen', 'send', 'close', 'destroy'] as const;

/** What keeps `given`, which may be of a user's own, from being a transport; in words that follow who gave it. */
export function faultInTransport(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null) return `gave no transport, but ${came(given)}`;
  const transport = given as Record<string, unknown>;
  const missing = METHODS.filter((name) => typeof transport[name] !== 'function');
  if (missing.length > 0) return `gave a transport that has no method ${missing.join(', ')}`;
  if (typeof transport['address'] === 'string') return undefined;
  return `gave a transport whose address is ${came(transport['address'])}, expected a string`;
}
