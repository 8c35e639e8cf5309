/**
 * Respell prints nothing that nobody has asked for, also where XState's development build is in its place, as in tests under
 * Vitest, in pages that Vite or webpack serve while they are written, and with `node --conditions=development`.
 */
import { type UserFolder, userFolder } from '../support/installed-package.js';
import { describeOnEachNode, run } from '../support/programs.js';

const PROGRAM = `
import { connect, peer, router, start, supervisor } from 'respell';

const local = await router({ port: 0 });
const options = { realm: 'realm1', register: { 'com.example.one': () => 1 }, backoff: { first: 5, base: 5 } };
const me = await connect(local.url, options);
const raw = await connect(local.urls[1], { realm: 'realm1' });
await raw.call('com.example.one');
me.abort('com.example.tired');
await me.joined();
await me.rejoin();
await connect(local.url, { realm: 'nowhere' }).catch(() => {});
await connect('ws://127.0.0.1:9', { realm: 'realm1' }).catch(() => {});
const failing = { id: 'failing', start: () => { throw new Error('no'); } };
const inner = { id: 'inner', start: supervisor({ children: [peer('linked', { url: local, realm: 'realm1' })] }) };
const tree = start(supervisor({ children: [inner] }));
await tree.ready;
await tree.startChild(failing).catch(() => {});
await tree.terminateChild('inner');
await tree.restartChild('inner');
const left = new Promise((resolve) => me.on('left', resolve));
await local.kill();
await left;
await local.start();
await raw.joined();
await me.joined();
await tree.drain();
await me.leave();
await local.stop();
await raw.leave();
`;

let folder: UserFolder;

beforeAll(async () => {
  folder = await userFolder();
  folder.write('program.mjs', PROGRAM);
}, 120_000);

afterAll(() => folder.dispose());

describeOnEachNode('a program with sessions of every end', (node) => {
  test.concurrent.each(['production', 'development'])(
    'is silent with the %s build of XState',
    async (condition) => {
      const args = [`--conditions=${condition}`, 'program.mjs'];
      const { code, stdout, stderr } = await run(node(), args, { cwd: folder.path, deadline: 30_000 }).ended;
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    },
    60_000,
  );
});
