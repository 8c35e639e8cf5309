import { ApplicationError, ProtocolError, SerializationError } from '../../src/errors.js';
import { Call } from '../../src/roles/caller.js';
import { Publication } from '../../src/roles/publisher.js';
import type { Request } from '../../src/roles/request.js';
import { recorded } from './recorded.js';

const call = (args: readonly unknown[] = []) => new Call('com.example.add', args, {}, {});

/** Sends `count` calls. */
function asked(count: number) {
  const session = recorded();
  const calls = Array.from({ length: count }, () => call());
  for (const each of calls) session.roles.requests.send(each as Request);
  return { ...session, calls };
}

describe('request ids', () => {
  it('are 1, 2, 3 … over all kinds of requests', () => {
    const { roles, sent } = asked(2);
    roles.requests.send(new Publication('com.example.news', [], {}, {}) as Request);
    roles.requests.send(call() as Request);
    expect(sent.map(([code, id]) => [code, id])).toEqual([
      [48, 1],
      [48, 2],
      [16, 3],
      [48, 4],
    ]);
  });

  it('are not used up by a request that cannot be put on the wire', async () => {
    const { roles, sent } = asked(1);
    const bad = call([10n]);
    roles.requests.send(bad as Request);
    roles.requests.send(call() as Request);
    expect(sent.map(([, id]) => id)).toEqual([1, 2]);
    await expect(bad.promise).rejects.toThrow(SerializationError);
    await expect(bad.promise).rejects.toThrow(/^call of com\.example\.add: .*received a bigint$/);
    expect({ sent: bad.sent, inFlight: roles.requests.size }).toEqual({ sent: false, inFlight: 2 });
  });
});

describe('a request without an answer', () => {
  it('is fulfilled as soon as it is sent, and is not in flight', async () => {
    const { roles } = recorded();
    const publication = new Publication('com.example.news', ['hello'], {}, {});
    roles.requests.send(publication as Request);
    expect(await publication.promise).toBeUndefined();
    expect({ sent: publication.sent, inFlight: roles.requests.size }).toEqual({ sent: true, inFlight: 0 });
  });
});

describe('a reply', () => {
  it('settles the request of its id, whatever the order', async () => {
    const { calls, receive } = asked(2);
    receive([50, 2, {}, ['second']], [50, 1, {}, ['first']]);
    expect((await calls[0]!.promise).args).toEqual(['first']);
    expect((await calls[1]!.promise).args).toEqual(['second']);
  });

  it('that comes twice is counted, not an error', async () => {
    const { calls, roles, receive } = asked(1);
    receive([50, 1, {}, ['first']], [50, 1, {}, ['again']]);
    expect((await calls[0]!.promise).args).toEqual(['first']);
    expect(roles.late).toBe(1);
  });

  it.each([
    ['an id that was never given', [50, 2, {}], 'received one to CALL 2'],
    ['another kind', [17, 1, 99], 'expected the reply to CALL 1, received one to PUBLISH'],
    ['another kind of ERROR', [8, 32, 1, {}, 'com.example.error'], 'received one to SUBSCRIBE'],
    [
      'an ERROR for what is no request',
      [8, 68, 1, {}, 'com.example.error'],
      'expected the code of a request, received 68',
    ],
  ])('of %s breaks the protocol', (_title, list, message) => {
    const { receive } = asked(1);
    expect(() => receive(list)).toThrow(ProtocolError);
    expect(() => receive(list)).toThrow(message);
  });
});

describe('ERROR', () => {
  it('rejects with its URI, arguments and keyword arguments, and with what was asked', async () => {
    const { calls, receive } = asked(1);
    receive([8, 48, 1, {}, 'com.example.too_big', ['7 is too big'], { limit: 5 }]);
    const error = await calls[0]!.promise.catch((why: unknown) => why);
    expect(error).toBeInstanceOf(ApplicationError);
    expect(error).toMatchObject({
      code: 'WAMP_ERR_APPLICATION',
      uri: 'com.example.too_big',
      args: ['7 is too big'],
      kwargs: { limit: 5 },
      message: 'call of com.example.add was answered with com.example.too_big: 7 is too big',
    });
  });

  it('without a payload has an empty one', async () => {
    const { calls, receive } = asked(1);
    receive([8, 48, 1, {}, 'wamp.error.canceled']);
    await expect(calls[0]!.promise).rejects.toMatchObject({ args: [], kwargs: {} });
  });
});

describe('the end of a session', () => {
  it('gives back what is in flight, in the order in which it was sent, without ids', () => {
    const { calls, roles, receive } = asked(3);
    receive([50, 2, {}]);
    expect(roles.requests.end()).toEqual([calls[0], calls[2]]);
    expect({ ids: calls.map(({ id }) => id), size: roles.requests.size }).toEqual({
      ids: [undefined, 2, undefined],
      size: 0,
    });
  });

  it('leaves no request waiting that was forgotten', () => {
    const { roles, receive } = asked(1);
    roles.requests.forget(1);
    receive([50, 1, {}]);
    expect({ open: roles.requests.end(), late: roles.late }).toEqual({ open: [], late: 1 });
  });
});

describe('an id that is lent', () => {
  it('is the next one, and the answer to it is late for everybody here', () => {
    const { roles, receive } = asked(1);
    expect(roles.requests.next).toBe(2);
    expect(roles.requests.lend(() => {})).toBe(2);
    receive([50, 2, {}]);
    expect({ next: roles.requests.next, late: roles.late }).toEqual({ next: 3, late: 1 });
  });

  it('is not used up when nothing was sent, unless there was another one since', () => {
    const { requests } = asked(0).roles;
    const refused = new Error('it cannot be sent');
    const refuse = () => {
      throw refused;
    };
    expect(() => requests.lend(refuse)).toThrow(refused);
    expect(requests.next).toBe(1);
    const nested = () => {
      requests.lend(() => {});
      refuse();
    };
    expect(() => requests.lend(nested)).toThrow(refused);
    expect(requests.next).toBe(3);
  });
});
