/** The embedded router of a checkout, in a process of its own: `router-program.ts FOLDER` prints its port, and ends with its input. */
import { join } from 'node:path';

interface Checkout {
  readonly router: (options: object) => Promise<{ readonly url: string | undefined; kill(): Promise<void> }>;
}

const { router } = require(join(process.argv[2] ?? '', 'src/index.ts')) as Checkout;

void router({ port: 0, realms: { realm1: {} } }).then((house) => {
  process.stdout.write(`${new URL(house.url ?? '').port}\n`);
  process.stdin.on('end', () => void house.kill().then(() => process.exit()));
  process.stdin.resume();
});
