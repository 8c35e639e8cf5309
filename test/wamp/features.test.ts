import { announcement, announces, type Feature } from '../../src/wamp/features.js';

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
