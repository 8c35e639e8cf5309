/** Holds that the tests mirror the sources: whoever opens a file knows where its tests are. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  filesBelow,
  isWithoutCode,
  type ProjectPath,
  ROOT,
  read,
  SOURCE_FOLDERS,
  sourceFiles,
} from '../support/source-files.js';

/** Sources whose tests are elsewhere: which test, and why there. Types and files that only re-export need none. */
const TESTED_ELSEWHERE: Readonly<Record<ProjectPath, { readonly by: ProjectPath; readonly why: string }>> = {};

/** `src/roles/caller.ts` is tested by `test/roles/caller.test.ts`, `actors/peer.ts` by `test/actors/peer.test.ts`. */
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

describe('the tests', () => {
  it('mirror every source that has code', () => {
    const untested = sourceFiles()
      .filter((path) => needsTest(path) && !(path in TESTED_ELSEWHERE))
      .filter((path) => !existsSync(join(ROOT, testOf(path))))
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
