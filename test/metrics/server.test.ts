import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { ConnectError } from '../../src/errors.js';
import { serveMetrics } from '../../src/metrics/server.js';

describe('serveMetrics', () => {
  it('serves the text as it is at each request, on loopback, until it is closed', async () => {
    let count = 0;
    const server = await serveMetrics({ port: 0 }, () => `requests ${++count}\n`);
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/metrics`);
    const first = await fetch(server.url);
    expect(first.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    await expect(first.text()).resolves.toBe('requests 1\n');
    await expect((await fetch(server.url)).text()).resolves.toBe('requests 2\n');
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test.each([
    ['/', 'GET', 404],
    ['/metrics', 'POST', 405],
    ['/metrics', 'HEAD', 200],
    ['/metrics?x=1', 'GET', 200],
  ])('answers %s by %s with %i', async (path, method, status) => {
    const server = await serveMetrics({ port: 0 }, () => 'some 1\n');
    const response = await fetch(new URL(path, server.url), { method });
    await server.close();
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('answers 500, and lives, where the text cannot be made', async () => {
    const server = await serveMetrics({ port: 0 }, () => {
      throw new Error('broken');
    });
    expect((await fetch(server.url)).status).toBe(500);
    expect((await fetch(server.url)).status).toBe(500);
    await server.close();
  });

  it('says what to do about a port that is taken', async () => {
    const holder = createServer();
    await once(holder.listen(0, '127.0.0.1'), 'listening');
    const { port } = holder.address() as AddressInfo;
    await expect(serveMetrics({ port }, () => '')).rejects.toThrow(ConnectError);
    await expect(serveMetrics({ port }, () => '')).rejects.toThrow(
      `metrics: port ${port} on 127.0.0.1 is taken: stop the`,
    );
    holder.close();
  });
});
