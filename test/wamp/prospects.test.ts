import { prospect } from '../../src/wamp/prospects.js';

const LASTING = { kind: 'lasting', tries: 0 };
const PASSING = { kind: 'transient', tries: Number.POSITIVE_INFINITY };

describe('prospect', () => {
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
  ])('takes an ABORT with %s for lasting, before and after WELCOME', (uri) => {
    expect(prospect(uri, 'refused')).toEqual(LASTING);
    expect(prospect(uri, 'aborted')).toEqual(LASTING);
  });

  test.each([
    'wamp.error.authorization_failed',
    'wamp.close.system_shutdown',
    'wamp.error.system_shutdown',
    'wamp.error.network_failure',
    'wamp.error.unavailable',
    'wamp.error.timeout',
  ])('takes an ABORT with %s for a matter of time', (uri) => {
    expect(prospect(uri, 'refused')).toEqual(PASSING);
    expect(prospect(uri, 'aborted')).toEqual(PASSING);
  });

  test.each([
    ['wamp.error.authentication_failed', 'refused', { kind: 'transient', tries: 5 }],
    ['com.example.overloaded', 'refused', { kind: 'transient', tries: 10 }],
    ['__proto__', 'refused', { kind: 'transient', tries: 10 }],
    ['', 'aborted', { kind: 'transient', tries: 10 }],
    ['wamp.error.protocol_violation', 'refused', LASTING],
    ['wamp.error.protocol_violation', 'aborted', { kind: 'transient', tries: 3, within: 60_000 }],
    ['wamp.close.close_realm', 'goodbye', LASTING],
    ['wamp.error.close_realm', 'goodbye', LASTING],
    ['wamp.close.killed', 'goodbye', LASTING],
    ['wamp.close.system_shutdown', 'goodbye', PASSING],
    ['wamp.close.goodbye_and_out', 'goodbye', PASSING],
    ['com.example.lunch', 'goodbye', PASSING],
  ] as const)('of %s, %s, expects %j', (uri, ending, expected) => {
    expect(prospect(uri, ending)).toEqual(expected);
  });
});
