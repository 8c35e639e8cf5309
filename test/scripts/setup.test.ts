/** `npm run setup`, in a copy of its own and with programs that stand in for those that ask package sources. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/source-files.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'respell-setup-test-'));
  for (const path of [
    'scripts/setup.cjs',
    'scripts/system-parts.js',
    'test/routers/nexus',
    'test/routers/crossbar',
    'test/clients/js',
  ]) {
    cpSync(join(ROOT, path), join(root, path), { recursive: true });
  }
  mkdirSync(join(root, 'bin'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A program on the PATH of the run; its calls are noted, and none of what it is asked for happens. */
function program(name: string, script: string): void {
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\necho "${name} $*" >>"${root}/calls"\n${script}\n`, {
    mode: 0o755,
  });
}

const calls = (): string[] =>
  existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : [];

function setup(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts/setup.cjs'), ...args], {
    encoding: 'utf8',
    env: { PATH: join(root, 'bin') },
  });
  return { status, stdout, stderr };
}

const BUILD = 'case "$1" in build) printf "#!/bin/sh\\n" >"$3"; /bin/chmod +x "$3";; esac';

describe('npm run setup', () => {
  it('installs a part, and leaves it alone the next time', () => {
    program('go', BUILD);
    const ready = { status: 0, stdout: 'nexus: ready (3.2.2, .cache/nexus-3.2.2/nexusd)\n', stderr: '' };
    expect(setup('nexus')).toEqual(ready);
    expect(calls()).toEqual(['go mod download', expect.stringMatching(/^go build -o .*nexusd$/)]);
    expect(setup('nexus')).toEqual(ready);
    expect(calls()).toHaveLength(2);
  });

  it('begins anew where an installation had not finished', () => {
    program('go', BUILD);
    setup('nexus');
    rmSync(join(root, '.cache/nexus-3.2.2/.ready'));
    expect(setup('nexus').status).toBe(0);
    expect(calls()).toHaveLength(4);
  });

  it('exits with 3 when a package source refuses, with what it said, and asks once', () => {
    program('go', 'echo "go: downloading" >&2; echo "go: reading v3.2.2.mod: 403 Forbidden" >&2; exit 1');
    expect(setup('nexus')).toEqual({
      status: 3,
      stdout: 'nexus: refused: go mod: go: reading v3.2.2.mod: 403 Forbidden\n',
      stderr: '',
    });
    expect(calls()).toEqual(['go mod download']);
  });

  it('exits with 1 when something fails here', () => {
    program('go', 'case "$1" in build) echo "undefined: x" >&2; exit 2;; esac');
    expect(setup('nexus')).toMatchObject({ status: 1, stdout: 'nexus: failed: go build: undefined: x\n' });
  });

  it('says which program is needed first', () => {
    expect(setup('nexus', 'crossbar', 'chromium')).toMatchObject({
      status: 1,
      stdout: [
        'chromium: failed: no apt-get here: install chromium by hand',
        'nexus: failed: Go 1.20 or newer is needed first',
        'crossbar: failed: Python 3.11 or newer, with venv is needed first',
        '',
      ].join('\n'),
    });
  });

  it('tries the other parts when one is refused, and prints JSON when asked to', () => {
    program('go', 'echo no >&2; exit 1');
    const pip =
      '/bin/mkdir -p "$3/bin"; for name in pip crossbar; do printf "#!/bin/sh\\n" >"$3/bin/$name"; /bin/chmod +x "$3/bin/$name"; done';
    program('python3', pip);
    const { status, stdout } = setup('--json', 'nexus', 'crossbar');
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toEqual([
      { part: 'nexus', status: 'refused', why: 'go mod: no' },
      {
        part: 'crossbar',
        status: 'ready',
        version: '26.10.1',
        path: join(root, '.cache/crossbar-26.10.1/bin/crossbar'),
      },
    ]);
  });

  it('refuses a part it does not know, before it installs any', () => {
    program('go', BUILD);
    expect(setup('nexus', 'bondy')).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'setup: expected chromium, erlang, python3-autobahn, nexus, nexus-client, crossbar, js-clients, node22, node24 or --json, received bondy\n',
    });
    expect(calls()).toEqual([]);
  });
});
