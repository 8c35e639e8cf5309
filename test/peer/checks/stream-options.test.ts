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
  it('refuses what is no option of theirs', () => {
    expect(() => checkStatusesOptions({ bufer: 5 } as never)).toThrow('statuses: unknown option "bufer"');
  });
});
