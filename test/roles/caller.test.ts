import { Call } from '../../src/roles/caller.js';
import type { Request } from '../../src/roles/request.js';
import { recorded } from './recorded.js';

function called(call = new Call('com.example.add', [2, 3], { round: true }, { disclose_me: true })) {
  const session = recorded();
  session.roles.requests.send(call as Request);
  return { ...session, call };
}

describe('Caller', () => {
  it('sends CALL, and is fulfilled by RESULT', async () => {
    const { sent, call, receive } = called();
    expect(sent).toEqual([[48, 1, { disclose_me: true }, 'com.example.add', [2, 3], { round: true }]]);
    receive([50, 1, { callee: 7 }, [5], { exact: true }]);
    expect(await call.promise).toEqual({ args: [5], kwargs: { exact: true }, details: { callee: 7 } });
  });

  it('gives both parts of a payload that was not there', async () => {
    const { call, receive } = called();
    receive([50, 1, {}]);
    expect(await call.promise).toEqual({ args: [], kwargs: {}, details: {} });
  });

  it.each([
    [true, [[49, 1, { mode: 'killnowait' }]]],
    [false, []],
  ])('when a call is given up and the dealer cancels: %s, sends %j', (dealerCancels, expected) => {
    const { roles, sent, receive } = called();
    roles.requests.welcome = { roles: { dealer: { features: { call_canceling: dealerCancels } } } };
    roles.caller.cancel(1);
    expect(sent.slice(1)).toEqual(expected);
    receive([8, 48, 1, {}, 'wamp.error.canceled']);
    expect(roles.late).toBe(1);
  });
});
