import type { FrameCase } from './case.js';
import type { Seen } from './outcome.js';
import type { PeerProcess } from './peer-process.js';
export const skipsClient = (_test: FrameCase): string | undefined => 'not written yet';
export async function runClientCase(_test: FrameCase, _process: PeerProcess, _key: string): Promise<Seen | { skipped: string }> {
  return { skipped: '' };
}
