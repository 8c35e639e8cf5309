import type { UriPattern } from '../wamp/uri.js';
import type { Id, Uri } from '../wamp/values.js';

/** Which of several callees of one registration gets a call. */
export type InvokePolicy = 'single' | 'roundrobin' | 'random' | 'first' | 'last';

/** How many calls one callee of a registration works on at a time, as it said when it registered. */
export interface Slots<Callee> {
  readonly registration: Registration<Callee>;
  readonly concurrency: number;
  /** How many calls it would let wait. */
  readonly queueLimit: number | undefined;
  /** Calls that it has to answer. */
  open: number;
}

/**
 * A procedure and its callees, in the order in which they registered. There is always at least one: a registration
 * without callees is taken away.
 *
 * @see WAMP Advanced Profile, "Shared Registration"
 */
export class Registration<Callee> {
  readonly id: Id;
  readonly procedure: Uri;
  readonly match: UriPattern;
  /** The first callee's choice. */
  readonly invoke: InvokePolicy;
  /** Since when it is there, in milliseconds since 1970. */
  readonly created: number;
  readonly callees: Callee[] = [];
  /** Callees that see to the timeouts of their calls themselves. */
  readonly keepTimeouts = new Set<Callee>();
  /** Of the callees that take so many calls at a time and no more. Made for the first of them. */
  slots: Map<Callee, Slots<Callee>> | undefined;
  #next = 0;

  constructor(id: Id, procedure: Uri, match: UriPattern, invoke: InvokePolicy, created = 0) {
    this.id = id;
    this.procedure = procedure;
    this.match = match;
    this.invoke = invoke;
    this.created = created;
    this.slots = undefined;
  }

  /** From now on `callee` has at most `concurrency` calls of this procedure to answer. */
  limit(callee: Callee, concurrency: number, queueLimit: number | undefined): void {
    this.slots ??= new Map();
    this.slots.set(callee, { registration: this, concurrency, queueLimit, open: 0 });
  }

  /** Whether a callee takes one more call now. */
  isFree(callee: Callee): boolean {
    const slots = this.slots?.get(callee);
    return slots === undefined || slots.open < slots.concurrency;
  }

  /** How many calls may wait for a callee that is free: as many as its callees would let wait. @param most but not more */
  placesToWait(most: number): number {
    let places = 0;
    for (const callee of this.callees) places += this.slots?.get(callee)?.queueLimit ?? most;
    return Math.min(places, most);
  }

  /** Whether another callee may join: with the same policy, unless that is `single`, and not twice. */
  admits(callee: Callee, invoke: InvokePolicy): boolean {
    return this.invoke !== 'single' && this.invoke === invoke && !this.callees.includes(callee);
  }

  /**
   * @param random from 0 up to 1
   * @param fits of a callee, whether it may be picked; left out, each may
   */
  pick(random: () => number, fits?: (callee: Callee) => boolean): Callee | undefined {
    const picked = this.#pick(random);
    if (fits === undefined || picked === undefined || fits(picked)) return picked;
    // It was its turn, and it cannot: the next one that can, or the one before where the last has precedence.
    const { callees, invoke } = this;
    const at = callees.indexOf(picked);
    const rest = [...callees.slice(at + 1), ...callees.slice(0, at)];
    return invoke === 'last' ? rest.findLast(fits) : rest.find(fits);
  }

  #pick(random: () => number): Callee | undefined {
    switch (this.invoke) {
      case 'single':
      case 'first':
        return this.callees[0];
      case 'last':
        return this.callees[this.callees.length - 1];
      case 'random':
        return this.callees[Math.floor(random() * this.callees.length)];
      case 'roundrobin': {
        const callee = this.callees[this.#next % this.callees.length];
        this.#next = (this.#next + 1) % this.callees.length;
        return callee;
      }
    }
  }

  /**
   * Another callee, of those that were not `tried`: as {@link pick}, if these did not exist.
   *
   * @see WAMP Advanced Profile, "Call Re-Routing"
   */
  pickOther(tried: ReadonlySet<Callee>, random: () => number): Callee | undefined {
    if (this.invoke === 'roundrobin') {
      for (let turns = this.callees.length; turns > 0; turns -= 1) {
        const callee = this.pick(random);
        if (callee !== undefined && !tried.has(callee)) return callee;
      }
      return undefined;
    }
    const others = this.callees.filter((callee) => !tried.has(callee));
    if (this.invoke === 'random') return others[Math.floor(random() * others.length)];
    return this.invoke === 'last' ? others.at(-1) : others[0];
  }

  remove(callee: Callee): void {
    this.keepTimeouts.delete(callee);
    this.slots?.delete(callee);
    const index = this.callees.indexOf(callee);
    if (index === -1) return;
    this.callees.splice(index, 1);
    // Whoever's turn it was keeps it.
    if (index < this.#next) this.#next -= 1;
  }
}
