import { PassthruError, type PassthruProblem, ProtocolError, SerializationError } from '../errors.js';
import { announces } from '../wamp/features.js';
import type { Payload } from '../wamp/message.js';
import { fromAttributes, isPassedThrough, toAttributes } from '../wamp/passthru.js';
import { faultInPayloadAttributes } from '../wamp/payload-attributes.js';
import type { OpenPayload, PayloadContext, PayloadScheme } from '../wamp/payload-scheme.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import * as ERROR from '../wamp/uris/error.js';
import * as FIELD_ERROR from '../wamp/uris/field-error.js';
import type { Dict, List, Uri } from '../wamp/values.js';

/** A payload that has been opened, and by what. */
export interface Opened extends OpenPayload {
  readonly scheme: PayloadScheme;
}

/** Which schemes may have sealed what a handler takes. Left out: what comes plain is taken, too. */
export type Demanded = readonly PayloadScheme[] | undefined;

/** What a message must say of itself so that its payload is for a scheme to open, and not for a handler as it is. */
export function isClosed(details: Dict, { payload }: Payload): boolean {
  return payload !== undefined || isPassedThrough(details);
}

const SAID: Readonly<Record<PassthruProblem, readonly [uri: Uri, said: string]>> = {
  unsupported: [
    ADVANCED_ERROR.featureNotSupported,
    'the callee cannot open a payload of this scheme, cipher or serializer',
  ],
  unknownKey: [ERROR.invalidArgument, 'the callee does not have the key of the payload'],
  forged: [ERROR.invalidArgument, 'the payload is not what its sender has sealed for this procedure'],
  malformed: [ERROR.invalidArgument, 'the payload is not what its scheme makes'],
  plain: [ERROR.invalidArgument, 'the callee takes sealed payloads only'],
  failed: [FIELD_ERROR.runtimeError, 'the callee could not open the payload'],
};

/** What a caller is told when its payload could not be opened: nothing that a router, or a forger, had not better know. */
export function refusalOf({ problem }: PassthruError): { readonly error: Uri; readonly args: List } {
  const [error, said] = SAID[problem];
  return { error, args: [said] };
}

/**
 * Seals and opens the payloads of one session.
 *
 * @see WAMP Advanced Profile, "Payload Passthru Mode"
 */
export class Passthru {
  /** Payloads that came and could not be opened. */
  unopened = 0;
  readonly #schemes: ReadonlyMap<string, PayloadScheme>;
  readonly #report: (what: string, uri: Uri, error: PassthruError) => void;
  readonly #told = new Set<object>();

  /** @param report is told of payloads that reached no handler: of each registration or subscription once */
  constructor(
    schemes: readonly PayloadScheme[] = [],
    report: (what: string, uri: Uri, error: PassthruError) => void = () => {},
  ) {
    this.#schemes = new Map(schemes.map((scheme) => [scheme.scheme, scheme]));
    this.#report = report;
  }

  /**
   * Seals a payload that goes to the router unasked.
   *
   * @param operation begins the message of an error
   * @param welcome details of WELCOME
   * @throws {PassthruError} also when the router has not announced that it passes payloads through: to send one would end the session,
   *   and to send it plain is what nobody wants
   */
  sealRequest(
    operation: string,
    by: PayloadScheme,
    payload: OpenPayload,
    context: PayloadContext,
    welcome: Dict,
  ): { readonly attributes: Dict; readonly args: List } {
    const role = context.type === 'PUBLISH' ? 'broker' : 'dealer';
    if (!announces(welcome, role, 'payload_passthru_mode')) {
      throw new PassthruError(
        'unsupported',
        `${operation}: the router does not pass payloads through (its ${role} announces no payload_passthru_mode), so this one was not sent; say passthru: false to send it plain`,
      );
    }
    return this.seal(operation, by, payload, context);
  }

  /** Seals a payload. @throws {PassthruError} @throws {SerializationError} */
  seal(
    operation: string,
    by: PayloadScheme,
    payload: OpenPayload,
    context: PayloadContext,
  ): { readonly attributes: Dict; readonly args: List } {
    try {
      const sealed = by.seal(payload, context);
      return { attributes: toAttributes(by.scheme, sealed), args: [sealed.octets] };
    } catch (error) {
      if (error instanceof SerializationError) throw error;
      const { problem, why } = faultOf(error);
      throw new PassthruError(problem, `${operation}: its payload could not be sealed by ${by.scheme}: ${why}`, {
        cause: error,
      });
    }
  }

  /** Opens the payload of a message that {@link isClosed}. @throws {PassthruError} that says which, and why it cannot */
  open(what: string, details: Dict, payload: Payload, context: PayloadContext): Opened {
    const fault = faultInPayloadAttributes(details);
    if (fault !== undefined) throw new PassthruError('malformed', `${what}: ${fault}`);
    if (payload.payload !== undefined) {
      const said = `${what}: its payload is transparent (enc_algo), which nobody here opens; have it sent by payload passthru mode`;
      throw new PassthruError('unsupported', said);
    }
    let scheme: PayloadScheme | undefined;
    try {
      const sealed = fromAttributes(details, payload);
      scheme = this.#schemes.get(sealed.scheme);
      if (scheme !== undefined) return { ...checked(scheme.open(sealed, context)), scheme };
    } catch (error) {
      const { problem, why } = faultOf(error, scheme === undefined ? 'malformed' : 'failed');
      throw new PassthruError(problem, `${what}: its payload cannot be opened: ${why}`, { cause: error });
    }
    const known = this.#schemes.size === 0 ? 'none is' : `${[...this.#schemes.keys()].join(', ')} is`;
    throw new PassthruError(
      'unsupported',
      `${what}: its payload is sealed by a scheme that is not among the peer's (option passthru; ${known})`,
    );
  }

  /** A payload reached no handler. @param owner the registration or subscription that it was for */
  reportUnopened(owner: object, what: string, uri: Uri, error: PassthruError): void {
    this.unopened += 1;
    if (this.#told.has(owner)) return;
    this.#told.add(owner);
    this.#report(what, uri, error);
  }
}

/** @throws {PassthruError} when not one of these schemes has sealed it */
export function demand(what: string, demanded: Demanded, by: PayloadScheme | undefined): void {
  if (demanded === undefined || (by !== undefined && demanded.includes(by))) return;
  const names = demanded.map(({ scheme }) => scheme).join(' or ');
  const came = by === undefined ? 'plain' : `by ${by.scheme}`;
  throw new PassthruError('plain', `${what}: expected a payload sealed by ${names}, it came ${came}`);
}

/** What a scheme of the user's gives back goes to handlers that rely on it. */
function checked(opened: OpenPayload): OpenPayload {
  const { args, kwargs } = opened;
  if (!Array.isArray(args)) throw new TypeError('open() has to return { args, kwargs }, and args is no list');
  if (typeof kwargs !== 'object' || kwargs === null) {
    throw new TypeError('open() has to return { args, kwargs }, and kwargs is no object');
  }
  return { args, kwargs };
}

function faultOf(error: unknown, unknown: PassthruProblem = 'failed'): { problem: PassthruProblem; why: string } {
  try {
    if (error instanceof PassthruError) return { problem: error.problem, why: error.message };
    if (error instanceof ProtocolError) return { problem: 'malformed', why: error.message };
    if (error instanceof Error) return { problem: unknown, why: error.message };
  } catch {
    // A proxy, of which even `instanceof` throws.
  }
  return { problem: unknown, why: 'it threw no Error' };
}
