import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { SessionEnds } from '../../actors/listener.js';
import { ROOT } from '../support/source-files.js';
import type { SoakTransport } from './framing.js';
import { RawSession } from './raw-session.js';

/** What the router says of itself, after a collection of its garbage. */
export interface Figures {
  /** Octets. */
  readonly heapUsed: number;
  readonly rss: number;
  /** Milliseconds that its processor time has come to. */
  readonly cpu: number;
  /** Milliseconds that its event loop was late at most since it was last asked. */
  readonly late: number;
  /** How many timers there are. */
  readonly timers: number;
  readonly sessions: number;
  readonly joined: number;
  readonly events: number;
  readonly slow: number;
  readonly calls: number;
  readonly ends: SessionEnds;
}

/** The embedded router in a process of its own, so that what loads it takes nothing of its thread, and the ways to it. */
export class SoakedRouter {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #asked: ((line: object) => void)[] = [];
  readonly transports: readonly SoakTransport[];
  #port = 0;
  #connected = 0;

  private constructor(child: ChildProcessWithoutNullStreams, transports: readonly SoakTransport[]) {
    this.#child = child;
    this.transports = transports;
    createInterface({ input: child.stdout }).on('line', (line) => this.#asked.shift()?.(JSON.parse(line)));
  }

  /** @param transports that sessions come over, by turns */
  static async start(transports: readonly SoakTransport[] = ['rawsocket', 'websocket']): Promise<SoakedRouter> {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const args = ['--expose-gc', '--disable-warning=DEP0180', '--require', 'ts-node/register'];
    const child = spawn(process.execPath, [...args, 'test/soak/router-program.ts'], { cwd: ROOT, env, stdio: 'pipe' });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const made = new SoakedRouter(child, transports);
    const ended = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('close', (code) => reject(new Error(`the router ended with ${code}: ${said}`)));
    });
    ended.catch(() => {});
    made.#port = ((await Promise.race([made.#next(), ended])) as { port: number }).port;
    return made;
  }

  /** A session that is coming, over the transport whose turn it is. */
  connect(transport = this.transports[this.#connected++ % this.transports.length] as SoakTransport): RawSession {
    return new RawSession(this.#port, transport);
  }

  /** The same, once it is there. */
  async open(transport?: SoakTransport): Promise<RawSession> {
    const session = this.connect(transport);
    await session.welcomed;
    return session;
  }

  async figures(): Promise<Figures> {
    const answer = this.#next();
    this.#child.stdin.write('\n');
    return (await answer) as Figures;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin.end();
    await closed;
  }

  #next(): Promise<object> {
    return new Promise((resolve) => this.#asked.push(resolve));
  }
}
