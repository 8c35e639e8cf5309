import fc from 'fast-check';
import { ApplicationError } from '../../src/errors.js';
import { ACTIONS, type Action, DEFAULT_PERMISSIONS, type Permission, Role } from '../../src/routing/authorization.js';
import type { UriPattern } from '../../src/wamp/uri.js';
import { matchesPrefix, matchesWildcard } from '../../src/wamp/uri.js';

const allows = (role: Role, action: Action, uri: string, match?: UriPattern): boolean =>
  !(role.decide(action, uri, match) instanceof ApplicationError);

describe('Role', () => {
  it.each<[Action, string, boolean]>([
    ['call', 'com.a', true],
    ['register', 'com.a', true],
    ['publish', 'com.a', true],
    ['subscribe', 'com.a', true],
    ['call', 'wamp.session.list', true],
    ['call', 'wamp.session.add_testament', true],
    ['subscribe', 'wamp.session.on_join', true],
    ['register', 'wamp.session.list', false],
    ['publish', 'wamp.session.on_join', false],
    ['call', 'wamp.session.kill', false],
    ['call', 'wamp.session.kill_all', false],
    ['call', 'wamp.session.kill_by_authid', false],
    ['call', 'wamp.session.kill_by_authrole', false],
    ['call', 'wamp.session.modify_details', false],
  ])('by default, to %s %s: %p', (action, uri, expected) => {
    expect(allows(new Role('anonymous', DEFAULT_PERMISSIONS), action, uri)).toBe(expected);
  });

  const role = new Role('user', [
    { uri: 'com.example.', match: 'prefix', allow: ['call', 'subscribe'] },
    { uri: 'com.example.secret.', match: 'prefix', allow: [] },
    { uri: 'com.example.secret.door', allow: ['call'] },
    { uri: 'com..ping', match: 'wildcard', allow: 'all' },
  ]);

  it.each<[Action, string, UriPattern, boolean, string]>([
    ['call', 'com.example.a', 'exact', true, 'its prefix'],
    ['publish', 'com.example.a', 'exact', false, 'its prefix allows other things'],
    ['call', 'com.example.secret.a', 'exact', false, 'a longer prefix takes it away'],
    ['call', 'com.example.secret.door', 'exact', true, 'an exact permission gives it back'],
    ['publish', 'com.example.ping', 'exact', false, 'a prefix decides before a wildcard'],
    ['publish', 'com.other.ping', 'exact', true, 'its wildcard'],
    ['call', 'org.a', 'exact', false, 'nothing says so'],
    ['call', 'wamp.session.list', 'exact', false, 'nothing says so of what is the router’s'],
    ['subscribe', 'com.example.a.', 'prefix', true, 'all of it is allowed'],
    ['subscribe', 'com.example.', 'prefix', false, 'some of it is not'],
    ['subscribe', 'com.', 'prefix', false, 'some of it nothing allows'],
    ['subscribe', 'com.example..a', 'wildcard', false, 'some of it is not'],
    ['subscribe', 'com.example.a..b', 'wildcard', true, 'all of it is allowed'],
    ['register', 'com..ping', 'wildcard', false, 'a prefix that overlaps it decides of some of it'],
  ])('decides of %s %s (%s): %p, since %s', (action, uri, match, expected) => {
    expect(allows(role, action, uri, match)).toBe(expected);
  });

  it.each<[Permission, string, boolean]>([
    [{ uri: '', match: 'prefix', allow: 'all' }, 'wamp.session.list', false],
    [{ uri: 'wamp.', match: 'prefix', allow: 'all' }, 'wamp.session.list', true],
    [{ uri: 'wamp.', match: 'prefix', allow: 'all' }, 'wamp.session.kill', false],
    [{ uri: 'wamp.session.', match: 'prefix', allow: 'all' }, 'wamp.session.kill', false],
    [{ uri: 'wamp..kill', match: 'wildcard', allow: 'all' }, 'wamp.session.kill', false],
    [{ uri: 'wamp.session.kill', match: 'prefix', allow: ['call'] }, 'wamp.session.kill_all', true],
    [{ uri: 'wamp.session.kill', allow: ['call'] }, 'wamp.session.kill', true],
    [{ uri: 'wamp.session.kill', allow: ['call'] }, 'wamp.session.kill_all', false],
  ])('with %j allows to call %s: %p', (permission, uri, expected) => {
    expect(allows(new Role('operator', [permission]), 'call', uri)).toBe(expected);
  });

  it('says who may not do what, and why', () => {
    expect(role.decide('call', 'org.a')).toMatchObject({
      uri: 'wamp.error.not_authorized',
      args: ['role user may not call org.a'],
    });
    expect(role.decide('subscribe', 'com.example.', 'prefix')).toMatchObject({
      args: [
        'role user may not subscribe the prefix "com.example.": exact com.example.secret.door is among it, and not allowed',
      ],
    });
    expect(role.decide('call', 'wamp.session.kill')).toMatchObject({
      args: ['role user may not call wamp.session.kill; what begins with wamp. needs a permission that does, too'],
    });
  });

  it('says whether to disclose, as its permission does', () => {
    const told = new Role('user', [
      { uri: 'com.', match: 'prefix', allow: 'all', disclose: true },
      { uri: 'com.quiet', allow: 'all', disclose: false },
      { uri: 'org.', match: 'prefix', allow: 'all' },
    ]);
    expect([told.decide('call', 'com.a'), told.decide('call', 'com.quiet'), told.decide('call', 'org.a')]).toEqual([
      { disclose: true },
      { disclose: false },
      {},
    ]);
  });

  it('decides the same again, however much it was asked meanwhile', () => {
    for (let at = 0; at < 3_000; at += 1) {
      expect(allows(role, 'call', `com.example.n${at}`)).toBe(true);
      expect(allows(role, 'call', `org.n${at}`)).toBe(false);
    }
    expect(allows(role, 'call', 'com.example.n1')).toBe(true);
    expect(allows(role, 'publish', 'com.example.n1')).toBe(false);
  });

  const component = fc.constantFrom('a', 'b', 'wamp');
  const uri = fc.array(component, { minLength: 1, maxLength: 3 }).map((components) => components.join('.'));
  const pattern = fc.oneof(
    fc.tuple(uri, fc.nat(6)).map(([whole, length]) => ({ uri: whole.slice(0, length), match: 'prefix' as const })),
    fc
      .array(fc.oneof(component, fc.constant('')), { minLength: 1, maxLength: 3 })
      .map((components) => ({ uri: components.join('.'), match: 'wildcard' as const })),
  );
  const permission: fc.Arbitrary<Permission> = fc
    .tuple(
      fc.oneof(
        uri.map((exact) => ({ uri: exact, match: 'exact' as const })),
        pattern,
      ),
      fc.subarray([...ACTIONS]),
    )
    .map(([set, allow]) => ({ ...set, allow }));
  const permissions = fc.uniqueArray(permission, { selector: (one) => `${one.match} ${one.uri}` });

  it('never gives a pattern of which it does not give every URI', () => {
    const all = fc.sample(uri, 100);
    fc.assert(
      fc.property(permissions, pattern, (given, asked) => {
        const made = new Role('r', given);
        if (!allows(made, 'subscribe', asked.uri, asked.match)) return;
        const matches = asked.match === 'prefix' ? matchesPrefix : matchesWildcard;
        for (const one of all) if (matches(asked.uri, one)) expect(allows(made, 'subscribe', one)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
