/**
 * `npm run package`: looks at the package as those who install it will.
 *
 * Packs it, lints the tarball (publint, and attw for how types resolve), installs it into an empty folder without
 * running install scripts, and there counts what came along, loads every entry of `exports` by `require` and by
 * `import`, compiles a program against each, and runs the command. Prints one line a check; exits 1 if one failed.
 *
 * Top-level await cannot slip in: the half for `require` is compiled from the same sources, as CommonJS.
 */
const { spawnSync } = require('node:child_process');
const {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { tmpdir } = require('node:os');
const { dirname, join, resolve } = require('node:path');
const { PROMISES, weigh: weighInPage } = require('./browser-bundle.js');
const { installFromProject, installPeers, pack } = require('./packed.js');

const ROOT = resolve(__dirname, '..');
const LIMITS = { packages: 25, megabytes: 10, installScripts: 0 };

/** Of what npm says when it could not reach, or was refused by, its registry. */
const NO_REGISTRY = /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENOTCACHED|E403|E404|E429|E5\d\d|network/;

const project = require(join(ROOT, 'package.json'));
const scratch = mkdtempSync(join(tmpdir(), 'respell-package-'));
const consumer = join(scratch, 'consumer');
let failures = 0;

function run(command, args, cwd = ROOT) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 300_000 });
  return {
    ok: status === 0,
    stdout: stdout ?? '',
    output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim(),
  };
}

const node = (args, cwd) => run(process.execPath, args, cwd);

/** The JavaScript file behind a command of a development dependency. */
function programOf(packageName, command) {
  const file = join(ROOT, 'node_modules', packageName, 'package.json');
  const { bin } = JSON.parse(readFileSync(file, 'utf8'));
  return join(dirname(file), typeof bin === 'string' ? bin : bin[command]);
}

function report(ok, check, detail = '') {
  if (!ok) failures += 1;
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${check}${detail === '' ? '' : `: ${detail}`}\n`);
}

function lint(tarball) {
  const publint = node([programOf('publint', 'publint'), 'run', tarball, '--strict']);
  report(publint.ok, 'publint --strict', publint.ok ? '' : publint.output);
  // Resolution as of Node 10 knows no `exports`; every Node that this package supports does.
  const attw = node([programOf('@arethetypeswrong/cli', 'attw'), tarball, '--profile', 'node16', '--format', 'ascii']);
  report(attw.ok, 'attw --profile node16', attw.ok ? '' : attw.output);
}

function install(tarball) {
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), '{ "name": "consumer", "private": true }\n');
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--omit=dev'];
  const begun = performance.now();
  const { ok, output } = run('npm', ['install', ...options, tarball], consumer);
  const seconds = ((performance.now() - begun) / 1e3).toFixed(1);
  if (ok) {
    report(true, 'npm install --ignore-scripts', `${seconds} s`);
  } else if (NO_REGISTRY.test(output)) {
    installFromProject(tarball, consumer);
    report(
      true,
      'installed without a registry',
      `dependencies copied from this project; npm said ${output.split('\n')[0]}`,
    );
  } else {
    report(false, 'npm install --ignore-scripts', output);
  }
}

/** Every package below `folder`, and the sum of their files' lengths: what they take on disk depends on the disk. */
function measure(folder, found = { packages: [], octets: 0 }) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stats = lstatSync(path);
    if (stats.isFile()) found.octets += stats.size;
    if (stats.isDirectory()) measure(path, found);
    else if (name === 'package.json' && /node_modules\/(@[^/]+\/)?[^/]+$/.test(folder.replaceAll('\\', '/'))) {
      found.packages.push(JSON.parse(readFileSync(path, 'utf8')));
    }
  }
  return found;
}

function weigh() {
  const { packages, octets } = measure(join(consumer, 'node_modules'));
  const isScripted = ({ scripts = {} }) => ['preinstall', 'install', 'postinstall'].some((name) => name in scripts);
  const scripted = packages.filter(isScripted).map(({ name }) => name);
  const megabytes = octets / 1e6;
  report(packages.length <= LIMITS.packages, `packages, at most ${LIMITS.packages}`, String(packages.length));
  report(megabytes <= LIMITS.megabytes, `installed size, at most ${LIMITS.megabytes} MB`, `${megabytes.toFixed(1)} MB`);
  report(scripted.length <= LIMITS.installScripts, 'no install scripts', scripted.join(', ') || '0');
}

/** What a page loads, by the very files that are published. */
async function weighForPages() {
  for (const { what, limit, program } of PROMISES) {
    const { gzipped } = await weighInPage(program(join(consumer, 'node_modules', project.name, 'dist/browser')));
    report(gzipped <= limit, `${what} in a page, at most ${limit} octets gzipped`, String(gzipped));
  }
}

/** How a user names each entry: `respell`, `respell/supervisors`. */
const entries = () => Object.keys(project.exports).map((key) => project.name + key.slice(1));

/** Loads every entry in both ways, in a process each: that the halves export the same names is part of it. */
function load() {
  for (const entry of entries()) {
    const isData = entry.endsWith('.json');
    const how = {
      require: [`console.log(Object.keys(require('${entry}')).sort().join())`],
      import: [
        '--input-type=module',
        isData
          ? `import data from '${entry}' with { type: 'json' }; console.log(Object.keys(data).sort().join())`
          : `import * as all from '${entry}'; console.log(Object.keys(all).filter((key) => key !== 'default').sort().join())`,
      ],
    };
    const names = Object.entries(how).map(([way, args]) => {
      const { ok, stdout, output } = node([...args.slice(0, -1), '-e', args.at(-1)], consumer);
      report(ok, `${way} ${entry}`, ok ? `${stdout.trim().split(',').length} names` : output);
      return stdout.trim();
    });
    report(
      names[0] === names[1],
      `${entry} is the same by require and by import`,
      names[0] === names[1] ? '' : names.join(' ≠ '),
    );
  }
}

/** A process may hold both halves: then an error of one has to be an instance of the other's class. */
function mix() {
  for (const entry of entries().filter((name) => !name.endsWith('.json'))) {
    const text = `import { createRequire } from 'node:module';
      import * as esm from '${entry}';
      const cjs = createRequire(process.cwd() + '/')('${entry}');
      const errors = Object.keys(cjs).filter((key) => cjs[key]?.prototype instanceof Error);
      const isAlike = (one, other) => Object.create(one.prototype) instanceof other;
      const apart = errors.filter((key) => !isAlike(cjs[key], esm[key]) || !isAlike(esm[key], cjs[key]));
      if (apart.length > 0) throw new Error(apart.join(', '));
      console.log(errors.length);`;
    const { ok, stdout, output } = node(['--input-type=module', '-e', text], consumer);
    report(ok, `errors of ${entry} are instances of both halves' classes`, ok ? stdout.trim() : output);
  }
}

/** Whatever the declarations refer to must come along: a user has `@types/node`, and no types of our dependencies'. */
function compile() {
  const sources = entries().filter((entry) => !entry.endsWith('.json'));
  const text = sources
    .map((entry, index) => `import * as entry${index} from '${entry}';\nvoid entry${index};\n`)
    .join('');
  for (const extension of ['mts', 'cts']) writeFileSync(join(consumer, `program.${extension}`), text);
  for (const name of ['@types/node', 'undici-types']) {
    cpSync(join(ROOT, 'node_modules', name), join(consumer, 'node_modules', name), { recursive: true });
  }
  const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2022'];
  const files = ['program.mts', 'program.cts'];
  const tsc = programOf('@typescript/native', 'tsc');
  const { output } = node([tsc, ...flags, '--types', 'node', '--pretty', 'false', ...files], consumer);
  // Declarations of others, XState's under exactOptionalPropertyTypes for one, are not ours to mend.
  const errors = output
    .split('\n')
    .filter(
      (line) => line.startsWith('program.') || line.includes(`node_modules/${project.name}/`) || /^error/.test(line),
    );
  report(errors.length === 0, 'a strict program compiles against every entry', errors.slice(0, 10).join('\n'));
}

function runCommand() {
  for (const command of Object.keys(project.bin ?? {})) {
    const file = join(consumer, 'node_modules', project.name, project.bin[command]);
    const { ok, stdout, output } = run(file, ['--version'], consumer);
    const isRight = ok && stdout.trim() === project.version;
    report(isRight, `${command} --version`, isRight ? stdout.trim() : output);
  }
}

async function main() {
  const { tarball, files, octets } = pack(scratch);
  report(true, 'npm pack', `${files} files, ${(octets / 1e3).toFixed(0)} kB packed`);
  lint(tarball);
  install(tarball);
  weigh();
  await weighForPages();
  installPeers(consumer);
  load();
  mix();
  compile();
  runCommand();
}

main()
  .catch((error) => report(false, 'the package', error.message))
  .finally(() => {
    rmSync(scratch, { recursive: true, force: true });
    process.exitCode = failures > 0 ? 1 : 0;
  });
