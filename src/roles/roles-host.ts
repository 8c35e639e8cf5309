import type { Message } from '../wamp/message.js';
import type { Uri } from '../wamp/values.js';

/** What a clock has. */
export interface Timers {
  setTimeout(fn: () => void, delay: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** What the roles of one session need from whoever runs them. */
export interface RolesHost {
  /** For the calls whose timeout the dealer leaves to this side. */
  readonly timers: Timers;
  /** Throws, and has sent nothing, when the message cannot be put on the wire. */
  send(message: Message): void;
  /** User code threw or rejected, or a result cannot be sent. Never throws itself. */
  failed(what: 'endpoint' | 'event handler' | 'onProgress', uri: Uri, error: unknown): void;
  /** A payload could not be opened, or came plain where that is refused; of each registration or subscription told once. */
  readonly unopened?: ((what: string, uri: Uri, error: Error) => void) | undefined;
}
