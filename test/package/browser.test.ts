/** What bundlers make of `respell/browser`: no module of Node's, no more than is used, no more octets than are promised. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleForBrowsers, PROMISES, weigh } from '../../scripts/browser-bundle.js';
import { ROOT } from '../support/source-files.js';

let folder: string;
const index = () => JSON.stringify(join(folder, 'index.js'));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'respell-browser-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "sideEffects": false }');
  await bundleForBrowsers(folder);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('in a page', () => {
  it.each(PROMISES)(
    'is bundled for a page without a polyfill, within the octets that are promised: $what',
    async (promise) => {
      const { gzipped } = await weigh(promise.program(folder));
      process.stdout.write(`${promise.what} in a page: ${gzipped} octets gzipped, XState included\n`);
      expect(gzipped).toBeLessThanOrEqual(promise.limit);
    },
  );

  it.each([
    ['a serializer', 'cbor', 7_000],
    ['a method of authentication', 'ticket', 2_000],
    ['the errors', 'UsageError', 2_000],
  ])('brings along no more than is asked for: %s', async (_what, name, most) => {
    const { gzipped } = await weigh(`export { ${name} } from ${index()};`);
    expect(gzipped).toBeLessThan(most);
  });

  it.each([
    ['.', '../esm/supervisors/index.js'],
    ['core', '../../esm/supervisors/index.js'],
  ])('imports nothing but XState, the supervisors and itself: %s', (part, supervisors) => {
    const modules = join(folder, part);
    const imports = readdirSync(modules)
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => [...readFileSync(join(modules, name), 'utf8').matchAll(/(?:from|import)\s*\(?"([^"]+)"/g)])
      .map(([, from = '']) => from)
      .filter((from) => !from.startsWith('./part-') && from !== './index.js');
    // What a supported Node offers for SCRAM is looked for by name, and found missing in a page.
    expect([...new Set(imports)].sort()).toEqual([supervisors, 'xstate']);
  });

  it.each(['src/browser/index.js', 'src/browser/core/index.js'])('has types that need none of Node: %s', (entry) => {
    const program = join(folder, 'program.ts');
    writeFileSync(program, `import { connect } from ${JSON.stringify(join(ROOT, entry))};\nvoid connect;\n`);
    const tsc = join(dirname(require.resolve('@typescript/native/package.json')), 'bin/tsc');
    const flags = [
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
    ];
    const target = [
      '--target',
      'es2022',
      '--lib',
      'es2023,dom,dom.iterable,esnext.disposable',
      '--types',
      '',
      '--pretty',
      'false',
    ];
    const { stdout } = spawnSync(process.execPath, [tsc, ...flags, ...target, program], { encoding: 'utf8' });
    // The sources look whether there is one before they use it; the published declarations do not name it.
    expect(stdout.split('\n').filter((line) => line !== '' && !line.includes("'setImmediate'"))).toEqual([]);
  });
});
