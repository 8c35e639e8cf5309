import { ProtocolError } from '../../src/errors.js';
import { announcement, announces, type Feature, type Role, rolesOf } from '../../src/wamp/features.js';

describe('announcement', () => {
  it('names every role, and features only where a role has some', () => {
    expect(announcement(['caller', 'callee'], { caller: ['callCanceling', 'callerIdentification'] })).toEqual({
      caller: { features: { call_canceling: true, caller_identification: true } },
      callee: {},
    });
  });

  it('announces no feature unless it is told to', () => {
    expect(announcement(['broker', 'dealer'])).toEqual({ broker: {}, dealer: {} });
  });

  it('is read back as it was written', () => {
    const details = { roles: announcement(['dealer'], { dealer: ['sharedRegistration'] }) };
    expect(announces(details, 'dealer', 'sharedRegistration')).toBe(true);
    expect(announces(details, 'dealer', 'callTimeout')).toBe(false);
    expect(rolesOf(details, 'router')).toEqual(['dealer']);
  });
});

describe('announces', () => {
  const dealer = (features: unknown) => ({ roles: { dealer: { features } } });

  test.each<[unknown, Feature, boolean]>([
    [dealer({ call_canceling: true }), 'callCanceling', true],
    [dealer({ call_cancelling: true }), 'callCanceling', true],
    [dealer({ progressive_calls: true }), 'progressiveCallInvocations', true],
    [dealer({ progressive_call_results: true }), 'progressiveCallResults', true],
    [dealer({ progressive_call_results: false }), 'progressiveCallResults', false],
    [dealer({ progressive_call_results: 'yes' }), 'progressiveCallResults', false],
    [dealer({ progressive_call_results: 1 }), 'progressiveCallResults', false],
    [dealer([]), 'callCanceling', false],
    [dealer(null), 'callCanceling', false],
    [dealer(JSON.parse('{"__proto__":{"call_canceling":true}}')), 'callCanceling', false],
    [dealer(Object.create({ call_canceling: true })), 'callCanceling', false],
    [{ roles: { broker: { features: { call_canceling: true } } } }, 'callCanceling', false],
    [{ roles: { dealer: 'x' } }, 'callCanceling', false],
    [{ roles: null }, 'callCanceling', false],
    [{}, 'callCanceling', false],
  ])('of %j the dealer and %s: %s', (details, feature, expected) => {
    expect(announces(details as Record<string, unknown>, 'dealer', feature)).toBe(expected);
  });
});

describe('rolesOf', () => {
  test.each<[unknown, readonly Role[]]>([
    [{ caller: {}, callee: {}, publisher: {}, subscriber: {} }, ['caller', 'callee', 'publisher', 'subscriber']],
    [{ subscriber: { features: {} }, nosuch: 7 }, ['subscriber']],
    [{ caller: {}, broker: null }, ['caller']],
  ])('of a client with %j is %j', (roles, expected) => {
    expect(rolesOf({ roles }, 'client')).toEqual(expected);
  });

  test.each([
    [{}, 'HELLO.details.roles: expected a dictionary, received undefined'],
    [{ roles: [] }, 'HELLO.details.roles: expected a dictionary, received a list'],
    [{ roles: {} }, 'HELLO.details.roles: expected at least one of caller, callee, publisher, subscriber'],
    [{ roles: { broker: {} } }, 'HELLO.details.roles: expected at least one of caller'],
    [{ roles: { caller: null } }, 'HELLO.details.roles.caller: expected a dictionary, received null'],
    [{ roles: { caller: {}, callee: [] } }, 'HELLO.details.roles.callee: expected a dictionary, received a list'],
    [JSON.parse('{"roles":{"__proto__":{"caller":{}}}}'), 'HELLO.details.roles: expected at least one of caller'],
    [Object.create({ roles: { caller: {} } }), 'HELLO.details.roles: expected a dictionary, received undefined'],
  ])('refuses %j: %s', (details, said) => {
    expect(() => rolesOf(details, 'client')).toThrow(ProtocolError);
    expect(() => rolesOf(details, 'client')).toThrow(said);
  });

  it('takes from a router the roles of a router only', () => {
    expect(rolesOf({ roles: { broker: {}, caller: {} } }, 'router')).toEqual(['broker']);
    expect(() => rolesOf({ roles: { caller: {} } }, 'router')).toThrow('WELCOME.details.roles: expected at least one');
  });
});
