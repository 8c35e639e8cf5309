import { isNormal } from '../../../supervisors/exit-reason.js';
import type { LoopHost } from './host.js';

/**
 * Ends a loop with its peer: of a peer that has left or was stopped it is at its end, of one that is parked it fails with the reason.
 *
 * @returns a function that ends the wait for that
 */
export function untilOver(
  host: Pick<LoopHost, 'watchers' | 'whyNoSession'>,
  close: (...error: [why?: Error]) => void,
): () => void {
  return host.watchers.on('exited', ({ reason, fate }) => {
    if (fate === 'restarting') return;
    if (fate === 'stopped' && isNormal(reason)) close();
    else close(host.whyNoSession);
  });
}
