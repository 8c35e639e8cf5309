/**
 * `npm run setup -- [part…] [--json]`: installs what some tests need from the system (all parts, if none is named).
 *
 * chromium, erlang and python3-autobahn come from Debian's packages, into the system; the others go into the project's
 * `.cache/`. Each part is tried once and has five minutes; parts from different sources are fetched side by side. One line
 * a part:
 *
 *     nexus: ready (3.2.2, .cache/nexus-3.2.2/nexusd)
 *     crossbar: refused: <what the package source answered>
 *     erlang: failed: <what is missing here>
 *
 * Exit code: 0 all ready; 3 a package source refused at least one, the others are ready; 1 anything else; 2 usage.
 */
const { spawn } = require('node:child_process');
const { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, relative } = require('node:path');
const { CACHE, PARTS, READY, ROOT, locate, onPath } = require('./system-parts.js');

/** For one part, from its first command to its last. */
const PART_DEADLINE_MS = 5 * 60_000;

/** A package source said no, or did not answer in time: not this machine's fault, and not the project's. */
class Refused extends Error {}

/** Something is missing or broken here. */
class Failed extends Error {}

const running = new Set();

/** The last line that says something: what a failing command ends with. */
const lastLine = (text) => text.trim().split('\n').at(-1)?.trim() ?? '';

/** Kills a command and all it started: apt-get, pip and go start others. */
function killGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/**
 * Runs one command without a shell and without input.
 *
 * @param {object} step `Problem`: what a failure means ({@link Refused} for a command that asks a package source);
 *   `deadline`: a point of `Date.now()`
 * @returns what it wrote to stdout
 */
function run(command, args, { Problem, deadline, cwd = ROOT, env = {} }) {
  return new Promise((fulfil, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    const written = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) {
      child[stream].on('data', (chunk) => {
        written[stream] = (written[stream] + chunk).slice(-64_000);
      });
    }
    let isLate = false;
    const timer = setTimeout(
      () => {
        isLate = true;
        killGroup(child);
      },
      Math.max(0, deadline - Date.now()),
    );
    child.on('error', (error) => {
      clearTimeout(timer);
      running.delete(child);
      reject(new Failed(`${command}: ${error.message}`));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      if (code === 0) fulfil(written.stdout);
      else if (isLate) reject(new Problem(`${command} had not ended after ${PART_DEADLINE_MS / 60_000} minutes`));
      else
        reject(new Problem(`${command} ${args[0]}: ${lastLine(written.stderr || written.stdout) || `exit ${code}`}`));
    });
  });
}

function needProgram(name, what) {
  if (onPath(name) === undefined) throw new Failed(`${what} is needed first`);
}

/** An empty folder of the cache for `part`; `finish()` declares it complete. */
function startFolder(part) {
  const folder = join(CACHE, PARTS[part].folder());
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return { folder, finish: () => writeFileSync(join(folder, READY), '') };
}

let aptUpdated;

/** Asks for the lists of packages, once however many parts need them. */
function aptUpdate(step) {
  aptUpdated ??= run('apt-get', ['update', '-qq', '-o', 'Acquire::Retries=0'], { ...step, Problem: Refused });
  return aptUpdated;
}

const fromDebian =
  (...packages) =>
  async (step) => {
    if (onPath('apt-get') === undefined) throw new Failed(`no apt-get here: install ${packages.join(' ')} by hand`);
    if (process.getuid?.() !== 0) throw new Failed(`only root may: sudo apt-get install ${packages.join(' ')}`);
    await aptUpdate(step);
    const options = ['install', '-y', '-qq', '--no-install-recommends', '-o', 'Acquire::Retries=0'];
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', [...options, ...packages], { ...step, env, Problem: Refused });
  };

/**
 * A Go program by way of a module of ours that pins what it is made of (test/routers/nexus). `go install …@version` also
 * asks for the list of all versions, which not every module proxy gives; a module with its go.sum asks for exactly what
 * it names.
 */
const fromGo = (part, program, packagePath) => async (step) => {
  needProgram('go', 'Go 1.20 or newer');
  const { folder, finish } = startFolder(part);
  const cwd = join(ROOT, 'test/routers/nexus');
  const env = { GOFLAGS: '-mod=readonly -buildvcs=false', GOTOOLCHAIN: 'local', GOWORK: 'off', CGO_ENABLED: '0' };
  await run('go', ['mod', 'download'], { ...step, cwd, env, Problem: Refused });
  await run('go', ['build', '-o', join(folder, program), packagePath], { ...step, cwd, env, Problem: Failed });
  finish();
};

/** WAMP clients from the npm registry, by a lock file of their own. Their native parts are optional, and left out. */
async function installJsClients(step) {
  const { folder, finish } = startFolder('js-clients');
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(join(ROOT, 'test/clients/js', file), join(folder, file));
  }
  const options = ['ci', '--ignore-scripts', '--omit=optional', '--silent', '--no-audit', '--no-fund'];
  await run('npm', [...options, '--fetch-retries=0'], { ...step, cwd: folder, Problem: Refused });
  finish();
}

async function installCrossbar(step) {
  needProgram('python3', 'Python 3.11 or newer, with venv');
  const { folder, finish } = startFolder('crossbar');
  await run('python3', ['-m', 'venv', folder], { ...step, Problem: Failed });
  const from = ['-r', 'requirements.txt', '-c', 'constraints.txt'];
  const options = ['install', '--quiet', '--no-input', '--disable-pip-version-check', '--retries', '0', ...from];
  const cwd = join(ROOT, 'test/routers/crossbar');
  await run(join(folder, 'bin/pip'), options, { ...step, cwd, Problem: Refused });
  finish();
}

/** A second Node from the npm registry, where its binaries are packages like any other. */
const installNode = (part) => async (step) => {
  const platform = `${process.platform}-${process.arch}`;
  if (platform !== 'linux-x64' && platform !== 'linux-arm64') {
    throw new Failed(`packages with Node's binary are known for linux-x64 and linux-arm64, this is ${platform}`);
  }
  needProgram('tar', 'tar');
  const { folder, finish } = startFolder(part);
  const download = mkdtempSync(join(tmpdir(), 'respell-setup-'));
  try {
    const name = `node-${platform}@${PARTS[part].version()}`;
    const options = ['pack', name, '--silent', '--fetch-retries=0', '--pack-destination', download];
    await run('npm', options, { ...step, Problem: Refused });
    const [tarball] = readdirSync(download);
    await run('tar', ['-xzf', join(download, tarball), '-C', folder, '--strip-components=1'], {
      ...step,
      Problem: Failed,
    });
    await run(join(folder, 'bin/node'), ['--version'], { ...step, Problem: Failed });
    finish();
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
};

const INSTALL = {
  chromium: fromDebian('chromium'),
  erlang: fromDebian('erlang-base'),
  // Debian's autobahn brings python3-cbor along, and imports cbor2.
  'python3-autobahn': fromDebian('python3-autobahn', 'python3-cbor2'),
  nexus: fromGo('nexus', 'nexusd', 'github.com/gammazero/nexus/v3/nexusd'),
  'nexus-client': fromGo('nexus-client', 'client', './client'),
  crossbar: installCrossbar,
  'js-clients': installJsClients,
  node22: installNode('node22'),
  node24: installNode('node24'),
};

/** One after the other within a lane, the lanes side by side: apt-get holds a lock, and npm shares one cache. */
const LANES = [
  ['chromium', 'erlang', 'python3-autobahn'],
  ['nexus', 'nexus-client', 'crossbar'],
  ['js-clients', 'node22', 'node24'],
];

/** `{ part, status: 'ready' | 'refused' | 'failed', version?, path?, why? }` */
async function setUp(part) {
  const version = PARTS[part].version?.();
  try {
    if (!locate(part).available) await INSTALL[part]({ deadline: Date.now() + PART_DEADLINE_MS });
    const located = locate(part);
    if (!located.available) throw new Failed(`installed, but ${located.why}`);
    return { part, status: 'ready', ...(version === undefined ? {} : { version }), path: located.path };
  } catch (error) {
    return { part, status: error instanceof Refused ? 'refused' : 'failed', why: error.message };
  }
}

function toLine({ part, status, version, path, why }) {
  if (status !== 'ready') return `${part}: ${status}: ${why}`;
  const shown = path.startsWith(CACHE) ? relative(ROOT, path) : path;
  return `${part}: ready (${version === undefined ? '' : `${version}, `}${shown})`;
}

function exitCode(outcomes) {
  if (outcomes.every(({ status }) => status === 'ready')) return 0;
  return outcomes.some(({ status }) => status === 'failed') ? 1 : 3;
}

async function main(args) {
  const isJson = args.includes('--json');
  const named = args.filter((arg) => arg !== '--json');
  const unknown = named.find((name) => !Object.hasOwn(INSTALL, name));
  if (unknown !== undefined) {
    process.stderr.write(`setup: expected ${Object.keys(INSTALL).join(', ')} or --json, received ${unknown}\n`);
    return 2;
  }
  const wanted = named.length > 0 ? named : Object.keys(INSTALL);
  const outcomes = [];
  const report = (outcome) => {
    outcomes.push(outcome);
    if (!isJson) process.stdout.write(`${toLine(outcome)}\n`);
  };
  await Promise.all(
    LANES.map(async (lane) => {
      for (const part of lane) if (wanted.includes(part)) report(await setUp(part));
    }),
  );
  if (isJson) process.stdout.write(`${JSON.stringify(outcomes)}\n`);
  return exitCode(outcomes);
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const child of running) killGroup(child);
    process.exit(130);
  });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(`setup: ${error.stack}\n`);
    process.exitCode = 1;
  },
);
