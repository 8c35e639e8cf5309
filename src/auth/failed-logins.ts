/** How many logins may fail from one address, and within what time. */
export interface FailedLoginLimits {
  /** How many, up to 1,000. Default 10. */
  readonly attempts?: number;
  /** Within how many milliseconds. Default 60,000: so long after the first of them the next login is heard. */
  readonly within?: number;
  /** How many addresses are remembered; with one more the one is forgotten whose last failure is the oldest. Default 10,000. */
  readonly addresses?: number;
  /**
   * Whether this machine's own addresses (127.0.0.0/8 and ::1) are counted, too. Default false: a program here that has a wrong
   * password would shut out all others here, and all that come by way of a proxy on this machine.
   */
  readonly loopback?: boolean;
}

/** What {@link FailedLogins} has to know beside its limits. */
export interface FailedLoginFacts {
  /** The time, in milliseconds; only differences mean anything. */
  readonly now: () => number;
  /** After how many milliseconds a login that is still being verified keeps no other waiting. */
  readonly patience: number;
  /** An address was forgotten, since there were too many. */
  readonly onForgotten?: () => void;
}

/** The logins of one address that are there now. */
interface Present {
  /** How many there are. */
  count: number;
  /** Those that are being verified, each by when that began. */
  readonly verified: Set<{ readonly at: number }>;
  readonly waiting: (() => void)[];
}

/**
 * The failed logins of a router, by the address from which they came. Of one address no more than so many within some time are ever
 * found wrong: so guessing is slow, whatever the method and however many connections are used. Who has failed so often is not heard
 * until the first of the failures is old enough. What succeeds neither counts nor forgives.
 *
 * Of IPv6 the first 64 bits are the address: whoever has one has all that begin so. There is no timer, and what is remembered is
 * bounded.
 */
export class FailedLogins {
  readonly #attempts: number;
  readonly #within: number;
  readonly #addresses: number;
  readonly #loopback: boolean;
  readonly #facts: FailedLoginFacts;
  /** When, the oldest first; the address with the oldest last failure first. */
  readonly #failures = new Map<string, number[]>();
  readonly #present = new Map<string, Present>();

  constructor({ attempts, within, addresses, loopback }: Required<FailedLoginLimits>, facts: FailedLoginFacts) {
    this.#attempts = attempts;
    this.#within = within;
    this.#addresses = addresses;
    this.#loopback = loopback;
    this.#facts = facts;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#failures.size;
  }

  /** How long it is until a login from `address` is heard, in milliseconds: 0 if it is heard now. */
  wait(address: string): number {
    const origin = this.#originOf(address);
    const [first] = origin === undefined || this.#left(origin) > 0 ? [] : this.#recent(origin);
    return first === undefined ? 0 : first + this.#within - this.#facts.now();
  }

  /** A login from `address` has failed. */
  failed(address: string): void {
    const origin = this.#originOf(address);
    if (origin !== undefined) this.#note(origin);
  }

  /**
   * Verifies a login, and notes it if it is wrong. Of one address no more are verified at a time than may still be wrong; the others
   * wait for these.
   *
   * @returns whether it is right, or `unheard`: too many others were wrong
   * @throws what `verify` throws, which counts as nobody's failure
   */
  async verify(address: string, verify: () => Promise<boolean>): Promise<boolean | 'unheard'> {
    const origin = this.#originOf(address);
    if (origin === undefined) return verify();
    const present = this.#present.get(origin) ?? { count: 0, verified: new Set(), waiting: [] };
    this.#present.set(origin, present);
    present.count += 1;
    try {
      while (this.#left(origin) <= this.#busy(present)) {
        if (this.#left(origin) === 0) return 'unheard';
        await new Promise<void>((resolve) => present.waiting.push(resolve));
      }
      const mine = { at: this.#facts.now() };
      present.verified.add(mine);
      try {
        const isRight = await verify();
        if (!isRight) this.#note(origin);
        return isRight;
      } finally {
        present.verified.delete(mine);
        this.#callOn(origin, present);
      }
    } finally {
      present.count -= 1;
      if (present.count === 0) this.#present.delete(origin);
    }
  }

  #originOf(address: string): string | undefined {
    return this.#loopback || !isLoopback(address) ? originOf(address) : undefined;
  }

  /** Those that wait go on, as many as there is room for; all of them, to hear so, when there will be none. */
  #callOn(origin: string, present: Present): void {
    const left = this.#left(origin);
    const next = left === 0 ? present.waiting.length : Math.max(0, left - this.#busy(present));
    for (const goOn of present.waiting.splice(0, next)) goOn();
  }

  #busy({ verified }: Present): number {
    const now = this.#facts.now();
    let busy = 0;
    for (const { at } of verified) if (now - at < this.#facts.patience) busy += 1;
    return busy;
  }

  /** How many more may fail now. */
  #left(origin: string): number {
    return this.#attempts - this.#recent(origin).length;
  }

  #note(origin: string): void {
    const failures = this.#recent(origin);
    failures.push(this.#facts.now());
    // One that is not verified here may come on top.
    if (failures.length > this.#attempts) failures.shift();
    this.#failures.delete(origin);
    this.#failures.set(origin, failures);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size <= this.#addresses || oldest === undefined) return;
    this.#failures.delete(oldest);
    this.#facts.onForgotten?.();
  }

  /** The failures that still count. */
  #recent(origin: string): number[] {
    const failures = this.#failures.get(origin);
    if (failures === undefined) return [];
    const since = this.#facts.now() - this.#within;
    while (failures[0] !== undefined && failures[0] <= since) failures.shift();
    if (failures.length === 0) this.#failures.delete(origin);
    return failures;
  }
}

/**
 * For whom the failures of an address count: the machine with that address of IPv4, the network with the first 64 bits of that of
 * IPv6. `undefined` for what has neither, and is this machine or this process.
 *
 * @param address as transports have it: `192.0.2.7:50123`, `[2001:db8::7]:50123`, `unix:/run/router.sock`
 */
export function originOf(address: string): string | undefined {
  const v4 = /^(\d{1,3}(?:\.\d{1,3}){3}):\d+$/.exec(address)?.[1];
  if (v4 !== undefined) return v4;
  const v6 = /^\[([0-9a-f:.]+)(?:%[^\]]*)?\]:\d+$/i.exec(address)?.[1];
  return v6 === undefined ? undefined : `${groupsOf(v6).slice(0, 4).join(':')}::/64`;
}

/** Whether the address is one of this machine's own. */
function isLoopback(address: string): boolean {
  return /^(127\.|\[::1\]:)/.test(address);
}

/** The eight groups of an address of IPv6, each in the one way in which it can be written. */
function groupsOf(address: string): readonly string[] {
  const [before = [], after] = address.split('::', 2).map((part) => part.split(':').filter((group) => group !== ''));
  if (after === undefined) return before.map(shortest);
  // An address of IPv4 at the end stands for two.
  const length = before.length + after.length + (after.at(-1)?.includes('.') ? 1 : 0);
  return [...before, ...Array<string>(Math.max(0, 8 - length)).fill('0'), ...after].map(shortest);
}

const shortest = (group: string): string => group.toLowerCase().replace(/^0+(?=.)/, '');
