/**
 * What a realm tells of itself against what it does: whatever sessions do, whoever only hears the meta events has the same picture
 * as whoever asks, and of sessions that have ended nothing is left but what was to be kept, within its limits.
 */
import fc from 'fast-check';
import type { Dict } from '../../src/wamp/values.js';
import { modelRuns, tellRuns } from '../support/model-runs.js';
import { type Client, Realm } from '../support/routing-realm.js';

const URIS = ['com.a', 'com.b', 'com.a.b'];
const EVENT = 36;
const RUNS = modelRuns(100);
const RETAINED = 2;
const KEPT = 3;

interface Entry {
  readonly details: Dict;
  readonly holders: Set<number>;
}

/** What somebody knows who hears events only. It throws where these contradict each other. */
class Picture {
  readonly sessions = new Set<number>();
  readonly registration = new Map<number, Entry>();
  readonly subscription = new Map<number, Entry>();

  hear(topic: string, args: readonly unknown[]): void {
    const [, kind = '', event = ''] = topic.split('.');
    if (kind === 'session') {
      if (event === 'on_join') this.#join((args[0] as { session: number }).session);
      else this.#leave(args[0] as number);
    } else if (kind === 'registration' || kind === 'subscription') {
      this.#change(this[kind], event, args[0] as number, args[1]);
    } else throw new Error(`nobody expects ${topic}`);
  }

  #join(session: number): void {
    if (this.sessions.has(session)) throw new Error(`${session} joined twice`);
    this.sessions.add(session);
  }

  #leave(session: number): void {
    for (const { holders } of [...this.registration.values(), ...this.subscription.values()]) {
      if (holders.has(session)) throw new Error(`${session} left, and still holds something`);
    }
    if (!this.sessions.delete(session)) throw new Error(`${session} left, and was not there`);
  }

  #change(entries: Map<number, Entry>, event: string, session: number, told: unknown): void {
    if (!this.sessions.has(session)) throw new Error(`${event} of ${session}, which is not there`);
    if (event === 'on_create') {
      const details = told as Dict;
      const id = details['id'] as number;
      if (entries.has(id)) throw new Error(`${id} was created twice`);
      entries.set(id, { details, holders: new Set() });
      return;
    }
    const entry = entries.get(told as number);
    if (entry === undefined) throw new Error(`${event} of ${told}, which is not there`);
    if (event === 'on_delete') {
      if (entry.holders.size > 0) throw new Error(`${told} was deleted, and somebody holds it`);
      entries.delete(told as number);
    } else if (event.startsWith('on_un')) {
      if (!entry.holders.delete(session)) throw new Error(`${session} left ${told}, which it did not hold`);
    } else {
      if (entry.holders.has(session)) throw new Error(`${session} joined ${told} twice`);
      entry.holders.add(session);
    }
  }
}

interface Member {
  readonly client: Client;
  request: number;
  readonly held: { kind: 'registration' | 'subscription'; id: number }[];
}

type Act = (realm: Realm, members: Member[]) => void;

function say(member: Member, ...list: unknown[]): readonly unknown[] {
  const [type, ...rest] = list;
  member.request += 1;
  member.client.says([type, member.request, ...rest]);
  const answer = member.client.heard().find(([kind, ...fields]) => kind !== EVENT && fields.includes(member.request));
  return answer ?? [];
}

const drop = (members: Member[], gone: Member) => members.splice(members.indexOf(gone), 1);

/** Something that one of the members does, if there are any. */
const by =
  (n: number, act: (member: Member, realm: Realm, members: Member[]) => void): Act =>
  (realm, members) => {
    const member = members[n % Math.max(1, members.length)];
    if (member !== undefined) act(member, realm, members);
  };

const who = fc.nat(20);
const uri = fc.constantFrom(...URIS);
const match = fc.constantFrom('exact', 'prefix', 'wildcard');
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.constant<Act>((realm, members) => {
    if (members.length < 4) members.push({ client: realm.join('member'), request: 0, held: [] });
  }),
  who.map((n) =>
    by(n, (member, realm, members) => {
      realm.leave(member.client);
      drop(members, member);
    }),
  ),
  fc.tuple(who, uri, match).map(([n, topic, how]) =>
    by(n, (member) => {
      const [, , id] = say(member, 32, { match: how }, topic);
      if (!member.held.some((each) => each.kind === 'subscription' && each.id === id)) {
        member.held.push({ kind: 'subscription', id: id as number });
      }
    }),
  ),
  fc
    .tuple(who, uri, match, fc.constantFrom('single', 'first'), fc.boolean())
    .map(([n, procedure, how, invoke, force]) =>
      by(n, (member) => {
        const [type, , id] = say(member, 64, { match: how, invoke, force_reregister: force }, procedure);
        if (type === 65) member.held.push({ kind: 'registration', id: id as number });
      }),
    ),
  who.map((n) =>
    by(n, (member) => {
      const [gone] = member.held.splice(n % Math.max(1, member.held.length), 1);
      if (gone !== undefined) say(member, gone.kind === 'registration' ? 66 : 34, gone.id);
    }),
  ),
  fc.tuple(who, uri).map(([n, topic]) => by(n, (member) => void say(member, 16, { retain: true }, topic))),
  fc
    .tuple(who, uri, fc.constantFrom('detached', 'destroyed'))
    .map(([n, topic, scope]) =>
      by(n, (member) => void say(member, 48, {}, 'wamp.session.add_testament', [topic], { scope })),
    ),
  who.map((n) =>
    by(n, (member, _, members) => {
      const killed = members[(n + 1) % members.length];
      if (killed === undefined || killed === member) return;
      say(member, 48, {}, 'wamp.session.kill', [killed.client.session]);
      drop(members, killed);
    }),
  ),
);

/** What the router answers to somebody who asks. */
function asked(watcher: Member): unknown {
  const ask = (procedure: string, ...args: unknown[]) => (say(watcher, 48, {}, procedure, args)[3] as unknown[])[0];
  const entries = (kind: string, holders: string) => {
    const lists = ask(`wamp.${kind}.list`) as Record<string, number[]>;
    return Object.entries(lists)
      .flatMap(([how, ids]) => ids.map((id) => [id, how] as const))
      .sort(([a], [b]) => a - b)
      .map(([id, how]) => {
        const details = ask(`wamp.${kind}.get`, id) as Dict;
        expect(details['match']).toBe(how);
        return [details, (ask(`wamp.${kind}.list_${holders}`, id) as number[]).sort()];
      });
  };
  return {
    sessions: (ask('wamp.session.list') as number[]).sort(),
    registrations: entries('registration', 'callees'),
    subscriptions: entries('subscription', 'subscribers'),
  };
}

function seen({ sessions, registration, subscription }: Picture): unknown {
  const entries = (of: Map<number, Entry>) =>
    [...of].sort(([a], [b]) => a - b).map(([, { details, holders }]) => [details, [...holders].sort()]);
  return {
    sessions: [...sessions].sort(),
    registrations: entries(registration),
    subscriptions: entries(subscription),
  };
}

test(
  'whoever only hears the meta events has the picture of whoever asks, and nothing is left of who has gone',
  () => {
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 60, size: 'max' }), (sequence) => {
        const realm = new Realm({
          retention: { events: RETAINED },
          histories: { 'com.': { limit: KEPT, match: 'prefix' } },
        });
        const picture = new Picture();
        const watcher: Member = { client: realm.join('watcher'), request: 0, held: [] };
        for (const kind of ['session', 'registration', 'subscription'])
          say(watcher, 32, { match: 'prefix' }, `wamp.${kind}.`);
        picture.sessions.add(watcher.client.session);
        // That which is there from the start.
        picture.subscription.set(1, {
          details: { id: 1, created: '2026-01-02T03:04:05.006Z', uri: 'com.', match: 'prefix' },
          holders: new Set(),
        });
        const members: Member[] = [];
        const look = () => {
          for (const [, , , details, args] of watcher.client.heard()) {
            picture.hear((details as { topic: string }).topic, args as unknown[]);
          }
          expect(seen(picture)).toEqual(asked(watcher));
          const { retention, size } = realm.broker.store;
          expect(retention.size).toBeLessThanOrEqual(RETAINED);
          expect(size).toBeLessThanOrEqual(KEPT);
        };
        for (const act of sequence) {
          act(realm, members);
          look();
        }
        for (const { client } of members) realm.leave(client);
        look();
        realm.leave(watcher.client);
        const { broker, dealer, meta } = realm;
        expect([realm.sessions.size, dealer.registrationCount, dealer.inFlight, meta.testamentCount]).toEqual([
          0, 0, 0, 0,
        ]);
        expect(broker.subscriptionCount).toBe(1);
      }),
      RUNS,
    );
    tellRuns('meta', RUNS);
  },
  RUNS.timeout,
);
