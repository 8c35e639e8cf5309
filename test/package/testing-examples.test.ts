/**
 * The examples of `respell/testing`, each run by its own test runner against the installed package, as its reader would.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedPackage } from '../support/installed-package.js';
import { filesBelow, ROOT } from '../support/source-files.js';

const EXAMPLES = 'docs/examples/testing';

/** What a user has in a folder with one example in it, and how he runs it. */
const RUNNERS = [
  {
    runner: 'node:test',
    file: 'node-test.test.mjs',
    args: () => ['--test', '--test-reporter=tap'],
    passed: /^# pass 3$/m,
  },
  {
    runner: 'node:test, of an application on a free port',
    file: 'your-app.test.mjs',
    args: () => ['--test', '--test-reporter=tap', 'your-app.test.mjs'],
    passed: /^# pass 4$/m,
  },
  {
    runner: 'vitest',
    file: 'vitest.test.mjs',
    args: () => [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--no-color'],
    passed: /Tests\s+3 passed/,
  },
  {
    runner: 'jest',
    file: 'jest.test.cjs',
    args: () => [join(ROOT, 'node_modules/jest/bin/jest.js'), '--rootDir', '.', '--testMatch', '**/*.test.cjs'],
    passed: /Tests:\s+3 passed, 3 total/,
  },
] as const;

const folders: string[] = [];

/** Respell as it was packed, and the test runners of this project, all found by name. */
async function folderWith(file: string): Promise<string> {
  const installed = await installedPackage();
  const folder = mkdtempSync(join(tmpdir(), 'respell-testing-'));
  folders.push(folder);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(installed, 'node_modules/respell'), join(folder, 'node_modules/respell'));
  for (const name of ['vitest', 'jest'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  cpSync(join(ROOT, EXAMPLES, file), join(folder, file));
  const tested = file.replace('.test', '');
  if (existsSync(join(ROOT, EXAMPLES, tested))) cpSync(join(ROOT, EXAMPLES, tested), join(folder, tested));
  return folder;
}

function run(args: readonly string[], cwd: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    // Jest tells its workers who they are, and a runner within takes that for itself.
    const { JEST_WORKER_ID: _, NODE_OPTIONS: __, VITEST: ___, ...env } = process.env;
    const child = spawn(process.execPath, args, { cwd, env: { ...env, CI: '1', NO_COLOR: '1' }, timeout: 100_000 });
    let output = '';
    child.stdout.on('data', (data) => (output += String(data)));
    child.stderr.on('data', (data) => (output += String(data)));
    child.on('close', (code) => resolve({ code, output }));
  });
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe(EXAMPLES, () => {
  it('has an example for each runner', () => {
    expect(
      filesBelow(EXAMPLES)
        .filter((path) => path.includes('.test.'))
        .sort(),
    ).toEqual(RUNNERS.map(({ file }) => `${EXAMPLES}/${file}`).sort());
  });

  it.each(RUNNERS)(
    'passes with $runner',
    async ({ file, args, passed }) => {
      const folder = await folderWith(file);
      const { code, output } = await run(args(), folder);
      expect(output).toMatch(passed);
      expect(code).toBe(0);
    },
    120_000,
  );
});

describe('respell/testing', () => {
  it('loads by require without opening anything', async () => {
    const folder = await folderWith('jest.test.cjs');
    const program = `require('respell/testing');
      const loaded = Object.keys(require.cache).filter((path) => /node_modules.(?!respell)/.test(path)).map((path) => /.*node_modules.((?:@[^\\/\\\\]+.)?[^\\/\\\\]+)/.exec(path)[1]);
      console.log(JSON.stringify([...new Set(loaded)].sort()), process.getActiveResourcesInfo().length);`;
    const { output } = await run(['-e', program], folder);
    expect(output).toBe('["ws","xstate"] 0\n');
  });
});
