import type { Uri } from '../wamp/values.js';
import type { RequestOptions } from './options.js';

/** A procedure that a peer offers, in this session and every later one, until it is taken back. */
export interface Registration {
  readonly procedure: Uri;
  /** Whether the router knows it in the present session. */
  readonly active: boolean;
  /** Takes it back: it is not restored any more. */
  unregister(options?: RequestOptions): Promise<void>;
  /** For `await using`: takes it back at the end of its block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A topic that a peer hears, in this session and every later one, until it is taken back. */
export interface Subscription {
  readonly topic: Uri;
  readonly active: boolean;
  unsubscribe(options?: RequestOptions): Promise<void>;
  /** For `await using`: unsubscribes at the end of its block. */
  [Symbol.asyncDispose](): Promise<void>;
}
