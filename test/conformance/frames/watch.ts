/** Something that changes, and who waits for it: nobody sleeps, every wait has a deadline. */
export class Watch {
  readonly #waiting = new Set<() => void>();

  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Looks at every change, for good. */
  always(look: () => void): void {
    this.#waiting.add(look);
  }

  /** What `look` finds, as soon as it finds something; `undefined` after `ms`. */
  until<T>(look: () => T | undefined | false, ms: number): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const end = (value: T | undefined) => {
        clearTimeout(timer);
        this.#waiting.delete(again);
        resolve(value);
      };
      const again = () => {
        try {
          const found = look();
          if (found !== undefined && found !== false) end(found);
        } catch (error) {
          clearTimeout(timer);
          this.#waiting.delete(again);
          reject(error);
        }
      };
      const timer = setTimeout(() => end(undefined), ms);
      this.#waiting.add(again);
      again();
    });
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
