/**
 * The package as its users get it: packed as for publishing, and installed beside its dependencies without a registry.
 *
 * Stated once: `scripts/package.cjs` weighs and lints by it, `test/support/installed-package.ts` runs programs against it.
 */
const { spawnSync } = require('node:child_process');
const { cpSync, existsSync, mkdirSync, readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const ROOT = resolve(__dirname, '..');

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', timeout: 300_000 });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args[0]} failed:\n${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`);
}

/** `npm pack` also runs `prepack`, so the build is the one that would be published. */
function pack(destination) {
  const stdout = run('npm', ['pack', '--json', '--pack-destination', destination]);
  // What `prepack` prints comes first.
  const [{ filename, entryCount, size }] = JSON.parse(stdout.slice(stdout.search(/^\[/m)));
  return { tarball: join(destination, filename), files: entryCount, octets: size };
}

/** Puts the package into `folder`, with what `npm ci` has put into this project's node_modules, by the lock file. */
function installFromProject(tarball, folder) {
  const { name } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  for (const [path, { dev, devOptional, optional }] of Object.entries(packages)) {
    if (path === '' || dev || devOptional || optional) continue;
    cpSync(join(ROOT, path), join(folder, path), { recursive: true, dereference: true });
  }
  const installed = join(folder, 'node_modules', name);
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
}

/** Beside it, those of its optional peers that this project has for its tests: what an entry of its own may need. */
function installPeers(folder) {
  const { peerDependencies = {} } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of Object.keys(peerDependencies)) {
    const from = join(ROOT, 'node_modules', name);
    if (existsSync(from)) cpSync(from, join(folder, 'node_modules', name), { recursive: true, dereference: true });
  }
}

module.exports = { installFromProject, installPeers, pack };
