/** A contract in the schemas of Zod, Valibot and ArkType, as users of each have it. */
import ts from 'typescript';
import { type UserFolder, userFolder } from '../support/installed-package.js';
import { describeOnEachNode, run } from '../support/programs.js';
import { read } from '../support/source-files.js';

let folder: UserFolder;

beforeAll(async () => {
  folder = await userFolder('zod', 'valibot', 'arktype', '@ark', 'arkregex');
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  folder.write(
    'story.mjs',
    ts.transpileModule(read('test/package/standard-schema.mts'), { compilerOptions }).outputText,
  );
}, 120_000);

afterAll(() => folder.dispose());

describeOnEachNode('a contract in schemas', (node) => {
  it('is kept alike whatever the library', async () => {
    const { code, stdout, stderr } = await run(node(), ['story.mjs'], { cwd: folder.path, deadline: 12_000 }).ended;
    const told = [
      '2026',
      '2026-01-02',
      'wamp.error.invalid_argument kwargs.days',
      'WAMP_ERR_CONTRACT args[0]',
      'wamp.error.runtime_error false',
    ];
    const lines = ['zod', 'valibot', 'arktype'].flatMap((library) => told.map((line) => `${library} ${line}\n`));
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: lines.join(''), stderr: '' });
  });
});
