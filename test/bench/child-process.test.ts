import { outputOf, ProgramFailed } from './child-process.js';

const node = (script: string, deadline = 10_000): Promise<string> =>
  outputOf(process.execPath, ['-e', script], deadline);

describe('outputOf', () => {
  it('gives what a program printed', async () => {
    expect(await node('console.log(1)')).toBe('1\n');
  });

  it.each([
    ['process.exit(3)', /ended with 3: it said nothing$/],
    ['throw new TypeError("expected bread")', /ended with 1: TypeError: expected bread$/],
  ])('says how %j failed', async (script, message) => {
    await expect(node(script)).rejects.toThrow(message);
  });

  it('kills a program that takes too long', async () => {
    await expect(node('setInterval(() => {}, 1000)', 500)).rejects.toThrow(/did not end within 0.5 s$/);
  });

  it('says which program is not there', async () => {
    await expect(outputOf('no-such-program', [], 10_000)).rejects.toThrow(ProgramFailed);
  });
});
