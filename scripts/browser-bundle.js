/**
 * What pages load: `src/browser` and all that it needs, as small modules of their own, so that a page that never asks for CBOR
 * has none. XState stays outside: a page that uses it itself, or `respell/supervisors`, has it once.
 */
const { existsSync } = require('node:fs');
const { mkdir, writeFile } = require('node:fs/promises');
const { gzipSync } = require('node:zlib');
const { join, resolve } = require('node:path');
const { build } = require('esbuild');
const terser = require('terser');
const { privateNames } = require('./private-names.js');

const ROOT = resolve(__dirname, '..');

/** As in a page that was built for production. */
const PRODUCTION = { 'process.env.NODE_ENV': '"production"' };

const SHARED = { bundle: true, format: 'esm', platform: 'browser', target: 'es2022', minify: true, logLevel: 'silent' };

/** A tree's engine is that of `respell/supervisors`, which is published beside: so a page has it once. */
const supervisorsAt = (path) => ({
  name: 'supervisors',
  setup: (bundle) =>
    bundle.onResolve({ filter: /\/supervisors\/index\.js$/ }, () => ({ path, external: true, sideEffects: false })),
});

/** Before the package is built, what stands beside the modules is still source. */
const SOURCES = {
  name: 'sources',
  setup: (bundle) =>
    bundle.onResolve({ filter: /^(\.\.\/)+esm\/supervisors\/index\.js$/ }, ({ path, resolveDir }) => {
      const built = resolve(resolveDir, path);
      return { path: existsSync(built) ? built : join(ROOT, 'supervisors/index.ts'), sideEffects: false };
    }),
};

const PUBLISHED = {
  ...SHARED,
  absWorkingDir: ROOT,
  splitting: true,
  chunkNames: 'part-[hash]',
  external: ['xstate'],
  legalComments: 'none',
};

/** Writes the modules of `respell`, as pages have it, into `folder`, and those of `respell/browser` into `core` in it. */
async function bundleForBrowsers(folder) {
  await build({
    ...PUBLISHED,
    entryPoints: {
      index: 'src/browser/index.ts',
      ...within('src/browser', 'connect', 'peer', 'start'),
      ...PARTS,
      ...META,
    },
    outdir: folder,
    plugins: [supervisorsAt('../esm/supervisors/index.js')],
  });
  await bundleCore(join(folder, 'core'));
}

/** The entries, and all of them as one. */
const CORE = Object.fromEntries(
  ['index', 'auth', 'serializers', 'tree', 'all'].map((name) => [name, `src/browser/core/${name}.ts`]),
);

/**
 * The core counts every octet: names that nobody outside sees are short in it, and a second minifier goes over it.
 *
 * Each step is weighed as a page gets it, after its own bundler has named everything anew.
 */
async function bundleCore(folder) {
  const options = {
    ...PUBLISHED,
    entryPoints: { ...CORE, ...within('src/browser/core', 'connect', 'peer'), ...PARTS },
    outdir: folder,
    plugins: [supervisorsAt('../../esm/supervisors/index.js')],
    write: false,
  };
  const { outputFiles } = await build({ ...options, mangleProps: await shortened(options) });
  await mkdir(folder, { recursive: true });
  await Promise.all(
    outputFiles.map(async ({ path, text }) => {
      // What is loaded by a name that no bundler may follow, terser would spell out.
      const { code } = text.includes('import(') ? { code: text } : await terser.minify(text, AGAIN);
      await writeFile(path, code);
    }),
  );
}

/** What there is to shorten is told by a bundle in which every name is. Modules of which nothing is left in it say nothing. */
async function shortened(options) {
  const { mangleCache, metafile } = await build({ ...options, mangleProps: /./, mangleCache: {}, metafile: true });
  const parts = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const names = privateNames({
    entry: CORE.all,
    beside: (file) => file.endsWith('/supervisors/index.ts'),
    files: parts.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file),
    names: Object.keys(mangleCache),
  });
  return new RegExp(`^(?:${names.map((name) => name.replaceAll('$', '\\$')).join('|')})$`);
}

/**
 * What terser finds beyond esbuild: variables used once, and conditions that are always so. Nothing that it calls unsafe: all of it
 * together gives 50 octets here.
 */
const AGAIN = {
  module: true,
  ecma: 2022,
  compress: {
    passes: 2,
    // Code put where it is called takes its variables along: the page's bundler then has fewer short names to give.
    inline: 0,
    reduce_funcs: false,
    // Functions beside each other, and statements as they are, repeat more of each other, of which gzip lives.
    hoist_funs: true,
    sequences: false,
  },
};

/** Each file as an entry of its name. */
const asEntries = (files) =>
  Object.fromEntries(files.map((file) => [`part-${file.split('/').at(-1).replace('.ts', '')}`, file]));

const within = (folder, ...names) => asEntries(names.map((name) => `${folder}/${name}.ts`));

/** What a page may do without. Each is an entry, so that what it alone needs is a module of its own. */
const PARTS = asEntries([
  'src/serializers/cbor.ts',
  'src/serializers/msgpack.ts',
  'src/auth/cryptosign.ts',
  'src/auth/scram.ts',
  'src/auth/ticket.ts',
  'src/auth/wampcra.ts',
]);

const META = asEntries(['src/peer/meta/meta.ts']);

/**
 * What a program weighs in a page, with everything that it needs, XState included.
 *
 * @param program its text; it imports from `entry`
 * @returns octets, minified, and of that as gzip sends it
 */
async function weigh(program) {
  const { outputFiles } = await build({
    ...SHARED,
    stdin: { contents: program, resolveDir: ROOT },
    define: PRODUCTION,
    plugins: [SOURCES],
    nodePaths: [join(ROOT, 'node_modules')],
    write: false,
  });
  const [{ contents }] = outputFiles;
  return { minified: contents.length, gzipped: gzipSync(contents, { level: 9 }).length };
}

const from = (names, ...path) => `export ${names} from ${JSON.stringify(join(...path))};`;

/** What is guarded: one peer in all its roles, with JSON over a WebSocket, XState included. By program, from the folder of both. */
const PROMISES = [
  { what: 'all of respell/browser', limit: 30_000, program: (folder) => from('*', folder, 'core/index.js') },
  { what: 'connect() of respell', limit: 64_000, program: (folder) => from('{ connect }', folder, 'index.js') },
];

module.exports = { bundleForBrowsers, weigh, PROMISES };
