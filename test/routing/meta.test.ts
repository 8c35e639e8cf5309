/** What a realm tells of itself, as values: procedures and events whose URIs begin with `wamp.`. */
import type { List } from '../../src/wamp/values.js';
import { type Client, Realm } from '../support/routing-realm.js';

const CREATED = '2026-01-02T03:04:05.006Z';

/** A session that asks, with its own numbering of requests. */
class Asker {
  readonly client: Client;
  #request = 0;
  constructor(client: Client) {
    this.client = client;
  }
  next(): number {
    this.#request += 1;
    return this.#request;
  }
  /** Subscribes to these topics. @returns what each subscription is called, by its id */
  watch(...topics: string[]): Map<unknown, string> {
    const names = new Map<unknown, string>();
    for (const topic of topics) {
      this.client.says([32, this.next(), {}, topic]);
      names.set(this.client.heard().at(-1)?.[2], topic);
    }
    return names;
  }
  /** The arguments of the RESULT, or the URI of the ERROR. */
  ask(procedure: string, args: List = [], kwargs: object = {}): unknown {
    this.client.says([48, this.next(), {}, procedure, args, kwargs]);
    const answer = this.client.heard().at(-1) ?? [];
    return answer[0] === 50 ? answer[3] : answer[4];
  }
}

/** The events that came, each with the last part of its topic. */
const events = (heard: List[], names: Map<unknown, string>): unknown[] =>
  heard.map((list) => [names.get(list[1])?.split('.').at(-1), list[4]]);

describe('the session meta API', () => {
  const detailsOf = (session: number, authid: string) => ({
    session,
    authid,
    authrole: 'anonymous',
    authmethod: 'anonymous',
    authprovider: 'static',
    transport: { peer: 'memory' },
  });

  it('tells how many sessions there are, which, and who each is', () => {
    const realm = new Realm();
    const a = new Asker(realm.join('a'));
    realm.join('b', { authrole: 'admin' });
    const answers = [
      a.ask('wamp.session.count'),
      a.ask('wamp.session.count', [['admin', 'nobody']]),
      a.ask('wamp.session.list'),
      a.ask('wamp.session.list', [['anonymous']]),
      a.ask('wamp.session.get', [1]),
    ];
    expect(answers).toEqual([[2], [1], [[1, 2]], [[1]], [detailsOf(1, 'a')]]);
  });

  it.each([
    ['wamp.session.get', [], 'wamp.error.invalid_argument'],
    ['wamp.session.get', [{ valueOf: 1 }], 'wamp.error.invalid_argument'],
    ['wamp.session.get', [4_711], 'wamp.error.no_such_session'],
    ['wamp.session.count', ['admin'], 'wamp.error.invalid_argument'],
    ['wamp.registration.get', [7], 'wamp.error.no_such_registration'],
    ['wamp.registration.match', [7], 'wamp.error.invalid_argument'],
    ['wamp.registration.lookup', ['com.p', { match: 'suffix' }], 'wamp.error.invalid_argument'],
    ['wamp.registration.count_callees', [7], 'wamp.error.no_such_registration'],
    ['wamp.subscription.get', [-1], 'wamp.error.invalid_argument'],
    ['wamp.subscription.list_subscribers', [7], 'wamp.error.no_such_subscription'],
    ['wamp.session.unknown', [], 'wamp.error.no_such_procedure'],
  ])('answers %s%j with %s', (procedure, args, uri) => {
    const realm = new Realm();
    realm.join('other');
    expect(new Asker(realm.join('a')).ask(procedure, args)).toBe(uri);
  });

  it('announces each session that comes and goes, and its end after the ends of all that it held', () => {
    const realm = new Realm();
    const watcher = new Asker(realm.join('watcher'));
    const names = watcher.watch(
      'wamp.session.on_join',
      'wamp.session.on_leave',
      'wamp.registration.on_delete',
      'wamp.subscription.on_delete',
    );
    const b = realm.join('b');
    b.says([64, 1, {}, 'com.p']);
    b.says([32, 2, {}, 'com.t']);
    b.heard();
    realm.leave(b);
    expect(events(watcher.client.heard(), names)).toEqual([
      ['on_join', [detailsOf(2, 'b')]],
      ['on_delete', [2, expect.any(Number)]],
      ['on_delete', [2, expect.any(Number)]],
      ['on_leave', [2, 'b', 'anonymous']],
    ]);
    expect(b.heard()).toEqual([]);
  });

  it('gives an event of a pattern its topic', () => {
    const realm = new Realm();
    const watcher = realm.join('watcher');
    watcher.says([32, 1, { match: 'prefix' }, 'wamp.session.']);
    watcher.heard();
    realm.join('b');
    expect(watcher.heard()).toEqual([
      [36, 1, expect.any(Number), { topic: 'wamp.session.on_join' }, [detailsOf(2, 'b')]],
    ]);
  });

  describe('ends the sessions of others', () => {
    let realm: Realm;
    let admin: Asker;
    let clients: Client[];
    let names: Map<unknown, string>;
    beforeEach(() => {
      realm = new Realm();
      admin = new Asker(realm.join('joe', { authrole: 'admin' }));
      clients = [realm.join('joe'), realm.join('joe', { authrole: 'admin' }), realm.join('anna')];
      names = admin.watch('wamp.session.on_leave');
    });
    const ended = () => clients.map((client) => client.heard().map(([, details, reason]) => [reason, details]));
    const killed = [['wamp.close.killed', {}]];

    it.each([
      ['wamp.session.kill', [2], [], [killed, [], []], [2]],
      ['wamp.session.kill_by_authid', ['joe'], [[2, 3]], [killed, killed, []], [2, 3]],
      ['wamp.session.kill_by_authrole', ['admin'], [1], [[], killed, []], [3]],
      // By the standard nobody is told: all are gone.
      ['wamp.session.kill_all', [], [3], [killed, killed, killed], []],
    ])('%s%j answers %j', (procedure, args, answer, farewells, told) => {
      admin.client.says([48, admin.next(), {}, procedure, args]);
      const heard = admin.client.heard();
      expect(heard.at(-1)?.slice(2)).toEqual(answer.length === 0 ? [{}] : [{}, answer]);
      expect(events(heard.slice(0, -1), names)).toEqual(
        told.map((id) => ['on_leave', [id, 'joe', expect.any(String)]]),
      );
      expect(ended()).toEqual(farewells);
      expect(realm.sessions.size).toBe(1 + farewells.filter((each) => each.length === 0).length);
    });

    it('with the reason and the message that were asked for', () => {
      admin.ask('wamp.session.kill', [2], { reason: 'com.example.bye', message: 'see you' });
      expect(ended()[0]).toEqual([['com.example.bye', { message: 'see you' }]]);
    });

    it.each([
      ['wamp.session.kill', [1], {}, 'wamp.error.no_such_session'],
      ['wamp.session.kill', [99], {}, 'wamp.error.no_such_session'],
      ['wamp.session.kill', [2], { reason: '' }, 'wamp.error.invalid_uri'],
      ['wamp.session.kill_all', [], { reason: 'no uri' }, 'wamp.error.invalid_uri'],
      ['wamp.session.kill_by_authid', [], {}, 'wamp.error.invalid_argument'],
      ['wamp.session.kill_by_authrole', ['admin'], { message: 7 }, 'wamp.error.invalid_argument'],
    ])('but not by %s%j %j', (procedure, args, kwargs, uri) => {
      expect(admin.ask(procedure, args, kwargs)).toBe(uri);
      expect(realm.sessions.size).toBe(4);
    });
  });
});

describe('the registration meta API', () => {
  it('tells which registrations there are, and whose', () => {
    const realm = new Realm();
    const a = new Asker(realm.join('a'));
    const callees = ['b', 'c'].map((name) => realm.join(name));
    for (const callee of callees) callee.says([64, 1, { invoke: 'roundrobin' }, 'com.p']);
    callees[0]?.says([64, 2, { match: 'prefix' }, 'com.']);
    const answers = [
      a.ask('wamp.registration.list'),
      a.ask('wamp.registration.lookup', ['com.p']),
      a.ask('wamp.registration.lookup', ['com.p', { match: 'prefix' }]),
      a.ask('wamp.registration.lookup', ['com.', { match: 'prefix' }]),
      a.ask('wamp.registration.match', ['com.p']),
      a.ask('wamp.registration.match', ['com.other']),
      a.ask('wamp.registration.match', ['org.other']),
      a.ask('wamp.registration.match', ['wamp.session.count']),
      a.ask('wamp.registration.get', [1]),
      a.ask('wamp.registration.list_callees', [1]),
      a.ask('wamp.registration.count_callees', [1]),
    ];
    expect(answers).toEqual([
      [{ exact: [1], prefix: [2], wildcard: [] }],
      [1],
      [null],
      [2],
      [1],
      [2],
      [null],
      [null],
      [{ id: 1, created: CREATED, uri: 'com.p', match: 'exact', invoke: 'roundrobin' }],
      [[2, 3]],
      [2],
    ]);
  });

  it('announces what becomes of them, in order, after the answer to whoever brought it about', () => {
    const realm = new Realm();
    const watcher = new Asker(realm.join('watcher'));
    const names = watcher.watch(
      ...['on_create', 'on_register', 'on_unregister', 'on_delete'].map((each) => `wamp.registration.${each}`),
    );
    const [b, c] = [realm.join('b'), realm.join('c')];
    realm.everything.length = 0;
    b.says([64, 1, { invoke: 'first' }, 'com.p']);
    expect(realm.everything.map(([name, type]) => [name, type])).toEqual([
      ['b', 65],
      ['watcher', 36],
      ['watcher', 36],
    ]);
    c.says([64, 1, { invoke: 'first' }, 'com.p']);
    realm.everything.length = 0;
    b.says([66, 2, 1]);
    expect(realm.everything.map(([name, type]) => [name, type])).toEqual([
      ['b', 67],
      ['watcher', 36],
    ]);
    realm.leave(c);
    expect(events(watcher.client.heard(), names)).toEqual([
      ['on_create', [2, { id: 1, created: CREATED, uri: 'com.p', match: 'exact', invoke: 'first' }]],
      ['on_register', [2, 1]],
      ['on_register', [3, 1]],
      ['on_unregister', [2, 1]],
      ['on_unregister', [3, 1]],
      ['on_delete', [3, 1]],
    ]);
  });

  it('announces that one is taken over, and taken back', () => {
    const realm = new Realm();
    const watcher = new Asker(realm.join('watcher'));
    const names = watcher.watch(
      ...['on_create', 'on_register', 'on_unregister', 'on_delete'].map((each) => `wamp.registration.${each}`),
    );
    const [b, c] = [realm.join('b'), realm.join('c')];
    b.says([64, 1, {}, 'com.p']);
    c.says([64, 1, { force_reregister: true }, 'com.p']);
    realm.dealer.revoke(() => true, 'for good');
    expect(events(watcher.client.heard(), names).map((event) => (event as [string])[0])).toEqual([
      ...['on_create', 'on_register', 'on_unregister', 'on_delete'],
      ...['on_create', 'on_register', 'on_unregister', 'on_delete'],
    ]);
  });

  it('says nothing of a registration that is refused', () => {
    const realm = new Realm();
    const watcher = new Asker(realm.join('watcher'));
    watcher.watch('wamp.registration.on_create', 'wamp.registration.on_register');
    const b = realm.join('b');
    b.says([64, 1, {}, 'com.p']);
    watcher.client.heard();
    b.says([64, 2, {}, 'com.p']);
    expect(watcher.client.heard()).toEqual([]);
  });
});

describe('the subscription meta API', () => {
  const TOPICS = ['on_create', 'on_subscribe', 'on_unsubscribe', 'on_delete'].map(
    (each) => `wamp.subscription.${each}`,
  );

  it('tells which subscriptions there are, and whose, but for those to what the router itself tells', () => {
    const realm = new Realm();
    const a = new Asker(realm.join('a'));
    a.watch('wamp.session.on_join');
    const others = ['b', 'c'].map((name) => realm.join(name));
    for (const other of others) other.says([32, 1, {}, 'com.t']);
    others[0]?.says([32, 2, { match: 'wildcard' }, 'com.']);
    const answers = [
      a.ask('wamp.subscription.list'),
      a.ask('wamp.subscription.lookup', ['com.t']),
      a.ask('wamp.subscription.lookup', ['com.', { match: 'wildcard' }]),
      a.ask('wamp.subscription.lookup', ['wamp.session.on_join']),
      a.ask('wamp.subscription.match', ['com.t']),
      a.ask('wamp.subscription.match', ['org.t']),
      a.ask('wamp.subscription.get', [2]),
      a.ask('wamp.subscription.get', [1]),
      a.ask('wamp.subscription.list_subscribers', [2]),
      a.ask('wamp.subscription.count_subscribers', [2]),
    ];
    expect(answers).toEqual([
      [{ exact: [2], prefix: [], wildcard: [3] }],
      [2],
      [3],
      [null],
      [[2, 3]],
      [null],
      [{ id: 2, created: CREATED, uri: 'com.t', match: 'exact' }],
      'wamp.error.no_such_subscription',
      [[2, 3]],
      [2],
    ]);
  });

  it('announces what becomes of them, in order, and nothing of a subscription that is there already', () => {
    const realm = new Realm();
    const watcher = new Asker(realm.join('watcher'));
    const names = watcher.watch(...TOPICS);
    const [b, c] = [realm.join('b'), realm.join('c')];
    b.says([32, 1, {}, 'com.t']);
    b.says([32, 2, {}, 'com.t']);
    c.says([32, 1, {}, 'com.t']);
    realm.leave(b);
    realm.broker.revoke(({ session }) => session === 3, 'for good');
    expect(events(watcher.client.heard(), names)).toEqual([
      ['on_create', [2, { id: 5, created: CREATED, uri: 'com.t', match: 'exact' }]],
      ['on_subscribe', [2, 5]],
      ['on_subscribe', [3, 5]],
      ['on_unsubscribe', [2, 5]],
      ['on_unsubscribe', [3, 5]],
      ['on_delete', [3, 5]],
    ]);
  });
});

describe('a call of a procedure of the router', () => {
  it('is answered at once, counts as none that waits, and comes past patterns that cover everything else', () => {
    const realm = new Realm();
    const a = realm.join('a');
    realm.join('b').says([64, 1, { match: 'prefix' }, 'com']);
    a.says([48, 1, {}, 'wamp.session.count']);
    expect([a.heard(), realm.dealer.inFlight, realm.dealer.calls]).toEqual([[[50, 1, {}, [2]]], 0, 0]);
  });

  it.each([
    ['in parts', [48, 1, { progress: true }, 'wamp.session.count']],
    [
      'with a payload that cannot be read',
      [48, 1, { ppt_scheme: 'x_mine' }, 'wamp.session.count', [new Uint8Array(2)]],
    ],
  ])('%s is refused', (_, call) => {
    const features = { progressive_call_invocations: true, call_canceling: true, payload_passthru_mode: true };
    const a = new Realm().join('a', { roles: { caller: { features } } });
    a.says(call);
    expect(a.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.feature_not_supported', [expect.any(String)]]]);
  });

  it('that has an answer too long for the caller is told so', () => {
    const a = new Realm().join('a');
    a.takes = ({ type }) => type !== 'RESULT';
    a.says([48, 1, {}, 'wamp.session.list']);
    expect(a.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.payload_size_exceeded', [expect.any(String)]]]);
  });
});
