/**
 * Events against a model that knows only whom each is for. Sessions of several authids and authroles come, subscribe, publish with
 * black- and whitelists of any kind, leave testaments, have events retained, ask for retained ones and for those of a history, and
 * end in whatever way. Nobody hears what is not for him, everybody hears what is, each once, in order; and of who has
 * gone nothing is left.
 */
import fc from 'fast-check';
import { modelRuns, tellRuns } from '../support/model-runs.js';
import { type Client, Realm } from '../support/routing-realm.js';

const RUNS = modelRuns(150);
const TOPICS = ['com.a', 'com.b', 'com.a.b', 'com.b.b'];
const PATTERNS = [
  ...TOPICS.map((uri) => ({ match: 'exact', uri })),
  { match: 'prefix', uri: 'com.a' },
  { match: 'prefix', uri: 'com.' },
  { match: 'wildcard', uri: 'com..b' },
  { match: 'wildcard', uri: 'com.' },
];
type Pattern = (typeof PATTERNS)[number];
const AUTHIDS = ['anna', 'bert', 'carl'];
const ROLES = ['one', 'two'];
const HISTORY = { uri: 'com.a', match: 'prefix', limit: 3 } as const;
const MOST_RETAINED = 3;
const MOST_SUBSCRIPTIONS = 3;
const MOST_TESTAMENTS = 2;

interface Session {
  readonly client: Client;
  readonly hearsRevocation: boolean;
  next: number;
  /** By id. */
  readonly holds: Map<number, Pattern>;
  readonly testaments: { readonly scope: string; readonly event: Event }[];
}

interface Event {
  readonly tag: string;
  readonly topic: string;
  readonly options: Record<string, unknown>;
  readonly publisher: Session;
  publication: number;
}

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

function matches({ match, uri }: Pattern, topic: string): boolean {
  if (match === 'exact') return topic === uri;
  if (match === 'prefix') return topic.startsWith(uri);
  const [parts, components] = [uri.split('.'), topic.split('.')];
  return parts.length === components.length && parts.every((part, at) => part === '' || part === components[at]);
}

/** The standard's words: not black, and white where there is a list of these. */
function isMeantFor({ options }: Event, { client }: Session): boolean {
  const on = (name: string, value: unknown) => (options[name] as unknown[] | undefined)?.includes(value);
  const { session, authid, authrole } = client;
  if (on('exclude', session) || on('exclude_authid', authid) || on('exclude_authrole', authrole)) return false;
  return ![on('eligible', session), on('eligible_authid', authid), on('eligible_authrole', authrole)].includes(false);
}

/** The publisher only where it asks for that. */
const isFor = (event: Event, session: Session): boolean =>
  (session !== event.publisher || event.options['exclude_me'] === false) && isMeantFor(event, session);

const isForAll = ({ options }: Event): boolean =>
  !Object.keys(options).some(
    (name) => name.startsWith('exclude_auth') || name.startsWith('eligible') || name === 'exclude',
  );

class World {
  readonly realm = new Realm({
    maxSubscriptions: MOST_SUBSCRIPTIONS,
    testaments: { testaments: MOST_TESTAMENTS },
    retention: { events: MOST_RETAINED },
    histories: { [HISTORY.uri]: { match: HISTORY.match, limit: HISTORY.limit } },
  });
  readonly sessions: Session[] = [];
  /** By topic, the one with the oldest last event first. */
  readonly #retained = new Map<string, Event[]>();
  #history: Event[] = [];
  #made = 0;
  #last = 1_000;
  #published = 0;
  #heard = 0;

  join(_: number, how: number, what: number): void {
    if (this.sessions.length === 5) return;
    const hearsRevocation = how % 2 === 0;
    const roles = { subscriber: { features: { subscription_revocation: hearsRevocation } } };
    const client = this.realm.join(pick(AUTHIDS, how), { authrole: pick(ROLES, what), roles });
    this.sessions.push({ client, hearsRevocation, next: 1, holds: new Map(), testaments: [] });
  }

  leave(session: Session): void {
    this.sessions.splice(this.sessions.indexOf(session), 1);
    this.realm.leave(session.client);
    expect(session.client.heard()).toEqual([]);
    session.holds.clear();
    const inOrder = ['detached', 'destroyed'].flatMap((scope) =>
      session.testaments.filter((each) => each.scope === scope),
    );
    const expected = new Map<Session, unknown[][]>(this.sessions.map((each) => [each, []]));
    for (const { event } of inOrder) this.#publish(event, expected);
    for (const each of this.sessions) this.#expect(each, expected.get(each) ?? []);
  }

  subscribe(session: Session, how: number, what: number): void {
    const pattern = pick(PATTERNS, what);
    const { match, uri } = pattern;
    const getsRetained = how % 2 === 0;
    const [held] = [...session.holds].find(([, other]) => other === pattern) ?? [];
    const request = session.next++;
    session.client.says([32, request, { match, ...(getsRetained && { get_retained: true }) }, uri]);
    const [reply, ...events] = session.client.heard();
    if (held === undefined && session.holds.size === MOST_SUBSCRIPTIONS) {
      expect([reply, events]).toEqual([[8, 32, request, {}, expect.any(String), [expect.any(String)]], []]);
      return;
    }
    expect(reply).toEqual([33, request, held ?? expect.any(Number)]);
    const id = reply?.[2] as number;
    for (const other of this.sessions)
      for (const [each, theirs] of other.holds) expect(each === id).toBe(theirs === pattern);
    // It is there from the start, and stays.
    expect(id === 1).toBe(uri === HISTORY.uri && match === HISTORY.match);
    session.holds.set(id, pattern);
    const expected = !getsRetained
      ? []
      : [...this.#retained]
          .filter(([topic]) => matches(pattern, topic))
          .flatMap(([, kept]) => kept.findLast((event) => isFor(event, session)) ?? [])
          .map((event) => eventFor(event, id, pattern, { retained: true }));
    this.#heard += expected.length;
    expect(events).toEqual(expected);
  }

  unsubscribe(session: Session, how: number): void {
    const ids = [...session.holds.keys()];
    const request = session.next++;
    const id = pick([...ids, 77], how);
    session.client.says([34, request, id]);
    const known = session.holds.delete(id);
    expect(session.client.heard()).toEqual(
      known ? [[35, request]] : [[8, 34, request, {}, 'wamp.error.no_such_subscription', [expect.any(String)]]],
    );
  }

  /** By an operator. */
  revoke(session: Session, how: number): void {
    const uri = pick(PATTERNS, how).uri;
    const revoked = [...session.holds].filter(([, pattern]) => pattern.uri === uri).map(([id]) => id);
    const { session: of } = session.client;
    const told = this.realm.broker.revoke((grant) => grant.session === of && grant.uri === uri, 'as it is');
    expect(told).toBe(revoked.length);
    for (const id of revoked) session.holds.delete(id);
    expect(session.client.heard()).toEqual(
      session.hearsRevocation ? revoked.map((subscription) => [35, 0, { subscription, reason: 'as it is' }]) : [],
    );
  }

  publish(session: Session, how: number, what: number): void {
    const event = this.#event(session, how, what);
    const request = session.next++;
    const acknowledge = how % 3 > 0;
    session.client.says([
      16,
      request,
      { ...event.options, ...(acknowledge && { acknowledge }) },
      event.topic,
      [event.tag],
    ]);
    const expected = new Map<Session, unknown[][]>(this.sessions.map((each) => [each, []]));
    this.#publish(event, expected);
    if (acknowledge) expected.get(session)?.push([17, request, event.publication]);
    for (const each of this.sessions) this.#expect(each, expected.get(each) ?? []);
  }

  /** One whose option is not what it has to be: nobody hears it, and who wants to know is told. */
  misuse(session: Session, how: number, what: number): void {
    const option = pick(['exclude', 'eligible', 'exclude_authid', 'eligible_authrole', 'retain', 'exclude_me'], what);
    const request = session.next++;
    const acknowledge = how % 2 > 0;
    const wrong = pick<unknown>([1, 'text', [{}], null, [0.5], { a: 1 }], how);
    session.client.says([16, request, { [option]: wrong, acknowledge }, pick(TOPICS, how), ['wrong']]);
    for (const each of this.sessions) {
      const refused = [8, 16, request, {}, expect.stringMatching(/^wamp\.error\.invalid_/), [expect.any(String)]];
      expect(each.client.heard()).toEqual(each === session && acknowledge ? [refused] : []);
    }
  }

  bequeath(session: Session, how: number, what: number): void {
    const scope = how % 2 === 0 ? 'detached' : 'destroyed';
    const event = this.#event(session, how, what);
    const kwargs = { publish_options: event.options, scope };
    const request = session.next++;
    session.client.says([48, request, {}, 'wamp.session.add_testament', [event.topic, [event.tag]], kwargs]);
    if (session.testaments.length === MOST_TESTAMENTS) {
      expect(session.client.heard()).toEqual([[8, 48, request, {}, 'wamp.error.unavailable', [expect.any(String)]]]);
      return;
    }
    expect(session.client.heard()).toEqual([[50, request, {}]]);
    session.testaments.push({ scope, event });
  }

  flush(session: Session, how: number): void {
    const scope = how % 2 === 0 ? 'detached' : 'destroyed';
    const request = session.next++;
    session.client.says([48, request, {}, 'wamp.session.flush_testaments', [], { scope }]);
    expect(session.client.heard()).toEqual([[50, request, {}]]);
    session.testaments.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...session.testaments.filter((each) => each.scope !== scope),
    );
  }

  /** What was: only what would have come, had it been there. */
  read(session: Session, how: number): void {
    const limit = how % 4;
    const reverse = how % 3 === 0;
    const request = session.next++;
    const kwargs = { ...(limit > 0 && { limit }), ...(reverse && { reverse }) };
    session.client.says([48, request, {}, 'wamp.subscription.get_events', [1], kwargs]);
    const [result, ...more] = session.client.heard();
    expect(more).toEqual([]);
    const events = this.#history.filter((event) => isMeantFor(event, session));
    if (reverse) events.reverse();
    const expected = (limit > 0 ? events.slice(0, limit) : events).map(({ tag, publication }) => ({
      tag,
      publication,
    }));
    const told = (result?.[3] ?? []) as { publication: number; args: string[] }[];
    expect(told.map(({ publication, args: [tag] }) => ({ tag, publication }))).toEqual(expected);
  }

  #event(publisher: Session, how: number, what: number): Event {
    const ids = this.sessions.map(({ client }) => client.session);
    const some = <T>(list: readonly T[]) => list.filter((_, at) => (how >> at) % 2 === 0);
    const lists: Record<string, unknown>[] = [
      {},
      {},
      { exclude: some(ids) },
      { eligible: some(ids) },
      { exclude_authid: some(AUTHIDS) },
      { eligible_authid: some(AUTHIDS) },
      { exclude_authrole: some(ROLES) },
      { eligible_authrole: some(ROLES) },
      { eligible: some(ids), exclude_authid: [pick(AUTHIDS, how)] },
      { eligible_authid: some(AUTHIDS), eligible_authrole: [pick(ROLES, how)] },
    ];
    const options = {
      ...pick(lists, what),
      ...(how % 5 === 0 && { exclude_me: false }),
      ...(how % 7 === 0 && { disclose_me: true }),
      ...(what % 3 === 0 && { retain: true }),
    };
    this.#made += 1;
    return { tag: `event ${this.#made}`, topic: pick(TOPICS, how), options, publisher, publication: 0 };
  }

  #publish(event: Event, expected: Map<Session, unknown[][]>): void {
    event.publication = ++this.#last;
    this.#published += 1;
    const { topic, options } = event;
    for (const session of this.sessions) {
      if (!isFor(event, session)) continue;
      for (const [id, pattern] of session.holds)
        if (matches(pattern, topic)) expected.get(session)?.push(eventFor(event, id, pattern));
    }
    if (options['retain'] === true) this.#retain(event);
    const isForNow = 'exclude' in options || 'eligible' in options;
    if (!isForNow && matches(HISTORY, topic)) this.#history = [...this.#history, event].slice(-HISTORY.limit);
  }

  #retain(event: Event): void {
    const { topic } = event;
    const kept = isForAll(event) ? [event] : [...(this.#retained.get(topic) ?? []), event];
    this.#retained.delete(topic);
    this.#retained.set(topic, kept);
    while ([...this.#retained.values()].flat().length > MOST_RETAINED) {
      const [oldest] = this.#retained.keys();
      this.#retained.delete(oldest as string);
    }
  }

  /** Events of one publication may come in any order of their subscriptions; all else stays in its order. */
  #expect({ client }: Session, expected: readonly unknown[][]): void {
    const heard = client.heard();
    const sorted = (lists: readonly (readonly unknown[])[]) =>
      lists
        .map((list) => [list[0] === 36 ? list[2] : Number.POSITIVE_INFINITY, list[1], list] as const)
        .map((each, at) => [...each, at] as const)
        .sort(([a, b, , at], [c, d, , to]) =>
          a === c ? (a === Number.POSITIVE_INFINITY ? at - to : (b as number) - (d as number)) : 0,
        )
        .map(([, , list]) => list);
    expect(sorted(heard)).toEqual(sorted(expected));
    this.#heard += expected.filter(([type]) => type === 36).length;
  }

  check(): void {
    const { broker, meta } = this.realm;
    const patterns = new Set(this.sessions.flatMap(({ holds }) => [...holds.values()]));
    const kept = PATTERNS.find(({ uri, match }) => uri === HISTORY.uri && match === HISTORY.match) as Pattern;
    expect({
      subscriptions: broker.subscriptionCount,
      testaments: meta.testamentCount,
      retained: broker.store.retention.size,
      history: broker.store.size,
      published: broker.publications,
      heard: broker.events,
    }).toEqual({
      subscriptions: new Set([...patterns, kept]).size,
      testaments: this.sessions.reduce((sum, { testaments }) => sum + testaments.length, 0),
      retained: [...this.#retained.values()].flat().length,
      history: this.#history.length,
      published: this.#published,
      heard: this.#heard,
    });
  }
}

function eventFor(event: Event, subscription: number, { match }: Pattern, more: object = {}): unknown[] {
  const { tag, topic, publication, options, publisher } = event;
  const { session, authid, authrole } = publisher.client;
  const details = {
    ...(options['disclose_me'] === true && {
      publisher: session,
      publisher_authid: authid,
      publisher_authrole: authrole,
    }),
    ...(match !== 'exact' && { topic }),
    ...more,
  };
  return [36, subscription, publication, details, [tag]];
}

type Verb =
  | 'join'
  | 'leave'
  | 'subscribe'
  | 'unsubscribe'
  | 'revoke'
  | 'publish'
  | 'misuse'
  | 'bequeath'
  | 'flush'
  | 'read';
const VERBS: readonly (readonly [Verb, number])[] = [
  ['join', 3],
  ['leave', 1],
  ['subscribe', 7],
  ['unsubscribe', 2],
  ['revoke', 1],
  ['publish', 9],
  ['misuse', 1],
  ['bequeath', 2],
  ['flush', 1],
  ['read', 1],
];

test(
  'whatever is published, by whom and in whatever way, all hear it for whom it is, and nobody else',
  () => {
    const verb = fc.constantFrom(...VERBS.flatMap(([each, weight]) => Array.from({ length: weight }, () => each)));
    const steps = fc.array(fc.tuple(verb, fc.nat(20), fc.nat(69), fc.nat(59)), { maxLength: 80, size: 'max' });
    fc.assert(
      fc.property(steps, (sequence) => {
        const world = new World();
        for (const [each, who, how, what] of sequence) {
          if (each === 'join') world.join(who, how, what);
          else if (world.sessions.length > 0) world[each](pick(world.sessions, who), how, what);
          world.check();
        }
        for (const session of [...world.sessions]) world.leave(session);
        world.check();
        expect(world.realm.broker.subscriptionCount).toBe(1);
      }),
      RUNS,
    );
    tellRuns('events', RUNS);
  },
  RUNS.timeout,
);
