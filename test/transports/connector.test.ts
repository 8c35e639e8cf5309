import { UsageError } from '../../src/errors.js';
import { connectorFor } from '../../src/transports/connector.js';

describe('connectorFor', () => {
  it.each([
    'ws://127.0.0.1:8080/ws',
    'wss://example.com/ws',
    'rs://127.0.0.1:8080',
    'rss://example.com:443',
    'unix:/a.sock',
  ])('of %s has that address', (url) => {
    expect(connectorFor(url, {}).address).toBe(url);
  });

  it('gives each transport its own options', () => {
    const options = { websocket: { maxPayload: 0 }, rawsocket: { maxQueued: 0 } };
    expect(() => connectorFor('ws://host', options)).toThrow(/^maxPayload: /);
    expect(() => connectorFor('rs://host:1', options)).toThrow(/^maxQueued: /);
  });

  it.each([
    ['hello', /^expected a URL such as ws:\/\/127\.0\.0\.1:8080\/ws/],
    ['tcp://host:1', /did you mean rs:\/\/host:1\?$/],
  ])('refuses %s', (url, message) => {
    expect(() => connectorFor(url, {})).toThrow(UsageError);
    expect(() => connectorFor(url, {})).toThrow(message);
  });
});
