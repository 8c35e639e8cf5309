import { ProtocolError } from '../../src/errors.js';
import { Realm } from '../support/routing-realm.js';

describe('Broker', () => {
  describe('SUBSCRIBE and UNSUBSCRIBE', () => {
    it('gives sequential ids, shared by all who subscribe to one topic', () => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      a.says([32, 1, {}, 'com.example.news']);
      a.says([32, 2, {}, 'com.example.weather']);
      b.says([32, 1, {}, 'com.example.weather']);
      expect(a.heard()).toEqual([
        [33, 1, 1],
        [33, 2, 2],
      ]);
      expect(b.heard()).toEqual([[33, 1, 2]]);
    });

    it('answers a second SUBSCRIBE of the same session with the same id, and sends each event once', () => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      a.says([32, 1, {}, 'com.example.news']);
      a.says([32, 2, {}, 'com.example.news']);
      b.says([16, 1, {}, 'com.example.news', ['hello']]);
      expect(a.heard()).toEqual([
        [33, 1, 1],
        [33, 2, 1],
        [36, 1, 1001, {}, ['hello']],
      ]);
      a.says([34, 3, 1]);
      b.says([16, 2, {}, 'com.example.news', ['again']]);
      expect(a.heard()).toEqual([[35, 3]]);
    });

    it('gives a topic a new id when all had left it', () => {
      const realm = new Realm();
      const a = realm.join('a');
      a.says([32, 1, {}, 'com.example.news']);
      a.says([34, 2, 1]);
      a.says([32, 3, {}, 'com.example.news']);
      expect(a.heard()).toEqual([
        [33, 1, 1],
        [35, 2],
        [33, 3, 2],
      ]);
      expect(realm.broker.subscriptionCount).toBe(1);
    });

    test.each([
      ['an id that does not exist', 99],
      ["another session's subscription", 1],
    ])('refuses to unsubscribe from %s', (_, id) => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      a.says([32, 1, {}, 'com.example.news']);
      b.says([34, 1, id]);
      expect(b.heard()).toEqual([
        [8, 34, 1, {}, 'wamp.error.no_such_subscription', [`this session holds no subscription ${id}`]],
      ]);
      b.says([16, 2, {}, 'com.example.news']);
      expect(a.heard()).toEqual([
        [33, 1, 1],
        [36, 1, 1001, {}],
      ]);
    });

    test.each([
      ['nothing', '', {}],
      ['a dot', '.', {}],
      ['an empty component', 'com..news', {}],
      ['an empty last component', 'com.news.', {}],
      ['a space', 'com.the news', {}],
      ['a hash', 'com.news#1', {}],
      ['a line feed', 'com.news\n', {}],
      ['2,004 characters', `com.${'a'.repeat(2_000)}`, {}],
      ['2,000 wildcards', '.'.repeat(2_000), { match: 'wildcard' }],
    ])('answers a topic of %s: invalid_uri', (_, topic, options) => {
      const a = new Realm().join('a');
      a.says([32, 1, options, topic]);
      expect(a.heard()).toEqual([[8, 32, 1, {}, 'wamp.error.invalid_uri', [expect.any(String)]]]);
    });

    test.each([['bogus'], [7], [null], [['prefix']], ['__proto__']])('answers match %j: invalid_argument', (match) => {
      const a = new Realm().join('a');
      a.says([32, 1, { match }, 'com.example']);
      expect(a.heard()).toEqual([[8, 32, 1, {}, 'wamp.error.invalid_argument', [expect.any(String)]]]);
    });

    it('ignores options it does not know, and such as are not the dictionary’s own', () => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      a.says([32, 1, JSON.parse('{"__proto__":{"match":"prefix"},"nosuchoption":1}'), 'com']);
      b.says([16, 1, {}, 'com.other']);
      expect(a.heard()).toEqual([[33, 1, 1]]);
    });

    test.each(['constructor', '__proto__', 'valueOf'])('takes the topic %s as any other', (topic) => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      b.says([16, 1, { acknowledge: true }, topic]);
      a.says([32, 1, {}, topic]);
      b.says([16, 2, {}, topic]);
      expect(a.heard()).toEqual([
        [33, 1, 1],
        [36, 1, 1002, {}],
      ]);
    });

    it('holds a session to its limit, and nobody else', () => {
      const realm = new Realm({ maxSubscriptions: 1 });
      const [a, b] = [realm.join('a'), realm.join('b')];
      a.says([32, 1, {}, 'com.one']);
      a.says([32, 2, {}, 'com.two']);
      a.says([32, 3, {}, 'com.one']);
      b.says([32, 1, {}, 'com.two']);
      expect(a.heard()).toEqual([
        [33, 1, 1],
        [8, 32, 2, {}, 'wamp.error.unavailable', [expect.stringContaining('1 subscriptions')]],
        [33, 3, 1],
      ]);
      expect(b.heard()).toEqual([[33, 1, 2]]);
    });
  });

  describe('PUBLISH', () => {
    it('sends arguments and keyword arguments as they came', () => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      a.says([32, 1, {}, 'com.t']);
      a.heard();
      b.says([16, 1, {}, 'com.t']);
      b.says([16, 2, {}, 'com.t', [1, null, { deep: [true] }]]);
      b.says([16, 3, {}, 'com.t', [], { colour: 'orange' }]);
      expect(a.heard()).toEqual([
        [36, 1, 1001, {}],
        [36, 1, 1002, {}, [1, null, { deep: [true] }]],
        [36, 1, 1003, {}, [], { colour: 'orange' }],
      ]);
    });

    it('acknowledges after the events have left, under the same publication id', () => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      a.says([32, 1, {}, 'com.t']);
      b.says([16, 1, { acknowledge: true }, 'com.t']);
      expect(realm.everything).toEqual([
        ['a', 33, 1, 1],
        ['a', 36, 1, 1001, {}],
        ['b', 17, 1, 1001],
      ]);
    });

    it.each([
      [{}, []],
      [{ exclude_me: true }, []],
      [{ exclude_me: false }, [[36, 1, 1001, {}, ['x']]]],
    ])('with %j the publisher itself receives %j', (options, expected) => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      a.says([32, 1, {}, 'com.t']);
      b.says([32, 1, {}, 'com.t']);
      a.heard();
      a.says([16, 2, options, 'com.t', ['x']]);
      expect(a.heard()).toEqual(expected);
      expect(b.heard()).toContainEqual([36, 1, 1001, {}, ['x']]);
    });

    it('says who published only if the publisher asks for it', () => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('bob')];
      a.says([32, 1, {}, 'com.t']);
      b.says([16, 1, { disclose_me: true }, 'com.t']);
      b.says([16, 2, {}, 'com.t']);
      expect(a.heard().slice(1)).toEqual([
        [36, 1, 1001, { publisher: 2, publisher_authid: 'bob', publisher_authrole: 'anonymous' }],
        [36, 1, 1002, {}],
      ]);
    });

    it('says who published to nobody where the realm has it so', () => {
      const realm = new Realm({ disclosure: false });
      const [a, b] = [realm.join('a'), realm.join('bob')];
      a.says([32, 1, {}, 'com.t']);
      b.says([16, 1, { disclose_me: true, acknowledge: true }, 'com.t']);
      b.says([16, 2, {}, 'com.t']);
      expect(b.heard()).toEqual([[8, 16, 1, {}, 'wamp.error.option_disallowed.disclose_me', [expect.any(String)]]]);
      expect(a.heard().slice(1)).toEqual([[36, 1, 1001, {}]]);
    });

    it('sends an event once for each subscription that matches, and names the topic to those by pattern', () => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      a.says([32, 1, {}, 'com.example.news']);
      a.says([32, 2, { match: 'prefix' }, 'com.exam']);
      a.says([32, 3, { match: 'wildcard' }, 'com..news']);
      a.says([32, 4, { match: 'wildcard' }, 'com..weather']);
      a.heard();
      b.says([16, 1, {}, 'com.example.news', [1]]);
      expect(a.heard()).toEqual([
        [36, 1, 1001, {}, [1]],
        [36, 2, 1001, { topic: 'com.example.news' }, [1]],
        [36, 3, 1001, { topic: 'com.example.news' }, [1]],
      ]);
    });

    test.each([
      ['com..t', {}, 'wamp.error.invalid_uri'],
      ['wamp.session.on_join', {}, 'wamp.error.invalid_uri'],
      ['com.t', { exclude_me: 'no' }, 'wamp.error.invalid_argument'],
      ['com.t', { disclose_me: 1 }, 'wamp.error.invalid_argument'],
    ])('refuses %s with %j, and says so only if asked to acknowledge', (topic, options, error) => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      a.says([32, 1, { match: 'prefix' }, 'com']);
      a.says([32, 2, {}, 'wamp.session.on_join']);
      a.heard();
      b.says([16, 1, options, topic, ['x']]);
      b.says([16, 2, { ...options, acknowledge: true }, topic, ['x']]);
      expect(b.heard()).toEqual([[8, 16, 2, {}, error, [expect.any(String)]]]);
      expect(a.heard()).toEqual([]);
    });

    it('answers an `acknowledge` that it cannot read', () => {
      const a = new Realm().join('a');
      a.says([16, 1, { acknowledge: 'true' }, 'com.t']);
      expect(a.heard()).toEqual([[8, 16, 1, {}, 'wamp.error.invalid_argument', [expect.any(String)]]]);
    });

    it('gives all subscribers of one event the same copies, and each event its own; one alone gets none', () => {
      const realm = new Realm();
      const [a, b, c] = [realm.join('a'), realm.join('b'), realm.join('c')];
      a.says([32, 1, {}, 'com.t']);
      b.says([32, 1, {}, 'com.t']);
      a.says([32, 2, {}, 'com.alone']);
      const given: unknown[][] = [];
      for (const client of [a, b]) {
        const send = client.send.bind(client);
        client.send = (message, copies?: unknown) => {
          if (message.type === 'EVENT') given.push([client.authid, copies]);
          return send(message);
        };
      }
      c.says([16, 1, {}, 'com.t']);
      c.says([16, 2, {}, 'com.t']);
      c.says([16, 3, {}, 'com.alone']);
      const [[, first], , [, second]] = given as [[string, unknown], unknown, [string, unknown]];
      expect(given.map(([who]) => who)).toEqual(['a', 'b', 'a', 'b', 'a']);
      expect(given.map(([, copies]) => copies)).toEqual([new Map(), new Map(), new Map(), new Map(), undefined]);
      expect(given[1]?.[1]).toBe(first);
      expect(given[3]?.[1]).toBe(second);
      expect(second).not.toBe(first);
    });

    it('counts as events only what could leave', () => {
      const realm = new Realm();
      const [a, b, c] = [realm.join('a'), realm.join('b'), realm.join('c')];
      a.says([32, 1, {}, 'com.t']);
      b.says([32, 1, {}, 'com.t']);
      a.takes = () => false;
      c.says([16, 1, {}, 'com.t']);
      expect(realm.broker.events).toBe(1);
      expect(realm.broker.publications).toBe(1);
      expect(b.heard()).toHaveLength(2);
    });
  });

  describe('violations of the protocol', () => {
    test.each([
      ['a gap before the first id', [[32, 2, {}, 'com.t']]],
      [
        'an id twice',
        [
          [32, 1, {}, 'com.t'],
          [34, 1, 1],
        ],
      ],
      [
        'a gap over the kinds of request',
        [
          [32, 1, {}, 'com.t'],
          [16, 3, {}, 'com.t'],
        ],
      ],
      ['payload passthru, which was not announced', [[16, 1, { ppt_scheme: 'wamp' }, 'com.t', ['x']]]],
    ])('%s ends the session', (_, lists) => {
      const a = new Realm().join('a');
      for (const list of lists.slice(0, -1)) a.says(list);
      expect(() => a.says(lists.at(-1)!)).toThrow(ProtocolError);
    });

    it('takes any ids with strictIds off', () => {
      const a = new Realm().join('a', { strictIds: false });
      a.says([32, 713845233, {}, 'com.t']);
      a.says([34, 12, 1]);
      expect(a.heard()).toEqual([
        [33, 713845233, 1],
        [35, 12],
      ]);
    });
  });

  describe('leave', () => {
    it('ends what the session had, and nothing else', () => {
      const realm = new Realm();
      const [a, b, c] = [realm.join('a'), realm.join('b'), realm.join('c')];
      for (const each of [a, b]) each.says([32, 1, {}, 'com.t']);
      a.says([32, 2, { match: 'prefix' }, 'com']);
      realm.leave(a);
      realm.leave(a);
      a.heard();
      c.says([16, 1, {}, 'com.t']);
      expect(a.heard()).toEqual([]);
      expect(b.heard()).toEqual([
        [33, 1, 1],
        [36, 1, 1001, {}],
      ]);
      expect(realm.broker.subscriptionCount).toBe(1);
      realm.leave(b);
      expect(realm.broker.subscriptionCount).toBe(0);
    });

    it('hears nothing of a message that was still on its way', () => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      b.says([32, 1, {}, 'com.t']);
      realm.leave(a);
      a.says([32, 1, {}, 'com.t']);
      a.says([16, 2, {}, 'com.t']);
      a.says([34, 3, 1]);
      expect(a.heard()).toEqual([]);
      expect(b.heard()).toEqual([[33, 1, 1]]);
    });
  });
});

describe('the audience of an event', () => {
  // Session ids: ann 1, bob 2, cat 3; the publisher is 4.
  test.each([
    [{}, ['ann', 'bob', 'cat']],
    [{ exclude: [1, 3] }, ['bob']],
    [{ exclude: [] }, ['ann', 'bob', 'cat']],
    [{ eligible: [1, 3, 99] }, ['ann', 'cat']],
    [{ eligible: [] }, []],
    [{ exclude_authid: ['ann'] }, ['bob', 'cat']],
    [{ eligible_authid: ['ann'] }, ['ann']],
    [{ exclude_authrole: ['anonymous'] }, []],
    [{ eligible_authrole: ['anonymous'] }, ['ann', 'bob', 'cat']],
    [{ eligible: [1, 2], exclude_authid: ['bob'] }, ['ann']],
    [{ eligible: [4], exclude_me: false }, []],
  ])('with %j is %j', (options, expected) => {
    const realm = new Realm();
    for (const name of ['ann', 'bob', 'cat']) realm.join(name).says([32, 1, {}, 'com.t']);
    const publisher = realm.join('publisher');
    realm.everything.length = 0;
    publisher.says([16, 1, options, 'com.t']);
    expect(realm.everything.map(([name]) => name)).toEqual(expected);
  });

  test.each([
    { exclude: 1 },
    { exclude: [1.5] },
    { eligible: [null] },
    { exclude_authid: [1] },
    { eligible_authrole: 'joe' },
  ])('cannot be %j', (options) => {
    const a = new Realm().join('a');
    a.says([16, 1, { ...options, acknowledge: true }, 'com.t']);
    expect(a.heard()).toEqual([[8, 16, 1, {}, 'wamp.error.invalid_argument', [expect.any(String)]]]);
  });

  describe('revoke', () => {
    it('takes a subscription back from whom it is chosen, who is told if it understands, and hears nothing more', () => {
      const realm = new Realm();
      const hears = { subscriber: { features: { subscription_revocation: true } } };
      const [a, b, publisher] = [realm.join('a', { roles: hears }), realm.join('b'), realm.join('publisher')];
      for (const each of [a, b]) each.says([32, 1, {}, 'com.t']);
      for (const each of [a, b]) each.heard();
      expect(realm.broker.revoke(({ uri, authid }) => uri === 'com.t' && authid === 'a', 'no longer yours')).toBe(1);
      expect(a.heard()).toEqual([[35, 0, { subscription: 1, reason: 'no longer yours' }]]);
      publisher.says([16, 1, {}, 'com.t']);
      expect([a.heard(), b.heard().length]).toEqual([[], 1]);
      expect(realm.broker.revoke(() => true, 'over')).toBe(1);
      expect({ heard: b.heard(), left: realm.broker.subscriptionCount }).toEqual({ heard: [], left: 0 });
    });
  });
});
