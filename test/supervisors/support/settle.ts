/** Lets everything happen that needs no time: microtasks, and the event loop's turns after a bounded run of restarts. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}
