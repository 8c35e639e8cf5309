import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const isThere = existsSync(PATH);

/**
 * `describe`, where Chromium is installed. Elsewhere the tests are skipped with a line that says so, or fail if
 * `REQUIRE_ALL=1`.
 */
export function describeInChromium(name: string, tests: () => void): void {
  if (isThere) {
    describe(name, tests);
  } else if (process.env['REQUIRE_ALL'] === '1') {
    describe(name, () => {
      it('needs Chromium', () => {
        throw new Error(`expected Chromium at ${PATH}; install it, or set CHROMIUM to where it is`);
      });
    });
  } else {
    process.stderr.write(`skipped: ${name}: there is no Chromium at ${PATH} (set CHROMIUM to where it is)\n`);
    describe.skip(name, tests);
  }
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
