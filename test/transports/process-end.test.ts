/** A process that has used every transport ends by itself. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

it('lets the process end when the last transport is closed: no handle is left', async () => {
  const program = join(__dirname, '../support/transports-that-end.ts');
  const { code, output } = await new Promise<{ code: number | null; output: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['--disable-warning=DEP0180', '-r', 'ts-node/register', program],
      { cwd: join(__dirname, '../..'), timeout: 12_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
  expect(output.trim().split('\n').sort()).toEqual([
    'closed',
    'destroyed',
    'ended',
    'linked',
    'rawClosed',
    'rawDestroyed',
    'rawEnded',
    'rawRefused',
    'refused',
  ]);
  expect(code).toBe(0);
});
