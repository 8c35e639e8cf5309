/** What is measured of routers, in the order of the table. */
import type { Way } from '../load/load-session.js';
import { type Begin, calls, events, joins, publications } from '../load/loads.js';

export interface Measure {
  readonly id: string;
  readonly title: string;
  /** One of what is counted. */
  readonly one: string;
  readonly way: Way;
  readonly begin: Begin;
}

type Milliseconds = number;

export interface Sizes {
  readonly rounds: number;
  /** How long a load runs before it is measured, and while it is. */
  readonly warmUp: Milliseconds;
  readonly span: Milliseconds;
  /** Of the largest crowd. */
  readonly subscribers: number;
}

export const FULL: Sizes = { rounds: 5, warmUp: 500, span: 1_000, subscribers: 100 };
export const QUICK: Sizes = { rounds: 2, warmUp: 0, span: 60, subscribers: 20 };

const SERIALIZERS = { json: 'JSON', msgpack: 'MessagePack', cbor: 'CBOR' } as const;
const TRANSPORTS = { websocket: 'WebSocket', rawsocket: 'RawSocket' } as const;

const JSON_WEBSOCKET: Way = { transport: 'websocket', serializer: 'json' };
const OTHERS: readonly Way[] = [
  { transport: 'websocket', serializer: 'msgpack' },
  { transport: 'websocket', serializer: 'cbor' },
  { transport: 'rawsocket', serializer: 'json' },
];
const ALL: readonly Way[] = [JSON_WEBSOCKET, ...OTHERS];

export function measuresOf({ subscribers }: Sizes): readonly Measure[] {
  const row = (id: string, title: string, one: string, begin: Begin, ways: readonly Way[]): Measure[] =>
    ways.map((way) => ({
      id: `${id} ${way.serializer} ${way.transport}`,
      title: `${title}: ${SERIALIZERS[way.serializer]} over ${TRANSPORTS[way.transport]}`,
      one,
      way,
      begin,
    }));
  return [
    ...row('call', 'calls, one after the other', 'call', calls(1), [JSON_WEBSOCKET]),
    ...row('calls', 'calls, 64 in flight', 'call', calls(64), ALL),
    ...row('publications', 'publications acknowledged, 64 in flight', 'publication', publications(64), [
      JSON_WEBSOCKET,
    ]),
    ...row('events1', 'events to one subscriber', 'event', events(1, 16), [JSON_WEBSOCKET]),
    ...row('events10', 'events to 10 subscribers', 'event', events(10, 16), ALL),
    ...row('eventsMany', `events to ${subscribers} subscribers`, 'event', events(subscribers, 16), [JSON_WEBSOCKET]),
    ...row('joins', 'sessions that join and leave', 'session', joins(16), [JSON_WEBSOCKET]),
  ];
}
