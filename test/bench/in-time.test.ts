import { ProgramFailed } from './child-process.js';
import { inTime } from './in-time.js';

describe('inTime', () => {
  it('gives what comes in time', async () => {
    await expect(inTime(Promise.resolve(1), 1_000, 'it')).resolves.toBe(1);
  });

  it.each([
    ['does not come in time', () => new Promise(() => {}), 'nexus: calls: not within 0.001 s'],
    ['fails', () => Promise.reject(new Error('lost')), 'nexus: calls: lost'],
  ])('says what %s', async (_, begin, message) => {
    await expect(inTime(begin(), 1, 'nexus: calls')).rejects.toThrow(new ProgramFailed(message));
  });
});
