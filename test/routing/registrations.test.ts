import { pair, Realm } from '../support/routing-realm.js';

describe('Registrations', () => {
  describe('REGISTER and UNREGISTER', () => {
    it('gives sequential ids, and takes a procedure back', () => {
      const realm = new Realm();
      const a = realm.join('a');
      a.says([64, 1, {}, 'com.one']);
      a.says([64, 2, {}, 'com.two']);
      a.says([66, 3, 1]);
      a.says([48, 4, {}, 'com.one']);
      expect(a.heard()).toEqual([
        [65, 1, 1],
        [65, 2, 2],
        [67, 3],
        [8, 48, 4, {}, 'wamp.error.no_such_procedure', ['no procedure com.one is registered']],
      ]);
      expect(realm.dealer.registrationCount).toBe(1);
    });

    test.each([
      ['another session', {}, {}],
      ['another session that would share', {}, { invoke: 'roundrobin' }],
      ['another session that would share otherwise', { invoke: 'first' }, { invoke: 'last' }],
    ])('refuses a second registration by %s', (_, first, second) => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      a.says([64, 1, first, 'com.p']);
      b.says([64, 1, second, 'com.p']);
      expect(b.heard()).toEqual([[8, 64, 1, {}, 'wamp.error.procedure_already_exists', [expect.any(String)]]]);
    });

    it('refuses a second registration by the same session', () => {
      const { callee } = pair();
      callee.says([64, 2, {}, 'com.p']);
      expect(callee.heard()).toEqual([[8, 64, 2, {}, 'wamp.error.procedure_already_exists', [expect.any(String)]]]);
    });

    test.each([
      ['an id that does not exist', 99],
      ["another session's registration", 1],
    ])('refuses to unregister %s', (_, id) => {
      const { caller, callee } = pair();
      caller.says([66, 1, id]);
      expect(caller.heard()).toEqual([
        [8, 66, 1, {}, 'wamp.error.no_such_registration', [`this session holds no registration ${id}`]],
      ]);
      caller.says([48, 2, {}, 'com.p']);
      expect(callee.heard()).toEqual([[68, 1, 1, {}]]);
    });

    test.each([
      ['com..p', {}, 'wamp.error.invalid_uri'],
      ['com.p#', {}, 'wamp.error.invalid_uri'],
      ['wamp.session.count', {}, 'wamp.error.invalid_uri'],
      ['wamp.mine', {}, 'wamp.error.invalid_uri'],
      ['', { match: 'prefix' }, 'wamp.error.invalid_uri'],
      ['wa', { match: 'prefix' }, 'wamp.error.invalid_uri'],
      ['wamp.session', { match: 'prefix' }, 'wamp.error.invalid_uri'],
      ['..count', { match: 'wildcard' }, 'wamp.error.invalid_uri'],
      ['com.p', { match: 'bogus' }, 'wamp.error.invalid_argument'],
      ['com.p', { match: null }, 'wamp.error.invalid_argument'],
      ['com.p', { invoke: 'all' }, 'wamp.error.invalid_argument'],
      ['com.p', { invoke: 7 }, 'wamp.error.invalid_argument'],
    ])('answers %j with %j: %s', (procedure, options, error) => {
      const a = new Realm().join('a');
      a.says([64, 1, options, procedure]);
      expect(a.heard()).toEqual([[8, 64, 1, {}, error, [expect.any(String)]]]);
    });

    it('holds a session to its limit', () => {
      const realm = new Realm({ maxRegistrations: 1 });
      const a = realm.join('a');
      a.says([64, 1, {}, 'com.one']);
      a.says([64, 2, {}, 'com.two']);
      expect(a.heard()[1]).toEqual([8, 64, 2, {}, 'wamp.error.unavailable', [expect.stringContaining('1 registr')]]);
    });
  });

  describe('shared registrations', () => {
    test.each([
      ['roundrobin', ['a', 'b', 'c', 'a']],
      ['first', ['a', 'a', 'a', 'a']],
      ['last', ['c', 'c', 'c', 'c']],
      ['random', ['a', 'c', 'b', 'a']],
    ])('with invoke: %s calls go to %j', (invoke, expected) => {
      const draws = [0, 0.99, 0.5, 0.1];
      const realm = new Realm({ random: () => draws.shift() ?? 0 });
      for (const name of ['a', 'b', 'c']) realm.join(name).says([64, 1, { invoke }, 'com.p']);
      const caller = realm.join('caller');
      realm.everything.length = 0;
      for (const request of [1, 2, 3, 4]) caller.says([48, request, {}, 'com.p']);
      expect(realm.everything.map(([name]) => name)).toEqual(expected);
    });

    it('goes on with those who are left, and ends with the last', () => {
      const realm = new Realm();
      const [a, b, c] = ['a', 'b', 'c'].map((name) => realm.join(name));
      for (const each of [a, b, c]) each!.says([64, 1, { invoke: 'roundrobin' }, 'com.p']);
      const caller = realm.join('caller');
      caller.says([48, 1, {}, 'com.p']); // to a
      realm.leave(a!);
      b!.says([66, 2, 1]);
      caller.heard();
      realm.everything.length = 0;
      caller.says([48, 2, {}, 'com.p']);
      realm.leave(c!);
      caller.says([48, 3, {}, 'com.p']);
      expect(realm.everything).toEqual([
        ['c', 68, 1, 1, {}],
        ['caller', 8, 48, 2, {}, 'wamp.error.canceled', [expect.any(String)]],
        ['caller', 8, 48, 3, {}, 'wamp.error.no_such_procedure', [expect.any(String)]],
      ]);
    });
  });

  describe('force_reregister', () => {
    const HEARS = { callee: { features: { registration_revocation: true } } };

    it('takes the procedure over from all who hold it, who are told if they understand; what they work on goes on', () => {
      const realm = new Realm();
      const [a, b, taker] = [realm.join('a', { roles: HEARS }), realm.join('b'), realm.join('taker')];
      for (const each of [a, b]) each.says([64, 1, { invoke: 'roundrobin' }, 'com.p']);
      for (const each of [a, b]) each.heard();
      taker.says([48, 1, {}, 'com.p']);
      taker.says([64, 2, { force_reregister: true }, 'com.p']);
      expect(a.heard()).toEqual([
        [68, 1, 1, {}],
        [67, 0, { registration: 1, reason: 'another session has taken the procedure over' }],
      ]);
      expect(b.heard()).toEqual([]);
      a.says([70, 1, {}, ['done']]);
      taker.says([48, 3, {}, 'com.p']);
      expect(taker.heard()).toEqual([
        [65, 2, 2],
        [50, 1, {}, ['done']],
        [68, 1, 2, {}],
      ]);
      a.says([66, 2, 1]);
      expect(a.heard()).toEqual([[8, 66, 2, {}, 'wamp.error.no_such_registration', [expect.any(String)]]]);
      expect(realm.dealer.registrationCount).toBe(1);
    });

    it('registers what nobody holds, and takes nothing over that is another pattern', () => {
      const realm = new Realm();
      const [a, b] = [realm.join('a', { roles: HEARS }), realm.join('b')];
      a.says([64, 1, { match: 'prefix' }, 'com.p']);
      b.says([64, 1, { force_reregister: true }, 'com.p']);
      expect([a.heard(), b.heard()]).toEqual([[[65, 1, 1]], [[65, 1, 2]]]);
    });
  });

  describe('revoke', () => {
    it('takes what is chosen from whom it is chosen, and says how many', () => {
      const realm = new Realm();
      const hears = { callee: { features: { registration_revocation: true } } };
      const [a, b] = [realm.join('a', { roles: hears }), realm.join('b')];
      for (const each of [a, b]) each.says([64, 1, { invoke: 'first' }, 'com.p']);
      a.says([64, 2, { match: 'prefix' }, 'com.q']);
      for (const each of [a, b]) each.heard();
      expect(realm.dealer.revoke(({ uri, authid }) => uri === 'com.p' && authid === 'a', 'moved')).toBe(1);
      expect(a.heard()).toEqual([[67, 0, { registration: 1, reason: 'moved' }]]);
      b.says([48, 2, {}, 'com.p']);
      expect(b.heard()).toEqual([[68, 1, 1, {}]]);
      expect(realm.dealer.revoke(() => true, 'over')).toBe(2);
      expect(a.heard()).toEqual([[67, 0, { registration: 2, reason: 'over' }]]);
      expect({ heard: b.heard(), left: realm.dealer.registrationCount }).toEqual({ heard: [], left: 0 });
    });
  });
});
