import { Call } from '../../src/roles/caller.js';
import { Publication } from '../../src/roles/publisher.js';

const call = (idempotent = false) => new Call('com.example.add', [2, 3], {}, {}, { idempotent });

describe('Request', () => {
  it('settles once: the first word counts, and is told of once', async () => {
    const request = call();
    let told = 0;
    request.onSettled = () => {
      told += 1;
    };
    request.resolve({ args: [5], kwargs: {}, details: {} });
    request.reject(new Error('late'));
    request.resolve({ args: [6], kwargs: {}, details: {} });
    expect(told).toBe(1);
    expect((await request.promise).args).toEqual([5]);
  });

  it('is settled before its owner hears of it', () => {
    const request = call();
    request.onSettled = () => expect(request.settled).toBe(true);
    request.resolve({ args: [], kwargs: {}, details: {} });
    expect.assertions(1);
  });

  it('rejects without ending the process when nobody looks, and still tells whoever looks later', async () => {
    const request = call();
    request.reject(new Error('refused'));
    await new Promise(setImmediate);
    await expect(request.promise).rejects.toThrow('refused');
  });

  it.each([
    ['a call', call(), { answered: true, idempotent: false, operation: 'call of com.example.add' }],
    ['an idempotent call', call(true), { answered: true, idempotent: true, operation: 'call of com.example.add' }],
    [
      'a publication',
      new Publication('com.example.news', [], {}, {}),
      { answered: false, idempotent: false, operation: 'publication to com.example.news' },
    ],
    [
      'an acknowledged publication',
      new Publication('com.example.news', [], {}, { acknowledge: true }),
      { answered: true, idempotent: false, operation: 'publication to com.example.news' },
    ],
  ])('of %s says what it is', (_title, { answered, idempotent, operation }, expected) => {
    expect({ answered, idempotent, operation }).toEqual(expected);
  });
});
