import type { ChartNode } from './chart.js';

/** Which state lies within which, by their ids. A key may contain a dot, so an id alone does not tell. */
export class Ancestry {
  readonly #parents: ReadonlyMap<string, string | undefined>;

  constructor(nodes: readonly ChartNode[]) {
    this.#parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  }

  isInside(id: string, frame: string): boolean {
    return this.around(id).includes(frame);
  }

  /** The states around `id`, from the innermost to the root. */
  around(id: string): readonly string[] {
    const frames: string[] = [];
    for (let frame = this.#parents.get(id); frame !== undefined; frame = this.#parents.get(frame)) frames.push(frame);
    return frames;
  }

  /** The state directly inside `frame` that is `id` or holds it. */
  childTowards(id: string, frame: string): string | undefined {
    return [id, ...this.around(id)].find((candidate) => this.#parents.get(candidate) === frame);
  }

  /** The frames around `id`, from the innermost, up to `home` and without it. None if `id` is `home`. */
  framesUpTo(id: string, home: string): readonly string[] {
    const frames = this.around(id);
    const end = frames.indexOf(home);
    return end === -1 ? [] : frames.slice(0, end);
  }

  /** Where a transition is drawn: in a state's own frame if it leads in or out of it, else in the innermost around both. */
  homeOf(from: string, to: string): string {
    if (this.isInside(to, from)) return from;
    if (this.isInside(from, to)) return to;
    const around = this.around(to);
    return this.around(from).find((frame) => around.includes(frame)) ?? '';
  }
}
