let inFlight = 0;

/**
 * Counts `work` as long as it goes on: what a session waits for and neither a message nor a timer will bring, such as a
 * signature. Whoever moves time by hand must not move it past that.
 */
export async function computing<T>(work: () => Promise<T>): Promise<T> {
  inFlight += 1;
  try {
    return await work();
  } finally {
    inFlight -= 1;
  }
}

/** How much of that goes on in this process. */
export const computations = (): number => inFlight;
