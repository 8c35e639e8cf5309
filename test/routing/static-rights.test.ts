import { Role } from '../../src/routing/authorization.js';
import { StaticRights } from '../../src/routing/static-rights.js';
import { type Client, Realm } from '../support/routing-realm.js';

/** A realm where users may call and subscribe below `com.open.`, and a server may do everything. */
function realm() {
  const refused: unknown[] = [];
  const role = new Role('user', [{ uri: 'com.open.', match: 'prefix', allow: ['call', 'subscribe'] }]);
  const made = new Realm();
  const server = made.join('server');
  const user = made.join('user', {
    rights: new StaticRights(role, (action, uri, options, { uri: error }) => {
      refused.push([action, uri, options, error]);
    }),
  });
  server.says([64, 1, { match: 'prefix' }, 'com']);
  server.heard();
  return { server, user, refused };
}

const answers = (user: Client) => user.heard().map(([type, of, request, , error]) => [type, of, request, error]);

const types = (client: Client) => client.heard().map(([type]) => type);

describe('StaticRights', () => {
  it('lets through what is allowed', () => {
    const { server, user } = realm();
    user.says([48, 1, {}, 'com.open.p']);
    expect(types(server)).toEqual([68]);
    user.says([32, 2, {}, 'com.open.t']);
    expect(types(user)).toEqual([33]);
  });

  it('answers the rest with wamp.error.not_authorized, and the request counts', () => {
    const { server, user, refused } = realm();
    user.says([48, 1, {}, 'com.closed.p']);
    user.says([64, 2, {}, 'com.open.p']);
    user.says([32, 3, { match: 'prefix' }, 'com.']);
    user.says([16, 4, { acknowledge: true }, 'com.open.t']);
    expect(answers(user)).toEqual([
      [8, 48, 1, 'wamp.error.not_authorized'],
      [8, 64, 2, 'wamp.error.not_authorized'],
      [8, 32, 3, 'wamp.error.not_authorized'],
      [8, 16, 4, 'wamp.error.not_authorized'],
    ]);
    expect(server.heard()).toEqual([]);
    expect(refused).toHaveLength(4);
    user.says([48, 5, {}, 'com.open.p']);
    expect(types(server)).toEqual([68]);
  });

  it('says nothing about a publication that asked for no answer, but tells the realm', () => {
    const { user, refused } = realm();
    user.says([16, 1, {}, 'com.open.t']);
    expect(user.heard()).toEqual([]);
    expect(refused).toEqual([['publish', 'com.open.t', {}, 'wamp.error.not_authorized']]);
  });

  it('does not tell who may not call it whether there is a procedure', () => {
    const { user } = realm();
    user.says([48, 1, {}, 'org.nothing.here']);
    user.says([48, 2, {}, 'com.closed.here']);
    expect(answers(user).map(([, , , error]) => error)).toEqual([
      'wamp.error.not_authorized',
      'wamp.error.not_authorized',
    ]);
  });

  it('makes disclosure forced, forbidden or free, call by call', () => {
    const role = new Role('user', [
      { uri: 'com.told', allow: 'all', disclose: true },
      { uri: 'com.untold', allow: 'all', disclose: false },
      { uri: 'com.free', allow: 'all' },
    ]);
    const made = new Realm({ disclosure: true });
    const server = made.join('server');
    const user = made.join('user', { rights: new StaticRights(role, () => {}) });
    for (const [at, uri] of ['com.told', 'com.untold', 'com.free'].entries()) server.says([64, at + 1, {}, uri]);
    server.heard();
    user.says([48, 1, {}, 'com.told']);
    user.says([48, 2, {}, 'com.untold']);
    user.says([48, 3, {}, 'com.free']);
    user.says([48, 4, { disclose_me: true }, 'com.free']);
    user.says([48, 5, { disclose_me: true }, 'com.untold']);
    const told = { caller: 2, caller_authid: 'user', caller_authrole: 'anonymous' };
    expect(server.heard().map(([, , , details]) => details)).toEqual([told, {}, {}, told]);
    expect(answers(user)).toEqual([[8, 48, 5, 'wamp.error.option_disallowed.disclose_me']]);
  });

  it('tells of a procedure only to whom may call it, and that is no refusal', () => {
    const { user, refused } = realm();
    expect(['com.open.p', 'com.closed.p'].map((uri) => user.rights.mayKnow(uri))).toEqual([true, false]);
    expect(refused).toEqual([]);
  });
});
