import { declare, procedure, topic } from '../../../src/peer/declared/declare.js';
import { noSeals } from '../../../src/peer/seals.js';
import { NO_PASSTHRU } from '../../../src/roles/no-passthru.js';

const handler = () => 5;
/** Of a peer without schemes and schemas. */
const PARTS = { sealing: noSeals(NO_PASSTHRU), guard: undefined };

describe('declare', () => {
  it('puts procedures before topics, each in the order in which it was written', () => {
    const declared = declare(
      {
        url: 'ws://127.0.0.1:8080/ws',
        realm: 'realm1',
        subscribe: { 'com.example.news': handler },
        register: { 'com.example.b': handler, 'com.example.a': { handler, invoke: 'roundrobin' } },
      },
      PARTS,
    );
    expect(declared.map(({ kind, uri, active }) => [kind, uri, active])).toEqual([
      ['registration', 'com.example.b', false],
      ['registration', 'com.example.a', false],
      ['subscription', 'com.example.news', false],
    ]);
    expect(declared.map((entry) => entry.request().toMessage(1, {}, NO_PASSTHRU))).toMatchObject([
      { type: 'REGISTER', options: {} },
      { type: 'REGISTER', options: { invoke: 'roundrobin' } },
      { type: 'SUBSCRIBE', options: {} },
    ]);
  });

  it('leaves this side’s own options out', () => {
    const { signal } = new AbortController();
    const own = { timeout: 5, signal, whenDown: 'wait' as const };
    expect(procedure('com.example.add', handler, own, PARTS).request().toMessage(1, {}, NO_PASSTHRU)).toMatchObject({
      options: {},
    });
    expect(
      topic('com.example.', handler, { ...own, match: 'prefix' }, PARTS)
        .request()
        .toMessage(1, {}, NO_PASSTHRU),
    ).toMatchObject({
      options: { match: 'prefix' },
    });
  });

  it('passes concurrency and queueLimit to the router, and keeps them itself, too', () => {
    const entry = procedure(
      'com.example.add',
      handler,
      { concurrency: 2, queueLimit: 5, forceReregister: true },
      PARTS,
    );
    expect(entry.request()).toMatchObject({ offered: { limit: { concurrency: 2, queueLimit: 5 } } });
    expect(entry.request().toMessage(1, {}, NO_PASSTHRU)).toMatchObject({
      options: { concurrency: 2, _queue_limit: 5, force_reregister: true },
    });
    const unlimited = procedure('com.example.add', handler, {}, PARTS).request();
    expect(unlimited).toMatchObject({ offered: { limit: undefined } });
    expect(procedure('com.example.add', handler, { concurrency: 1 }, PARTS).request()).toMatchObject({
      offered: { limit: { queueLimit: 1_000 } },
    });
  });
});
