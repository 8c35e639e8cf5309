import { connect } from '../../src/connect.js';
import { ConnectError, UsageError } from '../../src/errors.js';
import { Router, router } from '../../src/router/router.js';
import { RawClient } from '../support/raw-client.js';

/** The values of a text of metrics, by name and labels as they stand there. */
function valuesIn(text: string): Readonly<Record<string, number>> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

describe('the metrics of a router', () => {
  it('count what has happened, by realm', async () => {
    const local = await router({ realms: { home: {}, 'com.example': {} } });
    const [lamp, garden] = await Promise.all([
      connect(local, { realm: 'home', register: { 'com.lamp.on': () => true } }),
      connect(local, { realm: 'com.example' }),
    ]);
    await lamp.subscribe('com.lamp.changed', () => {});
    await lamp.call('com.lamp.on');
    await lamp.publish('com.lamp.changed', [], { acknowledge: true, excludeMe: false });
    await garden.leave();
    expect(valuesIn(local.metrics())).toMatchObject({
      'respell_router_sessions{realm="home"}': 1,
      'respell_router_sessions{realm="com.example"}': 0,
      'respell_router_sessions_joined_total{realm="com.example"}': 1,
      'respell_router_registrations{realm="home"}': 1,
      'respell_router_subscriptions{realm="home"}': 1,
      'respell_router_calls_total{realm="home"}': 1,
      'respell_router_calls_in_flight{realm="home"}': 0,
      'respell_router_publications_total{realm="home"}': 1,
      'respell_router_events_total{realm="home"}': 1,
      'respell_router_queued_octets{realm="home"}': 0,
      'respell_router_limits_hit_total{realm="home",limit="queued"}': 0,
      'respell_router_session_ends_total{end="left"}': 1,
    });
    await lamp.leave();
    await local.stop();
  });

  it('have no label that a client has chosen', async () => {
    const local = await router({ port: 0, realm: 'home' });
    const before = Object.keys(valuesIn(local.metrics()));
    for (const realm of ['evil"} 1\n', 'nowhere']) {
      const client = await RawClient.open(local.url ?? '');
      client.say([1, realm, { roles: { caller: {} }, authid: 'mallory', agent: 'mallory' }]);
      await client.closed;
    }
    const client = await RawClient.join(local.url ?? '', 'home', { agent: 'mallory' });
    client.say([48, 1, {}, 'com.mallory']);
    await client.hear();
    expect(Object.keys(valuesIn(local.metrics()))).toEqual(before);
    await local.stop();
  });

  it('are served where the option says, together with those of the process, and again after a restart', async () => {
    const local = await router({ metrics: 0 });
    const { metricsUrl = '' } = local;
    expect(metricsUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    const text = await (await fetch(metricsUrl)).text();
    expect(text.startsWith(local.metrics())).toBe(true);
    expect(valuesIn(text)).toMatchObject({
      nodejs_eventloop_lag_max_seconds: expect.any(Number),
      process_resident_memory_bytes: expect.any(Number),
    });
    await local.stop();
    expect(local.metricsUrl).toBeUndefined();
    await expect(fetch(metricsUrl)).rejects.toThrow();
    await local.start();
    expect(local.metricsUrl).toBe(metricsUrl);
    await local.stop();
  });

  it('that cannot be served keep the router from starting, and leave nothing behind', async () => {
    const first = await router({ metrics: 0 });
    const port = Number(new URL(first.metricsUrl ?? '').port);
    const second = new Router({ port: 0, metrics: port });
    await expect(second.start()).rejects.toThrow(ConnectError);
    expect(second.url).toBeUndefined();
    await first.stop();
    await second.start();
    expect(second.metricsUrl).toMatch(`:${port}/`);
    await second.stop();
  });

  test.each([['9090'], [-1], [{ host: '::1' }], [{ port: 1, path: '/' }]])('are refused with %j', (metrics) => {
    expect(() => new Router({ metrics } as never)).toThrow(UsageError);
    expect(() => new Router({ metrics } as never)).toThrow(
      'router: expected metrics to be a port from 0 to 65535, or { port, host }',
    );
  });
});
