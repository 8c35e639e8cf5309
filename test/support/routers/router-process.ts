/**
 * A foreign router as a process of its own: started on a free port of the loopback, stopped, killed and started again
 * on the same port. What differs between routers (program, config) comes in as a {@link RouterProgram}.
 *
 * No process outlives the test run: each router leads a process group, and a guardian, which waits for the end of its
 * standard input, kills that group when this process is gone, however it went.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a router is run. Its config is written anew into an empty folder for every router, not for every start. */
export interface RouterProgram {
  readonly name: string;
  readonly path: string;
  /** The config file's name inside the router's folder, and its text. */
  readonly config: (port: number, rawSocketPort: number) => { readonly file: string; readonly text: string };
  readonly args: (folder: string) => readonly string[];
  /** What else its config speaks of: texts by the names of their files. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether RawSocket needs a port of its own. Default false. */
  readonly hasTwoPorts?: boolean;
  /** The name of the Unix socket that its config speaks of, if it does, inside the router's folder. */
  readonly unixSocket?: string;
}

/** A router other than ours. */
export interface ForeignRouter {
  readonly name: string;
  /** WebSocket is accepted on this port, on 127.0.0.1; RawSocket too, if the router can do both on one. */
  readonly port: number;
  readonly url: string;
  readonly rawSocketUrl: string;
  /** RawSocket at a Unix socket, if the router has one. */
  readonly unixUrl: string;
  /** Of the process that leads its group. */
  readonly pid: number;
  /** What it has written so far, of the last 64 KiB. For the message of a failing test. */
  readonly log: () => string;
  /** Starts it again on the same port, after `stop` or `kill`. Resolves when it accepts connections. */
  readonly start: () => Promise<void>;
  /** SIGTERM, as an operator would; SIGKILL if it has not ended in time. Resolves when it has ended. */
  readonly stop: () => Promise<void>;
  /** SIGKILL: the router vanishes without a word. Resolves when it has ended. */
  readonly kill: () => Promise<void>;
  /** `kill`, and its folder is removed. For `afterAll`. */
  readonly dispose: () => Promise<void>;
}

const START_DEADLINE_MS = 30_000;
/** Crossbar.io stops its workers in about a second. */
const STOP_DEADLINE_MS = 3_000;
const POLL_MS = 25;
const LOG_LENGTH = 64 * 1_024;

/** In the words of POSIX: dash does not understand `kill -KILL --`. */
const GUARDIAN = 'read -r _; kill -s KILL -- "-$1"';

/** Kills the process group that `leader` leads when its standard input ends: when this process is gone. */
export function startGuardian(leader: ChildProcess): ChildProcess {
  return spawn('sh', ['-c', GUARDIAN, 'guardian', String(leader.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

/**
 * A free port of the loopback. It is free no longer than until somebody takes it: a router's config needs a number
 * beforehand, so this race cannot be closed, only be small.
 */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return address.port;
}

/** Whether something accepts connections on a port of the loopback, or at the path of a Unix socket. */
function accepts(where: number | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = typeof where === 'number' ? connect(where, '127.0.0.1') : connect(where);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

class RouterProcess implements ForeignRouter {
  readonly port: number;
  readonly #program: RouterProgram;
  readonly #folder: string;
  readonly #rawSocketPort: number;
  #router: ChildProcess | undefined;
  #guardian: ChildProcess | undefined;
  #log = '';

  constructor(program: RouterProgram, folder: string, port: number, rawSocketPort: number) {
    this.#program = program;
    this.#folder = folder;
    this.port = port;
    this.#rawSocketPort = rawSocketPort;
  }

  get name(): string {
    return this.#program.name;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  get rawSocketUrl(): string {
    return `rs://127.0.0.1:${this.#rawSocketPort}`;
  }

  get pid(): number {
    const pid = this.#router?.pid;
    if (pid === undefined) throw new Error(`${this.name} is not running`);
    return pid;
  }

  get unixUrl(): string {
    return `unix:${this.#unixPath}`;
  }

  get #unixPath(): string {
    return join(this.#folder, this.#program.unixSocket ?? 'none.sock');
  }

  log = (): string => this.#log;

  start = async (): Promise<void> => {
    if (this.#router !== undefined) throw new Error(`${this.name} is running already`);
    // One that was killed has left it behind, and not every router takes it over.
    await rm(this.#unixPath, { force: true });
    const router = spawn(this.#program.path, this.#program.args(this.#folder), {
      cwd: this.#folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#router = router;
    for (const stream of [router.stdout, router.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#log = (this.#log + chunk.toString()).slice(-LOG_LENGTH);
      });
    }
    await once(router, 'spawn');
    this.#guardian = startGuardian(router);
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await this.#isThere())) {
      if (hasEnded(router) || Date.now() > deadline) {
        await this.kill();
        throw new Error(`${this.name} did not accept connections on port ${this.port}:\n${this.#log}`);
      }
      await pause(POLL_MS);
    }
    // Another process may hold the port: then what accepted was not this router.
    if (hasEnded(router)) {
      await this.kill();
      throw new Error(`${this.name} ended, but port ${this.port} is in use:\n${this.#log}`);
    }
  };

  async #isThere(): Promise<boolean> {
    if (!(await accepts(this.port)) || !(await accepts(this.#rawSocketPort))) return false;
    return this.#program.unixSocket === undefined || (await accepts(this.#unixPath));
  }

  stop = (): Promise<void> => this.#end('SIGTERM');

  kill = (): Promise<void> => this.#end('SIGKILL');

  dispose = async (): Promise<void> => {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  };

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const router = this.#router;
    if (router === undefined) return;
    if (!hasEnded(router)) {
      // SIGTERM goes to the leader, which stops its workers in order; SIGKILL goes to all of them.
      if (signal === 'SIGTERM') router.kill(signal);
      else this.#killGroup(router);
      const ended = once(router, 'exit');
      const impatient = setTimeout(() => this.#killGroup(router), STOP_DEADLINE_MS);
      await ended;
      clearTimeout(impatient);
    }
    // What a leader that died by itself may have left behind. A worker of the group that is still dying holds the port.
    this.#killGroup(router);
    const deadline = Date.now() + STOP_DEADLINE_MS;
    while (Date.now() < deadline && (await accepts(this.port))) await pause(POLL_MS);
    this.#router = undefined;
    const guardian = this.#guardian;
    this.#guardian = undefined;
    if (guardian !== undefined && !hasEnded(guardian)) {
      const ended = once(guardian, 'exit');
      guardian.kill('SIGKILL');
      await ended;
    }
  }

  #killGroup({ pid }: ChildProcess): void {
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // None of the group is left.
    }
  }
}

/** Writes the router's config for a free port, starts it, and resolves when it accepts connections. */
export async function startRouterProcess(program: RouterProgram): Promise<ForeignRouter> {
  const folder = await mkdtemp(join(tmpdir(), `respell-${program.name}-`));
  const port = await freePort();
  const rawSocketPort = program.hasTwoPorts === true ? await freePort() : port;
  const { file, text } = program.config(port, rawSocketPort);
  for (const [name, content] of Object.entries({ ...program.files, [file]: text })) {
    await writeFile(join(folder, name), content);
  }
  const router = new RouterProcess(program, folder, port, rawSocketPort);
  try {
    await router.start();
    return router;
  } catch (error) {
    await router.dispose();
    throw error;
  }
}
