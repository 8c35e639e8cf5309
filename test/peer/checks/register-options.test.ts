import { UsageError } from '../../../src/errors.js';
import { checkRegisterOptions } from '../../../src/peer/checks/register-options.js';

describe('checkRegisterOptions', () => {
  it('takes everything that makes sense', () => {
    expect(() => checkRegisterOptions('registration of a.b', {})).not.toThrow();
    const options = { concurrency: 1, queueLimit: 0, partsBuffer: 1 };
    expect(() => checkRegisterOptions('registration of a.b', options)).not.toThrow();
  });

  it.each([
    [{ queueLimit: 5 }, 'registration of a.b: queueLimit has a meaning only together with concurrency'],
    [{ partsBuffer: 0 }, 'registration of a.b: expected partsBuffer to be a whole number from 1, received 0'],
  ])('refuses %j', (options, message) => {
    expect(() => checkRegisterOptions('registration of a.b', options)).toThrow(UsageError);
    expect(() => checkRegisterOptions('registration of a.b', options)).toThrow(message);
  });
});
