import { UsageError } from '../../src/errors.js';
import { webSocketUrl } from '../../src/transports/websocket-url.js';

describe('webSocketUrl', () => {
  it.each([
    ['ws://127.0.0.1:8080/ws', 'ws://127.0.0.1:8080/ws', 'ws://127.0.0.1:8080/ws'],
    ['wss://Example.com', 'wss://example.com/', 'wss://example.com/'],
    ['ws://[::1]:9/ws', 'ws://[::1]:9/ws', 'ws://[::1]:9/ws'],
    ['ws://me:hush@host/ws?token=hush', 'ws://me:hush@host/ws?token=hush', 'ws://host/ws'],
    [new URL('ws://host:80/'), 'ws://host/', 'ws://host/'],
  ])('%s: the whole for the handshake, nothing secret in the address', (given, href, address) => {
    expect(webSocketUrl(given)).toEqual({ href, address });
  });

  it.each([
    ['hello', 'expected a URL such as ws://127.0.0.1:8080/ws, received "hello"'],
    ['', 'expected a URL such as ws://127.0.0.1:8080/ws, received ""'],
    ['http://127.0.0.1:8080/ws', 'expected ws:// or wss://, received http://; did you mean ws://127.0.0.1:8080/ws?'],
    ['https://me:hush@host/ws?token=hush', 'expected ws:// or wss://, received https://; did you mean wss://host/ws?'],
    [
      'localhost:8080/ws',
      'expected ws:// or wss://, received "localhost:8080/ws"; did you mean ws://localhost:8080/ws?',
    ],
    [
      'me:hush@host:8080',
      `expected ws:// or wss://, received a text with "host:8080" in it; a router's URL looks like ws://127.0.0.1:8080/ws`,
    ],
    [
      'tcp://127.0.0.1:8080',
      `expected ws:// or wss://, received "tcp://127.0.0.1:8080"; a router's URL looks like ws://127.0.0.1:8080/ws`,
    ],
    ['ws://host/ws#part', 'a WebSocket URL has no part after "#"; did you mean ws://host/ws?'],
    ['//me:hush@', 'expected a URL such as ws://127.0.0.1:8080/ws, received a text with "" in it'],
  ])('%s is refused with what to write instead', (given, message) => {
    expect(() => webSocketUrl(given)).toThrow(UsageError);
    expect(() => webSocketUrl(given)).toThrow(message);
    expect(() => webSocketUrl(given)).not.toThrow(/hush/);
  });
});
