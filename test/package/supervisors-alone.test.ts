/**
 * Whoever wants the supervisors alone gets nothing else: `respell/supervisors`, as it was built and installed, loads its own
 * files and XState's, no other package, no file of a WAMP peer, and nothing of Node's.
 */
import { type UserFolder, userFolder } from '../support/installed-package.js';
import { describeOnEachNode, run } from '../support/programs.js';

/** Prints what each `require` finds. */
const REQUIRES = `
const Module = require('node:module');
const load = Module._load;
Module._load = function (request, parent, isMain) {
  console.log(Module._resolveFilename(request, parent));
  return load.call(this, request, parent, isMain);
};
require('respell/supervisors');
`;

const IMPORTS = `
import { register } from 'node:module';
register('./hooks.mjs', import.meta.url);
await import('respell/supervisors');
`;

/** Prints what each `import` finds. Hooks have a thread of their own, where console.log comes too late. */
const HOOKS = `
import { writeSync } from 'node:fs';
export async function resolve(name, context, next) {
  const found = await next(name, context);
  writeSync(1, found.url + '\\n');
  return found;
}
`;

/** A file as a user would name it, behind the last `node_modules`; a module of Node's is itself. */
const nameOf = (line: string): string =>
  line.slice(line.lastIndexOf('/node_modules/') + 1).replace('node_modules/', '');

let folder: UserFolder;

beforeAll(async () => {
  folder = await userFolder();
  folder.write('requires.cjs', REQUIRES);
  folder.write('imports.mjs', IMPORTS);
  folder.write('hooks.mjs', HOOKS);
}, 120_000);

afterAll(() => folder.dispose());

describeOnEachNode('respell/supervisors', (node) => {
  test.each([
    ['requires.cjs', 'cjs'],
    ['imports.mjs', 'esm'],
  ])('loads nothing but itself and xstate: %s', async (program, half) => {
    const { code, stdout, stderr } = await run(node(), [program], { cwd: folder.path, deadline: 10_000 }).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const names = [...new Set(stdout.split('\n').slice(0, -1).map(nameOf))];
    const own = names.filter((name) => name.startsWith(`respell/dist/${half}/supervisors/`));
    expect(own.length).toBeGreaterThan(20);
    expect(names.some((name) => name.startsWith('xstate/'))).toBe(true);
    expect(names.filter((name) => !own.includes(name) && !name.startsWith('xstate/'))).toEqual([]);
  });
});
