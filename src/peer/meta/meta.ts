/**
 * What a router tells of itself: sessions, registrations, subscriptions, testaments, the history of events. A module that
 * costs those nothing who do not import it.
 *
 * @see WAMP Advanced Profile, "WAMP Meta API", "Session Testament" and "Event History"
 */

import { checkPayload } from '../../roles/payload.js';
import { checkWireOptions } from '../../wamp/checked-options.js';
import {
  A_BOOLEAN,
  A_COUNT,
  A_FUNCTION,
  A_SIGNAL,
  A_STRING,
  AN_OBJECT,
  having,
  type Kind,
  type Kinds,
  MILLISECONDS,
  oneOfThese,
  unfit,
} from '../../wamp/given.js';
import { checkManyOptions } from '../../wamp/many-options.js';
import { type Dict, type Id, id, type List, type Uri } from '../../wamp/values.js';
import type { RequestOptions } from '../options.js';
import type { Peer } from '../peer.js';
import { wireOptions } from '../wire-options.js';
import {
  type Answer,
  argument,
  count,
  type HistoricEvent,
  history,
  idLists,
  idOrNone,
  ids,
  idsOrNone,
  killed,
  nothing,
  parsed,
  registrationDetails,
  sessionDetails,
  subscriptionDetails,
} from './meta-answers.js';
import type {
  EntryMeta,
  FlushOptions,
  Heard,
  HistoryOptions,
  KillOptions,
  LookupOptions,
  Meta,
  RegistrationChange,
  SessionFilter,
  SubscriptionChange,
  TestamentOptions,
} from './meta-api.js';

const REQUEST: Kinds<RequestOptions> = {
  timeout: MILLISECONDS,
  signal: A_SIGNAL,
  whenDown: oneOfThese('wait', 'fail'),
};
const STRINGS: Kind = {
  expected: 'a list of strings',
  fits: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
};
const AN_ID: Kind = { expected: 'an id: a whole number from 1 to 2^53', fits: isId };
/** A prefix may be empty. */
const A_TEXT: Kind = { expected: 'a string', fits: (value) => typeof value === 'string' };
const A_DATE: Kind = {
  expected: 'a Date',
  fits: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
};
const A_PEER = having('a peer', 'call', 'subscribe');
const SCOPE = oneOfThese('destroyed', 'detached');

const FILTER: Kinds<SessionFilter> = { ...REQUEST, authroles: STRINGS };
const KILL: Kinds<KillOptions> = { ...REQUEST, reason: A_STRING, message: A_STRING };
const LOOKUP: Kinds<LookupOptions> = { ...REQUEST, match: oneOfThese('exact', 'prefix', 'wildcard') };
const FLUSH: Kinds<FlushOptions> = { ...REQUEST, scope: SCOPE };
const TESTAMENT: Kinds<TestamentOptions> = { ...FLUSH, kwargs: AN_OBJECT, publish: AN_OBJECT };
const HISTORY: Kinds<HistoryOptions> = {
  ...REQUEST,
  limit: A_COUNT,
  reverse: A_BOOLEAN,
  topic: A_STRING,
  fromTime: A_DATE,
  afterTime: A_DATE,
  beforeTime: A_DATE,
  untilTime: A_DATE,
  fromPublication: AN_ID,
  afterPublication: AN_ID,
  beforePublication: AN_ID,
  untilPublication: AN_ID,
};

const NO_OPTIONS: RequestOptions = Object.freeze({});

/**
 * The meta API of the router that a peer is joined to, as far as that has it: what it has not rejects with
 * `wamp.error.no_such_procedure`. `peer.session.details.roles` has what it announces.
 *
 * Listeners are subscriptions of the peer like any other: restored with every session.
 *
 * @throws {UsageError} when `peer` is none
 * @throws {ProtocolError} from each function, when the router answers what makes no sense; the session goes on. What makes no
 *   sense in an event is logged, and the listener not called
 * @example `const { sessions } = meta(peer); console.log(await sessions.count());`
 */
export function meta(of: Pick<Peer, 'call' | 'subscribe'> | Pick<Peer, 'untyped'>): Meta {
  if (!A_PEER.fits(of)) throw unfit('meta', 'peer', A_PEER, of);
  const peer = 'untyped' in of ? of.untyped : of;
  /** Calls `procedure` with the options of `kinds`, and parses what comes. */
  async function ask<T, O extends RequestOptions>(
    procedure: Uri,
    parse: (answer: Answer) => T,
    options: O,
    kinds: Kinds<O>,
    payload: (options: O) => { args?: List; kwargs?: Dict },
  ): Promise<T> {
    checkManyOptions<O>(procedure, options, kinds);
    const { timeout, signal, whenDown } = options;
    const { args = [], kwargs = {} } = payload(options);
    const result = await peer.call(procedure, args, {
      kwargs,
      ...(timeout !== undefined && { timeout }),
      ...(signal !== undefined && { signal }),
      ...(whenDown !== undefined && { whenDown }),
    });
    return parsed(procedure, parse, result);
  }

  /** About one thing of the router's. */
  const about = <T>(procedure: Uri, parse: (answer: Answer) => T) => {
    return (of: Id, options: RequestOptions = NO_OPTIONS): Promise<T> =>
      ask(procedure, parse, options, REQUEST, () => ({ args: [checkId(procedure, of)] }));
  };

  const matching = <T>(procedure: Uri, parse: (answer: Answer) => T) => {
    return (uri: Uri, options: RequestOptions = NO_OPTIONS): Promise<T> =>
      ask(procedure, parse, options, REQUEST, () => ({ args: [checkText(procedure, 'the URI', uri)] }));
  };

  const heard = <T>(topic: Uri, parse: (event: Answer) => T): Heard<T> => {
    return async (listener, options = NO_OPTIONS) => {
      if (!A_FUNCTION.fits(listener)) throw unfit(topic, 'listener', A_FUNCTION, listener);
      checkManyOptions<RequestOptions>(topic, options, REQUEST);
      return peer.subscribe(topic, (event) => listener(parsed(topic, parse, event)), { ...options });
    };
  };

  const kill = <T>(procedure: Uri, parse: (answer: Answer) => T, args: () => List, options: KillOptions): Promise<T> =>
    ask(procedure, parse, options, KILL, ({ reason, message }) => ({
      args: args(),
      kwargs: { ...(reason !== undefined && { reason }), ...(message !== undefined && { message }) },
    }));

  const entries = <Details, Change>(
    prefix: string,
    details: (value: unknown) => Details,
    change: (event: Answer) => Change,
  ): EntryMeta<Details, Change> => ({
    list: (options = NO_OPTIONS) => ask(`${prefix}.list`, argument(0, idLists), options, REQUEST, () => ({})),
    lookup: (uri, options = NO_OPTIONS) =>
      ask<Id | undefined, LookupOptions>(`${prefix}.lookup`, argument(0, idOrNone), options, LOOKUP, ({ match }) => ({
        args: [checkText(`${prefix}.lookup`, 'the URI', uri), ...(match === undefined ? [] : [{ match }])],
      })),
    get: about(`${prefix}.get`, argument(0, details)),
    onCreate: heard(`${prefix}.on_create`, (event) => ({
      session: argument(0, id)(event),
      created: argument(1, details)(event),
    })),
    onDelete: heard(`${prefix}.on_delete`, change),
  });

  const registered = (event: Answer): RegistrationChange => ({
    session: argument(0, id)(event),
    registration: argument(1, id)(event),
  });
  const subscribed = (event: Answer): SubscriptionChange => ({
    session: argument(0, id)(event),
    subscription: argument(1, id)(event),
  });
  const ofRoles = ({ authroles }: SessionFilter) => ({ args: authroles === undefined ? [] : [authroles] });

  return {
    sessions: {
      count: (filter = NO_OPTIONS) => ask('wamp.session.count', argument(0, count), filter, FILTER, ofRoles),
      list: (filter = NO_OPTIONS) => ask('wamp.session.list', argument(0, ids), filter, FILTER, ofRoles),
      get: about('wamp.session.get', argument(0, sessionDetails)),
      kill: (session, options = NO_OPTIONS) =>
        kill('wamp.session.kill', nothing, () => [checkId('wamp.session.kill', session)], options),
      killByAuthid: (authid, options = NO_OPTIONS) => {
        const procedure = 'wamp.session.kill_by_authid';
        return kill(procedure, argument(0, killed), () => [checkText(procedure, 'authid', authid)], options);
      },
      killByAuthrole: (authrole, options = NO_OPTIONS) => {
        const procedure = 'wamp.session.kill_by_authrole';
        return kill(procedure, argument(0, killed), () => [checkText(procedure, 'authrole', authrole)], options);
      },
      killAll: (options = NO_OPTIONS) => kill('wamp.session.kill_all', argument(0, killed), () => [], options),
      onJoin: heard('wamp.session.on_join', argument(0, sessionDetails)),
      onLeave: heard('wamp.session.on_leave', (event) => ({
        session: argument(0, id)(event),
        authid: textAt(event, 1),
        authrole: textAt(event, 2),
      })),
    },
    registrations: {
      ...entries('wamp.registration', registrationDetails, registered),
      match: matching('wamp.registration.match', argument(0, idOrNone)),
      listCallees: about('wamp.registration.list_callees', argument(0, ids)),
      countCallees: about('wamp.registration.count_callees', argument(0, count)),
      onRegister: heard('wamp.registration.on_register', registered),
      onUnregister: heard('wamp.registration.on_unregister', registered),
    },
    subscriptions: {
      ...entries('wamp.subscription', subscriptionDetails, subscribed),
      match: matching('wamp.subscription.match', argument(0, idsOrNone)),
      listSubscribers: about('wamp.subscription.list_subscribers', argument(0, ids)),
      countSubscribers: about('wamp.subscription.count_subscribers', argument(0, count)),
      onSubscribe: heard('wamp.subscription.on_subscribe', subscribed),
      onUnsubscribe: heard('wamp.subscription.on_unsubscribe', subscribed),
      history: (subscription, options = NO_OPTIONS) => {
        const procedure = 'wamp.subscription.get_events';
        return ask<readonly HistoricEvent[], HistoryOptions>(procedure, history, options, HISTORY, (wanted) => ({
          args: [checkId(procedure, subscription)],
          kwargs: historyFilter(wanted),
        }));
      },
    },
    testaments: {
      add: (topic, args = [], options = NO_OPTIONS) => {
        const procedure = 'wamp.session.add_testament';
        return ask<void, TestamentOptions>(
          procedure,
          nothing,
          options,
          TESTAMENT,
          ({ kwargs = {}, publish, scope }) => {
            checkPayload(procedure, args, kwargs);
            if (publish !== undefined) checkWireOptions('PUBLISH', publish);
            return {
              args: [checkText(procedure, 'the topic', topic), args, kwargs],
              kwargs: {
                ...(publish !== undefined && { publish_options: wireOptions(publish) }),
                ...(scope !== undefined && { scope }),
              },
            };
          },
        );
      },
      flush: (options = NO_OPTIONS) =>
        ask<void, FlushOptions>('wamp.session.flush_testaments', nothing, options, FLUSH, ({ scope }) => ({
          kwargs: scope === undefined ? {} : { scope },
        })),
    },
  };
}

/** Our names of what to look for, and the standard's. */
const FILTERS = [
  ['limit', 'limit'],
  ['reverse', 'reverse'],
  ['topic', 'topic'],
  ['fromTime', 'from_time'],
  ['afterTime', 'after_time'],
  ['beforeTime', 'before_time'],
  ['untilTime', 'until_time'],
  ['fromPublication', 'from_publication'],
  ['afterPublication', 'after_publication'],
  ['beforePublication', 'before_publication'],
  ['untilPublication', 'until_publication'],
] as const satisfies readonly (readonly [keyof HistoryOptions, string])[];

function historyFilter(options: HistoryOptions): Dict {
  const filter: Record<string, unknown> = {};
  for (const [ours, wire] of FILTERS) {
    const value = options[ours];
    if (value !== undefined) filter[wire] = value instanceof Date ? value.toISOString() : value;
  }
  return filter;
}

function textAt({ args }: Answer, at: number): string | undefined {
  return typeof args[at] === 'string' ? (args[at] as string) : undefined;
}

function isId(value: unknown): boolean {
  try {
    id(value);
    return true;
  } catch {
    return false;
  }
}

function checkId(procedure: Uri, value: Id): Id {
  if (!isId(value)) throw unfit(procedure, 'the id', AN_ID, value);
  return value;
}

function checkText(procedure: Uri, what: string, value: string): string {
  if (!A_TEXT.fits(value)) throw unfit(procedure, what, A_TEXT, value);
  return value;
}
