import { isFrom, MESSAGES, type MessageType } from '../../src/wamp/message.js';

const ALL = Object.keys(MESSAGES) as MessageType[];

describe('MESSAGES', () => {
  it('holds the 24 messages of both profiles, each code once', () => {
    expect(ALL).toHaveLength(24);
    expect(new Set(ALL.map((type) => MESSAGES[type].code)).size).toBe(24);
  });
});

describe('isFrom', () => {
  const FROM_BOTH = ['ABORT', 'GOODBYE', 'ERROR'];
  const FROM_CLIENT = [
    ...['HELLO', 'AUTHENTICATE', 'PUBLISH', 'SUBSCRIBE', 'UNSUBSCRIBE'],
    ...['CALL', 'CANCEL', 'REGISTER', 'UNREGISTER', 'YIELD'],
  ];
  const FROM_ROUTER = [
    ...['WELCOME', 'CHALLENGE', 'PUBLISHED', 'SUBSCRIBED', 'UNSUBSCRIBED', 'EVENT'],
    ...['RESULT', 'REGISTERED', 'UNREGISTERED', 'INVOCATION', 'INTERRUPT'],
  ];

  it('tells what a client may send', () => {
    expect(ALL.filter((type) => isFrom(type, 'client')).sort()).toEqual([...FROM_BOTH, ...FROM_CLIENT].sort());
  });

  it('tells what a router may send', () => {
    expect(ALL.filter((type) => isFrom(type, 'router')).sort()).toEqual([...FROM_BOTH, ...FROM_ROUTER].sort());
  });
});
