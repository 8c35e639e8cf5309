/**
 * The examples as their readers run them: saved beside the installed package, each prints what its last comment says, and
 * ends by itself.
 */
import ts from 'typescript';
import { type UserFolder, userFolder } from '../support/installed-package.js';
import { describeOnEachNode, run } from '../support/programs.js';
import { filesBelow, read } from '../support/source-files.js';

const EXAMPLES = filesBelow('docs/examples')
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, name: path.slice('docs/examples/'.length, -3) }));

/** What is longer than a reader's patience. */
const DEADLINE = 30_000;

/** The lines that the last comment promises. `…` stands for what differs from run to run, such as a port. */
function promised(text: string): readonly RegExp[] {
  const [, comment = ''] = /\n\/\/ It prints:\n((?:\/\/.*\n)+)$/.exec(text) ?? [];
  return comment
    .split('\n')
    .slice(0, -1)
    .map(
      (line) =>
        new RegExp(
          `^${line
            .replace(/^\/\/ {3}/, '')
            .split('…')
            .map(literal)
            .join('\\S+')}$`,
        ),
    );
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The first Node that runs it as it is: one with newer syntax says so. */
const runsFrom = (text: string): number => Number(/\(Node (\d+) or\s+(?:\* )?newer\)/.exec(text)?.[1]);

let folder: UserFolder;

beforeAll(async () => {
  folder = await userFolder('zod');
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  for (const { path, name } of EXAMPLES) {
    folder.write(`${name}.mts`, read(path));
    folder.write(`${name}.cjs`, ts.transpileModule(read(path), { compilerOptions }).outputText);
  }
}, 120_000);

afterAll(() => folder.dispose());

describeOnEachNode('an example', (node, major) => {
  // Node 20 does not strip types: there it is what a compiler, or a runner, has made of it. (`.mts` spares us the advice to
  // say "type" in package.json, which is tested with the README's program.) Likewise for syntax that a Node has not.
  const ending = (text: string): string => (major >= runsFrom(text) ? 'mts' : 'cjs');

  test.concurrent.each(EXAMPLES)(
    'prints what its last comment says, and ends by itself: $name',
    async ({ path, name }) => {
      const { code, signal, stdout, stderr } = await run(node(), [`${name}.${ending(read(path))}`], {
        cwd: folder.path,
        deadline: DEADLINE,
      }).ended;
      const lines = stdout.split('\n').slice(0, -1);
      const expected = promised(read(path));
      expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
      expect(lines.map((line, at) => (expected[at]?.test(line) ? expected[at] : line))).toEqual(expected);
    },
    60_000,
  );
});

describe('each example', () => {
  it.each(EXAMPLES)(
    'is short, says in its first comment how to run it, and imports as a user does: $name',
    ({ path }) => {
      const text = read(path);
      expect(text.trimEnd().split('\n').length).toBeLessThan(60);
      expect(text).toMatch(new RegExp(`^/\\*\\*\\n[^/]*Run it where [^/]*\`node ${path.split('/').at(-1)}\``));
      expect(promised(text).length).toBeGreaterThan(0);
      expect(runsFrom(text)).toBeGreaterThanOrEqual(22);
      expect(text).not.toMatch(/from '\.\.?\//);
    },
  );

  it.each(EXAMPLES)('is in the index, with what it shows: $name', ({ name }) => {
    expect(read('docs/examples/README.md')).toMatch(
      new RegExp(`^\\| \\[${name}\\]\\(${name}\\.ts\\) \\| \\S.* \\|$`, 'm'),
    );
  });
});
