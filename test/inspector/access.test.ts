import { Access } from '../../src/inspector/access.js';

const access = new Access(4711, 'the-token');
const good = { host: '127.0.0.1:4711', authorization: 'Bearer the-token' };

describe('Access', () => {
  it.each([
    ['all as it should be', {}, 200],
    ['localhost', { host: 'localhost:4711' }, 200],
    ['IPv6', { host: '[::1]:4711' }, 200],
    ['capitals', { host: 'LOCALHOST:4711' }, 200],
    ['its own origin', { origin: 'http://127.0.0.1:4711', 'sec-fetch-site': 'same-origin' }, 200],
    ['no host', { host: undefined }, 403],
    ['a foreign host', { host: 'evil.example:4711' }, 403],
    ['a host that looks like it', { host: '127.0.0.1.evil.example:4711' }, 403],
    ['another port', { host: '127.0.0.1:4712' }, 403],
    ['no port', { host: '127.0.0.1' }, 403],
    ['a foreign origin', { origin: 'https://evil.example' }, 403],
    ['the origin of a file or a sandbox', { origin: 'null' }, 403],
    ['another port of this machine as origin', { origin: 'http://127.0.0.1:8080' }, 403],
    ['https of this port as origin', { origin: 'https://127.0.0.1:4711' }, 403],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }, 403],
    ['no token', { authorization: undefined }, 403],
    ['a wrong token', { authorization: 'Bearer the-tokem' }, 403],
    ['half of the token', { authorization: 'Bearer the' }, 403],
    ['an empty token', { authorization: 'Bearer ' }, 403],
    ['another scheme', { authorization: 'Basic the-token' }, 403],
  ])('judges %s with %j: %i', (_, headers, status) => {
    expect(access.judge({ method: 'GET', url: '/api/tree', headers: { ...good, ...headers } }).status).toBe(status);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', undefined])('refuses %s', (method) => {
    expect(access.judge({ method, url: '/api/tree', headers: good }).status).toBe(405);
  });

  it('asks for no token for the page itself, which tells nothing of the tree', () => {
    expect(access.judge({ method: 'GET', url: '/', headers: { host: good.host } }).status).toBe(200);
  });

  it('takes no token from the query', () => {
    const headers = { host: good.host };
    expect(access.judge({ method: 'GET', url: '/api/tree?token=the-token', headers }).status).toBe(403);
  });

  it('refuses what is no path', () => {
    expect(access.judge({ method: 'GET', url: 'http://evil.example/', headers: good }).status).toBe(400);
  });
});
