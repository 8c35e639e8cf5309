import { ProgramFailed } from './child-process.js';

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What `promise` comes to.
 *
 * @param deadline in milliseconds
 * @param what for the message
 * @throws {ProgramFailed} when it does not settle in time, or rejects
 */
export async function inTime<T>(promise: Promise<T>, deadline: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ProgramFailed(`${what}: not within ${deadline / 1_000} s`)), deadline);
  });
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    throw error instanceof ProgramFailed ? error : new ProgramFailed(`${what}: ${(error as Error).message}`);
  } finally {
    clearTimeout(timer);
  }
}
