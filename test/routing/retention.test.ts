import { type KeptEvent, weightOfEvent } from '../../src/routing/kept-event.js';
import { Retention } from '../../src/routing/retention.js';
import { type Client, Realm } from '../support/routing-realm.js';

function stage(options: ConstructorParameters<typeof Realm>[0] = {}) {
  const realm = new Realm(options);
  const publisher = realm.join('publisher', {
    roles: { publisher: { features: { payload_passthru_mode: true } } },
  });
  let request = 0;
  const publish = (topic: string, args: unknown[], options: object = {}) => {
    request += 1;
    publisher.says([16, request, { retain: true, ...options }, topic, args]);
  };
  /** Details and payload of each EVENT that a new session receives for a new subscription. */
  const newcomer = (topic: string, options: object = {}, name = 'newcomer') => {
    const client = realm.join(name);
    client.says([32, 1, { get_retained: true, ...options }, topic]);
    return afterSubscribed(client);
  };
  return { realm, publisher, publish, newcomer };
}

function afterSubscribed(client: Client): unknown[] {
  const [subscribed, ...events] = client.heard();
  expect(subscribed?.[0]).toBe(33);
  return events.map(([type, subscription, , ...rest]) => {
    expect([type, subscription]).toEqual([36, subscribed?.[2]]);
    return rest;
  });
}

it('sends the last retained event of a topic behind SUBSCRIBED, to those who ask for it, under its own publication', () => {
  const { realm, publish } = stage();
  publish('com.t', [1], { acknowledge: true });
  publish('com.t', [2]);
  publish('com.t', [3], { retain: false });
  const asks = realm.join('a');
  asks.says([32, 1, { get_retained: true }, 'com.t']);
  expect(asks.heard()).toEqual([
    [33, 1, 1],
    [36, 1, 1_002, { retained: true }, [2]],
  ]);
  asks.says([32, 2, { get_retained: true }, 'com.t']);
  expect(asks.heard()).toHaveLength(2);
  asks.says([32, 3, {}, 'com.t']);
  expect(asks.heard()).toEqual([[33, 3, 1]]);
});

it('keeps the event of a session that has gone, with all that was told of it', () => {
  const { realm, publisher, publish, newcomer } = stage();
  const octets = new Uint8Array([1, 2]);
  publish('com.t', [octets], { disclose_me: true, ppt_scheme: 'x_mine' });
  realm.leave(publisher);
  expect(newcomer('com.t')).toEqual([
    [
      {
        publisher: 1,
        publisher_authid: 'publisher',
        publisher_authrole: 'anonymous',
        ppt_scheme: 'x_mine',
        retained: true,
      },
      [octets],
    ],
  ]);
});

it.each([
  ['prefix', 'com.', ['com.b', 'com.a', 'com.a.c']],
  ['wildcard', 'com.', ['com.b', 'com.a']],
  ['exact', 'com.a', [undefined]],
])(
  'gives a subscription to the %s %s one event of each topic, in the order in which they were published',
  (match, uri, topics) => {
    const { publish, newcomer } = stage();
    for (const topic of ['com.a', 'com.b', 'org.a', 'com.a', 'com.a.c']) publish(topic, []);
    const details = newcomer(uri, { match }).map((event) => (event as [{ topic?: string; retained: boolean }])[0]);
    expect(details).toEqual(topics.map((topic) => ({ retained: true, ...(topic !== undefined && { topic }) })));
  },
);

it('gives each the last event that it would have received', () => {
  const { publish, newcomer, publisher } = stage();
  publish('com.t', ['all']);
  publish('com.t', ['joe only'], { eligible_authid: ['joe'] });
  publish('com.t', ['not anna'], { exclude_authid: ['anna', 'joe'] });
  expect(['anna', 'joe', 'other'].map((name) => newcomer('com.t', {}, name))).toEqual(
    ['all', 'joe only', 'not anna'].map((said) => [[{ retained: true }, [said]]]),
  );
  // By default a publisher is no subscriber of what it publishes.
  publisher.says([32, 4, { get_retained: true }, 'com.t']);
  expect(afterSubscribed(publisher)).toEqual([]);
});

it('is no answer to a subscription that is refused, and none where nothing is retained', () => {
  const { realm, newcomer, publish } = stage();
  publish('com.t', [1], { retain: false });
  expect(newcomer('com.t')).toEqual([]);
  const client = realm.join('a');
  client.says([32, 1, { get_retained: true }, 'no uri']);
  expect(client.heard().map(([type]) => type)).toEqual([8]);
});

describe('Retention', () => {
  const event = (topic: string, publication: number, rest: Partial<KeptEvent> = {}): KeptEvent => ({
    topic,
    publication,
    at: 0,
    details: {},
    excluded: undefined,
    audience: undefined,
    ...rest,
  });
  const anybody = new Realm().join('anybody');
  const publications = (retention: Retention) =>
    [...retention.for(anybody, 'prefix', '')].map(({ publication }) => publication);

  it('has the topic go whose last event is the oldest, when there are too many', () => {
    const retention = new Retention({ events: 2 });
    for (const [at, topic] of ['a', 'b', 'a', 'c'].entries()) retention.retain(event(topic, at + 1));
    expect([publications(retention), retention.size, retention.forgotten]).toEqual([[3, 4], 2, 1]);
  });

  it('has the oldest go, when they take too much memory, and weighs nothing when it is empty', () => {
    const retention = new Retention({ octets: 3_000 });
    for (const at of [1, 2, 3]) retention.retain(event(`t${at}`, at, { args: ['x'.repeat(1_000)] }));
    expect(publications(retention)).toEqual([2, 3]);
    retention.retain(event('t4', 4, { args: [new Uint8Array(4_000)] }));
    expect([publications(retention), retention.size, retention.octets]).toEqual([[], 0, 0]);
  });

  it('has the oldest of those for some go, when there are more than sixteen', () => {
    const retention = new Retention();
    retention.retain(event('t', 1, { audience: () => true }));
    for (let at = 2; at <= 16; at += 1) retention.retain(event('t', at, { audience: () => false }));
    expect(publications(retention)).toEqual([1]);
    retention.retain(event('t', 17, { audience: () => false }));
    expect([retention.size, publications(retention)]).toEqual([16, []]);
  });

  it('keeps what just fits', () => {
    const [first, second] = [event('t1', 1), event('t2', 2)];
    const retention = new Retention({ octets: weightOfEvent(first) + weightOfEvent(second) });
    retention.retain(first);
    retention.retain(second);
    expect(publications(retention)).toEqual([1, 2]);
  });

  it('keeps no more than sixteen events for some beside the one for all, and none from before that', () => {
    const retention = new Retention();
    const some = { audience: () => false };
    for (let at = 1; at <= 20; at += 1) retention.retain(event('t', at, some));
    expect(retention.size).toBe(16);
    retention.retain(event('t', 21));
    expect(retention.size).toBe(1);
    for (let at = 22; at <= 40; at += 1) retention.retain(event('t', at, some));
    expect([retention.size, publications(retention)]).toEqual([17, [21]]);
  });
});
