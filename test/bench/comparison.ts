/** What a run has measured, in the form that the table shows and `--json` writes. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/source-files.js';
import type { Range, Series } from './statistics.js';

export interface Row {
  readonly title: string;
  readonly unit: '1/s' | 'µs' | 'ms' | 'B';
  readonly better: 'more' | 'less';
  readonly figures: Series;
  /** Of ours to that beside which it stands. */
  readonly ratio?: Range;
}

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly platform: string;
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** The version of an installed package. @param folder where it is installed: this project by default */
export function versionOf(name: string, folder: string = ROOT): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
