/** How often models are tried, and on which sequences: `MODEL_RUNS=100000 MODEL_SEED=7 npm test -- routing/calls-model`. */

interface ModelRuns {
  readonly numRuns: number;
  readonly seed: number;
  /** For jest: how long so many may take, in milliseconds. */
  readonly timeout: number;
}

/**
 * @param usual how many, where nobody asks for another number. The seed is another one each time, and is printed: it and
 * the number make the same sequences again.
 */
export function modelRuns(usual: number): ModelRuns {
  const numRuns = Number(process.env['MODEL_RUNS'] ?? usual);
  const seed = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);
  return { numRuns, seed, timeout: 60_000 + 600 * numRuns };
}

/** To be written when all of them have gone well; what goes wrong fast-check tells with its seed. */
export function tellRuns(model: string, { numRuns, seed }: ModelRuns): void {
  process.stdout.write(`${model}: ${numRuns.toLocaleString('en')} runs, seed ${seed}\n`);
}
