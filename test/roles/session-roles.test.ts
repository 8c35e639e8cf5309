import { MESSAGES } from '../../src/wamp/message.js';
import { recorded } from './recorded.js';

/** What a router sends within an established session, GOODBYE and ABORT apart. */
const FROM_ROUTER = [
  'ERROR',
  'PUBLISHED',
  'SUBSCRIBED',
  'UNSUBSCRIBED',
  'EVENT',
  'RESULT',
  'REGISTERED',
  'UNREGISTERED',
  'INVOCATION',
  'INTERRUPT',
];

describe('SessionRoles', () => {
  it('takes exactly the messages that a router sends to a client', () => {
    const { roles } = recorded();
    expect(Object.keys(roles.table).sort()).toEqual([...FROM_ROUTER].sort());
    expect(FROM_ROUTER.filter((type) => !(type in MESSAGES))).toEqual([]);
  });

  it('counts late replies and late events together', () => {
    const { roles, receive } = recorded();
    receive([36, 55, 1001, {}]);
    expect(roles.late).toBe(1);
  });
});
