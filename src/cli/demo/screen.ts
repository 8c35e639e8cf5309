import type { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';

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
    const room = Math.max(1, (this.#out.rows ?? 40) - 1);
    const shown: string[] = [];
    let height = 0;
    for (const line of lines) {
      const rows = this.#rowsOf(line);
      if (height + rows > room) break;
      shown.push(line);
      height += rows;
    }
    this.#out.write(`${this.#home()}${shown.map((line) => `${line}\u001B[K\n`).join('')}\u001B[J`);
    this.#height = height;
  }

  /** A terminal goes on in the next row where a line is too long for one: an address is not cut, since it is to be opened. */
  #rowsOf(line: string): number {
    return Math.max(1, Math.ceil(stripVTControlCharacters(line).length / this.columns));
  }

  /** Leaves the last drawing where it is and gives the cursor back. */
  close(): void {
    this.#out.write('\u001B[?25h');
  }

  #home(): string {
    return this.#height === 0 ? '' : `\u001B[${this.#height}A\r`;
  }
}
