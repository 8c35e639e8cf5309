import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** This package's own version, whatever project it is installed in: of the nearest `package.json` that is ours. */
export function version(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (name === 'respell') return version;
    } catch {
      // Not here.
    }
    if (folder === dirname(folder)) return 'unknown';
  }
}
