/**
 * `npm run check`: all that CI checks, in the order in which a mistake shows soonest. Every step is run, also after one
 * that failed; ends with what failed, and exits 1 if anything did.
 *
 * `npm run check -- --no-tests` leaves the tests out, for whoever has just run them.
 */
const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const { scripts } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));

/** Names of scripts in package.json. What the project does not have (yet) is no step. */
const STEPS = ['types', 'lint', 'docs:check', 'test', 'package'];

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--no-tests');
if (unknown !== undefined) {
  process.stderr.write(`check: expected --no-tests or nothing, received ${unknown}\n`);
  process.exit(2);
}

const wanted = STEPS.filter((step) => step in scripts && !(step === 'test' && args.includes('--no-tests')));
const outcomes = wanted.map((step) => {
  process.stdout.write(`\n── ${step}\n`);
  const begun = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', step], { stdio: ['ignore', 'inherit', 'inherit'] });
  return { step, ok: status === 0, seconds: (performance.now() - begun) / 1e3 };
});

process.stdout.write('\n');
for (const { step, ok, seconds } of outcomes) {
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${step} (${seconds.toFixed(1)} s)\n`);
}
const failed = outcomes.filter(({ ok }) => !ok).map(({ step }) => step);
process.stdout.write(failed.length === 0 ? 'check: all ok\n' : `check: failed: ${failed.join(', ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
