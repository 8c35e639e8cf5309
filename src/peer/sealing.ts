import { UsageError } from '../errors.js';
import { NO_PASSTHRU } from '../roles/no-passthru.js';
import { Passthru } from '../roles/passthru.js';
import type { PayloadPassthru } from '../roles/payload-passthru.js';
import { came, having, type Kind } from '../wamp/given.js';
import type { PayloadScheme } from '../wamp/payload-scheme.js';
import { isReserved } from '../wamp/uri.js';
import type { Uri } from '../wamp/values.js';
import type { SealBy, SealedOnly, Seals } from './seals.js';

const A_SCHEME: Kind = having('a payload scheme, such as e2ee(…) or tunnel(…): an object', 'seal', 'open');

/** The standard's two, and names of somebody's own. */
const isName = (name: unknown): boolean =>
  typeof name === 'string' && (name === 'wamp' || name === 'mqtt' || /^x_[a-z0-9_]+$/.test(name));

/** What a peer seals and opens payloads by. */
export class Sealing implements Seals {
  readonly schemes: readonly PayloadScheme[];
  readonly passthru: PayloadPassthru;

  /**
   * @param given the peer's option `passthru`
   * @throws {UsageError} when it holds something else than schemes, or two of one name
   */
  constructor(given: PayloadScheme | readonly PayloadScheme[] = []) {
    const schemes = Array.isArray(given) ? (given as readonly PayloadScheme[]) : [given as PayloadScheme];
    const names = new Set<string>();
    for (const scheme of schemes) {
      if (!A_SCHEME.fits(scheme)) {
        throw new UsageError(`passthru: expected ${A_SCHEME.expected}, received ${came(scheme)}`);
      }
      const { scheme: name } = scheme;
      if (!isName(name)) {
        throw new UsageError(
          `passthru: expected the scheme's name to be "wamp", "mqtt" or one that begins with "x_", received ${came(name)}`,
        );
      }
      if (names.has(name)) {
        throw new UsageError(`passthru: there are two schemes "${name}", and a payload says no more than that name`);
      }
      names.add(name);
    }
    this.schemes = schemes;
    this.passthru = schemes.length === 0 ? NO_PASSTHRU : new Passthru(schemes);
  }

  by(operation: string, uri: Uri, choice: SealBy | undefined): PayloadScheme | undefined {
    if (choice === undefined) return isReserved(uri) ? undefined : this.schemes[0];
    return choice === false ? undefined : this.#find(operation, choice);
  }

  demanded(operation: string, choice: SealedOnly | undefined): readonly PayloadScheme[] | undefined {
    if (choice === undefined) return undefined;
    if (choice !== 'required') return [this.#find(operation, choice)];
    if (this.schemes.length === 0) {
      throw new UsageError(
        `${operation}: passthru is required, and the peer has no scheme: give it one (option passthru)`,
      );
    }
    const authenticating = this.schemes.filter(({ authenticates }) => authenticates === true);
    return authenticating.length > 0 ? authenticating : this.schemes;
  }

  #find(operation: string, choice: unknown): PayloadScheme {
    const found = this.schemes.find((scheme) => scheme === choice || scheme.scheme === choice);
    if (found !== undefined) return found;
    const known =
      this.schemes.length === 0 ? 'it has none' : `it has ${this.schemes.map(({ scheme }) => scheme).join(', ')}`;
    throw new UsageError(
      `${operation}: expected passthru to be a scheme of the peer's (option passthru; ${known}), received ${came(choice)}`,
    );
  }
}
