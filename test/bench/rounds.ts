/** What several rounds have measured of contenders that take turns, and what it comes to beside the first of them. */
import type { Row, Section } from './comparison.js';
import { ratio, series } from './statistics.js';

/** Of one contender in one round. */
export interface Figures {
  /** A second. */
  readonly rate: number;
  /** Its processor time for one, in microseconds; `undefined` where the system does not tell. */
  readonly cpu: number | undefined;
}

const DESCRIBED = {
  rate: { unit: '1/s', better: 'more', titled: (name: string) => name },
  cpu: { unit: 'µs', better: 'less', titled: (name: string) => `${name}: processor time for each` },
} as const;

export class Rounds {
  readonly #contenders: readonly string[];
  readonly #figures = new Map<string, Figures[]>();

  /** @param contenders the names, ours first */
  constructor(contenders: readonly string[]) {
    this.#contenders = contenders;
  }

  add(contender: string, measure: string, figures: Figures): void {
    const key = JSON.stringify([contender, measure]);
    const rounds = this.#figures.get(key);
    if (rounds === undefined) this.#figures.set(key, [figures]);
    else rounds.push(figures);
  }

  /** Each contender's figures of one measure. Ours has no ratio: every other's is of ours to it. */
  section(measure: string, title: string): Section {
    return { title, rows: [...this.#rows(measure, 'rate'), ...this.#rows(measure, 'cpu')] };
  }

  #rows(measure: string, what: 'rate' | 'cpu'): readonly Row[] {
    const all = this.#contenders.map((contender) => {
      const rounds = this.#figures.get(JSON.stringify([contender, measure])) ?? [];
      const values = rounds.flatMap((figures) => figures[what] ?? []);
      return values.length > 0 ? series(values) : undefined;
    });
    const [ours] = all;
    const { unit, better, titled } = DESCRIBED[what];
    return this.#contenders.flatMap((name, at) => {
      const figures = all[at];
      if (ours === undefined || figures === undefined) return [];
      return [{ title: titled(name), unit, better, figures, ...(at > 0 && { ratio: ratio(ours, figures) }) }];
    });
  }
}
