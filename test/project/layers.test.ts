/** Holds the table "Layout and layers" of docs/architecture.md against every import, type-only ones included. */
import { importsOf, type ProjectPath, read, sourceFiles } from '../support/source-files.js';

interface Layer {
  /** A row of the table, both cells in its own words: the two are compared. */
  readonly row: string;
  readonly mayImport: string;
  /** Which files are of this layer: a folder ends in `/`. */
  readonly holds: readonly string[];
  /** What these words mean here: other layers' files. A layer may always import itself. */
  readonly allows: readonly string[];
}

/** "errors" stands for its whole row of the table: the errors and the logger. */
const ERRORS = ['src/errors.ts', 'src/logger.ts', 'src/deadlines.ts', 'src/computing.ts'];
const CONTRACTS = ['src/transports/transport.ts', 'src/serializers/serializer.ts'];
const BELOW = [...ERRORS, ...CONTRACTS, 'src/wamp/'];
const DECIDING = ['src/serializers/', 'src/transports/', 'src/roles/', 'src/auth/', 'src/routing/'];
const ACTORS = [...BELOW, ...DECIDING, 'src/metrics/', 'src/passthru/', 'supervisors/'];
const HELD = ['src/peer/', 'src/connect.ts', 'src/start.ts', 'src/report-line.ts', 'src/router/'];

const LAYERS: readonly Layer[] = [
  { row: '`supervisors/`', mayImport: '`xstate` only', holds: ['supervisors/'], allows: [] },
  {
    row: '`src/errors.ts`, `src/logger.ts`, `src/deadlines.ts`, `src/computing.ts`',
    mayImport: 'the root of errors in `supervisors/`',
    holds: ERRORS,
    allows: ['supervisors/coded-error.ts'],
  },
  { row: '`src/wamp/`', mayImport: 'errors', holds: ['src/wamp/'], allows: ERRORS },
  {
    row: '`src/serializers/`',
    mayImport: 'errors, wamp, the type `Frame`',
    holds: ['src/serializers/'],
    allows: BELOW,
  },
  {
    row: '`src/transports/`',
    mayImport:
      'errors, wamp; alone `ws`, `node:net`, `node:tls`, the constants of OpenSSL and `node:http` servers for it',
    holds: ['src/transports/'],
    allows: BELOW,
  },
  { row: '`src/roles/`', mayImport: 'errors, wamp', holds: ['src/roles/'], allows: BELOW },
  { row: '`src/auth/`', mayImport: 'errors, wamp', holds: ['src/auth/'], allows: BELOW },
  {
    row: '`src/passthru/`',
    mayImport: 'errors, wamp, serializers',
    holds: ['src/passthru/'],
    allows: [...BELOW, 'src/serializers/'],
  },
  {
    row: '`src/metrics/`',
    mayImport: 'errors, wamp; an HTTP server of its own',
    holds: ['src/metrics/'],
    allows: BELOW,
  },
  { row: '`src/routing/`', mayImport: 'errors, wamp', holds: ['src/routing/'], allows: BELOW },
  {
    row: '`src/contract/`',
    mayImport: 'errors, wamp, roles',
    holds: ['src/contract/'],
    allows: [...BELOW, 'src/roles/'],
  },
  { row: '`actors/`', mayImport: 'all above, supervisors', holds: ['actors/'], allows: ACTORS },
  {
    row: '`src/inspector/`',
    mayImport: 'errors, supervisors; alone `@dagrejs/dagre`',
    holds: ['src/inspector/'],
    allows: [...ERRORS, 'supervisors/'],
  },
  {
    row: '`src/peer/`, `src/connect.ts`, `src/start.ts`, `src/report-line.ts`, `src/router/`',
    mayImport: 'all above',
    holds: HELD,
    allows: [...ACTORS, 'src/contract/', 'actors/', 'src/inspector/'],
  },
  {
    row: '`src/testing/`',
    mayImport: 'all above',
    holds: ['src/testing/'],
    allows: [...ACTORS, 'src/contract/', 'actors/', ...HELD, 'src/inspector/'],
  },
  {
    row: '`src/browser/`',
    mayImport: 'all above but inspector and testing; nothing of it may need Node',
    holds: ['src/browser/'],
    allows: [...ACTORS, 'src/contract/', 'actors/', 'src/peer/', 'src/report-line.ts'],
  },
  {
    row: '`src/cli/`',
    mayImport: 'all above; alone `pino`, `commander` and `picocolors`',
    holds: ['src/cli/'],
    allows: [...ACTORS, 'src/contract/', 'actors/', ...HELD, 'src/inspector/'],
  },
  {
    row: '`src/index.ts`',
    mayImport: 'all above',
    holds: ['src/index.ts'],
    allows: [...ACTORS, 'src/contract/', 'actors/', ...HELD, 'src/inspector/', 'src/browser/', 'src/cli/'],
  },
  {
    row: '`src/e2ee/`',
    mayImport: 'errors, wamp, serializers, passthru; alone `@noble/ciphers`',
    holds: ['src/e2ee/'],
    allows: [...BELOW, 'src/serializers/', 'src/passthru/'],
  },
];

/** What a user starts: the only code that may use all that Node has. */
const PROGRAMS = ['src/inspector/', 'src/cli/'];

/** Where a package may be imported, or a module of Node's below the programs. What is not listed: in programs, if it is Node's. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  xstate: ['supervisors/', 'actors/', ...HELD, 'src/testing/', ...PROGRAMS, 'src/index.ts'],
  ws: ['src/transports/'],
  pino: ['src/cli/'],
  commander: ['src/cli/'],
  picocolors: ['src/cli/'],
  '@dagrejs/dagre': ['src/inspector/'],
  '@noble/ciphers': ['src/e2ee/'],
  'node:net': ['src/transports/', 'src/metrics/', ...PROGRAMS],
  'node:tls': ['src/transports/'],
  'node:stream': ['src/transports/'],
  'node:buffer': ['src/transports/'],
  'node:fs/promises': ['src/transports/', ...PROGRAMS],
  'node:events': ['src/transports/', 'src/testing/', ...PROGRAMS],
  'node:http': ['src/transports/', 'src/metrics/', ...PROGRAMS],
  'node:perf_hooks': ['src/metrics/', ...PROGRAMS],
  'node:https': ['src/transports/'],
  'node:crypto': ['src/auth/', 'src/transports/tls-front.ts', ...PROGRAMS],
  'node:async_hooks': ['src/testing/'],
};

/** The places where `name`, a package or a module of Node's, may be imported. */
const placesOf = (name: string): readonly string[] => PLACES[name] ?? (name.startsWith('node:') ? PROGRAMS : []);

const isIn = (path: ProjectPath, places: readonly string[]): boolean =>
  places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));

const layerOf = (path: ProjectPath): Layer | undefined => LAYERS.find(({ holds }) => isIn(path, holds));

/** What is wrong with the imports of one file, a sentence each. */
function faults(path: ProjectPath, text: string): readonly string[] {
  const layer = layerOf(path);
  if (layer === undefined) return [`${path} is of no layer`];
  const { files, packages } = importsOf(path, text);
  return [
    ...files
      .filter((file) => !isIn(file, layer.holds) && !isIn(file, layer.allows))
      .map((file) => `${path} imports ${file}; ${layer.row} may import: ${layer.mayImport}`),
    ...packages
      .filter((name) => !isIn(path, placesOf(name)))
      .map((name) => `${path} imports ${name}, which belongs in ${placesOf(name).join(', ') || 'no file'}`),
  ];
}

/** The first import cycle that can be reached, as the files on its way, or undefined. */
function cycle(graph: ReadonlyMap<ProjectPath, readonly ProjectPath[]>): readonly ProjectPath[] | undefined {
  const done = new Set<ProjectPath>();
  const visit = (path: ProjectPath, way: readonly ProjectPath[]): readonly ProjectPath[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of graph.get(path) ?? []) {
      const found = visit(next, [...way, path]);
      if (found !== undefined) return found;
    }
    done.add(path);
    return undefined;
  };
  for (const path of graph.keys()) {
    const found = visit(path, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe('the layers', () => {
  it('are those of docs/architecture.md', () => {
    const [, section = ''] = read('docs/architecture.md').split('## Layout and layers');
    const rows = section
      .split('\n## ')[0]!
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, row, , mayImport]) => ({ row, mayImport }));
    expect(rows).toEqual(LAYERS.map(({ row, mayImport }) => ({ row, mayImport })));
  });

  it('hold every import', () => {
    expect(sourceFiles().flatMap((path) => faults(path, read(path)))).toEqual([]);
  });

  it('have no cycle between files', () => {
    expect(cycle(new Map(sourceFiles().map((path) => [path, importsOf(path, read(path)).files])))).toBeUndefined();
  });
});

describe('faults', () => {
  it.each([
    ['src/roles/caller.ts', "import { Dealer } from '../routing/dealer.js';", 'imports src/routing/dealer.ts'],
    ['src/roles/caller.ts', "import type { Peer } from '../peer/peer.js';", 'imports src/peer/peer.ts'],
    ['src/wamp/uri.ts', "export { x } from '../../supervisors/clock.js';", 'imports supervisors/clock.ts'],
    ['supervisors/tree/tree.ts', "type E = import('../../src/errors.js').WampError;", 'imports src/errors.ts'],
    ['actors/peer.ts', "const peer = await import('../src/peer/peer.js');", 'imports src/peer/peer.ts'],
    ['actors/listener.ts', "import { WebSocketServer } from 'ws';", 'imports ws, which belongs in src/transports/'],
    ['src/start.ts', "import { pino } from 'pino';", 'imports pino, which belongs in src/cli/'],
    ['src/cli/main.ts', "import yaml from '@scope/yaml/lib';", 'imports @scope/yaml, which belongs in no file'],
    ['src/routing/dealer.ts', "import { hrtime } from 'node:process';", 'imports node:process, which belongs in'],
    ['src/utils.ts', '', 'is of no layer'],
  ])('%s with %s', (path, text, fault) => {
    expect(faults(path, text)).toEqual([expect.stringContaining(`${path} ${fault}`)]);
  });

  it.each([
    ['src/roles/caller.ts', "import type { Transport } from '../transports/transport.js';"],
    ['src/transports/linked.ts', "import { SILENT } from '../logger.js'; import { connect } from 'node:net';"],
    ['actors/peer.ts', "import { setup } from 'xstate'; import { Caller } from '../src/roles/caller.js';"],
    ['src/index.ts', "export { peer } from './peer/spec.js'; export * from '../supervisors/index.js';"],
  ])('none in %s with %s', (path, text) => {
    expect(faults(path, text)).toEqual([]);
  });
});

describe('cycle', () => {
  it('names the files on the way', () => {
    const graph = new Map([
      ['a', ['b', 'c']],
      ['b', ['c']],
      ['c', ['d']],
      ['d', ['b']],
    ]);
    expect(cycle(graph)).toEqual(['b', 'c', 'd', 'b']);
  });

  it('is none where ways only meet', () => {
    const graph = new Map([
      ['a', ['b', 'c']],
      ['b', ['d']],
      ['c', ['d']],
    ]);
    expect(cycle(graph)).toBeUndefined();
  });
});
