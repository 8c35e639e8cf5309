import { UsageError } from '../../../src/errors.js';
import { checkRequestOptions } from '../../../src/peer/checks/request-options.js';

describe('checkRequestOptions', () => {
  it('takes everything that makes sense', () => {
    const { signal } = new AbortController();
    expect(() => checkRequestOptions('call', {})).not.toThrow();
    expect(() => checkRequestOptions('call', { timeout: Infinity, signal, whenDown: 'wait' })).not.toThrow();
  });

  it.each<[unknown, string]>([
    [null, 'call of a.b: expected options to be an object, received null'],
    [5, 'call of a.b: expected options to be an object, received 5'],
    [{ timeout: '5s' }, 'call of a.b: expected timeout to be milliseconds above 0, received "5s"'],
    [{ timeout: NaN }, 'received NaN'],
    [{ timeout: -1 }, 'received -1'],
    [{ signal: true }, 'call of a.b: expected signal to be an AbortSignal, received true'],
    [{ whenDown: 'never' }, 'call of a.b: expected whenDown to be one of "wait", "fail", received "never"'],
  ])('refuses %j', (options, message) => {
    const check = () => checkRequestOptions('call of a.b', options as never);
    expect(check).toThrow(UsageError);
    expect(check).toThrow(message);
  });
});
