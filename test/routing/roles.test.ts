import { Roles, type RolesOptions } from '../../src/routing/roles.js';

describe('Roles', () => {
  it('gives every role the default permissions when none are given', () => {
    const roles = new Roles('realm1', {});
    expect(roles.of('anything')?.role.decide('call', 'com.a')).toEqual({});
    expect(roles.of('anything')?.role.decide('call', 'wamp.session.kill')).toMatchObject({
      uri: 'wamp.error.not_authorized',
    });
    expect(() => roles.demand('realm1', ['x'])).not.toThrow();
  });

  it('knows no role but those that are given', () => {
    const roles = new Roles('realm1', { roles: { user: { permissions: [] } } });
    expect(roles.of('user')?.role.decide('call', 'com.a')).toMatchObject({ uri: 'wamp.error.not_authorized' });
    expect(roles.of('anonymous')).toBeUndefined();
    expect(() => roles.demand('realm1', ['user', 'anonymous'])).toThrow(
      'realm realm1: the role anonymous, which auth gives, is none of roles, which are user: add it; with permissions: [] it may do nothing',
    );
  });

  it('lets the roles that may kill call what ends sessions, beside their other permissions', () => {
    const kill = (options: RolesOptions, authrole: string) =>
      new Roles('realm1', options).of(authrole)?.role.decide('call', 'wamp.session.kill_all');
    expect(kill({ mayKill: ['operator'] }, 'operator')).toEqual({});
    expect(kill({ mayKill: ['operator'] }, 'user')).toMatchObject({ uri: 'wamp.error.not_authorized' });
    expect(kill({ mayKill: ['operator'], roles: { operator: { permissions: [] } } }, 'operator')).toEqual({});
  });

  it('has the realm’s authorizer asked for every role, or for those that have none of their own', () => {
    const ofRealm = () => true;
    const own = () => false;
    expect(new Roles('realm1', { authorize: ofRealm }).of('any')?.authorize).toBe(ofRealm);
    const roles = new Roles('realm1', {
      authorize: ofRealm,
      roles: { a: {}, b: { authorize: own }, c: { authorize: 'com.example.authorize', permissions: [] } },
    });
    expect(['a', 'b', 'c'].map((name) => roles.of(name)?.authorize)).toEqual([ofRealm, own, 'com.example.authorize']);
    expect(() => new Roles('r', { authorize: 'com..' })).toThrow(
      'realm r: expected authorize to be a function, or the URI of a procedure, received "com.."',
    );
  });

  it.each<[unknown, string]>([
    [[], 'realm r: expected roles to be an object, received a list'],
    [{}, 'realm r: expected at least one of roles, received none'],
    [{ a: 1 }, 'realm r, role a: expected options, an object, received 1'],
    [{ a: { permisions: [] } }, 'realm r, role a: unknown option "permisions"; did you mean "permissions"?'],
    [
      { a: {} },
      'realm r, role a: expected permissions to be a list, such as [{ uri: "com.example.", match: "prefix", allow: ["call"] }], received undefined',
    ],
    [{ a: { permissions: [7] } }, 'realm r, role a, permissions[0]: expected options, an object, received 7'],
    [
      { a: { permissions: [{ allow: [] }] } },
      'realm r, role a, permissions[0]: expected uri to be a URI or a pattern of URIs, received undefined',
    ],
    [
      { a: { permissions: [{ uri: 'com.', allow: 'all' }] } },
      'realm r, role a, permissions[0]: expected uri to be a URI; "com." has an empty component: number 2 of 2; with match: "prefix" or "wildcard" it may have empty components',
    ],
    [
      { a: { permissions: [{ uri: 'com.a', match: 'regex', allow: 'all' }] } },
      'realm r, role a, permissions[0]: expected match to be one of "exact", "prefix", "wildcard", received "regex"',
    ],
    [
      { a: { permissions: [{ uri: 'com.a', allow: ['read'] }] } },
      'realm r, role a, permissions[0]: expected allow to be "all", or a list of call, register, publish, subscribe, received a list',
    ],
    [
      {
        a: {
          permissions: [
            { uri: 'com.a', allow: 'all' },
            { uri: 'com.a', match: 'exact', allow: [] },
          ],
        },
      },
      'realm r, role a, permissions[1]: expected one permission for each pattern, received a second for exact "com.a"',
    ],
  ])('refuses %j', (roles, said) => {
    expect(() => new Roles('r', { roles: roles as never })).toThrow(said);
  });
});
