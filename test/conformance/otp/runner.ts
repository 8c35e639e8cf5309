import type { Engine } from '../../../supervisors/engine.js';
import { type ChildInfo, start, type Tree } from '../../../supervisors/index.js';
import { engineOf } from '../../../supervisors/supervisor.js';
import { Processes } from './processes.js';
import { type Scenario, type Step, scriptOf, type Term, type TraceRecord, Unsupported } from './scenario.js';
import { toAnswer, toReason, toTerm } from './terms.js';
import { VirtualClock } from './virtual-clock.js';

/** Runs the steps of one scenario on our supervisors, in virtual time, and writes the trace that they leave. */
export async function run(scenario: Scenario): Promise<readonly TraceRecord[]> {
  return new Run(scenario).trace();
}

class Run {
  readonly #scenario: Scenario;
  readonly #clock = new VirtualClock();
  readonly #processes = new Processes(this.#clock);
  readonly #answers = new Map<string, Promise<unknown>>();
  #tree: Tree | undefined;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  async trace(): Promise<readonly TraceRecord[]> {
    const { tree, steps } = this.#scenario;
    const trace: TraceRecord[] = [];
    const logic = this.#processes.supervisor(tree);
    this.#tree = start(logic, {
      clock: this.#clock,
      onReport: (report) => {
        if (report.type === 'exited') this.#processes.reported(lastOf(report.path), report.reason);
      },
    });
    await this.#quiet();
    const error = this.#tree.root.getSnapshot().error as unknown;
    const result = error === undefined ? ['ok', `${tree.id}#1`] : ['error', toTerm(error)];
    trace.push(await this.#record(0, { op: 'start' }, result));
    for (const [index, step] of steps.entries()) {
      this.#processes.events = [];
      const answer = await this.#perform(step);
      if (step.settle === undefined) await this.#quiet();
      else await this.#pass(step.settle);
      trace.push(await this.#record(index + 1, step, answer));
    }
    if (this.#processes.unsupported !== undefined) throw new Unsupported(this.#processes.unsupported);
    this.#tree.root.send({ type: 'xstate.stop' });
    return trace;
  }

  async #record(step: number, { op, snapshot }: Step, result: unknown): Promise<TraceRecord> {
    const { events } = this.#processes;
    const state = snapshot === false ? undefined : await this.#state();
    return { step, op, events, ...(result === undefined ? {} : { result }), ...(state === undefined ? {} : { state }) };
  }

  async #perform(step: Step): Promise<unknown> {
    const { op, id = '', reason = 'normal' } = step;
    const process = this.#processes.latest.get(id);
    const isAlive = process !== undefined && !process.hasEnded;
    switch (op) {
      case 'exit':
        return isAlive ? this.#exit(id, reason) : 'no_process';
      case 'kill':
        return isAlive ? this.#exit(id, 'kill') : 'no_process';
      case 'signal': {
        if (!isAlive) return 'no_process';
        const isTrapped = process.isSupervisor || process.behavior.trapExit !== false;
        if (reason === 'kill' || (!isTrapped && reason !== 'normal')) this.#exit(id, reason);
        return 'ok';
      }
      case 'stop': {
        const root = this.#processes.latest.get(this.#scenario.tree.id);
        return root === undefined || root.hasEnded ? 'no_process' : this.#exit(root.id, reason);
      }
      case 'batch':
        return this.#batch(step);
      case 'release':
        return this.#processes.release(id) ? 'ok' : 'no_process';
      case 'unexpected': {
        const supervisor = this.#processes.latest.get(step.sup ?? '');
        if (supervisor === undefined || supervisor.hasEnded) return 'no_process';
        supervisor.actor.send({ type: 'unexpected' });
        return 'ok';
      }
      case 'wait':
        return this.#pass(step.ms ?? 0);
      case 'align':
        return this.#pass((1_000 + (step.ms ?? 0) - (this.#clock.time % 1_000)) % 1_000);
      case 'set_start':
        this.#processes.scripts.set(id, [...scriptOf(step.start)]);
        return undefined;
      case 'fail_starts': {
        const failure = { error: step.reason ?? 'efail', ...(step.delay === undefined ? {} : { delay: step.delay }) };
        this.#processes.scripts.get(id)?.unshift(...Array.from({ length: step.count ?? 1 }, () => failure));
        return undefined;
      }
      case 'await':
        return this.#answered(this.#answers.get(step.name ?? '') ?? Promise.resolve());
      default: {
        const answer = this.#ask(step);
        if (step.async === undefined) return this.#answered(answer);
        this.#answers.set(step.async, answer);
        return 'async';
      }
    }
  }

  #exit(id: string, reason: Term): 'ok' {
    const process = this.#processes.latest.get(id);
    if (process?.isSupervisor === true) {
      const shutdown = { type: 'supervisor.shutdown', reason: toReason(reason) };
      process.actor.send(reason === 'kill' ? { type: 'test.kill' } : shutdown);
    } else {
      process?.actor.send({ type: 'exit', reason: reason === 'kill' ? 'killed' : toReason(reason) });
    }
    return 'ok';
  }

  /** All of the deaths are in the supervisor's mailbox before it looks at the first. */
  async #batch({ sup = '', exits = [] }: Step): Promise<string | readonly string[]> {
    const supervisor = this.#processes.latest.get(sup);
    if (supervisor === undefined) return 'no_process';
    this.#processes.freeze(supervisor);
    const results: string[] = [];
    for (const { id, reason } of exits) {
      const process = this.#processes.latest.get(id);
      if (process === undefined || process.hasEnded) {
        results.push('no_process');
        continue;
      }
      results.push(this.#exit(id, reason));
      await flush();
      // A supervisor dies only after its children, and that may take time.
      while (!process.hasEnded && this.#clock.fire(Number.POSITIVE_INFINITY)) await flush();
    }
    this.#processes.thaw(supervisor);
    return results;
  }

  async #ask({ op, sup = '', id, by, spec }: Step): Promise<unknown> {
    const supervisor = this.#processes.latest.get(sup);
    if (supervisor === undefined) return 'no_process';
    const engine = engineOf(supervisor.actor);
    if (engine === undefined || supervisor.hasEnded) return ['exit', 'noproc'];
    const child = by === 'pid' ? this.#processName(id ?? '') : (id ?? spec?.id ?? '');
    try {
      return await this.#request(engine, op, child, spec);
    } catch (error) {
      return toAnswer(error, op, engine.path === '' ? child : `${engine.path}/${child}`, () =>
        this.#processName(child),
      );
    }
  }

  async #request(engine: Engine, op: string, id: string, spec: Step['spec']): Promise<unknown> {
    switch (op) {
      case 'which_children':
        return (await engine.whichChildren()).map((info) => this.#lineOf(info));
      case 'count_children':
        return engine.countChildren();
      case 'terminate_child':
        await engine.terminateChild(id);
        return 'ok';
      case 'delete_child':
        await engine.deleteChild(id);
        return 'ok';
      case 'restart_child':
        return ['ok', this.#nameOf(await engine.restartChild(id))];
      case 'start_child':
        if (spec === undefined) throw new Unsupported('specs as Erlang terms');
        return ['ok', this.#nameOf(await engine.startChild(this.#processes.childSpec(spec)))];
      case 'get_childspec': {
        const { restart, shutdown, type } = await engine.getChildSpec(id);
        return ['ok', { id, restart, shutdown, significant: false, type }];
      }
      default:
        throw new Unsupported(op);
    }
  }

  #lineOf(info: ChildInfo): Term {
    return [info.id, info.status === 'restarting' ? 'restarting' : this.#nameOf(info), info.type];
  }

  #nameOf({ actor }: ChildInfo): string {
    const process = actor === undefined ? undefined : this.#processes.byActor.get(actor);
    return process === undefined ? 'undefined' : `${process.id}#${process.n}`;
  }

  #processName(id: string): string {
    return `${id}#${this.#processes.latest.get(id)?.n ?? 0}`;
  }

  async #state(): Promise<unknown> {
    const state: Record<string, unknown> = {};
    for (const process of this.#processes.latest.values()) {
      const engine = process.isSupervisor && !process.hasEnded ? engineOf(process.actor) : undefined;
      if (engine === undefined) continue;
      const [children, counts] = await Promise.all([engine.whichChildren(), engine.countChildren()]);
      const { specs, active, supervisors, workers } = counts;
      state[process.id] = {
        children: children.map((info) => this.#lineOf(info)),
        counts: [specs, active, supervisors, workers],
      };
    }
    return state;
  }

  /** Whether a supervisor is in the middle of something that takes time: then it answers nothing. */
  async #isBlocked(): Promise<boolean> {
    let waiting = 0;
    const answered = (): void => {
      waiting -= 1;
    };
    for (const { isSupervisor, hasEnded, actor } of this.#processes.latest.values()) {
      const engine = isSupervisor && !hasEnded ? engineOf(actor) : undefined;
      if (engine === undefined) continue;
      waiting += 1;
      engine.countChildren().then(answered, answered);
    }
    await flush();
    return waiting > 0;
  }

  async #quiet(): Promise<void> {
    await flush();
    while (await this.#isBlocked()) {
      if (!this.#clock.fire(Number.POSITIVE_INFINITY)) return;
      await flush();
    }
  }

  async #pass(ms: number): Promise<undefined> {
    const until = this.#clock.time + ms;
    await flush();
    while (this.#clock.fire(until)) await flush();
    this.#clock.time = until;
    return undefined;
  }

  async #answered(answer: Promise<unknown>): Promise<unknown> {
    let result: { readonly value: unknown } | undefined;
    const arrived = answer.then((value) => {
      result = { value };
    });
    await flush();
    while (result === undefined && this.#clock.fire(Number.POSITIVE_INFINITY)) await flush();
    await arrived;
    return result?.value;
  }
}

/** Lets all work be done that needs no time. */
async function flush(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
