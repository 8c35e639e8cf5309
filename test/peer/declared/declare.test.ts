import { UsageError } from '../../../src/errors.js';
import { declare, procedure, topic } from '../../../src/peer/declared/declare.js';
import { NO_PASSTHRU } from '../../../src/roles/no-passthru.js';

const handler = () => 5;

describe('declare', () => {
  it('puts procedures before topics, each in the order in which it was written', () => {
    const declared = declare({
      url: 'ws://127.0.0.1:8080/ws',
      realm: 'realm1',
      subscribe: { 'com.example.news': handler },
      register: { 'com.example.b': handler, 'com.example.a': { handler, invoke: 'roundrobin' } },
    });
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

  it('leaves this side’s own options out, and refuses unknown ones', () => {
    const { signal } = new AbortController();
    const own = { timeout: 5, signal, whenDown: 'wait' as const };
    expect(procedure('com.example.add', handler, own).request().toMessage(1, {}, NO_PASSTHRU)).toMatchObject({
      options: {},
    });
    expect(
      topic('com.example.', handler, { ...own, match: 'prefix' })
        .request()
        .toMessage(1, {}, NO_PASSTHRU),
    ).toMatchObject({
      options: { match: 'prefix' },
    });
    expect(() => procedure('com.example.add', handler, { mach: 'prefix' } as never)).toThrow(UsageError);
  });

  it('passes concurrency and queueLimit to the router, and keeps them itself, too', () => {
    const entry = procedure('com.example.add', handler, { concurrency: 2, queueLimit: 5, forceReregister: true });
    expect(entry.request()).toMatchObject({ offered: { limit: { concurrency: 2, queueLimit: 5 } } });
    expect(entry.request().toMessage(1, {}, NO_PASSTHRU)).toMatchObject({
      options: { concurrency: 2, _queue_limit: 5, force_reregister: true },
    });
    const unlimited = procedure('com.example.add', handler).request();
    expect(unlimited).toMatchObject({ offered: { limit: undefined } });
    expect(procedure('com.example.add', handler, { concurrency: 1 }).request()).toMatchObject({
      offered: { limit: { queueLimit: 1_000 } },
    });
  });

  it.each([
    [{ concurrency: 0 }, "option 'concurrency' of REGISTER: expected an integer from 1, received 0"],
    [{ concurrency: 1, queueLimit: -1 }, 'registration of a.b: expected queueLimit to be a whole number from 0'],
    [{ queueLimit: 5 }, 'registration of a.b: queueLimit has a meaning only together with concurrency'],
  ])('refuses %j', (options, message) => {
    expect(() => procedure('a.b', handler, options)).toThrow(UsageError);
    expect(() => procedure('a.b', handler, options)).toThrow(message);
  });

  it('refuses an option of another request, which would do nothing here', () => {
    expect(() => topic('com.example.news', handler, { kwargs: {} } as never)).toThrow(/unknown option 'kwargs'/);
    expect(() => procedure('com.example.add', handler, { idempotent: true } as never)).toThrow(
      /unknown option 'idempotent'/,
    );
  });
});
