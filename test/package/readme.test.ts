/**
 * The documentation as its readers meet it: the README's first program, saved and run as it stands, prints what is
 * printed under it and ends, and so does every other program; each TypeScript block compiles strictly; each link leads
 * somewhere.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { type UserFolder, userFolder } from '../support/installed-package.js';
import { describeOnEachNode, run } from '../support/programs.js';
import { filesBelow, type ProjectPath, ROOT, read } from '../support/source-files.js';

interface Block {
  readonly path: ProjectPath;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

function blocksOf(path: ProjectPath): readonly Block[] {
  const text = read(path);
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 1: language = '', 2: body = '', index }) => ({
    path,
    line: text.slice(0, index).split('\n').length,
    language,
    text: body,
  }));
}

const PAGES = ['README.md', ...filesBelow('docs').filter((path) => path.endsWith('.md'))];
const [first, printed] = (['ts', 'text'] as const).map(
  (language) => blocksOf('README.md').find((block) => block.language === language)?.text ?? '',
) as [string, string];

/** A TypeScript block, and what the text block right behind it says that it prints. */
interface Program {
  readonly name: string;
  readonly text: string;
  readonly prints: string;
}

function programsOf(path: ProjectPath): readonly Program[] {
  const blocks = blocksOf(path);
  return blocks.flatMap(({ line, language, text }, at) => {
    const next = blocks[at + 1];
    const isRightBehind = next?.line === line + text.split('\n').length + 2;
    if (language !== 'ts' || next?.language !== 'text' || !isRightBehind) return [];
    return { name: `${path.replace(/^.*\/|\.md$/g, '')}-${line}`, text, prints: next.text };
  });
}

const PROGRAMS = PAGES.flatMap(programsOf);

/** How a user without a runner for TypeScript, or one who wants CommonJS, gets it. */
const transpiled = (module: ts.ModuleKind, text = first) =>
  ts.transpileModule(text, { compilerOptions: { module, target: ts.ScriptTarget.ES2022 } }).outputText;

/** A program that does not end by itself never does. One that is slow is so because of what else runs here. */
const DEADLINE = 30_000;

let folder: UserFolder;

beforeAll(async () => {
  folder = await userFolder('zod');
  folder.write('first.js', first);
  folder.write('first.mjs', first);
  folder.write('first.ts', first);
  folder.write('first.mts', first);
  folder.write('first.cjs', transpiled(ts.ModuleKind.CommonJS));
  folder.write('transpiled.js', transpiled(ts.ModuleKind.ESNext));
  for (const { name, text } of PROGRAMS) {
    folder.write(`${name}.mts`, text);
    folder.write(`${name}.mjs`, transpiled(ts.ModuleKind.ESNext, text));
  }
}, 120_000);

afterAll(() => folder.dispose());

/** A file with `import` in a package that does not say what it is: Node asks for a line in package.json, and runs it. */
const ADVICE =
  /^\(node:\d+\) \[MODULE_TYPELESS_PACKAGE_JSON\] Warning: [\s\S]*\n\(Use `node --trace-warnings [\s\S]*\)\n$/;

describeOnEachNode("the README's first program", (node, major) => {
  // Node 20 does not strip types: there TypeScript is what a compiler or a runner has made of it.
  const typed = major >= 22 ? ['first.ts', 'first.mts'] : [];

  test.concurrent.each(['first.js', 'first.mjs', 'first.cjs', 'transpiled.js', ...typed])(
    'prints as %s what the README says, and ends by itself',
    async (file) => {
      const { code, signal, stdout, stderr } = await run(node(), [file], {
        cwd: folder.path,
        deadline: DEADLINE,
      }).ended;
      expect({ stdout, code, signal }).toEqual({ stdout: printed, code: 0, signal: null });
      expect(stderr.replace(ADVICE, '')).toBe('');
    },
    60_000,
  );

  it('is loaded by `node --input-type=commonjs` too: no entry needs an import', async () => {
    const text = `console.log(typeof require('respell').connect, typeof require('respell/supervisors').supervisor)`;
    const { stdout, stderr } = await run(node(), ['-e', text], { cwd: folder.path, deadline: DEADLINE }).ended;
    expect({ stdout, stderr }).toEqual({ stdout: 'function function\n', stderr: '' });
  }, 60_000);
});

describeOnEachNode('a program of the documentation', (node, major) => {
  test.concurrent.each(PROGRAMS)(
    'prints what stands under it, and ends by itself: $name',
    async ({ name, prints }) => {
      const file = `${name}.${major >= 22 ? 'mts' : 'mjs'}`;
      const outcome = await run(node(), [file], { cwd: folder.path, deadline: DEADLINE }).ended;
      const { code, signal, stdout, stderr } = outcome;
      expect({ stdout, stderr, code, signal }).toEqual({ stdout: prints, stderr: '', code: 0, signal: null });
    },
    60_000,
  );

  it('is found where there is one', () => {
    expect(PROGRAMS.filter(({ name }) => name.startsWith('supervision-')).length).toBeGreaterThan(15);
  });
});

it('runs on Node 20 as TypeScript with a runner: ts-node', async () => {
  const args = ['-r', join(ROOT, 'node_modules/ts-node/register/transpile-only'), 'first.ts'];
  folder.write(
    'tsconfig.json',
    '{ "compilerOptions": { "module": "nodenext", "target": "es2022", "strict": true } }\n',
  );
  const { code, stdout, stderr } = await run(process.execPath, args, { cwd: folder.path, deadline: DEADLINE }).ended;
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: printed, stderr: '' });
}, 60_000);

it('takes no more than 15 lines for all four roles', () => {
  expect(first.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(15);
  for (const role of ['register', 'call', 'subscribe', 'publish']) expect(first).toContain(`peer.${role}(`);
});

describe('each TypeScript block of the documentation', () => {
  const blocks = PAGES.flatMap(blocksOf).filter(({ language }) => language === 'ts');

  it.each([false, true])(
    'compiles with --strict; exactOptionalPropertyTypes: %s',
    async (exactOptionalPropertyTypes) => {
      // A block for contributors is about files of this project, and stands where its imports lead from. The README's first
      // program runs as CommonJS too; elsewhere a block may wait at its top.
      const files = blocks.map(({ path, line, text }) => {
        const name = `${path.replace(/\W/g, '-')}-${line}.${path === 'README.md' ? 'ts' : 'mts'}`;
        return folder.write(name, text.replaceAll("from '../", `from '${join(ROOT, 'test')}/`));
      });
      const compilerOptions = {
        noEmit: true,
        strict: true,
        exactOptionalPropertyTypes,
        // Declarations of others, XState's for one, are not ours to mend.
        skipLibCheck: true,
        module: 'nodenext',
        target: 'es2022',
        types: ['node', 'jest'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
      };
      folder.write(`tsconfig.blocks.json`, JSON.stringify({ compilerOptions, files }));
      const tsc = join(dirname(require.resolve('@typescript/native/package.json')), 'bin/tsc');
      const { stdout } = await run(process.execPath, [tsc, '-p', 'tsconfig.blocks.json', '--pretty', 'false'], {
        cwd: folder.path,
        deadline: 30_000,
      }).ended;
      expect(stdout).toBe('');
      expect(blocks.length).toBeGreaterThanOrEqual(3);
    },
    30_000,
  );
});

describe('each link of the documentation', () => {
  const links = PAGES.flatMap((path) =>
    [...read(path).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(({ 1: target = '' }) => ({ path, target })),
  ).filter(({ target }) => !/^[a-z]+:/.test(target));

  it.each(links)('leads somewhere: $target in $path', ({ path, target }) => {
    const [file = '', anchor] = target.split('#');
    const page = file === '' ? join(ROOT, path) : resolve(ROOT, dirname(path), file);
    expect(existsSync(page)).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(page.slice(ROOT.length + 1))).toContain(anchor);
  });
});

/** The headings of a page, as GitHub names them. */
function anchorsOf(path: ProjectPath): readonly string[] {
  return [...read(path).matchAll(/^#+ (.+)$/gm)].map(({ 1: heading = '' }) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
