/**
 * What some tests need from the system beyond Node and node_modules, and where it is found.
 *
 * Stated once: `scripts/setup.cjs` installs by it, `test/support/requirement.ts` asks it. Nothing here installs, and
 * nothing but the file system and the environment is looked at, so that asking costs no process.
 */
const { accessSync, constants, existsSync, readFileSync } = require('node:fs');
const { delimiter, join, resolve } = require('node:path');

const ROOT = resolve(__dirname, '..');

/** Where the parts that belong to the project alone are put. Git ignores it; deleting it is safe. */
const CACHE = join(ROOT, '.cache');

/** Written last into a part's folder: a folder without it is an installation that did not finish. */
const READY = '.ready';

/** Where Debian's packages for Python are. */
const DEBIANS_PYTHON = '/usr/lib/python3/dist-packages';

const NODE_VERSIONS = { node22: '22.23.3', node24: '24.21.0' };

/** A version is pinned where its own tool reads it, and taken from there. */
const pinned = (file, pattern) => pattern.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1] ?? 'unknown';
const nexusVersion = () => pinned('test/routers/nexus/go.mod', /gammazero\/nexus\/v3 v(\S+)/);
const crossbarVersion = () => pinned('test/routers/crossbar/requirements.txt', /^crossbar==(\S+)/m);
const jsClientsVersion = () =>
  ['autobahn', 'wampy'].map((name) => pinned('test/clients/js/package.json', RegExp(`"${name}": "(.*)"`))).join('-');

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first of `names` that is on the PATH, or undefined. */
function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** A program in a folder of the cache, if its installation has finished. */
function inCache(folder, program) {
  const path = join(CACHE, folder, program);
  return existsSync(join(CACHE, folder, READY)) && isExecutable(path) ? path : undefined;
}

const nodePart = (name) => ({
  version: () => NODE_VERSIONS[name],
  folder: () => `node-${NODE_VERSIONS[name]}`,
  find: () => {
    const isThisOne = `node${process.versions.node.split('.')[0]}` === name;
    return isThisOne ? process.execPath : inCache(`node-${NODE_VERSIONS[name]}`, 'bin/node');
  },
});

/**
 * `find` gives the path of the program (of the folder, for data) or undefined; `folder` is the part's folder in the
 * cache; `get` is what a person does about a missing part, where that is not `npm run setup`.
 */
const PARTS = {
  chromium: {
    find: () =>
      process.env.CHROME_BIN ?? onPath('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'),
  },
  erlang: { find: () => onPath('erl') },
  // The system's Python, once it has the library, and what that speaks CBOR with.
  'python3-autobahn': {
    find: () => {
      const isThere = ['autobahn', 'cbor2'].every((name) => existsSync(join(DEBIANS_PYTHON, name, '__init__.py')));
      return isThere ? '/usr/bin/python3' : undefined;
    },
  },
  nexus: {
    version: nexusVersion,
    folder: () => `nexus-${nexusVersion()}`,
    find: () => inCache(`nexus-${nexusVersion()}`, 'nexusd'),
  },
  crossbar: {
    version: crossbarVersion,
    folder: () => `crossbar-${crossbarVersion()}`,
    find: () => inCache(`crossbar-${crossbarVersion()}`, 'bin/crossbar'),
  },
  // A part of its own, so that whoever has the router needs not build it again. It is pinned by the same module.
  'nexus-client': {
    version: nexusVersion,
    folder: () => `nexus-client-${nexusVersion()}`,
    find: () => inCache(`nexus-client-${nexusVersion()}`, 'client'),
  },
  // autobahn-js and wampy: a folder with packages, not a program.
  'js-clients': {
    version: jsClientsVersion,
    folder: () => `js-clients-${jsClientsVersion()}`,
    find: () => {
      const folder = join(CACHE, `js-clients-${jsClientsVersion()}`);
      return existsSync(join(folder, READY)) ? folder : undefined;
    },
  },
  node22: nodePart('node22'),
  node24: nodePart('node24'),
  // The WAMP standard's vectors are CC-BY-SA: they are read where they lie, and never copied into the project.
  'wamp-testsuite': {
    // A folder that was named and is not there is not replaced by another.
    find: () =>
      (process.env.WAMP_TESTSUITE
        ? [process.env.WAMP_TESTSUITE]
        : [resolve(ROOT, '../shared/wamp-testsuite'), resolve(ROOT, '../wamp-proto/testsuite')]
      ).find((folder) => existsSync(join(folder, 'singlemessage'))),
    get: 'set WAMP_TESTSUITE to the folder testsuite of wamp-proto/wamp-proto',
  },
};

/**
 * Where a part is: `{ available: true, path }`, or `{ available: false, why, get }` with what to do about it.
 *
 * @throws {TypeError} when there is no part of that name
 */
function locate(name) {
  const part = PARTS[name];
  if (part === undefined) {
    throw new TypeError(`expected one of ${Object.keys(PARTS).join(', ')}, received ${JSON.stringify(name)}`);
  }
  const path = part.find();
  if (path !== undefined) return { available: true, path };
  return { available: false, why: `${name} was not found`, get: part.get ?? `npm run setup -- ${name}` };
}

module.exports = { CACHE, PARTS, READY, ROOT, isExecutable, locate, onPath };
