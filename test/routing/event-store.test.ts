import { EventStore, toldEvent } from '../../src/routing/event-store.js';
import { historyFilter } from '../../src/routing/history.js';
import type { KeptEvent } from '../../src/routing/kept-event.js';
import { Realm } from '../support/routing-realm.js';

const anybody = new Realm().join('anybody');
const event = (topic: string, publication: number): KeptEvent => ({
  topic,
  publication,
  at: 0,
  details: {},
  excluded: undefined,
  audience: undefined,
});

describe('EventStore', () => {
  it('keeps what is to be retained, and what a history is kept of', () => {
    const store = new EventStore({ 'com.t': { limit: 9 }, 'com.log.': { limit: 9, match: 'prefix' } });
    const keeps = (topic: string, options = {}) => store.keeps({ topic, options });
    expect([keeps('com.t'), keeps('com.log.a'), keeps('com.u'), keeps('com.u', { retain: true })]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(new EventStore().keeps({ topic: 'com.t', options: { retain: false } })).toBe(false);
  });

  it('counts an event once in each history that has it', () => {
    const store = new EventStore({ 'com.t': { limit: 9 }, com: { limit: 1, match: 'prefix' } });
    store.keep(event('com.t', 1), {});
    store.keep(event('com.t', 2), { retain: true });
    expect([store.size, store.retention.size]).toEqual([3, 1]);
    const read = (match: 'exact' | 'prefix', uri: string) =>
      store.read(match, uri, anybody, historyFilter({}))?.map(({ publication }) => publication);
    expect([read('exact', 'com.t'), read('prefix', 'com'), read('exact', 'com.u'), read('prefix', 'c')]).toEqual([
      [1, 2],
      [2],
      [],
      undefined,
    ]);
  });
});

describe('toldEvent', () => {
  it.each([
    ['exact', {}],
    ['prefix', { topic: 'com.t' }],
  ] as const)('has in details what an event to a subscription by %s has', (match, details) => {
    expect(toldEvent(event('com.t', 7), 3, match)).toEqual({
      timestamp: '1970-01-01T00:00:00.000Z',
      subscription: 3,
      publication: 7,
      details,
    });
  });
});
