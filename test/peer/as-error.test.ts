import { asError } from '../../src/peer/as-error.js';

describe('asError', () => {
  it('leaves an error as it is', () => {
    const error = new TypeError('x');
    expect(asError(error, 'the endpoint')).toBe(error);
  });

  it.each([
    ['text', 'the endpoint threw what is no Error: text'],
    [undefined, 'the endpoint threw what is no Error: undefined'],
    [Object.create(null), 'the endpoint threw what cannot be shown'],
  ])('makes one of %p', (thrown, message) => {
    expect(asError(thrown, 'the endpoint').message).toBe(message);
  });

  it('keeps what was thrown as its cause', () => {
    expect(asError('text', 'the endpoint').cause).toBe('text');
  });
});
