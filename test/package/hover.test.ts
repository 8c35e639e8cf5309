/**
 * What an editor shows of a name: every name that is exported, and every option, says what it is for. Asked of the compiler, as
 * editors do, for what the package declares under each key of its `exports`.
 */
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT, read } from '../support/source-files.js';

interface Half {
  readonly types?: string;
}

/** What a user may import, and the source that it is built from: `./dist/esm/src/index.d.ts` is `src/index.ts`. */
const entries = new Map(
  Object.entries(
    (JSON.parse(read('package.json')) as { exports: Record<string, string | Record<string, Half>> }).exports,
  ).flatMap(([key, conditions]) =>
    typeof conditions === 'string'
      ? []
      : Object.entries(conditions).map(
          ([condition, { types = '' }]) =>
            [`${key} (${condition})`, types.replace(/^\.\/dist\/(esm|cjs)\//, '').replace(/\.d\.ts$/, '.ts')] as const,
        ),
  ),
);
const sources = [...new Set(entries.values())];

const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, ROOT);
const program = ts.createProgram(
  sources.map((source) => join(ROOT, source)),
  options,
);
const checker = program.getTypeChecker();

const says = (symbol: ts.Symbol): string =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, ' ').trim();

/** What a source exports: each name, and what stands behind it. */
function exportsOf(source: string): readonly (readonly [name: string, symbol: ts.Symbol])[] {
  const file = program.getSourceFile(join(ROOT, source));
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${source} is no module`);
  return checker
    .getExportsOfModule(module)
    .map((symbol) => [symbol.name, symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol]);
}

const isOurs = (symbol: ts.Symbol): boolean =>
  (symbol.declarations ?? []).some((declaration) => {
    const { fileName } = declaration.getSourceFile();
    return fileName.startsWith(ROOT) && !fileName.includes('/node_modules/');
  });

/** The options of an interface that is named so, inherited ones among them. */
function optionsOf(source: string): ReadonlyMap<string, ts.Symbol> {
  const found = new Map<string, ts.Symbol>();
  for (const [name, symbol] of exportsOf(source)) {
    if (!name.endsWith('Options')) continue;
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    for (const part of type.isUnion() ? type.types : [type]) {
      for (const option of checker.getPropertiesOfType(part)) {
        if (isOurs(option)) found.set(`${name}.${option.name}`, option);
      }
    }
  }
  return found;
}

const silent = (named: Iterable<readonly [name: string, symbol: ts.Symbol]>): readonly string[] =>
  Array.from(named)
    .filter(([, symbol]) => says(symbol) === '')
    .map(([name]) => name);

it('asks of every entry that has types', () => {
  expect(sources.sort()).toEqual([
    'src/browser/core/auth.ts',
    'src/browser/core/index.ts',
    'src/browser/core/serializers.ts',
    'src/browser/core/tree.ts',
    'src/browser/index.ts',
    'src/e2ee/index.ts',
    'src/index.ts',
    'src/testing/index.ts',
    'supervisors/index.ts',
  ]);
});

describe.each(sources)('of what %s exports', (source) => {
  it('every name says what it is for', () => {
    expect(exportsOf(source).length).toBeGreaterThan(0);
    expect(silent(exportsOf(source))).toEqual([]);
  });

  it('every option says so, too', () => {
    expect(silent(optionsOf(source))).toEqual([]);
  });
});

it('looks at options, inherited ones among them', () => {
  const all = optionsOf('src/index.ts');
  expect([...all.keys()]).toEqual(
    expect.arrayContaining(['CallOptions.kwargs', 'CallOptions.timeout', 'ConnectOptions.realm']),
  );
  expect(all.size).toBeGreaterThan(100);
});

it('begins each text as a sentence, which is not just the name again', () => {
  const named = sources.flatMap((source) => [...exportsOf(source), ...optionsOf(source)]);
  const odd = named.filter(([name, symbol]) => {
    const text = says(symbol);
    return text !== '' && (!/^[\p{Lu}\d`]/u.test(text) || text.replace(/\W/g, '').toLowerCase() === name.toLowerCase());
  });
  expect(odd.map(([name, symbol]) => `${name}: ${says(symbol)}`)).toEqual([]);
});
