import { execFile } from 'node:child_process';
import { createServer, request } from 'node:http';
import { type AddressInfo, createConnection } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Inspector, inspect } from '../../src/inspector/index.js';
import type { Tree } from '../../supervisors/index.js';
import { CANARY, startHouse } from '../support/inspected-house.js';

let house: Tree;
let inspector: Inspector;
const tokenOf = ({ url }: Inspector): string => url.split('token=')[1] ?? '';

beforeAll(async () => {
  house = startHouse({ password: CANARY });
  inspector = await inspect(house);
});

afterAll(async () => {
  await inspector.close();
  await house.stop();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Unlike `fetch`, it sends any path and any Host as they are. A stream is cut after its first line. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: inspector.port, path, method, headers, agent: false },
      (response) => {
        let body = '';
        const end = (): void => resolve({ status: response.statusCode, headers: response.headers, body });
        response.on('data', (chunk) => {
          body += chunk;
          if (response.headers['content-type'] === 'application/x-ndjson' && body.includes('\n')) {
            end();
            sent.destroy();
          }
        });
        response.on('end', end);
        response.on('error', () => {});
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

const authorized = (): Record<string, string> => ({ authorization: `Bearer ${tokenOf(inspector)}` });

describe('inspect', () => {
  it('serves the page, its script and its style, with a policy that allows nothing else', async () => {
    for (const path of ['/', '/page.js', '/style.css', '/icon.svg']) {
      const { status, headers } = await ask(path);
      expect(status).toBe(200);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('streams the tree, then what changes', async () => {
    const line = JSON.parse((await ask('/api/tree', authorized())).body);
    expect(line.order).toEqual(['', 'thermostat', 'upstairs', 'upstairs/lamp', 'upstairs/blind', 'door']);
    expect(line.rows[0]).toMatchObject({
      status: 'running',
      budget: { strategy: 'rest_for_one', intensity: 3, used: 0 },
    });
  });

  it('streams an actor with its charts, without its secrets, and `null` where there is none', async () => {
    const { body } = await ask('/api/actor?path=thermostat', authorized());
    const { detail } = JSON.parse(body);
    expect(detail.charts).toMatchObject([
      { name: 'thermostat', active: ['', 'joining'] },
      { name: 'session', active: ['', 'establishing'] },
    ]);
    expect(detail.context).toMatchObject({ realm: 'realm1', password: '[redacted]' });
    expect(body).not.toContain(CANARY);
    const svg = await ask(`/api/chart/${detail.charts[1].key}`, authorized());
    expect(svg).toMatchObject({ status: 200, headers: { 'content-type': 'image/svg+xml; charset=utf-8' } });
    expect(svg.body).toContain('data-state="establishing"');
    expect(JSON.parse((await ask('/api/actor?path=nobody', authorized())).body)).toMatchObject({ detail: null });
  });

  it.each([
    ['a foreign Host', '/', { host: 'evil.example' }, 'GET', 403],
    ['a foreign Origin', '/', { origin: 'http://evil.example' }, 'GET', 403],
    ['no token', '/api/tree', {}, 'GET', 403],
    ['a wrong token', '/api/tree', { authorization: 'Bearer x' }, 'GET', 403],
    ['POST', '/', {}, 'POST', 405],
    ['traversal', '/../../etc/passwd', {}, 'GET', 404],
    ['encoded traversal', '/%2e%2e/%2e%2e/etc/passwd', {}, 'GET', 404],
    ['a backslash', '/..\\..\\etc\\passwd', {}, 'GET', 404],
    ['NUL', '/%00', {}, 'GET', 404],
    ['overlong UTF-8', '/%c0%ae%c0%ae/', {}, 'GET', 404],
    ['a double slash', '//page.js', {}, 'GET', 404],
    ['a key of every object', '/constructor', {}, 'GET', 404],
  ])('answers %s at %s with %j %s: %i', async (_, path, headers, method, status) => {
    const answer = await ask(path, headers as Record<string, string>, method);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('knows no chart that it did not name', async () => {
    expect((await ask('/api/chart/0123456789abcdef', authorized())).status).toBe(404);
  });

  it('makes a new token each time', async () => {
    const other = await inspect(house);
    expect(tokenOf(other)).not.toBe(tokenOf(inspector));
    expect(tokenOf(other).length).toBeGreaterThanOrEqual(32);
    await other.close();
  });

  it('passes a busy port over, and says so', async () => {
    const said: [object, string][] = [];
    const info = (fields: object, message: string): void => void said.push([fields, message]);
    const silent = (): void => {};
    const other = await inspect(house, {
      port: inspector.port,
      logger: { info, debug: silent, warn: silent, error: silent },
    });
    expect(other.port).toBeGreaterThan(inspector.port);
    expect(said[0]).toEqual([{ wanted: inspector.port, port: other.port }, expect.stringContaining('busy')]);
    expect(said[1]).toEqual([{ url: other.url }, expect.stringContaining('open this address')]);
    await other.close();
  });

  it.each([-1, 65_536, 1.5])('refuses the port %p', async (port) => {
    await expect(inspect(house, { port })).rejects.toThrow('expected an integer from 0 to 65535');
  });

  it('keeps no process alive by itself', async () => {
    const script = `
      const { inspect } = require('./src/inspector/server.ts');
      inspect({ onReport: () => () => {} }).then(({ url }) => console.log(url));
    `;
    const options = { cwd: join(__dirname, '../..'), timeout: 12_000 };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=DEP0180', '-r', 'ts-node/register', '-e', script],
      options,
    );
    expect(stdout).toMatch(/^http:/);
  });

  it('ends open streams at once when it is closed', async () => {
    const other = await inspect(house);
    const socket = createConnection(other.port, '127.0.0.1');
    const ended = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.write(
      `GET /api/tree HTTP/1.1\r\nHost: 127.0.0.1:${other.port}\r\nAuthorization: Bearer ${tokenOf(other)}\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once('data', resolve));
    await other.close();
    await ended;
    await other.close();
    const again = createServer();
    await new Promise<void>((resolve) => again.listen(other.port, '127.0.0.1', resolve));
    expect((again.address() as AddressInfo).port).toBe(other.port);
    await new Promise((resolve) => again.close(resolve));
  });
});
