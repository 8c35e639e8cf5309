/** How much a serializer takes, in either direction. */
export interface Limits {
  /** The longest message: in characters for text, in octets for binary. 1 MiB (1,048,576) by default. */
  readonly maxLength?: number;
  /**
   * How deep lists and dictionaries may nest, the message itself being the first level. 128 by default. Beyond some
   * 4,000 levels `JSON.stringify` exhausts the stack: of a router, say, that forwards what came.
   */
  readonly maxDepth?: number;
}

export const DEFAULT_LIMITS: Required<Limits> = { maxLength: 1_048_576, maxDepth: 128 };
