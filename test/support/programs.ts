/** Programs of users, each run as a process of its own by every Node that is there. */
import { spawn } from 'node:child_process';
import { describeWith, pathOf } from './requirement.js';

/** How a process ended, and what it said. */
export interface Outcome {
  readonly code: number | null;
  /** Set if it was ended from outside: by the deadline, mostly. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From its start to its end, in milliseconds. */
  readonly took: number;
}

export interface Running {
  readonly ended: Promise<Outcome>;
  /** Fulfilled when it has printed that line on stdout; rejects when it ends before. */
  printed(line: string | RegExp): Promise<string>;
  kill(): void;
}

/**
 * Starts `node ...args`. It is killed after `deadline` milliseconds, which its outcome then tells; `env` is added to the
 * environment.
 */
export function run(
  node: string,
  args: readonly string[],
  {
    cwd,
    deadline,
    env: added = {},
  }: { readonly cwd: string; readonly deadline: number; readonly env?: Readonly<Record<string, string>> },
): Running {
  const begun = performance.now();
  // Nothing of how the tests themselves are run may reach it.
  const { NODE_OPTIONS: _options, NODE_ENV: _env, ...env } = process.env;
  const child = spawn(node, args, { cwd, env: { ...env, ...added }, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), deadline);
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr, took: performance.now() - begun });
    });
  });
  return {
    ended,
    printed: (line) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = stdout
            .split('\n')
            .slice(0, -1)
            .find((each) => (typeof line === 'string' ? each === line : line.test(each)));
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
        ended.then(
          (outcome) => reject(new Error(`it ended without printing ${line}:\n${outcome.stdout}${outcome.stderr}`)),
          reject,
        );
      }),
    kill: () => child.kill('SIGKILL'),
  };
}

/** The majors that the package supports beside the one that runs the tests. */
const OTHERS = [22, 24].filter((major) => !process.version.startsWith(`v${major}.`));

/** `describe`, once for the Node that runs the tests and once for each other supported one, which may be missing. */
export function describeOnEachNode(title: string, tests: (node: () => string, major: number) => void): void {
  const running = Number(process.versions.node.split('.')[0]);
  describe(`${title}, on Node ${running}`, () => tests(() => process.execPath, running));
  for (const major of OTHERS) {
    const part = major === 22 ? 'node22' : 'node24';
    describeWith(part, `${title}, on Node ${major}`, () => tests(() => pathOf(part), major));
  }
}
