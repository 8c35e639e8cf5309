import type { AnyActorRef } from 'xstate';
import {
  BadSpec,
  type ChildInfo,
  type ChildSpec,
  ChildState,
  type ChildView,
  DynamicChild,
  dynamicSupervisor,
  type FullChildSpec,
  GaveUp,
  type Inspector,
  MaxChildren,
  NotRunning,
  type Report,
  StartFailed,
  sendExit,
  start,
  supervisor,
  type Tree,
  UnknownChild,
  unlink,
} from '../../../supervisors/index.js';
import { HandleWatch } from './handle-watch.js';
import {
  type Command,
  type Observation,
  type Plan,
  type Request,
  Scripts,
  type SupervisorPlan,
  split,
} from './plan.js';
import { fromReason, Puppets, toReason } from './puppets.js';
import { settle } from './settle.js';
import { StepClock } from './step-clock.js';

/** The same tree as a model's, made of real supervisors, seen through what every user can see. */
export class RealTree {
  readonly #clock: StepClock;
  readonly #scripts = new Scripts();
  readonly #log: string[] = [];
  readonly #puppets: Puppets;
  readonly #handles = new HandleWatch();
  readonly #tree: Tree;
  #answers: string[] = [];
  #seenLog = 0;
  #moment = '';
  #asked = 0;
  #ended: string | undefined;

  constructor(plan: SupervisorPlan, resolution: number, inspect: Inspector) {
    this.#clock = new StepClock(resolution);
    this.#puppets = new Puppets(this.#clock, this.#scripts, this.#log);
    this.#tree = start(this.#supervisor(plan), {
      clock: this.#clock,
      inspect,
      onReport: (report) => {
        const line = lineOf(report);
        if (line !== undefined) this.#log.push(`[${line}]`);
      },
    });
    void this.#tree.exited.then((reason) => {
      this.#ended = reasonOf(reason);
    });
  }

  /** @param command `undefined` for the start */
  async perform(command: Command | undefined): Promise<Observation> {
    if (command?.op === 'wait') await this.#pass(command.ms);
    else {
      if (command !== undefined) this.#act(command);
      await settle();
    }
    const observation = {
      log: this.#log.slice(this.#seenLog),
      picture: this.#picture(),
      answers: this.#answers,
      faults: [...this.#handles.faults],
    };
    this.#seenLog = this.#log.length;
    this.#answers = [];
    return observation;
  }

  /** What is left when all is over. */
  get leftovers(): readonly string[] {
    const timers = this.#clock.pending === 0 ? [] : [`${this.#clock.pending} timers`];
    return [...timers, ...this.#handles.undisposed.map((path) => `the handle of ${path}`)];
  }

  async #pass(ms: number): Promise<void> {
    const until = this.#clock.time + ms;
    for (;;) {
      const [mark, before] = [this.#log.length, this.#clock.time];
      if (!this.#clock.ring(until)) break;
      await settle();
      // A timer that changes nothing is nothing that happens.
      if (this.#clock.time !== before) this.#moment = `at ${this.#clock.time}`;
      if (this.#log.length === mark || this.#moment === '') continue;
      this.#log.splice(mark, 0, this.#moment);
      this.#moment = '';
    }
    this.#moment = '';
    this.#clock.time = until;
  }

  #act(command: Command): void {
    switch (command.op) {
      case 'wait':
        return;
      case 'script':
        this.#scripts.set(command.path, command.attempts);
        return;
      case 'batch':
        for (const each of command.commands) this.#act(each);
        return;
      case 'exit':
      case 'kill':
      case 'signal':
      case 'unlink':
      case 'stray': {
        const actor = this.#tree.find(command.path)?.actor;
        if (actor === undefined || actor.getSnapshot().status !== 'active') return;
        const isWorker = this.#puppets.nameOf(actor) !== undefined;
        if (command.op === 'kill') sendExit(actor, 'kill');
        else if (command.op === 'stray') actor.send({ type: 'stray' });
        else if (command.op === 'unlink') unlink(actor);
        else if (command.op === 'signal' || !isWorker) sendExit(actor, toReason(command.reason));
        else actor.send({ type: 'exit', reason: toReason(command.reason) });
        return;
      }
      default:
        this.#request(command);
    }
  }

  #request(request: Request): void {
    this.#asked += 1;
    const number = this.#asked;
    void this.#ask(request)
      .catch(errorOf)
      .then((answer) => this.#answers.push(`${number}: ${answer}`));
  }

  async #ask(request: Request): Promise<string> {
    const { op, path } = request;
    switch (op) {
      case 'which':
        return (await this.#tree.whichChildren(path)).map((info) => this.#infoLine(info)).join(', ');
      case 'count': {
        const { specs, active, supervisors, workers } = await this.#tree.countChildren(path);
        return `specs ${specs} active ${active} supervisors ${supervisors} workers ${workers}`;
      }
      case 'spec':
        return showSpec(await this.#tree.getChildSpec(this.#refOf(request)));
      case 'terminate':
        await this.#tree.terminateChild(this.#refOf(request));
        return 'ok';
      case 'delete':
        await this.#tree.deleteChild(this.#refOf(request));
        return 'ok';
      case 'restart':
        return `ok ${this.#infoLine(await this.#tree.restartChild(this.#refOf(request)))}`;
      case 'start': {
        const { above, id } = split(path);
        const given = request.isBare
          ? { ...(request.hasId ? { id } : {}), args: request.args }
          : this.#spec(request.child, request.hasId ? id : undefined);
        return `ok ${this.#infoLine(await this.#tree.startChild(given as ChildSpec, above))}`;
      }
    }
  }

  #refOf({ path, byActor }: Request & { readonly byActor: boolean }): string | AnyActorRef {
    return (byActor ? this.#puppets.latest(path) : undefined) ?? path;
  }

  #supervisor(plan: SupervisorPlan): ReturnType<typeof supervisor> {
    const { intensity, period, autoShutdown } = plan;
    if (plan.kind === 'static') {
      const children = plan.children.map((child) => this.#spec(child, child.id) as ChildSpec);
      return supervisor({ strategy: plan.strategy, intensity, period, autoShutdown, children });
    }
    const { maxChildren, restore, args, template } = plan;
    const child = template === undefined ? {} : { child: this.#spec(template) };
    return dynamicSupervisor({ intensity, period, autoShutdown, maxChildren, restore, args, ...child });
  }

  #spec(plan: Plan, id?: string): Omit<ChildSpec, 'id'> & { readonly id?: string } {
    const { restart, shutdown, significant } = plan;
    const common = {
      ...(id === undefined ? {} : { id }),
      restart,
      shutdown,
      significant,
      handle: this.#handles.handle,
    };
    if (plan.kind !== 'worker') return { ...common, start: this.#supervisor(plan) };
    return { ...common, args: plan.args, ...this.#puppets.startOf(plan) };
  }

  #infoLine({ path, type, status, actor }: ChildInfo): string {
    if (actor === undefined) return `${path} ${type} ${status === 'stopped' ? 'undefined' : status}`;
    return `${path} ${type} ${this.#puppets.nameOf(actor) ?? 'running'}`;
  }

  #picture(): readonly string[] {
    if (this.#ended !== undefined) return [`ended: ${this.#ended}`];
    const of = (view: ChildView): readonly string[] =>
      (view.supervisor?.children ?? []).flatMap((child) => [
        `${child.path}#${child.incarnation} ${STATUS[child.status] ?? child.status}`,
        ...of(child),
      ]);
    return of(this.#tree.view());
  }
}

const STATUS: Readonly<Record<string, string>> = { restarting: 'down', stopped: 'down' };

function lineOf(report: Report): string | undefined {
  const { path, type } = report;
  switch (type) {
    case 'started':
    case 'ignored':
    case 'gave up':
      return `${path} ${type}`;
    case 'exited':
      return `${path} ${report.isStopped ? 'stopped' : 'exited'} ${reasonOf(report.reason)}`;
    case 'start failed':
      return `${path} ${type}${report.isAsked ? ' as asked' : ''} ${reasonOf(report.error)}`;
    case 'shutdown error':
      return `${path} ${type} ${reasonOf(report.reason)} ${report.count ?? 1}`;
    default:
      return undefined;
  }
}

function reasonOf(reason: unknown): string {
  if (reason instanceof GaveUp) return 'shutdown';
  if (reason instanceof StartFailed) return `${reason.path} did not start: ${reasonOf(reason.cause)}`;
  return fromReason(reason);
}

function errorOf(error: unknown): string {
  if (error instanceof NotRunning) return 'noproc';
  if (error instanceof UnknownChild) return 'not_found';
  if (error instanceof ChildState) return error.state;
  if (error instanceof StartFailed) return reasonOf(error);
  if (error instanceof MaxChildren) return 'max_children';
  if (error instanceof DynamicChild) return 'simple_one_for_one';
  if (error instanceof BadSpec) return error.problem.name;
  return `unexpected: ${error}`;
}

function showSpec({ id, restart, shutdown, significant, type }: FullChildSpec): string {
  return `${id} ${restart} ${shutdown} ${significant} ${type}`;
}
