import { knownElsewhere } from '../../src/peer/habits.js';

describe('knownElsewhere', () => {
  it.each([
    ['max_retries', 'backoff'],
    ['maxRetries', 'backoff'],
    ['reconnectInterval', 'backoff'],
    ['autoReconnect', 'restart'],
    ['authmethods', 'auth'],
    ['onchallenge', 'auth'],
    ['onopen', 'onJoin'],
    ['onClose', 'onLeave'],
    ['serializer', 'serializers'],
    ['transports', 'url'],
  ])('tells who writes %s that it is %s here', (there, here) => {
    expect(knownElsewhere(there)).toContain(`"${here}"`);
  });

  it('says nothing of a name that no other client has', () => {
    expect(knownElsewhere('quux')).toBeUndefined();
  });
});
