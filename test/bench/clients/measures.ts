/** What is measured of clients, in the order of the table. */
import type { ClientName, Serialization } from './adapters.js';

export interface Sizes {
  readonly rounds: number;
  /** How long, in milliseconds, each measure runs before it counts, and while it does. */
  readonly warmUp: number;
  readonly span: number;
}

export const FULL: Sizes = { rounds: 5, warmUp: 1_000, span: 1_500 };
export const QUICK: Sizes = { rounds: 2, warmUp: 0, span: 60 };

export const SERIALIZATIONS: readonly (readonly [Serialization, string])[] = [
  ['json', 'JSON'],
  ['msgpack', 'MessagePack'],
];

export const MEASURES = [
  { id: 'call', title: 'calls, one after the other' },
  { id: 'calls', title: 'calls, 100 in flight' },
  { id: 'events', title: 'events received' },
] as const;

export type MeasureId = (typeof MEASURES)[number]['id'];

/** What a client's program is asked, as its last argument, in JSON. */
export interface Order extends Sizes {
  readonly client: ClientName;
  readonly folder: string;
  readonly url: string;
  readonly serializer: Serialization;
}

/** To whom the client speaks: the other end of the measurement. */
export const PROCEDURE = 'com.example.echo';
export const TOPIC = 'com.example.heard';
/** By this the client asks for {@link BATCH} events more. */
export const MORE = 'com.example.more';
export const BATCH = 64;
/** How many batches are under way. */
export const BATCHES = 4;
