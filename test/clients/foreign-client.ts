/**
 * A WAMP client of other people's as a process: a small program in its own language does what it is told, one line of
 * JSON a command, and tells what comes of it. So each scenario is written once.
 *
 * A command is `{ id, do, session, … }`; it is answered with `{ id, result }` or `{ id, error: { uri, args, kwargs } }`.
 * In between come `{ session, event }`, `{ session, closed }` and `{ interrupted }`. The process ends with its input.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a procedure does that such a client registers. */
export type Behaviour =
  /** Gives what it was given. */
  | 'echo'
  /** Answers with the error `com.example.refused`, which carries what it was given. */
  | 'refuse'
  /** Gives 1, 2, 3 … as progress, then the number it was given. */
  | 'count'
  /** Gives the procedure that was called, and the caller if it was told. */
  | 'who'
  /** Never answers, until it is interrupted. */
  | 'sleep';

export interface Credentials {
  readonly method: 'ticket' | 'wampcra' | 'scram' | 'cryptosign';
  readonly authid: string;
  readonly secret: string;
}

/** How a session is opened. */
export interface Opening {
  readonly url: string;
  readonly realm: string;
  readonly transport: 'websocket' | 'rawsocket';
  readonly serializer: 'json' | 'msgpack' | 'cbor';
  readonly auth?: Credentials;
}

export interface Opened {
  readonly session: number;
  readonly authid: string;
  readonly authrole: string;
  readonly authmethod: string;
}

export interface Payload {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

export interface Result extends Payload {
  /** The arguments of each progressive result. */
  readonly progress: readonly (readonly unknown[])[];
}

export interface Heard extends Payload {
  /** What was subscribed to. */
  readonly subscribed: string;
  /** What was published to. */
  readonly topic: string;
  readonly publisher?: number | null;
}

/** Options as they are on the wire. */
export type WireOptions = Readonly<Record<string, unknown>>;

interface Given {
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
  readonly options?: WireOptions;
}

/** The client was answered with an ERROR or refused with an ABORT. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly uri: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;

  constructor({ uri, args, kwargs }: { uri: string } & Payload) {
    super(`${uri}: ${JSON.stringify(args)}`);
    this.uri = uri;
    this.args = args;
    this.kwargs = kwargs;
  }
}

interface Line {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { uri: string } & Payload;
  readonly session?: string;
  readonly event?: Heard;
  readonly closed?: string | null;
  readonly interrupted?: string;
}

/** The program: all sessions of one client. */
export class ForeignProgram {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #asked = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  readonly #sessions = new Map<string, ForeignSession>();
  /** The procedures whose invocations were interrupted. */
  readonly interrupted: string[] = [];
  readonly #ended: Promise<void>;
  #gone: Error | undefined;
  #commands = 0;
  #stderr = '';

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: 'pipe' });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(line));
    this.#child.stderr.on('data', (chunk) => {
      this.#stderr = (this.#stderr + chunk).slice(-4_000);
    });
    this.#child.stdin.on('error', () => {}); // It has ended, of which its end tells.
    this.#ended = new Promise((resolve) => {
      const end = (what: unknown) => {
        this.#gone = new Error(`${command}: ${what}\n${this.#stderr}`);
        for (const { reject } of this.#asked.values()) reject(this.#gone);
        this.#asked.clear();
        resolve();
      };
      this.#child.on('error', end);
      this.#child.on('close', (code, signal) => end(`ended with ${code ?? signal}`));
    });
  }

  /** @throws {ClientError} when it is not let in */
  async open(opening: Opening): Promise<ForeignSession> {
    const session = new ForeignSession(this, `session ${this.#sessions.size + 1}`);
    this.#sessions.set(session.name, session);
    session.details = (await this.ask({ do: 'open', session: session.name, ...opening })) as Opened;
    return session;
  }

  ask(command: object): Promise<unknown> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    this.#commands += 1;
    const id = this.#commands;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ id, ...command })}\n`);
    });
  }

  /** Resolves when it has ended: by itself, or it is killed. */
  async dispose(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 2_000);
    await this.#ended;
    clearTimeout(timer);
  }

  #hear(text: string): void {
    // What a library prints on its own is none of ours.
    if (!text.startsWith('{')) return;
    const { id, result, error, session, event, closed, interrupted } = JSON.parse(text) as Line;
    if (interrupted !== undefined) this.interrupted.push(interrupted);
    if (session !== undefined) this.#sessions.get(session)?.hear(event, closed);
    const asked = id === undefined ? undefined : this.#asked.get(id);
    if (id === undefined || asked === undefined) return;
    this.#asked.delete(id);
    if (error === undefined) asked.resolve(result);
    else asked.reject(new ClientError(error));
  }
}

/** One session of such a client, as the scenarios use it. */
export class ForeignSession {
  readonly name: string;
  readonly #program: ForeignProgram;
  details: Opened = { session: 0, authid: '', authrole: '', authmethod: '' };
  readonly events: Heard[] = [];
  /** The reason, once it has ended; `null` where the client does not say. */
  closed: string | null | undefined;
  #calls = 0;

  constructor(program: ForeignProgram, name: string) {
    this.#program = program;
    this.name = name;
  }

  hear(event: Heard | undefined, closed: string | null | undefined): void {
    if (event !== undefined) this.events.push(event);
    if (closed !== undefined) this.closed = closed;
  }

  /** @throws {ClientError} for the ERROR that the call was answered with */
  call(procedure: string, given: Given = {}): Promise<Result> {
    return this.#ask('call', { call: ++this.#calls, procedure, ...given }) as Promise<Result>;
  }

  /** Cancels the call that was made last. */
  async cancel(mode: 'skip' | 'kill' | 'killnowait'): Promise<void> {
    await this.#ask('cancel', { call: this.#calls, mode });
  }

  async register(procedure: string, behaviour: Behaviour, options: WireOptions = {}): Promise<void> {
    await this.#ask('register', { procedure, behaviour, options });
  }

  async unregister(procedure: string): Promise<void> {
    await this.#ask('unregister', { procedure });
  }

  async subscribe(topic: string, options: WireOptions = {}): Promise<void> {
    await this.#ask('subscribe', { topic, options });
  }

  async unsubscribe(topic: string): Promise<void> {
    await this.#ask('unsubscribe', { topic });
  }

  /** Acknowledged. */
  async publish(topic: string, given: Given = {}): Promise<void> {
    await this.#ask('publish', { topic, ...given, options: { acknowledge: true, ...given.options } });
  }

  /** Says GOODBYE. */
  async close(): Promise<void> {
    await this.#ask('close', {});
  }

  #ask(what: string, command: object): Promise<unknown> {
    return this.#program.ask({ do: what, session: this.name, ...command });
  }
}
