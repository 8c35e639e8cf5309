import { UsageError } from '../../src/errors.js';
import { DEFAULT_PING } from '../../src/transports/heartbeat.js';
import { pingOptions } from '../../src/transports/ping-options.js';

describe('pingOptions', () => {
  it.each([
    [undefined, DEFAULT_PING],
    [{}, { interval: 10_000, timeout: 5_000 }],
    [
      { interval: 200, timeout: 100 },
      { interval: 200, timeout: 100 },
    ],
    [{ timeout: 100 }, { interval: 10_000, timeout: 100 }],
    [false, false],
  ] as const)('%j stands for %j', (given, expected) => {
    expect(pingOptions(given)).toEqual(expected);
  });

  it.each([
    [
      { interval: 0 },
      /^ping\.interval: expected milliseconds from 1 to 2147483647, received 0; write ping: false for none$/,
    ],
    [{ interval: 2 ** 31 }, /^ping\.interval: .* received 2147483648/],
    [{ timeout: -1 }, /^ping\.timeout: .* received -1/],
    [{ timeout: Number.NaN }, /^ping\.timeout: .* received NaN/],
  ])('%j is refused', (given, message) => {
    expect(() => pingOptions(given)).toThrow(UsageError);
    expect(() => pingOptions(given)).toThrow(message);
  });
});
