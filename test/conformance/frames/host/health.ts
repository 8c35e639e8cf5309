/** How the process under test is: its loop, its memory, the prototype that all objects share. */
export interface Health {
  /** The longest time in one turn of the loop, in milliseconds of the processor: a busy machine is not this process's fault. */
  readonly blocked: number;
  /** How much memory was added at most, and what of that is still there after collecting, in octets. */
  readonly grown: number;
  readonly kept: number;
  readonly prototype: 'unchanged' | 'changed';
}

const TICK_MS = 10;

const prototypeOf = (): string =>
  JSON.stringify(Object.getOwnPropertyNames(Object.prototype)) +
  JSON.stringify(Object.getOwnPropertyNames(Array.prototype));

export class HealthWatch {
  readonly #prototype = prototypeOf();
  #blocked = 0;
  #start = 0;
  #peak = 0;

  constructor() {
    let [at, spent] = [performance.now(), cpu()];
    const timer = setInterval(() => {
      const [now, used] = [performance.now(), cpu()];
      this.#blocked = Math.max(this.#blocked, Math.min(now - at, used - spent) - TICK_MS);
      this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
      [at, spent] = [now, used];
    }, TICK_MS);
    timer.unref();
    this.begin();
  }

  begin(): void {
    collect();
    this.#blocked = 0;
    this.#start = process.memoryUsage.rss();
    this.#peak = this.#start;
  }

  /** To be asked more than once: what is kept may take some time to go. */
  look(): Health {
    collect();
    const rss = process.memoryUsage.rss();
    const isSame = prototypeOf() === this.#prototype && !('polluted' in {});
    return {
      blocked: Math.round(this.#blocked),
      grown: Math.max(0, this.#peak - this.#start),
      kept: Math.max(0, rss - this.#start),
      prototype: isSame ? 'unchanged' : 'changed',
    };
  }
}

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function collect(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
