import { isNormal } from '../../../supervisors/exit-reason.js';
import { UsageError } from '../../errors.js';
import { A_SIGNAL, checkOptions, type Kinds, oneOfThese, unfit } from '../../wamp/given.js';
import type { Message } from '../../wamp/message.js';
import { nearest } from '../../wamp/nearest.js';
import type { AnyMessage, Vocabulary } from '../../wamp/vocabulary.js';
import { A_BUFFER, AN_OVERFLOW } from '../checks/stream-options.js';
import type { PeerLife } from '../life.js';
import type { FullParts } from '../parts.js';
import { concealed } from '../relay/concealed.js';
import type { Tap } from '../relay/relay.js';
import type { Direction } from '../relay/role.js';
import { type Overflow, Stream, type StreamOptions } from './stream.js';

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
  checkOptions<MessagesOptions>('messages', options, KINDS);
  for (const type of options.types ?? []) {
    if (typeof type !== 'string') throw unfit('messages', 'types', KINDS.types, options.types);
    if (Object.hasOwn(byType, type)) continue;
    const meant = nearest(type.toUpperCase(), Object.keys(byType));
    throw new UsageError(
      `messages: there is no message of type "${type}"${meant === undefined ? `; known are ${Object.keys(byType).join(', ')}` : `; did you mean "${meant}"?`}`,
    );
  }
}

/** Every message of a peer, over all its sessions, for a loop: what {@link Peer.messages} gives. */
export class MessageStream<M extends AnyMessage = Message> extends Stream<PassingMessage<M>> implements Tap {
  readonly #life: PeerLife<FullParts>;
  readonly #direction: Direction | undefined;
  readonly #types: ReadonlySet<string> | undefined;
  readonly #forget: () => void;

  /** Made by a peer, not by hand. */
  constructor(life: PeerLife<FullParts>, { direction, types, signal, ...options }: MessagesOptions) {
    super('messages', options, 'dropOldest');
    this.#life = life;
    this.#direction = direction;
    this.#types = types && new Set(types);
    const onAbort = () => void this.return();
    const stopWatching = life.watchers.on('exited', ({ reason, fate }) => {
      if (fate === 'restarting') return;
      if (fate === 'stopped' && isNormal(reason)) this.close();
      else this.close(life.whyNoSession);
    });
    this.#forget = () => {
      stopWatching();
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) this.close();
    else if (life.isOver) this.close(...(isNormal(life.lastExit ?? 'normal') ? [] : [life.whyNoSession]));
    else life.parts.passage.tap(this);
  }

  see(direction: Direction, message: AnyMessage): void {
    if (this.#direction !== undefined && direction !== this.#direction) return;
    if (this.#types !== undefined && !this.#types.has(message.type)) return;
    this.push({ direction, message: concealed(message) as M, incarnation: this.#life.incarnation });
  }

  protected async release(): Promise<void> {
    this.#forget();
    this.#life.parts.passage.untap(this);
  }

  protected lost(): void {
    this.#life.counters.dropped += 1;
  }

  protected behind(): void {
    this.#life.log.messagesBehind();
  }
}
