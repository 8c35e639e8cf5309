import type { Record } from './model-children.js';
import { Memory } from './model-memory.js';
import { isProcess, type Process, Worker } from './model-process.js';
import { Supervisor } from './model-supervisor.js';
import { World } from './model-world.js';
import { type Command, type Observation, type Request, Scripts, type SupervisorPlan, split } from './plan.js';

/** A tree that does what the rules say. */
export class Model {
  readonly #world: World;
  readonly #memory = new Memory();
  readonly #scripts = new Scripts();
  readonly #root: Supervisor;
  #asked = 0;
  #answers: string[] = [];
  #seenLog = 0;

  /** @param choices see {@link World}, as for `known` */
  constructor(plan: SupervisorPlan, resolution: number, choices: readonly number[] = [], known?: readonly string[]) {
    this.#world = new World(resolution, choices, known);
    this.#root = new Supervisor(this.#scripts, this.#world, this.#memory, plan, '', '');
    this.#root.isForGood = true;
  }

  get trail(): World['trail'] {
    return this.#world.trail;
  }

  get seen(): World['seen'] {
    return this.#world.seen;
  }

  /** @param command `undefined` for the start */
  perform(command: Command | undefined): void {
    if (command !== undefined) this.#act(command);
    this.#world.settle();
  }

  observe(): Observation {
    const { log } = this.#world;
    const observation = { log: log.slice(this.#seenLog), picture: this.#picture(), answers: this.#answers, faults: [] };
    this.#seenLog = log.length;
    this.#answers = [];
    return observation;
  }

  #act(command: Command): void {
    switch (command.op) {
      case 'wait':
        this.#world.pass(command.ms);
        return;
      case 'script':
        this.#scripts.set(command.path, command.attempts);
        return;
      case 'batch':
        for (const each of command.commands) this.#act(each);
        return;
      case 'stray':
        return;
      case 'unlink': {
        const record = this.#recordAt(command.path);
        if (record !== undefined && processOf(record)?.state !== 'ended')
          record.isUnlinked = processOf(record) !== undefined;
        if (record?.isUnlinked === true) this.#world.note('processes unlinked');
        return;
      }
      case 'exit':
      case 'kill':
      case 'signal': {
        const process = command.path === '' ? this.#root : this.#processAt(command.path);
        if (process === undefined || process.state === 'ended') return;
        if (command.op === 'kill') process.cut('killed');
        else if (command.op === 'exit' && process instanceof Worker) process.exit(command.reason);
        else if (process.traps) process.ask(command.reason);
        else process.cut(command.reason);
        return;
      }
      default:
        this.#request(command);
    }
  }

  #request(request: Request): void {
    this.#asked += 1;
    const number = this.#asked;
    const reply = (answer: string): void => {
      this.#answers.push(`${number}: ${answer}`);
    };
    const named = 'byActor' in request && request.byActor ? this.#world.latest.get(request.path) : undefined;
    if (named !== undefined && this.#root.state !== 'ended') {
      this.#world.note('requests about a process');
      named.supervisor.push({ type: 'request', request, pid: named.process, reply });
      return;
    }
    const isAboutChild = request.op !== 'which' && request.op !== 'count' && request.op !== 'start';
    const path = isAboutChild || request.op === 'start' ? split(request.path).above : request.path;
    const supervisor = this.#supervisorAt(path, isAboutChild);
    if (typeof supervisor === 'string') reply(supervisor);
    else supervisor.push({ type: 'request', request, pid: undefined, reply });
  }

  /** The supervisor that a request goes to, or the answer where it goes nowhere. */
  #supervisorAt(path: string, isAboutChild: boolean): Supervisor | string {
    if (path === '' || this.#root.state === 'ended') return this.#root;
    const record = this.#recordAt(path);
    const process = record === undefined ? undefined : processOf(record);
    if (process instanceof Supervisor) return process;
    if (record !== undefined && record.plan.kind !== 'worker') return 'noproc';
    // Whether there is such a child the root says in its turn.
    if (isAboutChild) return this.#root;
    return record === undefined ? 'not_found' : 'invalid_option';
  }

  #recordAt(path: string): Record | undefined {
    let record: Record | undefined;
    let supervisor: Process | undefined = this.#root;
    for (const id of path.split('/')) {
      record = supervisor instanceof Supervisor ? supervisor.records.find((each) => each.id === id) : undefined;
      supervisor = record === undefined ? undefined : processOf(record);
    }
    return record;
  }

  #processAt(path: string): Process | undefined {
    const record = this.#recordAt(path);
    return record === undefined ? undefined : processOf(record);
  }

  #picture(): readonly string[] {
    if (this.#root.state === 'ended') return [`ended: ${this.#root.reason}`];
    const below = (process: Process | undefined): readonly string[] =>
      process instanceof Supervisor ? process.records.flatMap(lineOf) : [];
    const lineOf = (record: Record): readonly string[] => [
      `${record.path}#${this.#memory.starts(record.path)} ${statusOf(record)}`,
      ...below(processOf(record)),
    ];
    return below(this.#root);
  }
}

function processOf({ coming, process }: Record): Process | undefined {
  return coming ?? (isProcess(process) ? process : undefined);
}

/** What is down waits for its supervisor, if that is busy: then nobody can ask whether it will be restarted. */
function statusOf({ coming, process, isStopping }: Record): string {
  if (coming !== undefined) return 'starting';
  if (!isProcess(process)) return 'down';
  return isStopping ? 'stopping' : 'running';
}
