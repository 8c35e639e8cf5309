import { ApplicationError, SerializationError } from '../../src/errors.js';
import { CallInParts } from '../../src/roles/call-in-parts.js';
import type { Request } from '../../src/roles/request.js';
import { recorded } from './recorded.js';

const WELCOME = { roles: { dealer: { features: { progressive_call_invocations: true } } } };

describe('CallInParts', () => {
  it('is made by its first part, with the options of the whole; the others repeat none', () => {
    const { roles, sent } = recorded();
    roles.requests.welcome = WELCOME;
    const call = new CallInParts('com.example.sum', [1], {}, { disclose_me: true }, { onProgress: () => {} });
    roles.requests.send(call as Request);
    roles.caller.sendPart(1, call, [2], {}, false);
    roles.caller.sendPart(1, call, [], { last: true }, true);
    expect(sent).toEqual([
      [48, 1, { disclose_me: true, progress: true, receive_progress: true }, 'com.example.sum', [1]],
      [48, 1, { progress: true }, 'com.example.sum', [2]],
      [48, 1, {}, 'com.example.sum', [], { last: true }],
    ]);
  });

  it('shows by each part that it goes on, and leaves one out that cannot be sent', () => {
    const { roles, sent } = recorded();
    roles.requests.welcome = WELCOME;
    const call = new CallInParts('com.example.sum', [], {}, {});
    let signs = 0;
    call.onSign = () => {
      signs += 1;
    };
    roles.requests.send(call as Request);
    expect(() => roles.caller.sendPart(1, call, [() => {}], {}, false)).toThrow(SerializationError);
    roles.caller.sendPart(1, call, [2], {}, false);
    expect({ signs, parts: sent.length, settled: call.settled }).toEqual({ signs: 1, parts: 2, settled: false });
  });

  it('is not made to a router that would end the session over it', async () => {
    const { roles, sent } = recorded();
    const call = new CallInParts('com.example.sum', [], {}, {});
    roles.requests.send(call as Request);
    await expect(call.promise).rejects.toThrow(ApplicationError);
    await expect(call.promise).rejects.toMatchObject({
      uri: 'wamp.error.feature_not_supported',
      message: expect.stringContaining('call of com.example.sum'),
    });
    expect({ sent, inFlight: roles.requests.size }).toEqual({ sent: [], inFlight: 0 });
  });
});
