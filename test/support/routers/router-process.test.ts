import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ForeignRouter, startGuardian, startRouterProcess } from './router-process.js';

/** A stand-in for a router: whatever `script` does with `port`, run by this Node. */
const program = (script: (port: number) => string) => ({
  name: 'stand-in',
  path: process.execPath,
  config: (port: number) => ({ file: 'main.js', text: script(port) }),
  args: () => ['main.js'],
});

const LISTEN = (port: number): string => `require('node:net').createServer().listen(${port}, '127.0.0.1');`;

describe('startRouterProcess', () => {
  let router: ForeignRouter | undefined;
  afterEach(() => router?.dispose());

  it('fails with what a router wrote that ends instead of listening', async () => {
    const starting = startRouterProcess(program(() => "console.error('no such option'); process.exit(1);"));
    await expect(starting).rejects.toThrow(/^stand-in did not accept connections on port \d+:\nno such option\n$/);
  });

  it('kills a router that does not mind SIGTERM', async () => {
    router = await startRouterProcess(program((port) => `process.on('SIGTERM', () => {}); ${LISTEN(port)}`));
    await router.stop();
    await router.start();
  });

  it('disposes of a router more than once, and of one that has ended by itself', async () => {
    router = await startRouterProcess(program((port) => `${LISTEN(port)} setTimeout(() => process.exit(), 100);`));
    await router.dispose();
    await router.dispose();
  });
});

describe('startGuardian', () => {
  it('kills a whole group when the process that watches over it is gone', async () => {
    const leader = spawn('sh', ['-c', 'sleep 60 & wait'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    await once(leader, 'spawn');
    const guardian = startGuardian(leader);
    // The end of standard output comes when the last of the group is gone, `sleep` included.
    leader.stdout.resume();
    const gone = Promise.all([once(leader, 'exit'), once(guardian, 'exit'), once(leader.stdout, 'end')]);
    guardian.stdin?.end();
    const [[, signal], [code]] = await gone;
    expect({ signal, code }).toEqual({ signal: 'SIGKILL', code: 0 });
  });
});
