import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './source-files.js';

const REPORTER = join(__dirname, 'summary-reporter.cjs');
const { closingLine } = require(REPORTER) as { closingLine: (results: object) => string };

describe('closingLine', () => {
  const none = {
    numPassedTests: 0,
    numFailedTests: 0,
    numRuntimeErrorTestSuites: 0,
    numPendingTests: 0,
    numTodoTests: 0,
  };
  it.each([
    [{}, '0 passed, 0 failed'],
    [{ numPassedTests: 7, numFailedTests: 1 }, '7 passed, 1 failed'],
    [{ numPassedTests: 7, numRuntimeErrorTestSuites: 2 }, '7 passed, 2 failed'],
    [{ numPassedTests: 7, numPendingTests: 2, numTodoTests: 1 }, '7 passed, 0 failed, 3 skipped'],
  ])('of %j', (results, expected) => {
    expect(closingLine({ ...none, ...results })).toBe(expected);
  });
});

describe('a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'respell-reporter-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const TESTS = `
    it('passes', () => {});
    describe.skip('nexusd [nexus was not found: npm run setup -- nexus]', () => {
      it('answers', () => {});
      it('vanishes', () => {});
    });
  `;

  function runJest(text: string, env: object, ...args: string[]): { status: number | null; lines: string[] } {
    writeFileSync(join(folder, 'a.test.js'), text);
    const config = { rootDir: folder, transform: {}, reporters: ['default', REPORTER] };
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [jest, '--config', JSON.stringify(config), '--runInBand', '--no-cache', ...args],
      { encoding: 'utf8', env: { PATH: process.env['PATH'], ...env } },
    );
    return { status, lines: `${stderr}${stdout}`.trim().split('\n') };
  }

  it('ends with what was skipped and why, and the closing line', () => {
    const { status, lines } = runJest(TESTS, {});
    expect(lines.slice(-2)).toEqual([
      'skipped: 2 in a.test.js: nexus was not found: npm run setup -- nexus',
      '1 passed, 0 failed, 2 skipped',
    ]);
    expect(status).toBe(0);
  });

  it('fails with REQUIRE_ALL=1, and names what was skipped', () => {
    const { status, lines } = runJest(TESTS, { REQUIRE_ALL: '1' });
    expect(lines.slice(-3)).toEqual([
      'skipped: 2 in a.test.js: nexus was not found: npm run setup -- nexus',
      'failed: REQUIRE_ALL=1 allows no skipped test; those above were',
      '1 passed, 0 failed, 2 skipped',
    ]);
    expect(status).toBe(1);
  });

  it('names a skipped test that gives no reason', () => {
    const { lines } = runJest("it('passes', () => {}); it.skip('waits', () => {}); it.todo('comes');", {});
    expect(lines.slice(-3)).toEqual([
      'skipped: 1 in a.test.js: no reason given: waits',
      'skipped: 1 in a.test.js: no reason given: comes',
      '1 passed, 0 failed, 2 skipped',
    ]);
  });

  it('lets a selection by name leave out the rest', () => {
    const { status, lines } = runJest(TESTS, { REQUIRE_ALL: '1' }, '--testNamePattern', 'passes');
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 2 skipped');
    expect(status).toBe(0);
  });

  it('counts a file that cannot be run as a failure', () => {
    const { status, lines } = runJest('throw new Error("broken");', {});
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect(status).toBe(1);
  });
});
