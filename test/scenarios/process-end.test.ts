/** No timer, socket or handle outlives the last peer: the process ends by itself. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

it('ends with the last peer, whatever the others did before', async () => {
  const program = join(__dirname, '../support/peers-that-end.ts');
  const { code, output } = await new Promise<{ code: number | null; output: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['--disable-warning=DEP0180', '-r', 'ts-node/register/transpile-only', program],
      { cwd: join(__dirname, '../..'), timeout: 12_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
  expect(output.trim().split('\n')).toEqual([
    'sum 5',
    'left stopped',
    'refused SessionAborted',
    'stopped stopped PeerDown',
    'unsettled 0,0,0,0',
  ]);
  expect(code).toBe(0);
});
