import { UsageError } from '../../src/errors.js';
import {
  checkSocketPath,
  isRawSocketUrl,
  rawSocketEndpoint,
  rawSocketUrl,
} from '../../src/transports/rawsocket-url.js';

describe('rawSocketUrl', () => {
  it.each([
    ['rs://127.0.0.1:8080', { host: '127.0.0.1', port: 8_080 }, false, 'rs://127.0.0.1:8080'],
    ['rs://127.0.0.1:8080/', { host: '127.0.0.1', port: 8_080 }, false, 'rs://127.0.0.1:8080'],
    ['RS://Example.COM:80', { host: 'example.com', port: 80 }, false, 'rs://example.com:80'],
    ['rss://example.com:443', { host: 'example.com', port: 443 }, true, 'rss://example.com:443'],
    ['rs://[::1]:8080', { host: '::1', port: 8_080 }, false, 'rs://[::1]:8080'],
    ['unix:/run/router.sock', { path: '/run/router.sock' }, undefined, 'unix:/run/router.sock'],
    ['unix:///run/router.sock', { path: '/run/router.sock' }, undefined, 'unix:/run/router.sock'],
    ['unix:router.sock', { path: 'router.sock' }, undefined, 'unix:router.sock'],
    ['unix:/a b%20c?d', { path: '/a b%20c?d' }, undefined, 'unix:/a b%20c?d'],
  ])('of %s', (url, endpoint, secure, address) => {
    expect(rawSocketUrl(url)).toEqual({ endpoint, secure, address });
    expect(isRawSocketUrl(url)).toBe(true);
  });

  const EXPECTED =
    'expected a URL such as rs://127.0.0.1:8080, rss://example.com:443 or unix:/run/router.sock, received';

  it.each([
    ['hello', `${EXPECTED} "hello"`],
    ['rs:127.0.0.1:8080', `${EXPECTED} "rs:127.0.0.1:8080"`],
    ['rs://:8080', `${EXPECTED} "rs://:8080"`],
    ['rs://host:99999', `${EXPECTED} "rs://host:99999"`],
    ['rs://127.0.0.1', `${EXPECTED} "rs://127.0.0.1"; expected a port, as in rs://127.0.0.1:8080`],
    ['rs://host:0', `${EXPECTED} "rs://host:0"; expected a port, as in rs://host:8080`],
    [
      'rs://host:1/ws',
      `${EXPECTED} "rs://host:1/ws"; a RawSocket has nothing behind the port: did you mean rs://host:1?`,
    ],
    [
      'rs://host:1?token=hush',
      `${EXPECTED} another; a RawSocket has nothing behind the port: did you mean rs://host:1?`,
    ],
    [
      'rs://me:hush@host:1',
      `${EXPECTED} another; a RawSocket sends no user name or password: log in with auth, and write rs://host:1`,
    ],
    ['tcp://host:1', `${EXPECTED} "tcp://host:1"; did you mean rs://host:1?`],
    ['tcps://host:1', `${EXPECTED} "tcps://host:1"; did you mean rss://host:1?`],
    ['raw_socket://host:1', `${EXPECTED} "raw_socket://host:1"; did you mean rs://host:1?`],
    ['rs://unix:/run/a.sock', `${EXPECTED} "rs://unix:/run/a.sock"; did you mean unix:/run/a.sock?`],
    ['unix:', `${EXPECTED} "unix:"; a Unix socket's URL looks like unix:/run/router.sock`],
    ['unix://host/a.sock', `${EXPECTED} "unix://host/a.sock"; a Unix socket's URL looks like unix:/run/router.sock`],
    [`unix:/${'x'.repeat(107)}`, "expected a Unix socket's path of at most 107 octets, received 108"],
  ])('refuses %s', (url, message) => {
    expect(() => rawSocketUrl(url)).toThrow(UsageError);
    expect(() => rawSocketUrl(url)).toThrow(new UsageError(message));
  });
});

describe('isRawSocketUrl', () => {
  it.each(['ws://host:1/ws', 'wss://host', 'http://host', 'localhost:8080', 'hello', ''])('is not so of %j', (url) => {
    expect(isRawSocketUrl(url)).toBe(false);
  });
});

describe('rawSocketEndpoint', () => {
  it.each([
    [{ host: '::1', port: 1 }, false, 'rs://[::1]:1'],
    [{ host: 'example.com', port: 443 }, true, 'rss://example.com:443'],
    [{ path: '/run/a.sock' }, true, 'unix:/run/a.sock'],
  ])('of %j is checked, and has an address', (endpoint, secure, address) => {
    expect(rawSocketEndpoint(endpoint, secure)).toEqual({ endpoint, secure, address });
  });

  it.each([
    [undefined, /^expected a URL such as .*, \{ host, port \} or \{ path \}, received undefined$/],
    [{}, /^host: expected a host name or an address, received undefined$/],
    [{ host: 'a', port: 0 }, /^port: expected a whole number from 1 to 65535, received 0$/],
    [{ host: 'a', port: '80' }, /^port: .* received "80"$/],
    [{ path: '' }, /^path: expected a Unix socket's path, received an empty string$/],
    [{ path: 'a\0b' }, /^a Unix socket's path holds no NUL$/],
  ])('refuses %j', (given, message) => {
    expect(() => rawSocketEndpoint(given as never, false)).toThrow(UsageError);
    expect(() => rawSocketEndpoint(given as never, false)).toThrow(message);
  });
});

describe('checkSocketPath', () => {
  it('counts octets', () => {
    expect(() => checkSocketPath('é'.repeat(53))).not.toThrow();
    expect(() => checkSocketPath('é'.repeat(54))).toThrow(/received 108$/);
  });
});
