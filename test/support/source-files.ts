/** The project's own files, read for the tests that hold rules against them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve, sep } from 'node:path';
import ts from 'typescript';

export const ROOT = resolve(__dirname, '../..');

/** The folders that hold the package's sources. */
export const SOURCE_FOLDERS = ['src', 'actors', 'supervisors'] as const;

/** A path below the project's root, with `/` on every system. */
export type ProjectPath = string;

export function read(path: ProjectPath): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Every file below `folder`, sorted. A folder that does not exist has none. */
export function filesBelow(folder: ProjectPath): readonly ProjectPath[] {
  try {
    const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(ROOT.length + 1)
          .split(sep)
          .join('/'),
      )
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The TypeScript sources of the package. */
export function sourceFiles(): readonly ProjectPath[] {
  return SOURCE_FOLDERS.flatMap(filesBelow).filter((path) => path.endsWith('.ts'));
}

/** What a file imports, in every form: `import`, `import type`, `export … from`, `import()`, `import('…').Type`. */
export interface Imports {
  /** Files of the project. */
  readonly files: readonly ProjectPath[];
  /** Packages without the path inside them, and Node's own modules as `node:fs`. */
  readonly packages: readonly string[];
}

/** The imports in `text`, the text of the file at `path`. */
export function importsOf(path: ProjectPath, text: string): Imports {
  const names = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const isRelative = (name: string): boolean => name.startsWith('.');
  const toFile = (name: string): ProjectPath => posix.join(posix.dirname(path), name).replace(/\.js$/, '.ts');
  const toPackage = (name: string): string =>
    name.startsWith('node:') ? name : name.split('/', name.startsWith('@') ? 2 : 1).join('/');
  return {
    files: [...new Set(names.filter(isRelative).map(toFile))],
    packages: [...new Set(names.filter((name) => !isRelative(name)).map(toPackage))],
  };
}

/** Whether nothing of the file is left when it runs, or only what it passes on from others. */
export function isWithoutCode(text: string): boolean {
  const { statements } = ts.createSourceFile('file.ts', text, ts.ScriptTarget.ES2022);
  return statements.every(
    (statement) =>
      ts.isImportDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      (ts.isExportDeclaration(statement) && (statement.moduleSpecifier !== undefined || statement.isTypeOnly)),
  );
}
