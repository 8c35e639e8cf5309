/**
 * The suite as a script for a page. What of Respell it uses it takes from the published modules, whichever source it names: so it is
 * those that are tested, minified as they are.
 */
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '../../support/source-files.js';

/** Sources whose names the published modules export, too. */
const PUBLISHED =
  /\/src\/(connect|errors|start|peer\/spec|roles\/callee|auth\/(cryptosign|scram|ticket|wampcra)|serializers\/(cbor|json|msgpack))\.js$/;

/** @param main the module that exports them */
function published(main: string): Plugin {
  return {
    name: 'published',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: PUBLISHED }, () => ({ path: main }));
      // The connector of a URL, which the suite looks through.
      onResolve({ filter: /\/src\/transports\/connector\.js$/ }, () => ({ path: 'connector', namespace: 'page' }));
      onLoad({ filter: /^connector$/, namespace: 'page' }, () => ({
        contents: `export { websocket as connectorFor } from ${JSON.stringify(main)};`,
        resolveDir: dirname(main),
      }));
      // Of XState and the supervisors there is one of each.
      onResolve({ filter: /^(\.\.\/)+esm\/supervisors\/index\.js$/ }, () => ({
        path: join(ROOT, 'supervisors/index.ts'),
      }));
      onResolve({ filter: /^xstate$/ }, () => ({ path: join(ROOT, 'node_modules/xstate/dist/xstate.esm.js') }));
      // What jest's `expect` imports of Node it uses for stacks and colours only.
      onResolve({ filter: /^[a-z0-9_:/-]+$/ }, ({ path }) =>
        isBuiltin(path) || path === 'graceful-fs' ? { path, namespace: 'none' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: NOTHING, loader: 'js' }));
    },
  };
}

/** Answers whatever is asked of it with itself. */
const NOTHING = `
  const nothing = new Proxy(function () {}, {
    get: (target, key) => (key === 'prototype' ? target.prototype : key === Symbol.toPrimitive ? () => '' : nothing),
    apply: () => nothing,
    construct: () => ({}),
  });
  module.exports = nothing;`;

export async function bundleForPage(main: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['test/browser/page/main.ts'],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    plugins: [published(main)],
    define: {
      'process.env.NODE_ENV': '"production"',
      process: '{"env":{},"stdout":{},"versions":{},"platform":"page","argv":[],"cwd":0}',
      global: 'globalThis',
      __dirname: '""',
    },
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
