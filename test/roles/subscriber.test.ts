import { ProtocolError } from '../../src/errors.js';
import type { Request } from '../../src/roles/request.js';
import { type Event, type EventHandler, Subscribe, type Topic, Unsubscribe } from '../../src/roles/subscriber.js';
import { recorded, thenable } from './recorded.js';

const topic = (handler: EventHandler, uri = 'com.example.news', options = {}): Topic => ({
  topic: uri,
  handler,
  options,
  id: undefined,
});

function subscribed(...handlers: EventHandler[]) {
  const session = recorded();
  const topics = handlers.map((handler) => topic(handler));
  const requests = topics.map((each) => new Subscribe(each));
  for (const request of requests) session.roles.requests.send(request as Request);
  return { ...session, topics, requests };
}

const EVENT = [36, 55, 1001, {}, ['hello']];

describe('Subscriber', () => {
  it('subscribes, and gives a handler the event that stands right behind SUBSCRIBED', () => {
    const events: Event[] = [];
    const { sent, receive, requests } = subscribed((event) => events.push(event));
    expect(sent).toEqual([[32, 1, {}, 'com.example.news']]);
    receive([33, 1, 55], [36, 55, 1001, { publisher: 3 }, ['hello'], { loud: true }]);
    expect(requests[0]!.settled).toBe(true);
    expect(events).toEqual([
      {
        args: ['hello'],
        kwargs: { loud: true },
        topic: 'com.example.news',
        publication: 1001,
        details: { publisher: 3 },
      },
    ]);
  });

  it('names the topic that the broker names, for a pattern', () => {
    const topics: string[] = [];
    const { receive } = subscribed((event) => topics.push(event.topic));
    receive([33, 1, 55], [36, 55, 1, { topic: 'com.example.news.sport' }], [36, 55, 2, {}]);
    expect(topics).toEqual(['com.example.news.sport', 'com.example.news']);
  });

  it('gives an event to both handlers of one subscription id, and unsubscribes with the last', () => {
    const heard: string[] = [];
    const { roles, topics, receive } = subscribed(
      () => heard.push('first'),
      () => heard.push('second'),
    );
    receive([33, 1, 55], [33, 2, 55], EVENT);
    expect(heard).toEqual(['first', 'second']);
    expect(roles.subscriber.remove(topics[0]!)).toBeUndefined();
    receive(EVENT);
    expect(heard).toEqual(['first', 'second', 'second']);
    expect(roles.subscriber.remove(topics[1]!)).toBe(55);
    expect(roles.subscriber.remove(topics[1]!)).toBeUndefined();
    receive(EVENT);
    expect({ heard: heard.length, late: roles.late, events: roles.subscriber.events }).toEqual({
      heard: 3,
      late: 1,
      events: 3,
    });
  });

  it('does not give an event to a handler that the one before it has taken away', () => {
    const heard: string[] = [];
    const { roles, topics, receive } = subscribed(
      () => roles.subscriber.remove(topics[1]!),
      () => heard.push('second'),
    );
    receive([33, 1, 55], [33, 2, 55], EVENT);
    expect(heard).toEqual([]);
  });

  it.each<[string, EventHandler]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['returns a thenable that rejects', () => thenable((_yes, no) => no(new Error('broken')))],
  ])('tells of a handler that %s, and goes on with the next', async (_title, handler) => {
    const heard: unknown[] = [];
    const { receive, failures } = subscribed(handler, (event) => heard.push(event.args));
    receive([33, 1, 55], [33, 2, 55], EVENT, EVENT);
    await new Promise(setImmediate);
    expect(heard).toHaveLength(2);
    expect(failures).toEqual(
      Array(2).fill({ what: 'event handler', uri: 'com.example.news', error: new Error('broken') }),
    );
  });

  it('undoes a subscription that was given up meanwhile, unless another handler uses it', () => {
    const { sent, receive, requests } = subscribed(
      () => {},
      () => {},
      () => {},
    );
    requests[0]!.reject(new Error('given up'));
    requests[2]!.reject(new Error('given up'));
    receive([33, 1, 54], [33, 2, 55], [33, 3, 55]);
    expect(sent.slice(3)).toEqual([[34, 4, 54]]);
  });

  it('subscribes again when UNSUBSCRIBE has crossed the SUBSCRIBE of another handler', () => {
    const heard: unknown[] = [];
    const { roles, topics, sent, receive } = subscribed(() => {});
    receive([33, 1, 55]);
    const second = topic(({ args }) => heard.push(args));
    roles.requests.send(new Subscribe(second) as Request);
    expect(roles.subscriber.remove(topics[0]!)).toBe(55);
    roles.requests.send(new Unsubscribe('com.example.news', 55) as Request);
    receive([33, 2, 55]); // The broker had the first subscription still: the same id.
    receive([35, 3]); // Now it has none of this session.
    expect(sent.at(-1)).toEqual([32, 4, {}, 'com.example.news']);
    receive([33, 4, 56], [36, 56, 9, {}, ['hello']]);
    expect({ heard, id: second.id }).toEqual({ heard: [['hello']], id: 56 });
  });

  it('tells a handler that the broker has refused it when it subscribed again, and nobody when the session has ended', async () => {
    const told: unknown[] = [];
    const stranded = () => {
      const session = subscribed(
        () => {},
        () => {},
      );
      session.topics[1]!.onRevoked = (why) => told.push(why);
      session.receive([33, 1, 55]);
      session.roles.subscriber.remove(session.topics[0]!);
      session.roles.requests.send(new Unsubscribe('com.example.news', 55) as Request);
      session.receive([33, 2, 55], [35, 3]);
      return session;
    };
    stranded().receive([8, 32, 4, {}, 'wamp.error.not_authorized']);
    for (const request of stranded().roles.requests.end()) request.reject(new Error('the session has ended'));
    await Promise.resolve();
    expect(told).toEqual([expect.objectContaining({ uri: 'wamp.error.not_authorized' })]);
  });

  it('does not come back to a handler that was taken away while it subscribed again', () => {
    const heard: string[] = [];
    const { roles, topics, sent, receive } = subscribed(
      () => heard.push('first'),
      () => heard.push('second'),
    );
    receive([33, 1, 55]);
    roles.subscriber.remove(topics[0]!);
    roles.requests.send(new Unsubscribe('com.example.news', 55) as Request);
    receive([33, 2, 55], [35, 3]);
    expect(sent.at(-1)).toEqual([32, 4, {}, 'com.example.news']);
    expect(roles.subscriber.remove(topics[1]!)).toBeUndefined();
    receive([33, 4, 56], [36, 56, 1001, {}, []]);
    expect(heard).toEqual([]);
    expect(sent.at(-1)).toEqual([34, 5, 56]);
  });

  it('lets go of a subscription that the broker revokes, with all its handlers; of one that it has not, it need not', () => {
    const heard: unknown[] = [];
    const { receive, topics } = subscribed(
      () => heard.push('first'),
      () => heard.push('second'),
    );
    const revoked: string[] = [];
    for (const each of topics) each.onRevoked = ({ message }) => revoked.push(message);
    receive([33, 1, 55], [33, 2, 55], [35, 0, { subscription: 55, reason: 'no more' }], EVENT);
    receive([35, 0, { subscription: 55 }]);
    expect(topics.map(({ id }) => id)).toEqual([undefined, undefined]);
    const why = 'wamp.error.no_such_subscription: the router took the subscription of com.example.news back: no more';
    expect({ heard, revoked }).toEqual({ heard: [], revoked: [why, why] });
  });

  it.each([[[35, 0]], [[35, 0, {}]], [[35, 0, { subscription: 'x' }]]])('holds %j against the protocol', (list) => {
    const { receive } = subscribed();
    expect(() => receive(list)).toThrow(ProtocolError);
    expect(() => receive(list)).toThrow('UNSUBSCRIBED.details.subscription: expected an ID from 1 to 2^53');
  });

  it('rejects with the ERROR of the broker, and keeps no handler', async () => {
    const { requests, receive, topics } = subscribed(() => {});
    receive([8, 32, 1, {}, 'wamp.error.not_authorized', ['no']]);
    await expect(requests[0]!.promise).rejects.toThrow(
      'subscription to com.example.news was answered with wamp.error.not_authorized: no',
    );
    expect(topics[0]!.id).toBeUndefined();
  });
});

describe('the details of an event', () => {
  it.each([
    [
      { publisher: 9, publisher_authid: 'anna', publisher_authrole: 'admin', trustlevel: 2, retained: true },
      { publisher: { session: 9, authid: 'anna', authrole: 'admin' }, trustlevel: 2, isRetained: true },
    ],
    [
      { publisher: 9, trustlevel: 0, retained: false },
      { publisher: { session: 9, authid: undefined, authrole: undefined }, trustlevel: 0, isRetained: false },
    ],
    [
      { publisher: null, publisher_authid: null, trustlevel: 1.5, retained: null },
      { publisher: undefined, trustlevel: undefined, isRetained: false },
    ],
    [{}, { publisher: undefined, trustlevel: undefined, isRetained: false }],
  ])('%j are read as %j', (details, expected) => {
    const { roles, receive } = recorded();
    const read: unknown[] = [];
    const handler = ({ publisher, trustlevel, isRetained }: Event) => read.push({ publisher, trustlevel, isRetained });
    roles.requests.send(new Subscribe({ topic: 'com.example.news', options: {}, handler, id: undefined }) as Request);
    receive([33, 1, 77], [36, 77, 1, details]);
    expect(read).toEqual([expected]);
  });
});
