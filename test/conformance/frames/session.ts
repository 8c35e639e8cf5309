import type { Line, List } from './line.js';

/** Codes of messages, by name. */
export const CODE = {
  HELLO: 1,
  WELCOME: 2,
  ABORT: 3,
  CHALLENGE: 4,
  AUTHENTICATE: 5,
  GOODBYE: 6,
  ERROR: 8,
  PUBLISH: 16,
  PUBLISHED: 17,
  SUBSCRIBE: 32,
  SUBSCRIBED: 33,
  UNSUBSCRIBE: 34,
  UNSUBSCRIBED: 35,
  EVENT: 36,
  CALL: 48,
  CANCEL: 49,
  RESULT: 50,
  REGISTER: 64,
  REGISTERED: 65,
  UNREGISTER: 66,
  UNREGISTERED: 67,
  INVOCATION: 68,
  INTERRUPT: 69,
  YIELD: 70,
} as const;

export type Name = keyof typeof CODE;

export const nameOf = (code: unknown): Name | undefined =>
  (Object.keys(CODE) as Name[]).find((name) => CODE[name] === code);

/** A session of the runner's own with the router under test. It keeps to the rules; a case breaks them on its line. */
export class Session {
  readonly line: Line;
  /** That WELCOME gave. */
  id = 0;
  /** WELCOME's details. */
  details: unknown = {};
  /** Procedures whose invocations it leaves unanswered. */
  readonly holds = new Set<string>();
  /** By registration. */
  readonly #procedures = new Map<number, string>();
  readonly subscriptions = new Set<number>();
  readonly registrations = new Set<number>();
  #next = 1;
  #looked = 0;

  constructor(line: Line) {
    this.line = line;
    line.watch.always(() => this.#answer());
  }

  /** The next request's id. */
  get next(): number {
    return this.#next;
  }

  /** A case has used an id up. */
  used(): void {
    this.#next += 1;
  }

  hello(realm: string, details: object): void {
    this.line.say([CODE.HELLO, realm, details]);
  }

  /** @throws {Error} when it is not welcome */
  async join(realm: string, details: object): Promise<void> {
    this.hello(realm, details);
    const answer = await this.line.hear(([code]) => code === CODE.WELCOME || code === CODE.ABORT);
    if (answer?.[0] !== CODE.WELCOME) throw new Error(`expected WELCOME, received ${shown(answer)}`);
    this.id = answer[1] as number;
    this.details = answer[2];
  }

  /** Sends a request; `rest` stands behind its id. @returns its id */
  request(code: number, ...rest: unknown[]): number {
    const id = this.#next;
    this.#next += 1;
    this.line.say([code, id, ...rest]);
    return id;
  }

  /** The answer to a request. @throws {Error} when none comes */
  async answerTo(code: number, id: number, ms = 3_000): Promise<List> {
    const answer = await this.line.hear((list) => isAnswer(list, code, id), { ms });
    if (answer === undefined) throw new Error(`request ${id} (${nameOf(code)}) was not answered`);
    return answer;
  }

  /** @throws {Error} when it is refused */
  async ask(code: number, ...rest: unknown[]): Promise<List> {
    const answer = await this.answerTo(code, this.request(code, ...rest));
    if (answer[0] === CODE.ERROR) throw new Error(`${nameOf(code)} ${shown(rest)} was refused: ${shown(answer)}`);
    return answer;
  }

  async subscribe(topic: string, options: object = {}): Promise<number> {
    const [, , subscription] = await this.ask(CODE.SUBSCRIBE, options, topic);
    this.subscriptions.add(subscription as number);
    return subscription as number;
  }

  async register(procedure: string, options: object = {}): Promise<number> {
    const [, , registration] = await this.ask(CODE.REGISTER, options, procedure);
    this.#procedures.set(registration as number, procedure);
    this.registrations.add(registration as number);
    return registration as number;
  }

  async unregister(registration: number): Promise<void> {
    await this.ask(CODE.UNREGISTER, registration);
    this.registrations.delete(registration);
    this.#procedures.delete(registration);
  }

  /** Its registration of a procedure, if it has one. */
  registrationOf(procedure: string): number | undefined {
    return [...this.#procedures].find(([, held]) => held === procedure)?.[0];
  }

  /** What it has registered last, and has still. */
  get lastRegistered(): string | undefined {
    return [...this.#procedures.values()].at(-1);
  }

  /** Messages of one kind, from the `from`th message on. */
  all(code: number, from = 0): readonly List[] {
    return this.line.heard.slice(from).flatMap(({ list }) => (list[0] === code ? [list] : []));
  }

  #answer(): void {
    for (; this.#looked < this.line.heard.length; this.#looked += 1) {
      const [code, request, registration, , args] = this.line.heard[this.#looked]?.list ?? [];
      if (code !== CODE.INVOCATION) continue;
      const procedure = this.#procedures.get(registration as number);
      if (procedure === undefined || this.holds.has(procedure)) continue;
      this.line.say([CODE.YIELD, request, {}, args ?? []]);
    }
  }
}

function isAnswer([code, first, second]: List, asked: number, id: number): boolean {
  if (code === CODE.ERROR) return first === asked && second === id;
  const answers: Readonly<Record<number, number>> = { [CODE.CALL]: CODE.RESULT };
  return code === (answers[asked] ?? asked + 1) && first === id;
}

export const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 200);
