import type { IncomingMessage } from 'node:http';
import { type Admission, isAllowed, offeredSubprotocols, refusal } from '../../src/transports/handshake.js';

function request(url: string, given: Record<string, string> = {}, more: object = {}): IncomingMessage {
  const headers = { host: '127.0.0.1', ...given };
  const rawHeaders = Object.entries(headers).flat();
  return { url, headers, rawHeaders, httpVersion: '1.1', ...more } as unknown as IncomingMessage;
}
const json = { 'sec-websocket-protocol': 'wamp.2.json' };
const admission: Admission = { subprotocols: ['wamp.2.msgpack', 'wamp.2.json'] };

describe('refusal', () => {
  it.each([
    ['any path', admission, request('/whatever?a=b', json)],
    ['a body of nothing', admission, request('/', { ...json, 'content-length': '0' })],
    ['its path', { ...admission, path: '/ws' }, request('/ws?a=b', json)],
    ['a page of this machine', admission, request('/', { ...json, origin: 'http://localhost:5173' })],
    [
      'an allowed page',
      { ...admission, allowOrigins: ['https://a.example'] },
      request('/', { ...json, origin: 'https://a.example' }),
    ],
  ])('lets in: %s', (_, admitted, asked) => {
    expect(refusal(asked, admitted)).toBeUndefined();
  });

  it.each([
    [{ ...admission, path: '/ws' }, request('/', json), 404, 'no WebSocket is served at /; it is at /ws'],
    [
      admission,
      request('/', { ...json, origin: 'https://evil.example' }),
      403,
      'the origin https://evil.example is not allowed; allow it with allowOrigins',
    ],
    [admission, request('/'), 400, 'expected one of the subprotocols wamp.2.msgpack, wamp.2.json, received none'],
    [
      admission,
      request('/', { 'sec-websocket-protocol': 'wamp.2.cbor, chat' }),
      400,
      'expected one of the subprotocols wamp.2.msgpack, wamp.2.json, received wamp.2.cbor, chat',
    ],
    [
      { ...admission, path: '/ws' },
      request(`/${'x'.repeat(1_000)}`, json),
      404,
      `no WebSocket is served at /${'x'.repeat(199)}…; it is at /ws`,
    ],
    [admission, request('/', json, { httpVersion: '1.0' }), 400, 'expected HTTP/1.1, received a request of HTTP/1.0'],
    [admission, request('/', json, { rawHeaders: ['X', 'Host'] }), 400, 'expected one header Host, received 0'],
    [
      admission,
      request('/', json, { rawHeaders: ['Host', 'a', 'HOST', 'b'] }),
      400,
      'expected one header Host, received 2',
    ],
    [
      admission,
      request('/', { ...json, 'content-length': '5' }),
      400,
      'expected a request without a body: what comes behind it is the WebSocket',
    ],
    [
      admission,
      request('/', { ...json, 'transfer-encoding': 'chunked' }),
      400,
      'expected a request without a body: what comes behind it is the WebSocket',
    ],
  ])('%j refuses %j with %i: %s', (admitted, asked, status, sentence) => {
    expect(refusal(asked, admitted)).toEqual({ status, sentence });
  });
});

describe('isAllowed', () => {
  it.each([
    [undefined, [], true],
    ['http://localhost:3000', [], true],
    ['https://127.0.0.1', [], true],
    ['http://[::1]:1', [], true],
    ['http://localhost.evil.example', [], false],
    ['http://evil.example:8080', [], false],
    ['null', [], false],
    ['', [], false],
    ['file://localhost', [], false],
    ['https://a.example', ['https://a.example'], true],
    ['http://a.example', ['https://a.example'], false],
    ['https://a.example:8443', ['https://a.example'], false],
    ['https://evil.example', '*', true],
    ['null', '*', true],
  ] as const)('origin %s with %j allowed: %s', (origin, allowed, expected) => {
    expect(isAllowed(origin, allowed)).toBe(expected);
  });
});

describe('offeredSubprotocols', () => {
  it.each([
    ['wamp.2.json', ['wamp.2.json']],
    [' a,b , c', ['a', 'b', 'c']],
    [',,', []],
  ])('reads %j', (header, expected) => {
    expect(offeredSubprotocols(request('/', { 'sec-websocket-protocol': header }))).toEqual(expected);
  });
});
