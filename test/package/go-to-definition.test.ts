/**
 * What an editor does at a name in a user's file, where the package is installed as it is published: it shows what the name is
 * for, and goes to the declaration, whose map leads on to the source, which has come along.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import ts from 'typescript';
import { type UserFolder, userFolder } from '../support/installed-package.js';
import { ROOT, read } from '../support/source-files.js';

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  strict: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules/@types')],
};

/** How a user names each entry: `respell`, `respell/supervisors`. */
const ENTRIES = Object.keys((JSON.parse(read('package.json')) as { exports: object }).exports)
  .filter((key) => !key.endsWith('.json'))
  .map((key) => `respell${key.slice(1)}`);

let user: UserFolder;
/** Where the package lies: editors follow links. */
let home: string;
let service: ts.LanguageService;
const files: string[] = [];

beforeAll(async () => {
  user = await userFolder();
  home = realpathSync(join(user.path, 'node_modules/respell'));
  for (const extension of ['mts', 'cts']) {
    const text = ENTRIES.map((entry, at) => `import * as entry${at} from '${entry}';\nentry${at};\n`).join('');
    files.push(user.write(`all.${extension}`, text));
  }
  service = ts.createLanguageService({
    getScriptFileNames: () => files,
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const text = ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => user.path,
    getCompilationSettings: () => OPTIONS,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    realpath: (path) => ts.sys.realpath?.(path) ?? path,
  });
  for (const extension of ['mts', 'cts']) {
    const text = ENTRIES.map((entry) => `import { ${namesOf(entry).join(', ')} } from '${entry}';\n`).join('');
    files.push(user.write(`each.${extension}`, text));
  }
}, 120_000);

afterAll(() => {
  service?.dispose();
  user?.dispose();
});

/** Types among them: whatever a user may import from an entry. */
function namesOf(entry: string): readonly string[] {
  const program = service.getProgram();
  const checker = program?.getTypeChecker();
  const statement = program
    ?.getSourceFile(files[0] ?? '')
    ?.statements.find(
      (each): each is ts.ImportDeclaration =>
        ts.isImportDeclaration(each) && ts.isStringLiteral(each.moduleSpecifier) && each.moduleSpecifier.text === entry,
    );
  const module = statement && checker?.getSymbolAtLocation(statement.moduleSpecifier);
  if (module === undefined) throw new Error(`${entry} is not found`);
  return checker?.getExportsOfModule(module).map(({ name }) => name) ?? [];
}

const maps = new Map<string, SourceMap>();

function mapOf(declarations: string): SourceMap {
  const known = maps.get(declarations);
  if (known !== undefined) return known;
  const [, name = ''] = /^\/\/# sourceMappingURL=(.+)$/m.exec(readFileSync(declarations, 'utf8')) ?? [];
  const map = new SourceMap(JSON.parse(readFileSync(join(dirname(declarations), name), 'utf8')) as SourceMapPayload);
  maps.set(declarations, map);
  return map;
}

/** Why the map of a declaration does not lead to the same name in a source of the package, if it does not. */
function astray({ fileName, textSpan }: ts.DefinitionInfo): string | undefined {
  const text = readFileSync(fileName, 'utf8');
  const declared = text.slice(textSpan.start, textSpan.start + textSpan.length);
  const before = text.slice(0, textSpan.start).split('\n');
  const entry = mapOf(fileName).findEntry(before.length - 1, before.at(-1)?.length ?? 0);
  if (!('originalSource' in entry)) return `${declared} in ${fileName} is not mapped`;
  const source = resolve(dirname(fileName), entry.originalSource);
  if (!source.startsWith(home + sep)) return `${source} is not of the package`;
  if (!existsSync(source)) return `${source} has not come along`;
  const line = readFileSync(source, 'utf8').split('\n')[entry.originalLine] ?? '';
  return line.slice(entry.originalColumn).startsWith(declared) ? undefined : `${declared} leads to ${source}: ${line}`;
}

/** Each name in the file of that kind, and where it begins. */
function importedIn(extension: string): {
  readonly file: string;
  readonly names: readonly (readonly [string, number])[];
} {
  const file = files.find((path) => path.endsWith(`each.${extension}`)) ?? '';
  const text = readFileSync(file, 'utf8');
  const names = [...text.matchAll(/(?<=[{,] )\w+/g)].map(({ 0: name, index }) => [name, index] as const);
  expect(names.length).toBeGreaterThan(200);
  return { file, names };
}

describe.each([
  ['imports', 'mts'],
  ['requires', 'cts'],
])('in a file that %s the package', (_how, extension) => {
  it('every name leads to its source', () => {
    const { file, names } = importedIn(extension);
    const lost = names.flatMap(([name, at]) => {
      const found = service.getDefinitionAtPosition(file, at) ?? [];
      const why = found.length === 0 ? ['no definition'] : found.map(astray).filter((each) => each !== undefined);
      return why.map((each) => `${name}: ${each}`);
    });
    expect(lost).toEqual([]);
  });

  it('every name shows what it is for', () => {
    const { file, names } = importedIn(extension);
    const silent = names.filter(([, at]) => {
      const { documentation = [] } = service.getQuickInfoAtPosition(file, at) ?? {};
      return ts.displayPartsToString([...documentation]).trim() === '';
    });
    expect(silent.map(([name]) => name)).toEqual([]);
  });
});
