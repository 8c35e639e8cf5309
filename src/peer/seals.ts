import { UsageError } from '../errors.js';
import type { PayloadPassthru } from '../roles/payload-passthru.js';
import type { PayloadScheme } from '../wamp/payload-scheme.js';
import type { Uri } from '../wamp/values.js';

/** By what a payload is sealed: one of the peer's schemes, or its name; false for none. */
export type SealBy = PayloadScheme | string | false;

/** Which payloads are taken: `required` for sealed ones only, or a scheme of the peer's, or its name, for those of that scheme. */
export type SealedOnly = 'required' | PayloadScheme | string;

/** What a peer seals and opens payloads by. */
export interface Seals {
  readonly schemes: readonly PayloadScheme[];
  /** Does so for the roles of its sessions. */
  readonly passthru: PayloadPassthru;
  /**
   * What seals a request to `uri`. Where the request does not say, it is the peer's first scheme; nothing for the router's own
   * procedures and topics.
   *
   * @throws {UsageError} for a scheme that the peer has not: it could not open the answer
   */
  by(operation: string, uri: Uri, choice: SealBy | undefined): PayloadScheme | undefined;
  /**
   * The schemes of which one must have sealed a payload.
   *
   * @returns `undefined` when anything is taken; for `required` those that authenticate, if the peer has such, else all
   * @throws {UsageError}
   */
  demanded(operation: string, choice: SealedOnly | undefined): readonly PayloadScheme[] | undefined;
}

/** Of a peer that has no schemes. What is to be sealed must not leave in the clear, so to ask for it is an error. */
export function noSeals(passthru: PayloadPassthru): Seals {
  return {
    schemes: [],
    passthru,
    by: (operation, _uri, choice) => none(operation, choice === false ? undefined : choice),
    demanded: none,
  };
}

function none(operation: string, choice: unknown): undefined {
  if (choice === undefined) return;
  throw new UsageError(`${operation}: the peer has no scheme to seal by (passthru)`);
}
