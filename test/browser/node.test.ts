/** The entry for pages in Node, which has a WebSocket of its own from 22 on: it may tell of an error and of no close. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describeOnEachNode, run } from '../support/programs.js';
import { ROOT } from '../support/source-files.js';
import { WEBSOCKET } from '../support/worlds.js';

const PROGRAM = `
import { connect } from './src/browser/index.js';
const nowhere = await connect('ws://127.0.0.1:1/ws', { realm: 'realm1' }).catch((error) => error);
console.log(nowhere.name, nowhere.transient);
const peer = await connect(process.argv[2], {
  realm: process.argv[3],
  backoff: { first: 10, base: 20, max: 40 },
  register: { 'com.example.add': ({ args: [a, b] }) => a + b },
});
console.log('joined', (await peer.call('com.example.add', [2, 3])).args[0]);
const left = new Promise((resolve) => peer.on('left', resolve));
console.log('ready to lose');
console.log('left', (await left).name);
await peer.joined();
console.log('joined again', (await peer.call('com.example.add', [3, 4])).args[0]);
await peer.leave();
console.log(peer.status, peer.stats().unsettled);
`;

describeOnEachNode('the entry for pages', (node, major) => {
  // Node 20 has no WebSocket.
  if (major < 22) return;

  it('joins by the WebSocket that Node has, notices the end of its router, and joins again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'respell-node-'));
    const router = await WEBSOCKET.start();
    try {
      const outfile = join(folder, 'program.mjs');
      await build({
        stdin: { contents: PROGRAM, resolveDir: ROOT },
        outfile,
        bundle: true,
        format: 'esm',
        platform: 'browser',
        target: 'es2022',
        define: { 'process.env.NODE_ENV': '"production"' },
        logLevel: 'error',
      });
      const program = run(node(), [outfile, String(router.url), router.realm], { cwd: folder, deadline: 20_000 });
      await program.printed('ready to lose');
      await router.kill();
      await program.printed(/^left /);
      await router.start();
      const { code, stdout, stderr } = await program.ended;
      expect({ code, stderr, lines: stdout.trim().split('\n') }).toEqual({
        code: 0,
        stderr: '',
        lines: ['ConnectError true', 'joined 5', 'ready to lose', 'left ConnectionLost', 'joined again 7', 'stopped 0'],
      });
    } finally {
      await router.dispose();
      await rm(folder, { recursive: true });
    }
  }, 40_000);
});
