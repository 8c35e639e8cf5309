/** How many handlers of one session are at work: endpoints and event handlers whose promise has not settled. */
export class Load {
  running = 0;
  /** Told each time that one has settled. */
  onSettled: (() => void) | undefined = undefined;

  begin(): void {
    this.running += 1;
  }

  readonly settle = (): void => {
    this.running -= 1;
    this.onSettled?.();
  };
}
