import { EXIT } from './exit-codes.js';

/** Aborts at the first Ctrl-C or SIGTERM; a second one ends the process at once, as a shell tells of that signal. */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  const stop = (exit: number) => () => {
    if (controller.signal.aborted) process.exit(exit);
    controller.abort();
  };
  process.on('SIGINT', stop(EXIT.interrupted));
  process.on('SIGTERM', stop(EXIT.terminated));
  return controller.signal;
}

/** Fulfilled when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
