import { ApplicationError } from '../../src/errors.js';
import { ALLOWED } from '../../src/routing/authorization.js';
import { EVERY_RIGHT } from '../../src/routing/rights.js';
import { Realm } from '../support/routing-realm.js';

const GET = 'wamp.subscription.get_events';
const T0 = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

function stage() {
  const realm = new Realm({
    histories: {
      'com.t': { limit: 3 },
      'com.log.': { limit: 4, match: 'prefix' },
      'com..x': { limit: 9, match: 'wildcard' },
    },
  });
  const publisher = realm.join('publisher', { roles: { publisher: { features: { payload_passthru_mode: true } } } });
  let published = 0;
  /** Publications are 1001, 1002 …, a second after one another. */
  const publish = (topic: string, args?: unknown[], options: object = {}, kwargs?: object) => {
    realm.timeOfDay = T0 + 1_000 * published;
    published += 1;
    publisher.says([16, published, options, topic, ...(args ? [args] : []), ...(kwargs ? [kwargs] : [])]);
  };
  const reader = realm.join('reader', { authrole: 'user' });
  let request = 0;
  const ask = (procedure: string, args: unknown[], kwargs: object = {}): unknown[] => {
    request += 1;
    reader.says([48, request, {}, procedure, args, kwargs]);
    const answer = reader.heard().at(-1) ?? [];
    return answer[0] === 50 ? ((answer[3] as unknown[] | undefined) ?? []) : [answer[4]];
  };
  const idOf = (topic: string, match = 'exact') => ask('wamp.subscription.lookup', [topic, { match }])[0] as number;
  const events = (topic: string, kwargs: object = {}, match = 'exact') =>
    ask(GET, [idOf(topic, match)], kwargs) as { publication: number }[];
  const publications = (...given: Parameters<typeof events>) =>
    events(...given).map((event) => event.publication ?? event);
  return { realm, publisher, publish, reader, ask, idOf, events, publications };
}

it('tells of the last events of a topic, whether anybody has subscribed to it or not', () => {
  const { publish, events, idOf } = stage();
  expect(events('com.t')).toEqual([]);
  for (const at of [1, 2, 3, 4]) publish('com.t', [at], { disclose_me: at === 4 }, { at });
  const subscription = idOf('com.t');
  const who = { publisher: 1, publisher_authid: 'publisher', publisher_authrole: 'anonymous' };
  expect(events('com.t')).toEqual(
    [2, 3, 4].map((at) => ({
      timestamp: new Date(T0 + (at - 1) * 1_000).toISOString(),
      subscription,
      publication: 1_000 + at,
      details: at === 4 ? who : {},
      args: [at],
      kwargs: { at },
    })),
  );
});

it('keeps a payload that passes through as it is, and what is said of it', () => {
  const { publish, events } = stage();
  const octets = new Uint8Array([1, 2]);
  publish('com.t', [octets], { ppt_scheme: 'x_mine', ppt_cipher: 'y' });
  expect(events('com.t')).toMatchObject([{ details: { ppt_scheme: 'x_mine', ppt_cipher: 'y' }, args: [octets] }]);
});

it('has a history of a pattern, with topics, and of each topic of it', () => {
  const { realm, publish, events, publications } = stage();
  for (const topic of ['com.log.a', 'com.log.x', 'com.t', 'com.log.a']) publish(topic);
  expect(events('com.log.', {}, 'prefix').map((event) => [event.publication, event])).toMatchObject([
    [1_001, { details: { topic: 'com.log.a' } }],
    [1_002, { details: { topic: 'com.log.x' } }],
    [1_004, { details: { topic: 'com.log.a' } }],
  ]);
  expect(publications('com.log.', { topic: 'com.log.a' }, 'prefix')).toEqual([1_001, 1_004]);
  expect(publications('com..x', {}, 'wildcard')).toEqual([1_002]);
  realm.join('subscriber').says([32, 1, {}, 'com.log.a']);
  expect(events('com.log.a').map(({ publication, ...rest }) => [publication, rest])).toMatchObject([
    [1_001, { details: {} }],
    [1_004, { details: {} }],
  ]);
  expect(publications('com.log.a', { topic: 'com.log.x' })).toEqual([]);
});

it.each([
  [{}, [1, 2, 3, 4]],
  [{ limit: 2 }, [1, 2]],
  [{ reverse: true }, [4, 3, 2, 1]],
  [{ reverse: true, limit: 2 }, [4, 3]],
  [{ from_time: '2026-01-02T03:04:06.006Z' }, [2, 3, 4]],
  [{ after_time: '2026-01-02T03:04:06.006Z' }, [3, 4]],
  [{ before_time: '2026-01-02T04:04:06.006+01:00' }, [1]],
  [{ until_time: '2026-01-02T03:04:06.006Z' }, [1, 2]],
  [{ after_time: '2026-01-02T03:04:05.006Z', until_time: '2026-01-02T03:04:07.006Z' }, [2, 3]],
  [{ from_publication: 1_002 }, [2, 3, 4]],
  [{ after_publication: 1_002 }, [3, 4]],
  [{ before_publication: 1_003 }, [1, 2]],
  [{ until_publication: 1_003 }, [1, 2, 3]],
  [{ after_publication: 1_001, before_publication: 1_004 }, [2, 3]],
  [{ from_publication: 1_002, after_publication: 1_003 }, [4]],
  [{ from_publication: 1_003, until_publication: 1_002 }, []],
  [{ after_publication: 1_001, limit: 1 }, [2]],
  [{ before_publication: 1_004, reverse: true, limit: 2 }, [3, 2]],
])('gives of four events with %j: %j', (filter, found) => {
  const { publish, publications } = stage();
  for (let at = 0; at < 4; at += 1) publish('com.log.a');
  expect(publications('com.log.', filter, 'prefix')).toEqual(found.map((at) => 1_000 + at));
});

it('pages through everything in both directions, each event once', () => {
  const { publish, publications } = stage();
  for (let at = 0; at < 4; at += 1) publish('com.log.a');
  for (const [filter, expected] of [
    [(last?: number) => (last ? { after_publication: last } : {}), [1_001, 1_002, 1_003, 1_004]],
    [(last?: number) => ({ reverse: true, ...(last && { before_publication: last }) }), [1_004, 1_003, 1_002, 1_001]],
  ] as const) {
    const seen: number[] = [];
    for (;;) {
      const page = publications('com.log.', { limit: 3, ...filter(seen.at(-1)) }, 'prefix') as number[];
      if (page.length === 0) break;
      seen.push(...page);
    }
    expect(seen).toEqual(expected);
  }
});

it.each([
  [{ limit: 0 }],
  [{ reverse: 1 }],
  [{ from_time: 'yesterday' }],
  [{ until_time: '2026-13-01T00:00:00Z' }],
  [{ after_publication: 0 }],
  [{ after_publication: 4_711 }],
  [{ topic: 7 }],
])('refuses %j', (filter) => {
  const { publications } = stage();
  expect(publications('com.t', filter)).toEqual(['wamp.error.invalid_argument']);
});

it('tells nobody what was not meant for him, and keeps nothing that was meant by session', () => {
  const { publish, publications } = stage();
  publish('com.log.a', [], { eligible_authrole: ['admin'] });
  publish('com.log.a', [], { eligible_authrole: ['user'] });
  publish('com.log.a', [], { exclude_authid: ['reader'] });
  publish('com.log.a', [], { exclude: [99] });
  publish('com.log.a', [], { eligible: [2] });
  expect(publications('com.log.', {}, 'prefix')).toEqual([1_002]);
});

it('is for those only who may subscribe to it', () => {
  const { realm, idOf } = stage();
  const forbidden = new ApplicationError('wamp.error.not_authorized');
  const rights = { ...EVERY_RIGHT, of: (action: string) => (action === 'subscribe' ? forbidden : ALLOWED) };
  const client = realm.join('client', { rights });
  client.says([48, 1, {}, GET, [idOf('com.t')]]);
  expect(client.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.not_authorized']]);
});

it('says that it keeps no events of other topics, and that there is no such subscription', () => {
  const { realm, ask, publish } = stage();
  realm.join('subscriber').says([32, 1, {}, 'com.other']);
  publish('com.other');
  expect(ask(GET, [4])).toEqual(['wamp.error.feature_not_supported']);
  expect(ask(GET, [99])).toEqual(['wamp.error.no_such_subscription']);
  expect(ask(GET, [])).toEqual(['wamp.error.invalid_argument']);
});

it('is a subscription of its own, which is there before its first subscriber and after its last', () => {
  const { realm, idOf } = stage();
  const id = idOf('com.t');
  const reader = realm.join('watcher');
  for (const [at, topic] of ['on_create', 'on_subscribe', 'on_unsubscribe', 'on_delete'].entries()) {
    reader.says([32, 1 + at, {}, `wamp.subscription.${topic}`]);
  }
  const subscribed = reader.heard().map(([, , subscription]) => subscription);
  const client = realm.join('client');
  client.says([32, 1, {}, 'com.t']);
  client.says([34, 2, id]);
  expect(client.heard()).toEqual([
    [33, 1, id],
    [35, 2],
  ]);
  expect(reader.heard().map(([, subscription]) => subscription)).toEqual([subscribed[1], subscribed[2]]);
  realm.leave(client);
  expect(idOf('com.t')).toBe(id);
});

it('has the oldest events go when they are too many, or take too much memory', () => {
  const realm = new Realm({ histories: { 'com.t': { limit: 1_000, octets: 5_000 } } });
  const publisher = realm.join('publisher');
  for (let at = 1; at <= 100; at += 1) publisher.says([16, at, {}, 'com.t', ['x'.repeat(1_000)]]);
  expect(realm.broker.store.size).toBe(4);
});
