import { budgetAfterAbort, budgetAfterGoodbye, LASTING, UNLIMITED, VIOLATIONS } from '../../actors/session-reasons.js';

describe('budgetAfterAbort', () => {
  test.each([
    'wamp.error.no_such_realm',
    'wamp.error.no_such_role',
    'wamp.error.no_such_principal',
    'wamp.error.authentication_denied',
    'wamp.error.authentication_required',
    'wamp.error.no_matching_auth_method',
    'wamp.error.not_authorized',
    'wamp.error.authorization_denied',
    'wamp.error.authorization_required',
    'wamp.error.invalid_uri',
    'wamp.error.invalid_argument',
    'wamp.error.feature_not_supported',
    'wamp.error.option_not_allowed',
    'wamp.error.cannot_authenticate',
    'wamp.close.killed',
  ])('takes %s for lasting, before and after WELCOME', (uri) => {
    expect(budgetAfterAbort(uri, false)).toBe(LASTING);
    expect(budgetAfterAbort(uri, true)).toBe(LASTING);
  });

  test.each([
    'wamp.error.authorization_failed',
    'wamp.close.system_shutdown',
    'wamp.error.system_shutdown',
    'wamp.error.network_failure',
    'wamp.error.unavailable',
    'wamp.error.timeout',
  ])('takes %s for a matter of time', (uri) => {
    expect(budgetAfterAbort(uri, false)).toBe(UNLIMITED);
    expect(budgetAfterAbort(uri, true)).toBe(UNLIMITED);
  });

  test.each([
    ['wamp.error.authentication_failed', 5],
    ['wamp.close.close_realm', 10],
    ['com.example.overloaded', 10],
    ['__proto__', 10],
    ['', 10],
  ])('lets %j pass %i times in five minutes', (uri, intensity) => {
    expect(budgetAfterAbort(uri, false)).toEqual({ intensity, period: 300_000 });
    expect(budgetAfterAbort(uri, true)).toBe(budgetAfterAbort(uri, false));
  });

  it('takes a broken protocol for lasting, and once there was a session for a race that happens a few times', () => {
    expect(budgetAfterAbort('wamp.error.protocol_violation', false)).toBe(LASTING);
    expect(budgetAfterAbort('wamp.error.protocol_violation', true)).toBe(VIOLATIONS);
    expect(VIOLATIONS).toEqual({ intensity: 3, period: 60_000 });
  });
});

describe('budgetAfterGoodbye', () => {
  test.each([
    ['wamp.close.close_realm', LASTING],
    ['wamp.error.close_realm', LASTING],
    ['wamp.close.killed', LASTING],
    ['wamp.close.system_shutdown', UNLIMITED],
    ['wamp.close.goodbye_and_out', UNLIMITED],
    ['com.example.lunch', UNLIMITED],
  ])('of %s', (uri, budget) => {
    expect(budgetAfterGoodbye(uri)).toBe(budget);
  });
});
