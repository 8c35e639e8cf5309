/** What an incarnation does, `peer.test.ts` tells for both of its forms; here is why there are two. */
import { build } from 'esbuild';
import { leanPeer } from '../../actors/lean-peer.js';
import { takesShutdown } from '../../supervisors/traits.js';
import { ROOT } from '../support/source-files.js';

/** How many octets of XState a page loads for what `contents` exports. */
async function octetsOfXState(contents: string): Promise<number> {
  const { metafile } = await build({
    stdin: { contents, resolveDir: ROOT },
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    treeShaking: true,
    write: false,
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  return Object.entries(output?.inputs ?? {})
    .filter(([path]) => path.startsWith('node_modules/xstate/'))
    .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
}

it('loads nothing of XState that an actor of any other kind would not load', async () => {
  const [lean, actor, chart] = await Promise.all(
    [
      "export { leanPeer } from './actors/lean-peer.js';",
      "export { createActor } from 'xstate';",
      "export { peerMachine } from './actors/peer.js';",
    ].map(octetsOfXState),
  );
  // Names that occur in other modules, too, get a digit.
  expect(lean).toBeLessThan(1.01 * (actor ?? 0));
  expect(chart).toBeGreaterThan(2 * (lean ?? 0));
});

it('is asked to end, and given the time to, by a supervisor', () => {
  expect(takesShutdown(leanPeer)).toBe(true);
});
