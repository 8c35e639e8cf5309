import type { SealedPayload, SealingFacts } from './passthru.js';
import type { Dict, List, Uri } from './values.js';

/** What an application hands to another: of a CALL, its result or its error, or of an event. */
export interface OpenPayload {
  readonly args: List;
  readonly kwargs: Dict;
}

/** What a payload belongs to. */
export interface PayloadContext {
  /**
   * The message in which its sender puts it. An INVOCATION brings the payload of a CALL, a RESULT that of a YIELD, an EVENT that of
   * a PUBLISH.
   */
  readonly type: 'CALL' | 'YIELD' | 'ERROR' | 'PUBLISH';
  /** The procedure or topic: the one that was called or published to, also where a pattern was registered or subscribed to. */
  readonly uri: Uri;
  /** Of a YIELD or ERROR that is to be sealed: how its CALL was. An answer is best sealed likewise. */
  readonly inReplyTo?: SealingFacts;
}

/**
 * How payloads are made ready for their way through routers, which pass them on as they are: encrypted, or in the format of
 * another technology. `e2ee(…)` of `respell/e2ee` and `tunnel(…)` make one, or write your own. A peer takes them by its option
 * `passthru`.
 *
 * It keeps nothing of a session and does no I/O; its functions are called in the midst of a message, and must be quick. What they
 * throw stays with that message. They must put no secret into what they throw.
 *
 * @see WAMP Advanced Profile, "Payload Passthru Mode"
 */
export interface PayloadScheme {
  /** `ppt_scheme`: `wamp`, `mqtt`, or a name of your own that begins with `x_`. */
  readonly scheme: string;
  /**
   * Whether what it opens can only come from somebody who has its key. Then nothing else is taken where this is asked for: a plain
   * result of a call that it sealed is refused, and so is a plain payload where a registration or subscription demands sealed ones.
   * Default false.
   */
  readonly authenticates?: boolean;
  /** Fetches what is needed, such as keys; awaited before each session. When it rejects, the peer does not connect. */
  prepare?(signal: AbortSignal): Promise<void>;
  /** @throws {SerializationError} that names the path of a value that cannot be written, such as `args[0].when` */
  seal(payload: OpenPayload, context: PayloadContext): SealedPayload;
  /** @throws {PassthruError} that says why it cannot be opened; anything else is taken for such */
  open(sealed: SealedPayload, context: PayloadContext): OpenPayload;
}
