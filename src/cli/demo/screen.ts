import type { WriteStream } from 'node:tty';

/** The part of a terminal that is redrawn in place. What is written above it stays. */
export class Screen {
  readonly #out: WriteStream;
  #height = 0;

  constructor(out: WriteStream) {
    this.#out = out;
    out.write('\u001B[?25l');
  }

  get columns(): number {
    return this.#out.columns ?? 80;
  }

  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, Math.max(1, (this.#out.rows ?? 40) - 1));
    this.#out.write(`${this.#home()}${shown.map((line) => `${line}\u001B[K\n`).join('')}\u001B[J`);
    this.#height = shown.length;
  }

  /** Leaves the last drawing where it is and gives the cursor back. */
  close(): void {
    this.#out.write('\u001B[?25h');
  }

  #home(): string {
    return this.#height === 0 ? '' : `\u001B[${this.#height}A\r`;
  }
}
