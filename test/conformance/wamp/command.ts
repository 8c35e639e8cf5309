import { type Console, Usage } from '../usage.js';
import { readSuite } from './suite.js';

export const USAGE = 'wamp DIR';

/**
 * Runs the standard's vectors, each in every serializer that is here, and says how many are met.
 *
 * @returns the exit code: 0 only if none failed
 * @throws {Usage} for arguments or a folder that are not as they should be, before anything runs
 */
export async function wamp(args: readonly string[], { out, err }: Console): Promise<number> {
  const [dir, ...more] = args;
  if (dir === undefined || dir.startsWith('-') || more.length > 0) {
    throw new Usage(`expected the folder of the standard's vectors; usage: ${USAGE}`);
  }
  const { checks, skipped } = readSuite(dir);
  let failed = 0;
  for (const { title, run } of checks) {
    try {
      await run();
    } catch (error) {
      failed += 1;
      out(`failed ${title}\n${(error as Error).message.replace(/^/gm, '  ')}\n`);
    }
  }
  for (const { title, why } of skipped) err(`skipped ${title}: ${why}\n`);
  out(`${checks.length - failed} passed, ${failed} failed, ${skipped.length} skipped\n`);
  return failed === 0 ? 0 : 1;
}
