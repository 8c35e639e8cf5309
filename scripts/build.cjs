/**
 * `npm run build`: compiles the sources into `dist/`, once for `require` and once for `import`.
 *
 * Each half gets a package.json that says what its `.js` files are, since the one of the project can say only one thing.
 * The declarations stand once, in the half for `require`, and the other half passes them on: a class with private fields
 * that was declared twice would be two types. The code has no maps, which would be most of its size: it is the sources without
 * their types. Those of the declarations point to the sources, which are published with them. What pages load is a third part,
 * bundled and minified, since it is their users who wait for it.
 */
const { execFileSync } = require('node:child_process');
const { chmodSync, existsSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join, relative, resolve } = require('node:path');
const { bundleForBrowsers } = require('./browser-bundle.js');

const ROOT = resolve(__dirname, '..');
const DIST = join(ROOT, 'dist');

const HALVES = [
  { folder: 'cjs', type: 'commonjs' },
  { folder: 'esm', type: 'module' },
];

/** The compiler is run by this very Node: no shell, and no PATH to rely on. */
const TSC = join(dirname(require.resolve('@typescript/native/package.json')), 'bin/tsc');

/** The package.json next above a file says all that bundlers ask: of the project's own they see nothing. */
function describe(folder, type) {
  writeFileSync(join(DIST, folder, 'package.json'), `${JSON.stringify({ type, sideEffects: false })}\n`);
}

rmSync(DIST, { recursive: true, force: true });
for (const { folder, type } of HALVES) {
  try {
    execFileSync(process.execPath, [TSC, '-p', `tsconfig.${folder}.json`], { cwd: ROOT, stdio: 'inherit' });
  } catch {
    process.stderr.write(`build: tsc -p tsconfig.${folder}.json failed\n`);
    process.exit(1);
  }
  describe(folder, type);
}

const { bin, exports: entries } = require(join(ROOT, 'package.json'));
for (const entry of Object.values(entries)) {
  const types = entry.import?.types;
  if (types === undefined) continue;
  const file = join(ROOT, types);
  const original = relative(dirname(file), file.replace('/esm/', '/cjs/')).replaceAll('\\', '/');
  writeFileSync(file, `export * from '${original.replace(/\.d\.ts$/, '.js')}';\n`);
}

for (const path of Object.values(bin).map((file) => join(ROOT, file))) {
  if (existsSync(path)) chmodSync(path, 0o755);
}

bundleForBrowsers(join(DIST, 'browser')).then(
  () => describe('browser', 'module'),
  (error) => {
    process.stderr.write(`build: the bundle for browsers failed: ${error.message}\n`);
    process.exitCode = 1;
  },
);
