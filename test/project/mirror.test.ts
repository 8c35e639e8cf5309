/**
 * Holds that the tests mirror the sources: whoever opens a file knows where its tests are.
 *
 * `src/roles/caller.ts` is tested by `test/roles/caller.test.ts`. A file that only its own part of the project uses
 * (`supervisors/`, `src/peer/` …, with the rooms below) belongs to what uses it there, and may be tested with that; so may a
 * file that a test of that part imports by name.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  filesBelow,
  importsOf,
  isWithoutCode,
  type ProjectPath,
  ROOT,
  read,
  SOURCE_FOLDERS,
  sourceFiles,
} from '../support/source-files.js';

/** Sources whose tests are elsewhere: which test, and why there. Types and files that only re-export need none. */
const TESTED_ELSEWHERE: Readonly<Record<ProjectPath, { readonly by: ProjectPath; readonly why: string }>> = {
  'src/logger.ts': { by: 'test/router/router.test.ts', why: 'its silence is the default of whatever takes a logger' },
  'src/peer/child.ts': { by: 'test/peer/spec.test.ts', why: 'it is what peer() does on every platform' },
  'src/peer/tree.ts': { by: 'test/start.test.ts', why: 'it is what start() does on every platform' },
  'src/cli/demo/command.ts': { by: 'test/cli/main.test.ts', why: 'it is a verb of the command' },
  'src/cli/exit-codes.ts': { by: 'test/cli/main.test.ts', why: 'they are what the command ends with' },
  'src/cli/interrupt.ts': { by: 'test/cli/main.test.ts', why: 'it hears the signals of the process' },
  'src/cli/router/command.ts': { by: 'test/cli/main.test.ts', why: 'it is a verb of the command' },
  'src/inspector/page/client/actor-pane.ts': { by: 'test/inspector/page.test.ts', why: 'it makes elements of a page' },
  'src/inspector/page/client/app.ts': { by: 'test/inspector/page.test.ts', why: 'it is the page' },
  'src/inspector/page/client/tree-pane.ts': { by: 'test/inspector/page.test.ts', why: 'it makes elements of a page' },
};

/** The test at the mirrored path: `src/` is left out of it. */
const testOf = (source: ProjectPath): ProjectPath =>
  `test/${source.replace(/^src\//, '').replace(/\.ts$/, '.test.ts')}`;

/** The sources that `test` could be the mirror of. */
const sourcesOf = (test: ProjectPath): readonly ProjectPath[] => {
  const inTest = test.replace(/^test\//, '').replace(/\.test\.ts$/, '.ts');
  return [`src/${inTest}`, inTest];
};

/** The folders below `test/` that mirror a folder of the sources. The rest (project, scenarios …) has no mirror. */
const mirroring = (): readonly string[] => [
  ...new Set(sourceFiles().map((path) => testOf(path).split('/').slice(0, -1).join('/'))),
];

const needsTest = (path: ProjectPath): boolean => !path.endsWith('.d.ts') && !isWithoutCode(read(path));

/** `supervisors`, `src/peer`: the rooms below belong to it. */
const partOf = (path: ProjectPath): string => {
  const folders = path.split('/').slice(0, -1);
  return folders.slice(0, ['src', 'test'].includes(folders[0] ?? '') ? 2 : 1).join('/');
};

/** Which files import which, turned round: who is imported → by whom. */
type Importers = ReadonlyMap<ProjectPath, readonly ProjectPath[]>;

function importersAmong(files: readonly ProjectPath[]): Importers {
  const importers = new Map<ProjectPath, ProjectPath[]>();
  for (const path of files) {
    for (const imported of importsOf(path, read(path)).files) {
      importers.set(imported, [...(importers.get(imported) ?? []), path]);
    }
  }
  return importers;
}

/**
 * Whether `path` has a test of its own, or is a part of a file that has.
 *
 * @param importers of the sources, without those that only re-export: `index.ts` makes nothing public by itself
 * @param tests what the tests import
 */
function isTested(
  path: ProjectPath,
  importers: Importers,
  tests: Importers,
  hasTest: (path: ProjectPath) => boolean,
): boolean {
  if (hasTest(path)) return true;
  const testPart = partOf(testOf(path));
  if (tests.get(path)?.some((test) => partOf(test) === testPart)) return true;
  const users = importers.get(path) ?? [];
  const isPart = users.every((user) => partOf(user) === partOf(path));
  return isPart && users.some((user) => isTested(user, importers, tests, hasTest));
}

describe('the tests', () => {
  it('mirror every source that has code', () => {
    const importers = importersAmong(sourceFiles().filter((path) => !isWithoutCode(read(path))));
    const tests = importersAmong(filesBelow('test').filter((path) => path.endsWith('.test.ts')));
    const hasTest = (path: ProjectPath): boolean => existsSync(join(ROOT, testOf(path)));
    const untested = sourceFiles()
      .filter((path) => needsTest(path) && !(path in TESTED_ELSEWHERE))
      .filter((path) => !isTested(path, importers, tests, hasTest))
      .map((path) => `${path} has no ${testOf(path)}`);
    expect(untested).toEqual([]);
  });

  it('that mirror no source say in a first comment what they are about', () => {
    const folders = mirroring().filter((folder) => folder !== 'test');
    const orphans = filesBelow('test')
      .filter((path) => path.endsWith('.test.ts') && folders.includes(path.split('/').slice(0, -1).join('/')))
      .filter((path) => !sourcesOf(path).some((source) => existsSync(join(ROOT, source))))
      .filter((path) => !read(path).startsWith('/**'));
    expect(orphans).toEqual([]);
  });
});

describe('the sources tested elsewhere', () => {
  it('exist, as do the tests that are named, and have no mirror of their own', () => {
    const stale = Object.entries(TESTED_ELSEWHERE).filter(
      ([path, { by }]) =>
        !existsSync(join(ROOT, path)) || !existsSync(join(ROOT, by)) || existsSync(join(ROOT, testOf(path))),
    );
    expect(stale).toEqual([]);
  });
});

describe('isTested', () => {
  // a ← b ← c within a folder; d is also used from another; e is used by nobody.
  const importers = new Map([
    ['src/x/a.ts', ['src/x/b.ts']],
    ['src/x/b.ts', ['src/x/c.ts']],
    ['src/x/d.ts', ['src/x/c.ts', 'src/y/f.ts']],
  ]);
  it.each([
    ['src/x/c.ts', true, 'it has its own test'],
    ['src/x/a.ts', true, 'it is a part of b, which is a part of c'],
    ['src/x/d.ts', false, 'another folder uses it'],
    ['src/x/e.ts', false, 'nobody uses it'],
    ['src/x/g.ts', true, 'a test of its folder imports it'],
    ['src/x/h.ts', false, 'only a test elsewhere imports it'],
  ])('of %s is %s: %s', (path, expected) => {
    const tests = new Map([
      ['src/x/g.ts', ['test/x/c.test.ts']],
      ['src/x/h.ts', ['test/scenarios/all.test.ts']],
    ]);
    expect(isTested(path, importers, tests, (source) => source === 'src/x/c.ts')).toBe(expected);
  });
});

describe('testOf', () => {
  it.each([
    ['src/roles/caller.ts', 'test/roles/caller.test.ts'],
    ['actors/session.ts', 'test/actors/session.test.ts'],
    ['src/peer.ts', 'test/peer.test.ts'],
  ])('of %s is %s', (source, test) => {
    expect(testOf(source)).toBe(test);
    expect(sourcesOf(test)).toContain(source);
  });
});

describe('isWithoutCode', () => {
  it.each([
    ["import type { A } from './a.js';\nexport interface B { readonly a: A }\nexport type C = B;", true],
    ["export * from './a.js';\nexport { b } from './b.js';\nexport type { C } from './c.js';", true],
    ['export const SILENT = 0;', false],
    ['export function f(): void {}', false],
    ['class A {}\nexport { A };', false],
  ])('of %j is %s', (text, expected) => {
    expect(isWithoutCode(text)).toBe(expected);
  });
});

it('has source folders to look at', () => {
  expect(SOURCE_FOLDERS.filter((folder) => filesBelow(folder).length > 0)).toContain('src');
});
