import { announcement, announces, type Feature } from '../../src/wamp/features.js';

describe('announcement', () => {
  it('names every role, and features only where a role has some', () => {
    expect(announcement(['caller', 'callee'], { caller: ['call_canceling', 'caller_identification'] })).toEqual({
      caller: { features: { call_canceling: true, caller_identification: true } },
      callee: {},
    });
  });

  it('announces no feature unless it is told to', () => {
    expect(announcement(['broker', 'dealer'])).toEqual({ broker: {}, dealer: {} });
  });

  it('is read back as it was written', () => {
    const details = { roles: announcement(['dealer'], { dealer: ['shared_registration'] }) };
    expect(announces(details, 'dealer', 'shared_registration')).toBe(true);
    expect(announces(details, 'dealer', 'call_timeout')).toBe(false);
  });
});

describe('announces', () => {
  const dealer = (features: unknown) => ({ roles: { dealer: { features } } });

  test.each<[unknown, Feature, boolean]>([
    [dealer({ call_canceling: true }), 'call_canceling', true],
    [dealer({ call_cancelling: true }), 'call_canceling', true],
    [dealer({ progressive_calls: true }), 'progressive_call_invocations', true],
    [dealer({ progressive_call_results: true }), 'progressive_call_results', true],
    [dealer({ progressive_call_results: false }), 'progressive_call_results', false],
    [dealer({ progressive_call_results: 'yes' }), 'progressive_call_results', false],
    [dealer({ progressive_call_results: 1 }), 'progressive_call_results', false],
    [dealer([]), 'call_canceling', false],
    [dealer(null), 'call_canceling', false],
    [dealer(JSON.parse('{"__proto__":{"call_canceling":true}}')), 'call_canceling', false],
    [dealer(Object.create({ call_canceling: true })), 'call_canceling', false],
    [{ roles: { broker: { features: { call_canceling: true } } } }, 'call_canceling', false],
    [{ roles: { dealer: 'x' } }, 'call_canceling', false],
    [{ roles: null }, 'call_canceling', false],
    [{}, 'call_canceling', false],
  ])('of %j the dealer and %s: %s', (details, feature, expected) => {
    expect(announces(details as Record<string, unknown>, 'dealer', feature)).toBe(expected);
  });
});
