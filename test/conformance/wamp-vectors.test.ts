import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeWith, pathOf, requires } from '../support/requirement.js';
import { Usage } from './usage.js';
import { wamp } from './wamp/command.js';
import { readSuite } from './wamp/suite.js';

/** The standard's own vectors, in each serializer; `WAMP_TESTSUITE` says where they are. And the command that runs them. */

const vectors = requires('wamp-testsuite');

describeWith('wamp-testsuite', "the standard's vectors", () => {
  const { checks, skipped } = vectors.available ? readSuite(vectors.path) : { checks: [], skipped: [] };

  it('are there', () => {
    expect(checks.length).toBeGreaterThanOrEqual(300);
    // What is not run is written in a serializer that is not spoken here, and nothing else.
    for (const { why } of skipped) expect(why).toMatch(/^(ubjson|flatbuffers) is not spoken here$/);
    const reasons = new Map<string, number>();
    for (const { why } of skipped) reasons.set(why, (reasons.get(why) ?? 0) + 1);
    process.stdout.write(
      `the standard's vectors: ${checks.length} run, ${skipped.length} not:\n` +
        [...reasons].map(([why, count]) => `  ${count}: ${why}\n`).join(''),
    );
  });

  for (const { title, run } of checks) test(title, async () => run());
});

describeWith('wamp-testsuite', 'the command', () => {
  const printed: string[] = [];
  const console = { out: (text: string) => void printed.push(text), err: () => {} };
  let copy: string;

  beforeEach(() => {
    printed.length = 0;
    copy = mkdtempSync(path.join(tmpdir(), 'respell-vectors-'));
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  const said = () => printed.join('');

  it('runs them, closes with what it has counted and exits with 0', async () => {
    expect(await wamp([pathOf('wamp-testsuite')], console)).toBe(0);
    expect(said()).toMatch(/^\d{3} passed, 0 failed, \d+ skipped\n$/);
  });

  it('names what is not met, and exits with 1', async () => {
    const basic = path.join(copy, 'singlemessage/basic');
    mkdirSync(basic, { recursive: true });
    cpSync(path.join(pathOf('wamp-testsuite'), 'singlemessage/basic/yield.json'), path.join(basic, 'yield.json'));
    const text = readFileSync(path.join(basic, 'yield.json'), 'utf8');
    const changed = text.replace(/("cbor": \[\s*\{\s*"bytes_hex": "8[0-9a-f]18)46/, '$147');
    expect(changed).not.toBe(text);
    writeFileSync(path.join(basic, 'yield.json'), changed);
    expect(await wamp([copy], console)).toBe(1);
    expect(said()).toMatch(/^failed cbor: YIELD: /);
    expect(said()).toMatch(/\n2 passed, 1 failed, 2 skipped\n$/);
  });

  it('plays scenarios of several sessions, and finds what the router does otherwise', async () => {
    const folder = path.join(copy, 'multisession/advanced');
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'own.json');
    cpSync(path.join(pathOf('wamp-testsuite'), 'multisession/advanced/publisher_exclusion_disabled.json'), file);
    expect(await wamp([copy], console)).toBe(0);
    expect(said()).toBe('3 passed, 0 failed, 0 skipped\n');
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replaceAll('"args": ["Hello, world!"]', '"args": ["Hello"]')
        .replace('"args": ["Hello"]', '"args": ["Hi"]'),
    );
    printed.length = 0;
    expect(await wamp([copy], console)).toBe(1);
    expect(said()).toMatch(/\n0 passed, 3 failed, 0 skipped\n$/);
  });

  test.each([[[]], [['--all']], [['a', 'b']], [['no/such/folder']]])('refuses %j', async (args) => {
    await expect(wamp(args, console)).rejects.toBeInstanceOf(Usage);
  });
});
