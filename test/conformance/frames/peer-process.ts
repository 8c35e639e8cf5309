import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Notice } from './host/clients.js';
import type { Health } from './host/health.js';
import { Watch } from './watch.js';

/** The process under test has ended, or does not answer any more. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

const ANSWER_MS = 15_000;
const START_MS = 30_000;

type Said =
  | { readonly ready: true }
  | { readonly key: string; readonly notice: Notice }
  | { readonly id: number; readonly value?: unknown; readonly error?: string };

/** A process with routers and clients under test in it. */
export class PeerProcess {
  readonly watch = new Watch();
  /** What happened in the applications of clients, by case. */
  readonly notices = new Map<string, Notice[]>();
  /** What it wrote, mostly nothing. */
  output = '';
  /** Why there is nobody to ask any more. */
  dead: string | undefined;
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, { readonly value?: unknown; readonly error?: string }>();
  #asked = 0;
  #ready = false;

  private constructor() {
    const { NODE_OPTIONS: _options, NODE_ENV: _env, ...env } = process.env;
    this.#child = fork(join(__dirname, 'host', 'main.ts'), [], {
      cwd: join(__dirname, '..', '..', '..'),
      execArgv: ['--disable-warning=DEP0180', '--require', 'ts-node/register', '--expose-gc'],
      env,
      silent: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-64_000);
      });
    }
    this.#child.on('message', (said) => this.#hear(said as Said));
    this.#child.on('error', (error) => this.#died(error.message));
    this.#child.on('close', (code, signal) => this.#died(`it ended with ${code ?? signal}`));
  }

  static async start(): Promise<PeerProcess> {
    const started = new PeerProcess();
    await started.watch.until(() => started.#ready || started.dead !== undefined, START_MS);
    if (!started.#ready) throw new ProcessDied(`it did not start: ${started.dead ?? ''} ${started.output}`);
    return started;
  }

  /** @throws {ProcessDied} @throws {Error} what the answer was, if it was an error */
  async ask<T>(what: string, key = '', given?: unknown): Promise<T> {
    this.#asked += 1;
    const id = this.#asked;
    if (this.dead === undefined) this.#child.send({ id, what, key, with: given });
    const found = () => this.#answers.get(id);
    await this.watch.until(() => found() !== undefined || this.dead !== undefined, ANSWER_MS);
    const answer = found();
    this.#answers.delete(id);
    if (answer === undefined) throw new ProcessDied(`${this.dead ?? 'it does not answer'}; it wrote: ${this.output}`);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value as T;
  }

  /** What happened in the application of one case, so far. */
  noticesOf(key: string): readonly Notice[] {
    return this.notices.get(key) ?? [];
  }

  health(): Promise<Health> {
    return this.ask<Health>('health.look');
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.watch.until(() => this.dead !== undefined, ANSWER_MS);
  }

  #hear(said: Said): void {
    if ('ready' in said) this.#ready = true;
    else if ('notice' in said) this.notices.set(said.key, [...this.noticesOf(said.key), said.notice]);
    else this.#answers.set(said.id, said);
    this.watch.changed();
  }

  #died(why: string): void {
    this.dead ??= why;
    this.watch.changed();
  }
}
