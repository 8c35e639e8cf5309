import { UsageError } from '../../../src/errors.js';
import { checkStatusesOptions, checkStreamOptions } from '../../../src/peer/checks/stream-options.js';

describe('checkStreamOptions', () => {
  it.each([
    [{ buffer: 0 }, 'a.b: expected buffer to be a whole number from 1, received 0'],
    [{ buffer: Number.POSITIVE_INFINITY }, 'received Infinity'],
    [{ overflow: 'drop' as never }, 'a.b: expected overflow to be one of "dropOldest", "dropNewest", "fail"'],
  ])('refuses %j', (options, message) => {
    expect(() => checkStreamOptions('a.b', options)).toThrow(UsageError);
    expect(() => checkStreamOptions('a.b', options)).toThrow(message);
  });
});

describe('checkStatusesOptions', () => {
  it.each([
    [{ signal: true }, 'statuses: expected signal to be an AbortSignal, received true'],
    [{ bufer: 5 }, 'statuses: unknown option "bufer"; did you mean "buffer"?'],
  ])('refuses %j', (options, message) => {
    expect(() => checkStatusesOptions(options as never)).toThrow(UsageError);
    expect(() => checkStatusesOptions(options as never)).toThrow(message);
  });
});
