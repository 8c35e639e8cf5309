import type { Clock } from '../../../supervisors/index.js';
import type { Tree } from '../../start.js';
import { celsiusOf, HEATER_STATE, ROOMS, SET_HEATER, TARGET } from './house.js';
import type { Ledger } from './ledger.js';

const MEASURE_EVERY = 200;
const LOOK_EVERY = 400;

/**
 * What the people and things in the house do, through handles that outlive every restart. Whatever cannot be done since
 * a peer is down waits for it, or is counted as a failure; nobody here looks after sessions.
 */
export class Workload {
  readonly #tree: Tree;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #sequence = new Map<string, number>();
  readonly #underWay = new Set<Promise<unknown>>();
  #timers: unknown[] = [];
  #running = false;
  #minutes = 0;

  constructor(tree: Tree, ledger: Ledger, clock: Clock) {
    this.#tree = tree;
    this.#ledger = ledger;
    this.#clock = clock;
  }

  start(): void {
    this.#running = true;
    this.#every(MEASURE_EVERY, () => {
      this.#minutes += 1;
      for (const room of ROOMS) this.#measure(room);
    });
    this.#every(LOOK_EVERY, () => this.#call('display', HEATER_STATE, []));
  }

  /** The thermostat has heard a temperature: it sets the heater. */
  regulate(celsius: number): void {
    if (this.#running) this.#call('thermostat', SET_HEATER, [Math.max(0, Math.round((TARGET - celsius) * 500))]);
  }

  /** Begins nothing new; fulfilled when all that was begun has settled. */
  async finish(): Promise<void> {
    this.#running = false;
    for (const timer of this.#timers) this.#clock.clearTimeout(timer);
    this.#timers = [];
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay]);
  }

  #measure(room: (typeof ROOMS)[number]): void {
    const topic = celsiusOf(room);
    const sequence = (this.#sequence.get(topic) ?? 0) + 1;
    this.#sequence.set(topic, sequence);
    const celsius = TARGET - 1 + Math.sin(this.#minutes / 20 + topic.length) + Math.random() / 5;
    this.#watch(
      this.#tree
        .peer(room)
        .publish(topic, [sequence, Math.round(celsius * 10) / 10], { acknowledge: true, timeout: 10_000 })
        .then(() => this.#ledger.acknowledge(topic, sequence)),
    );
  }

  #call(peer: string, procedure: string, args: readonly unknown[]): void {
    this.#watch(
      this.#tree
        .peer(peer)
        .call(procedure, args, { timeout: 10_000 })
        .then(() => {
          this.#ledger.calls += 1;
        }),
    );
  }

  #watch(work: Promise<unknown>): void {
    const settled = work
      .catch(() => {
        this.#ledger.failures += 1;
      })
      .finally(() => this.#underWay.delete(settled));
    this.#underWay.add(settled);
  }

  #every(period: number, work: () => void): void {
    const index = this.#timers.length;
    const again = (): void => {
      if (!this.#running) return;
      work();
      this.#timers[index] = this.#clock.setTimeout(again, period);
    };
    this.#timers[index] = this.#clock.setTimeout(again, period);
  }
}
