import { LASTING, UNLIMITED } from '../../actors/session-reasons.js';
import {
  ApplicationError,
  AuthenticationError,
  ConnectError,
  ConnectionLost,
  PeerDown,
  ProtocolError,
  SessionAborted,
  SessionClosed,
  TimeoutError,
} from '../../src/errors.js';
import { verdict } from '../../src/peer/verdict.js';
import * as ADVANCED_ERROR from '../../src/wamp/uris/advanced-error.js';
import * as CLOSE from '../../src/wamp/uris/close.js';
import * as ERROR from '../../src/wamp/uris/error.js';
import * as FIELD_ERROR from '../../src/wamp/uris/field-error.js';

const MINUTE = 60_000;

/** A verdict in a word: what follows from it for a peer that keeps ending so. */
function inAWord(reason: unknown, onAbort = {}): string {
  const judged = verdict(reason, onAbort);
  if (judged === undefined || typeof judged === 'string') return judged ?? 'left to the spec';
  if (judged === UNLIMITED) return 'unlimited';
  if (judged === LASTING) return 'lasting';
  return `${judged.intensity} in ${judged.period / MINUTE} min`;
}

const refused = (uri: string) => new SessionAborted('', { uri, details: {}, established: false });
const aborted = (uri: string) => new SessionAborted('', { uri, details: {}, established: true });
const down = new ConnectError('', { address: '', transient: true });
const gone = new ConnectError('', { address: '', transient: false });
const closed = (uri: string) => new SessionClosed('', { uri });

const UNKNOWN = ['10 in 5 min', '10 in 5 min', 'unlimited'];
const LASTS = ['lasting', 'lasting', 'unlimited'];
const PASSES = ['unlimited', 'unlimited', 'unlimited'];

/** By URI: what becomes of a peer that is refused with it, aborted with it later, or told GOODBYE with it. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  'wamp.close.system_shutdown': PASSES,
  'wamp.close.close_realm': ['10 in 5 min', '10 in 5 min', 'lasting'],
  'wamp.close.goodbye_and_out': UNKNOWN,
  'wamp.close.killed': ['lasting', 'lasting', 'lasting'],
  'wamp.close.normal': UNKNOWN,

  'wamp.error.no_such_realm': LASTS,
  'wamp.error.no_such_role': LASTS,
  'wamp.error.no_such_principal': LASTS,
  'wamp.error.authentication_denied': LASTS,
  'wamp.error.authentication_required': LASTS,
  'wamp.error.no_matching_auth_method': LASTS,
  'wamp.error.not_authorized': LASTS,
  'wamp.error.authorization_denied': LASTS,
  'wamp.error.authorization_required': LASTS,
  'wamp.error.invalid_uri': LASTS,
  'wamp.error.invalid_argument': LASTS,
  'wamp.error.feature_not_supported': LASTS,
  'wamp.error.option_not_allowed': LASTS,
  'wamp.error.cannot_authenticate': LASTS,
  'wamp.error.protocol_violation': ['lasting', '3 in 1 min', 'unlimited'],

  'wamp.error.authentication_failed': ['5 in 5 min', '5 in 5 min', 'unlimited'],
  'wamp.error.authorization_failed': PASSES,
  'wamp.error.network_failure': PASSES,
  'wamp.error.unavailable': PASSES,
  'wamp.error.timeout': PASSES,
  'wamp.error.system_shutdown': PASSES,

  'wamp.error.close_realm': ['10 in 5 min', '10 in 5 min', 'lasting'],
  'wamp.error.goodbye_and_out': UNKNOWN,
  'wamp.error.no_such_procedure': UNKNOWN,
  'wamp.error.procedure_already_exists': UNKNOWN,
  'wamp.error.no_such_registration': UNKNOWN,
  'wamp.error.no_such_subscription': UNKNOWN,
  'wamp.error.canceled': UNKNOWN,
  'wamp.error.cancelled': UNKNOWN,
  'wamp.error.payload_size_exceeded': UNKNOWN,
  'wamp.error.option_disallowed.disclose_me': UNKNOWN,
  'wamp.error.disclose_me.not_allowed': UNKNOWN,
  'wamp.error.no_available_callee': UNKNOWN,
  'wamp.error.no_such_session': UNKNOWN,
  'wamp.error.runtime_error': UNKNOWN,
  'com.example.nobody_knows': UNKNOWN,
};

describe('verdict', () => {
  it.each(Object.entries(TABLE))('on %s is %j: refused, aborted, GOODBYE', (uri, expected) => {
    expect([refused(uri), aborted(uri), closed(uri)].map((reason) => inAWord(reason))).toEqual(expected);
  });

  it('has a row for every predefined URI', () => {
    const predefined = [CLOSE, ERROR, ADVANCED_ERROR, FIELD_ERROR].flatMap((uris) => Object.values<string>(uris));
    expect(predefined.filter((uri) => !(uri in TABLE))).toEqual([]);
  });

  it.each([
    ['one of them is only down', [refused('wamp.error.no_such_realm'), down], {}, 'unlimited'],
    ['all of them refuse for good', [refused('wamp.error.no_such_realm'), gone], {}, 'lasting'],
    ['one refuses for a while', [gone, refused('wamp.error.authentication_failed')], {}, '5 in 5 min'],
    ['the user gives up on one of them', [refused('com.example.no'), down], { 'com.example.no': 'stop' }, 'unlimited'],
    [
      'the user gives up on all',
      [refused('com.example.no'), refused('com.example.no')],
      { 'com.example.no': 'stop' },
      'stop',
    ],
    [
      'the user parks for one, stops for the other',
      [refused('com.example.a'), refused('com.example.b')],
      { 'com.example.a': 'stop', 'com.example.b': 'park' },
      'park',
    ],
  ] as const)('of several routers is the most hopeful one: %s', (_how, errors, onAbort, expected) => {
    const none = new ConnectError('', { address: '', transient: false, errors });
    expect(inAWord(none, onAbort)).toBe(expected);
  });

  it.each([
    ['a connection that cannot be had now', new ConnectError('', { address: '', transient: true }), 'unlimited'],
    ['one that cannot be had at all', new ConnectError('', { address: '', transient: false }), 'lasting'],
    ['a connection that was lost', new ConnectionLost('', { mayHaveExecuted: false }), 'unlimited'],
    ['a deadline', new TimeoutError('', { operation: 'join', timeout: 5_000 }), 'unlimited'],
    ['a CHALLENGE without an answer', new AuthenticationError(''), 'lasting'],
    ['a broken protocol', new ProtocolError(''), '3 in 1 min'],
    ['an error of another kind', new PeerDown(''), 'left to the spec'],
    ['an ERROR', new ApplicationError('com.example.error'), 'left to the spec'],
    ['a defect', new TypeError('x is not a function'), 'left to the spec'],
    ['what is no error', 'normal', 'left to the spec'],
  ])('on %s', (_title, reason, expected) => {
    expect(inAWord(reason)).toBe(expected);
  });

  it.each([
    ['restart', 'unlimited'],
    ['park', 'park'],
    ['stop', 'stop'],
  ])('follows the user who says %s', (wish, expected) => {
    const uri = 'wamp.error.no_such_realm';
    const said = { [uri]: wish };
    expect([refused(uri), aborted(uri), closed(uri)].map((reason) => inAWord(reason, said))).toEqual(
      Array(3).fill(expected),
    );
    expect(inAWord(refused('wamp.error.no_such_role'), said)).toBe('lasting');
  });

  it('takes no wish from what every object has', () => {
    expect(inAWord(refused('constructor'), {})).toBe('10 in 5 min');
  });

  it('counts all reasons with as many tries on one budget', () => {
    expect(verdict(refused('com.example.a'), {})).toBe(verdict(refused('com.example.b'), {}));
  });
});
