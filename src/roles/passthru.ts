import { PassthruError, type PassthruProblem, ProtocolError, SerializationError } from '../errors.js';
import { announces } from '../wamp/features.js';
import type { Message, Payload } from '../wamp/message.js';
import { factsOf, fromAttributes, toAttributes } from '../wamp/passthru.js';
import type { OpenPayload, PayloadContext, PayloadScheme } from '../wamp/payload-scheme.js';
import { isSealed } from '../wamp/sealed-payload.js';
import * as ERROR from '../wamp/uris/error.js';
import * as FIELD_ERROR from '../wamp/uris/field-error.js';
import type { Dict, List, Uri } from '../wamp/values.js';
import { checkSealed, NO_PASSTHRU, refuseScheme } from './no-passthru.js';
import type { Begun, Demanded, Incoming, Opened, PayloadPassthru, Sealable } from './payload-passthru.js';

/** What a caller is told beyond what it is told by a peer without schemes. */
const SAID: { readonly [P in PassthruProblem]?: readonly [uri: Uri, said: string] } = {
  unknownKey: [ERROR.invalidArgument, 'the callee does not have the key of the payload'],
  forged: [ERROR.invalidArgument, 'the payload is not what its sender has sealed for this procedure'],
  plain: [ERROR.invalidArgument, 'the callee takes sealed payloads only'],
  failed: [FIELD_ERROR.runtimeError, 'the callee could not open the payload'],
};

/**
 * Seals and opens payloads by the schemes of a peer.
 *
 * @see WAMP Advanced Profile, "Payload Passthru Mode"
 */
export class Passthru implements PayloadPassthru {
  readonly features: Dict = { payload_passthru_mode: true };
  readonly #schemes: ReadonlyMap<string, PayloadScheme>;

  /** @param schemes at least one; without any it is {@link NO_PASSTHRU} */
  constructor(schemes: readonly PayloadScheme[]) {
    this.#schemes = new Map(schemes.map((scheme) => [scheme.scheme, scheme]));
  }

  sealRequest<M extends Message<'CALL' | 'PUBLISH'>>(
    operation: string,
    message: M,
    uri: Uri,
    by: PayloadScheme,
    welcome: Dict,
  ): M {
    const role = message.type === 'PUBLISH' ? 'broker' : 'dealer';
    // To send one all the same would end the session, and to send it plain is what nobody wants.
    if (!announces(welcome, role, 'payload_passthru_mode')) {
      throw new PassthruError(
        'unsupported',
        `${operation}: the router does not pass payloads through (its ${role} announces no payload_passthru_mode), so this one was not sent; say passthru: false to send it plain`,
      );
    }
    return this.seal(operation, message, uri, by);
  }

  seal<M extends Sealable>(what: string, message: M, uri: Uri, by: PayloadScheme, inReplyTo?: Dict): M {
    const { type, args = [], kwargs = {} } = message;
    let attributes: Dict;
    let octets: Uint8Array;
    try {
      const context = inReplyTo === undefined ? { type, uri } : { type, uri, inReplyTo: factsOf(inReplyTo) };
      const sealed = by.seal({ args, kwargs }, context);
      attributes = toAttributes(by.scheme, sealed);
      octets = sealed.octets;
    } catch (error) {
      if (error instanceof SerializationError) throw error;
      const { problem, why } = faultOf(error);
      throw new PassthruError(problem, `${what}: its payload could not be sealed by ${by.scheme}: ${why}`, {
        cause: error,
      });
    }
    const sealed = { ...message, args: [octets] as List, kwargs: undefined };
    return message.type === 'ERROR'
      ? { ...sealed, details: { ...message.details, ...attributes } }
      : { ...sealed, options: { ...message.options, ...attributes } };
  }

  open(what: string, message: Incoming, context: PayloadContext, demanded?: Demanded, begun?: Begun): Opened {
    const sealedBy = begun?.sealedBy;
    let { details } = message;
    let sealed = isSealed(details, message);
    if (sealedBy?.authenticates === true) {
      // What goes on with a call must come from who has begun it.
      demanded = [sealedBy];
      if (!sealed && message.args?.[0] instanceof Uint8Array) {
        // Options are settled by the first part, and nexus passes on no others: then so are these.
        details = begun?.details ?? details;
        sealed = true;
      }
    }
    const { args = [], kwargs = {} } = message;
    const opened = sealed ? this.#open(what, details, message, context) : { args, kwargs, scheme: undefined };
    const unmet = this.unmet(what, demanded, opened.scheme);
    if (unmet !== undefined) throw unmet;
    return opened;
  }

  unmet(what: string, demanded: Demanded, by: PayloadScheme | undefined): PassthruError | undefined {
    if (demanded === undefined || (by !== undefined && demanded.includes(by))) return undefined;
    const names = demanded.map(({ scheme }) => scheme).join(' or ');
    const came = by === undefined ? 'plain' : `by ${by.scheme}`;
    return new PassthruError('plain', `${what}: expected a payload sealed by ${names}, it came ${came}`);
  }

  refusal(why: PassthruError): { readonly error: Uri; readonly args: List } {
    const said = SAID[why.problem];
    return said === undefined ? NO_PASSTHRU.refusal(why) : { error: said[0], args: [said[1]] };
  }

  #open(what: string, details: Dict, payload: Payload, context: PayloadContext): Opened {
    checkSealed(what, details, payload);
    const sealed = fromAttributes(details, payload);
    const scheme = this.#schemes.get(sealed.scheme);
    if (scheme === undefined) return refuseScheme(what, `${[...this.#schemes.keys()].join(', ')} is`);
    try {
      return { ...checked(scheme.open(sealed, context)), scheme };
    } catch (error) {
      const { problem, why } = faultOf(error);
      throw new PassthruError(problem, `${what}: its payload cannot be opened: ${why}`, { cause: error });
    }
  }
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

function faultOf(error: unknown): { problem: PassthruProblem; why: string } {
  try {
    if (error instanceof PassthruError) return { problem: error.problem, why: error.message };
    if (error instanceof ProtocolError) return { problem: 'malformed', why: error.message };
    if (error instanceof Error) return { problem: 'failed', why: error.message };
  } catch {
    // A proxy, of which even `instanceof` throws.
  }
  return { problem: 'failed', why: 'it threw no Error' };
}
