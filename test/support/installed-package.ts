/**
 * The package as a user has it: packed, and installed into a folder outside this project. It is packed once for each state
 * of the sources, whichever test file asks first; the others, in their own processes, wait for it.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installFromProject, installPeers, pack } from '../../scripts/packed.js';
import { filesBelow, ROOT, read, SOURCE_FOLDERS } from './source-files.js';

/** What the tarball depends on. */
const INPUTS = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.cjs.json',
  'tsconfig.esm.json',
  'scripts/build.cjs',
  'scripts/packed.js',
];

/** After so long, whoever was packing is taken for dead. */
const STALE = 120_000;

/** Outside the project, so that nothing is found by chance in its node_modules. */
const HOME = join(tmpdir(), `respell-installed-${createHash('sha256').update(ROOT).digest('hex').slice(0, 12)}`);

function stateOfSources(): string {
  const hash = createHash('sha256');
  for (const path of [...INPUTS, ...SOURCE_FOLDERS.flatMap(filesBelow)]) hash.update(`${path}\n${read(path)}\n`);
  return hash.digest('hex').slice(0, 12);
}

/**
 * The folder whose `node_modules` holds the package and its dependencies.
 *
 * @throws {Error} when it cannot be built or packed
 */
export async function installedPackage(): Promise<string> {
  const state = stateOfSources();
  const folder = join(HOME, state);
  mkdirSync(HOME, { recursive: true });
  while (!existsSync(folder)) {
    if (!lock()) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    try {
      if (!existsSync(folder)) make(folder);
    } finally {
      rmSync(LOCK, { recursive: true, force: true });
    }
  }
  return folder;
}

const LOCK = join(HOME, 'lock');

/** A folder can be made only once: whoever made it packs. */
function lock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    const age = Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > STALE) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}

/** Appears under its name only when it is complete. Those of earlier states are of no use any more. */
function make(folder: string): void {
  for (const name of readdirSync(HOME)) {
    if (name !== 'lock') rmSync(join(HOME, name), { recursive: true, force: true });
  }
  const staging = `${folder}.new`;
  mkdirSync(staging);
  installFromProject(pack(staging).tarball, staging);
  installPeers(staging);
  renameSync(staging, folder);
}

/** An empty folder of a user's who has run `npm install respell` in it. */
export interface UserFolder {
  readonly path: string;
  write(name: string, text: string): string;
  dispose(): void;
}

/** @param others packages of this project that the user has, too */
export async function userFolder(...others: readonly string[]): Promise<UserFolder> {
  const installed = join(await installedPackage(), 'node_modules');
  const path = mkdtempSync(join(tmpdir(), 'respell-user-'));
  const modules = join(path, 'node_modules');
  if (others.length === 0) symlinkSync(installed, modules);
  else {
    mkdirSync(modules);
    for (const name of readdirSync(installed)) symlinkSync(join(installed, name), join(modules, name));
    for (const name of others) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  // As npm writes it: without a "type".
  const { version } = JSON.parse(read('package.json')) as { version: string };
  writeFileSync(join(path, 'package.json'), `${JSON.stringify({ dependencies: { respell: version } })}\n`);
  return {
    path,
    write(name, text) {
      const file = join(path, name);
      writeFileSync(file, text);
      return file;
    },
    dispose: () => rmSync(path, { recursive: true, force: true }),
  };
}
