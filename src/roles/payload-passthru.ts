import type { Message, Payload } from '../wamp/message.js';
import type { OpenPayload, PayloadContext, PayloadScheme } from '../wamp/payload-scheme.js';
import type { Dict, List, Uri } from '../wamp/values.js';

/** A payload as a handler takes it, and what it was sealed by, if it was. */
export interface Opened extends OpenPayload {
  readonly scheme: PayloadScheme | undefined;
}

/** Which schemes may have sealed what a handler takes. Left out: what comes plain is taken, too. */
export type Demanded = readonly PayloadScheme[] | undefined;

/** What of a call in parts has come before. */
export interface Begun {
  readonly sealedBy: PayloadScheme | undefined;
  readonly details: Dict;
}

/** What came, as far as a payload matters. */
export type Incoming = Payload & { readonly details: Dict };

/** The messages whose payload a client may seal. */
export type Sealable = Message<'CALL' | 'YIELD' | 'ERROR' | 'PUBLISH'>;

/**
 * What the roles ask about payloads that pass through routers: only of a message that is sealed or to be sealed, or where a sealed
 * one is demanded. It knows nothing of a session. `NO_PASSTHRU` is that of a peer without schemes.
 *
 * @see WAMP Advanced Profile, "Payload Passthru Mode"
 */
export interface PayloadPassthru {
  /** What HELLO announces of each role for it. */
  readonly features: Dict;
  /**
   * Seals the payload of a message that goes to the router unasked.
   *
   * @param operation begins the message of an error
   * @param uri the procedure or topic
   * @param welcome details of WELCOME
   * @throws {PassthruError} also when the router has not announced that it passes payloads through
   * @throws {SerializationError}
   */
  sealRequest<M extends Message<'CALL' | 'PUBLISH'>>(
    operation: string,
    message: M,
    uri: Uri,
    by: PayloadScheme,
    welcome: Dict,
  ): M;
  /**
   * Seals the payload of a message that belongs to a call.
   *
   * @param inReplyTo details of the INVOCATION that it answers
   * @throws {PassthruError} @throws {SerializationError}
   */
  seal<M extends Sealable>(what: string, message: M, uri: Uri, by: PayloadScheme, inReplyTo?: Dict): M;
  /**
   * Opens what came.
   *
   * @param what begins the message of an error
   * @param begun the call, of one of its further parts
   * @throws {PassthruError} that says why it cannot be opened, or that it is not sealed as is demanded
   */
  open(what: string, message: Incoming, context: PayloadContext, demanded?: Demanded, begun?: Begun): Opened;
  /** What is wrong with a payload when not one of the schemes that are demanded has sealed it. */
  unmet(what: string, demanded: Demanded, by: PayloadScheme | undefined): Error | undefined;
  /**
   * What a caller is told when its payload could not be opened: nothing that a router, or a forger, had not better know.
   *
   * @param why what {@link open} has thrown
   */
  refusal(why: Error): { readonly error: Uri; readonly args: List };
}
