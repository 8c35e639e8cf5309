import { execFile } from 'node:child_process';

/** A program that did not end as it should, in one line. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed';
}

/**
 * Runs one program to its end and gives what it printed. It is killed after `deadline` milliseconds.
 *
 * @throws {ProgramFailed} when it ends with anything but 0, or does not end in time
 */
export function outputOf(command: string, args: readonly string[], deadline: number): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: deadline, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.killed === true) reject(new ProgramFailed(`${command} did not end within ${deadline / 1_000} s`));
      else reject(new ProgramFailed(`${command} ended with ${error.code ?? error.signal}: ${lastWords(stderr)}`));
    });
  });
}

/** What a program said last that is not the trace of a stack. */
function lastWords(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line) && !/^Node\.js /.test(line));
  return lines.at(-1)?.trim() ?? 'it said nothing';
}
