import { type ExitReason, isNormal } from '../../../supervisors/exit-reason.js';
import { UsageError } from '../../errors.js';
import { A_SIGNAL, type Kinds, oneOfThese, unfit } from '../../wamp/given.js';
import { checkManyOptions } from '../../wamp/many-options.js';
import type { Message } from '../../wamp/message.js';
import { nearest } from '../../wamp/nearest.js';
import type { AnyMessage, Vocabulary } from '../../wamp/vocabulary.js';
import { A_BUFFER, AN_OVERFLOW } from '../checks/stream-options.js';
import { concealed } from '../relay/concealed.js';
import type { Passage } from '../relay/passage.js';
import type { Tap } from '../relay/relay.js';
import type { Direction } from '../relay/role.js';
import type { LoopHost } from './host.js';
import { Stream } from './stream.js';
import type { Overflow, StreamOptions } from './stream-options.js';
import { untilOver } from './until-over.js';

/** What {@link Peer.messages} takes. */
export interface MessagesOptions extends StreamOptions {
  /** Only what comes, or only what is sent. Default both. */
  readonly direction?: Direction;
  /** Only messages of these types: `['CALL', 'RESULT', 'ERROR']`. Default all. */
  readonly types?: readonly string[];
  /** Ends the loop, as `break` does. */
  readonly signal?: AbortSignal;
  /** Default `dropOldest`. */
  readonly overflow?: Overflow;
}

/** One message on its way between a peer and its router. */
export interface PassingMessage<M extends AnyMessage = Message> {
  readonly direction: Direction;
  /** As it was decoded or is about to be encoded. Of HELLO, WELCOME, CHALLENGE and AUTHENTICATE what authenticates is left out. */
  readonly message: M;
  /** Of the peer, then. */
  readonly incarnation: number;
}

const DIRECTION = oneOfThese('in', 'out');
const KINDS: Kinds<MessagesOptions> = {
  direction: DIRECTION,
  types: { expected: 'a list of message types, such as ["CALL"]', fits: Array.isArray },
  signal: A_SIGNAL,
  buffer: A_BUFFER,
  overflow: AN_OVERFLOW,
};

/** @throws {UsageError} when an option makes no sense, or a type is none that the peer knows */
export function checkMessagesOptions(options: MessagesOptions, { byType }: Vocabulary): void {
  checkManyOptions<MessagesOptions>('messages', options, KINDS);
  for (const type of options.types ?? []) {
    if (typeof type !== 'string') throw unfit('messages', 'types', KINDS.types, options.types);
    if (Object.hasOwn(byType, type)) continue;
    const meant = nearest(type.toUpperCase(), Object.keys(byType));
    throw new UsageError(
      `messages: there is no message of type "${type}"${meant === undefined ? `; known are ${Object.keys(byType).join(', ')}` : `; did you mean "${meant}"?`}`,
    );
  }
}

/** What it needs of the peer, beyond what any loop does. */
export interface MessagesHost extends LoopHost {
  readonly incarnation: number;
  readonly lastExit: ExitReason | undefined;
  /** Whether no session lies ahead. */
  readonly isOver: boolean;
}

type Tapped = Pick<Passage, 'tap' | 'untap'>;

/** Every message of a peer, over all its sessions, for a loop: what {@link Peer.messages} gives. */
export class MessageStream<M extends AnyMessage = Message> extends Stream<PassingMessage<M>> implements Tap {
  readonly #host: MessagesHost;
  readonly #passage: Tapped;
  readonly #direction: Direction | undefined;
  readonly #types: ReadonlySet<string> | undefined;

  /** Made by a peer, not by hand. */
  constructor(host: MessagesHost, passage: Tapped, { direction, types, signal, ...options }: MessagesOptions) {
    super(host, 'messages', undefined, options, 'dropOldest');
    this.#host = host;
    this.#passage = passage;
    this.#direction = direction;
    this.#types = types && new Set(types);
    const close = (...error: [why?: unknown]) => this.close(...error);
    this.until(signal, untilOver(host, close));
    if (signal?.aborted) return;
    if (!host.isOver) passage.tap(this);
    else if (isNormal(host.lastExit ?? 'normal')) close();
    else close(host.whyNoSession);
  }

  see(direction: Direction, message: AnyMessage): void {
    if (this.#direction !== undefined && direction !== this.#direction) return;
    if (this.#types !== undefined && !this.#types.has(message.type)) return;
    this.push({ direction, message: concealed(message) as M, incarnation: this.#host.incarnation });
  }

  protected override async release(): Promise<void> {
    this.#passage.untap(this);
  }
}
