import { cpuTimeIn, cpuTimeOf } from './cpu-time.js';

describe('cpuTimeIn', () => {
  it('adds what the process had for itself and what the system had for it', () => {
    expect(cpuTimeIn('77 (a (b) c) S 1 77 77 0 -1 4194560 600 0 0 0 12 30 0 0 20 0 1 0 9 1 2')).toBe(420);
  });
});

describe('cpuTimeOf', () => {
  it('does not know of a process that there is not', () => {
    expect(cpuTimeOf(2 ** 30)).toBeUndefined();
  });
});
