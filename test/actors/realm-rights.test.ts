import { SimulatedClock } from 'xstate';
import { RealmRights } from '../../actors/realm-rights.js';
import type { RealmSessionFacts } from '../../actors/realm-session.js';
import { Dealer } from '../../src/routing/dealer.js';
import type { LimitName } from '../../src/routing/limits.js';
import type { RolesOptions } from '../../src/routing/roles.js';
import { recordingLogger } from '../support/recording-logger.js';

const PRINCIPAL = { authid: 'joe\n', authrole: 'user', authprovider: 'static', authmethod: 'ticket' };

function rightsIn(options: RolesOptions & { authorizeTimeout?: number }) {
  const clock = new SimulatedClock();
  const logger = recordingLogger();
  const ends: unknown[] = [];
  const link = {
    abort: (...how: unknown[]) => ends.push(how),
    pause: () => {},
    resume: () => {},
    fail: () => {},
    take: () => {},
  };
  const facts = { session: 7, principal: PRINCIPAL, details: {}, link } as unknown as RealmSessionFacts;
  const reached: LimitName[] = [];
  const realm = new RealmRights({
    name: 'realm1',
    options,
    clock: clock as never,
    logger,
    dealer: new Dealer({ now: () => 0 }),
    ids: () => 99,
    reached: (limit) => reached.push(limit),
  });
  return { reached, realm, rights: realm.of(facts), facts, clock, logger, ends };
}

describe('RealmRights', () => {
  it('tells an authorizer who asks', () => {
    const asked: unknown[] = [];
    const { rights } = rightsIn({
      authorize: (...question) => {
        asked.push(question);
        return true;
      },
    });
    void rights.of('call', 'com.p', {});
    const session = { realm: 'realm1', session: 7, ...PRINCIPAL };
    expect(asked).toEqual([[session, 'com.p', 'call', {}]]);
  });

  it('gives an authorizer 5 s, or as long as the realm says', async () => {
    for (const [options, time] of [
      [{}, 5_000],
      [{ authorizeTimeout: 20 }, 20],
    ] as const) {
      const { rights, clock, logger, reached } = rightsIn({ authorize: () => new Promise(() => {}), ...options });
      const decision = rights.of('call', 'com.p', {});
      clock.increment(time);
      expect(await decision).toMatchObject({ uri: 'wamp.error.authorization_failed' });
      expect(reached).toEqual(['authorizeTimeout']);
      expect(logger.said('authorizer failed')).toMatchObject([
        {
          level: 'error',
          fields: { error: expect.stringContaining(`did not answer within ${time} ms`), authid: 'joe' },
        },
      ]);
    }
  });

  it('waits for no authorizer longer than for its session', () => {
    const { realm, rights, clock, reached } = rightsIn({ authorize: () => new Promise(() => {}) });
    const cleared = jest.spyOn(clock, 'clearTimeout');
    void rights.of('call', 'com.p', {});
    void rights.of('call', 'com.q', {});
    realm.left(7);
    expect(cleared).toHaveBeenCalledTimes(2);
    clock.increment(5_000);
    expect(reached).toEqual([]);
  });

  it('logs the first failure and the first silent refusal of a session where somebody looks, and counts them all', () => {
    const failing = rightsIn({
      authorize: () => {
        throw new Error('down');
      },
    });
    for (let at = 0; at < 3; at += 1) void failing.rights.of('call', 'com.p', {});
    expect(failing.logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(failing.realm.notAuthorized).toBe(3);
    const silent = rightsIn({ roles: { user: { permissions: [] } } });
    for (let at = 0; at < 3; at += 1) void silent.rights.of('publish', 'com.t', {});
    expect(silent.logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(silent.realm.notAuthorized).toBe(3);
  });

  it('puts nothing in front of a session that waits for nobody', () => {
    const table = {};
    const still = rightsIn({ roles: { user: { permissions: [] } } });
    expect(still.realm.inFrontOf(still.facts, table)).toBe(table);
    const asked = rightsIn({ authorize: () => true });
    expect(asked.realm.inFrontOf(asked.facts, table)).not.toBe(table);
    asked.realm.left(7);
    expect(asked.realm.inFrontOf(asked.facts, table)).toBe(table);
  });

  it('answers that it could not be found out where the procedure that is to be asked is not there', async () => {
    const { rights } = rightsIn({ authorize: 'com.example.authorize' });
    expect(await rights.of('call', 'com.p', {})).toMatchObject({ uri: 'wamp.error.authorization_failed' });
  });

  it('knows no role that is not given', () => {
    const { realm } = rightsIn({ roles: { user: { permissions: [] } } });
    expect([realm.hasRole('user'), realm.hasRole('admin')]).toEqual([true, false]);
  });
});
