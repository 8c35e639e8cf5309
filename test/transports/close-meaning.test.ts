import { ConnectionLost } from '../../src/errors.js';
import { connectionLost } from '../../src/transports/close-meaning.js';
import { type Ending, printable } from '../../src/transports/ending.js';

describe('connectionLost', () => {
  const cause = new Error('read ECONNRESET');
  it.each<[Ending, string]>([
    [{ by: 'this side' }, 'was closed by this side'],
    [{ by: 'this side', reason: 'no pong within 5000 ms' }, 'was closed by this side (no pong within 5000 ms)'],
    [{ by: 'the router', code: 1006, reason: '' }, 'was closed by the router (1006, no close frame)'],
    [{ by: 'the router', code: 1001, reason: 'restarting' }, 'was closed by the router (1001, restarting)'],
    [{ by: 'the client', code: 4321 }, 'was closed by the client (4321)'],
    [
      { by: 'the router', code: 1000, reason: 'a\r\nforged\u001b[31m line' },
      'was closed by the router (1000, a forged [31m line)',
    ],
    [{ code: 1006, reason: cause.message, cause }, 'was lost (1006, read ECONNRESET)'],
  ])('%j: %s', (ending, expected) => {
    const error = connectionLost('the connection to ws://127.0.0.1:8080/ws', ending);
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(error.message).toBe(`the connection to ws://127.0.0.1:8080/ws ${expected}`);
    expect(error.mayHaveExecuted).toBe(false);
    expect(error.cause).toBe(ending.cause);
  });
});

describe('printable', () => {
  it.each([
    [' two\nlines ', 'two lines'],
    ['\u0000\u0007\u001b[2J', '[2J'],
    ['right\u202eto left', 'right to left'],
    ['é 漢 😀', 'é 漢 😀'],
  ])('%j becomes %j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });
});
