import { sessionDetails, sessionProcedures } from '../../src/routing/session-meta.js';
import { Realm } from '../support/routing-realm.js';

describe('sessionDetails', () => {
  it('are who the session is and how it came, and nothing that it proved itself with or announced', () => {
    const client = new Realm().join('joe', { authrole: 'user', roles: { caller: {} } });
    const told = sessionDetails(Object.assign(client, { ticket: 'secret', principal: { secret: 'x' } }));
    expect(told).toEqual({
      session: 1,
      authid: 'joe',
      authrole: 'user',
      authmethod: 'anonymous',
      authprovider: 'static',
      transport: { peer: 'memory' },
    });
  });
});

describe('sessionProcedures', () => {
  it('end all sessions but the caller within the brackets in which nobody is told', () => {
    const realm = new Realm();
    const [caller, other] = [realm.join('a'), realm.join('b')];
    const left: number[] = [];
    const procedures = new Map(
      sessionProcedures(realm.sessions, (kill) => {
        left.push(realm.sessions.size);
        kill();
        left.push(realm.sessions.size);
      }),
    );
    expect(procedures.get('wamp.session.kill_all')?.(caller, [], {})).toEqual({ args: [1] });
    expect(left).toEqual([2, 1]);
    expect(other.heard().map(([type]) => type)).toEqual([6]);
  });
});
