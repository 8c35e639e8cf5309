/** Holds what no file of the project may contain, and the facts that stand in two files at once. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesBelow, type ProjectPath, ROOT, read, SOURCE_FOLDERS, sourceFiles } from '../support/source-files.js';

interface PackageJson {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const packageJson = JSON.parse(read('package.json')) as PackageJson;

/** Where something is, as editors understand it. */
const at = (path: ProjectPath, text: string, index: number): string =>
  `${path}:${text.slice(0, index).split('\n').length}`;

/** `any`, non-null `!` and unfinished work, wherever they stand in a file. */
function shortcuts(path: ProjectPath, text: string): readonly string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${at(path, text, node.end)} any`);
    if (ts.isNonNullExpression(node)) found.push(`${at(path, text, node.end)} non-null !`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  for (const { 0: word, index } of text.matchAll(
    /\b(TODO|FIXME|XXX)\b|@ts-(ignore|nocheck)|biome-ignore(?![^\n]*: )/g,
  )) {
    found.push(`${at(path, text, index)} ${word}`);
  }
  return found;
}

/**
 * Folders of the machine that wrote a file, and the hosts of package registries: of no use to anyone else, and wrong
 * elsewhere. The words are put together here, so that this file may be among those looked at.
 */
const FOREIGN = new RegExp(
  [
    `(?<![\\w.])/(?:${['ho', 'me'].join('')}|${['ro', 'ot'].join('')}|${['Us', 'ers'].join('')})/[a-z]`,
    `(?<![\\w.])/(?:${['wo', 'rk'].join('')}|${['fa', 'rm'].join('')})/[a-z]`,
    ['registry', 'npmjs'].join('\\.'),
    ['pypi', 'org'].join('\\.'),
    ['proxy', 'golang'].join('\\.'),
    ['deb', 'debian', 'org'].join('\\.'),
  ].join('|'),
  'g',
);

/** Everything that is in the repository, or would be with the next commit. The lock file holds hosts by its nature. */
function projectFiles(): readonly ProjectPath[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const isText = (path: ProjectPath): boolean => !/\.(png|ico|woff2?|gz|tgz)$/.test(path);
  return listed
    .split('\n')
    .filter((path) => path !== '' && path !== 'package-lock.json')
    .filter((path) => isText(path) && existsSync(join(ROOT, path)));
}

describe('the sources', () => {
  it('take no shortcut', () => {
    expect(sourceFiles().flatMap((path) => shortcuts(path, read(path)))).toEqual([]);
  });

  it('are named in kebab-case', () => {
    const files = SOURCE_FOLDERS.flatMap(filesBelow);
    expect(
      files.filter((path) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)+[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.[a-z]+$/.test(path)),
    ).toEqual([]);
  });
});

describe('the repository', () => {
  it('names no folder of one machine and no registry', () => {
    const found = projectFiles().flatMap((path) => {
      const text = read(path);
      return [...text.matchAll(FOREIGN)].map(({ 0: what, index }) => `${at(path, text, index)} ${what}`);
    });
    expect(found).toEqual([]);
  });

  it('says in the changelog what the version in package.json brings, or that it is still to come', () => {
    const versions = [...read('CHANGELOG.md').matchAll(/^## \[?([^\]\s]+)/gm)].map(([, version]) => version);
    expect(versions[0] === 'Unreleased' || versions[0] === packageJson.version).toBe(true);
  });

  it('depends on exact versions, on XState by its minor', () => {
    const loose = Object.entries({ ...packageJson.dependencies, ...packageJson.devDependencies })
      .filter(([, version]) => !/^(npm:(@[^@]+|[^@]+)@)?\d+\.\d+\.\d+$/.test(version))
      .map(([name]) => name);
    expect(loose).toEqual(['xstate']);
  });
});

describe('shortcuts', () => {
  it.each([
    ['const a: any = 1;', 'a.ts:1 any'],
    ['\nconst a = b!.c;', 'a.ts:2 non-null !'],
    ['// TO' + 'DO later', `a.ts:1 ${['TO', 'DO'].join('')}`],
  ])('finds %j', (text, expected) => {
    expect(shortcuts('a.ts', text)).toEqual([expected]);
  });

  it('knows a word in a sentence from a type, and a negation from an assertion', () => {
    expect(shortcuts('a.ts', '/** any! */ const any = !b && b !== c;')).toEqual([]);
  });
});
