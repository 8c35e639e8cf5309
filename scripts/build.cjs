/**
 * `npm run build`: compiles the sources into `dist/`, once for `require` and once for `import`.
 *
 * Each half gets a package.json that says what its `.js` files are, since the one of the project can say only one thing.
 * The declarations stand once, in the half for `require`, and the other half passes them on: a class with private fields
 * that was declared twice would be two types. The code has no maps, which would be most of its size: it is the sources without
 * their types and comments. Those of the declarations point to the sources, which are published with them. What pages load is a
 * third part, bundled and minified, since it is their users who wait for it.
 *
 * The layout of charts is put in: as a dependency it would be a fifth of all that is installed, most of it maps and further builds.
 */
const { execFileSync } = require('node:child_process');
const { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join, relative, resolve } = require('node:path');
const esbuild = require('esbuild');
const { bundleForBrowsers } = require('./browser-bundle.js');

const ROOT = resolve(__dirname, '..');
const DIST = join(ROOT, 'dist');

const HALVES = [
  { folder: 'cjs', type: 'commonjs', format: 'cjs' },
  { folder: 'esm', type: 'module', format: 'esm' },
];

/** The compiler is run by this very Node: no shell, and no PATH to rely on. */
const TSC = join(dirname(require.resolve('@typescript/native/package.json')), 'bin/tsc');

/** The package.json next above a file says all that bundlers ask: of the project's own they see nothing. */
function describe(folder, type) {
  writeFileSync(join(DIST, folder, 'package.json'), `${JSON.stringify({ type, sideEffects: false })}\n`);
}

function compile(...args) {
  try {
    execFileSync(process.execPath, [TSC, ...args], { cwd: ROOT, stdio: 'inherit' });
  } catch {
    process.stderr.write(`build: tsc ${args.join(' ')} failed\n`);
    process.exit(1);
  }
}

const LAYOUT = { name: '@dagrejs/dagre', user: 'src/inspector/level.js', file: 'dagre.js' };

/** Has the one module that imports the layout find it beside itself. */
function putLayoutInto(folder, format) {
  const user = join(DIST, folder, LAYOUT.user);
  const licence = readFileSync(join(ROOT, 'node_modules', LAYOUT.name, 'LICENSE'), 'utf8').replaceAll('*/', '* /');
  esbuild.buildSync({
    stdin: { contents: `export { Graph, layout } from '${LAYOUT.name}';`, resolveDir: ROOT },
    outfile: join(dirname(user), LAYOUT.file),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format,
    banner: { js: `/*! ${LAYOUT.name}\n${licence}*/` },
    legalComments: 'none',
  });
  const code = readFileSync(user, 'utf8');
  const found = code.replace(/(['"])@dagrejs\/dagre\1/, `'./${LAYOUT.file}'`);
  if (found === code) throw new Error(`build: expected ${LAYOUT.user} to import ${LAYOUT.name}`);
  writeFileSync(user, found);
}

rmSync(DIST, { recursive: true, force: true });
// Whoever reads code reads the sources; whoever points at a name in an editor reads the comments in the declarations.
compile('-p', 'tsconfig.cjs.json', '--emitDeclarationOnly');
for (const { folder, type, format } of HALVES) {
  compile('-p', `tsconfig.${folder}.json`, '--removeComments', '--declaration', 'false', '--declarationMap', 'false');
  putLayoutInto(folder, format);
  describe(folder, type);
}

const { bin, exports: entries } = require(join(ROOT, 'package.json'));
for (const types of Object.values(entries).flatMap((entry) => [entry.import?.types, entry.browser?.types])) {
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
