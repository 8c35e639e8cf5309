/** Runs what a user wants to have run: what it throws, and what it rejects with, is told to `failed` and to nobody else. */
export function runHook<T>(
  hook: ((value: T) => unknown) | undefined,
  value: T,
  failed: (error: unknown) => void,
): void {
  if (hook === undefined) return;
  try {
    Promise.resolve(hook(value)).catch(failed);
  } catch (error) {
    failed(error);
  }
}
