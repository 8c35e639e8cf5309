import type { Family } from './exposition.js';

/** What is counted of one realm. */
export interface RealmFacts {
  readonly sessions: number;
  readonly joined: number;
  readonly calls: number;
  readonly callsInFlight: number;
  readonly publications: number;
  readonly events: number;
  readonly discarded: number;
  readonly timedOut: number;
  readonly notAuthorized: number;
  readonly subscriptions: number;
  readonly registrations: number;
  /** Octets that wait for its sessions. */
  readonly queued: number;
  /** How often each limit was hit, by its name. */
  readonly limits: Readonly<Record<string, number>>;
}

/** What is counted of a router. */
export interface RouterFacts {
  readonly realms: Readonly<Record<string, RealmFacts>>;
  /** How often each limit was hit by who had not joined a realm yet. */
  readonly limits: Readonly<Record<string, number>>;
  /** How sessions ended, by the end's name. */
  readonly ends: Readonly<Record<string, number>>;
}

interface OfRealm {
  readonly type: Family['type'];
  readonly help: string;
  readonly of: Exclude<keyof RealmFacts, 'limits'>;
}

/** The metrics of a realm, by name; each has the one label `realm`, of which there are as many as are configured. */
const OF_REALM: Readonly<Record<string, OfRealm>> = {
  respell_router_sessions: { type: 'gauge', help: 'Sessions now', of: 'sessions' },
  respell_router_sessions_joined_total: { type: 'counter', help: 'Sessions that were welcomed', of: 'joined' },
  respell_router_registrations: { type: 'gauge', help: 'Registrations now', of: 'registrations' },
  respell_router_subscriptions: { type: 'gauge', help: 'Subscriptions now', of: 'subscriptions' },
  respell_router_calls_total: { type: 'counter', help: 'Calls that were taken', of: 'calls' },
  respell_router_calls_in_flight: { type: 'gauge', help: 'Calls that are not answered yet', of: 'callsInFlight' },
  respell_router_calls_timed_out_total: { type: 'counter', help: 'Calls whose timeout was over', of: 'timedOut' },
  respell_router_answers_discarded_total: {
    type: 'counter',
    help: 'Answers that came after their call had ended',
    of: 'discarded',
  },
  respell_router_publications_total: { type: 'counter', help: 'Events that were published', of: 'publications' },
  respell_router_events_total: { type: 'counter', help: 'Events that were sent to subscribers', of: 'events' },
  respell_router_requests_not_authorized_total: {
    type: 'counter',
    help: 'Requests that a role did not allow',
    of: 'notAuthorized',
  },
  respell_router_queued_octets: { type: 'gauge', help: 'Octets that wait for sessions to read them', of: 'queued' },
};

const LIMITS = { name: 'respell_router_limits_hit_total', type: 'counter', help: 'How often a limit was hit' } as const;
const ENDS = { name: 'respell_router_session_ends_total', type: 'counter', help: 'How sessions ended' } as const;

/** All that the router itself has, as documentation tells of it. */
export const ROUTER_METRICS: readonly {
  name: string;
  type: Family['type'];
  help: string;
  labels: readonly string[];
}[] = [
  ...Object.entries(OF_REALM).map(([name, { type, help }]) => ({ name, type, help, labels: ['realm'] })),
  { ...LIMITS, labels: ['realm', 'limit'] },
  { ...ENDS, labels: ['end'] },
];

/** The metrics of a router. */
export function routerFamilies({ realms, limits, ends }: RouterFacts): readonly Family[] {
  const each = Object.entries(realms);
  return [
    ...Object.entries(OF_REALM).map(([name, { type, help, of }]) => ({
      name,
      type,
      help,
      samples: each.map(([realm, facts]) => ({ labels: { realm }, value: facts[of] })),
    })),
    {
      ...LIMITS,
      samples: [['', { limits }] as const, ...each].flatMap(([realm, facts]) =>
        Object.entries(facts.limits).map(([limit, value]) => ({ labels: { realm, limit }, value })),
      ),
    },
    { ...ENDS, samples: Object.entries(ends).map(([end, value]) => ({ labels: { end }, value })) },
  ];
}
