import { remedyFor } from '../../actors/session-remedies.js';

describe('remedyFor', () => {
  it('says what to do, of methods which ones were on offer, and nothing where it does not know', () => {
    expect(remedyFor('wamp.error.authorization_denied', '')).toBe('ask for the permission, or join as somebody else');
    expect(remedyFor('wamp.error.no_matching_auth_method', 'ticket, scram')).toContain('on offer (ticket, scram)');
    expect(remedyFor('wamp.error.invalid_argument', '')).toBeUndefined();
    expect(remedyFor('constructor', '')).toBeUndefined();
  });
});
