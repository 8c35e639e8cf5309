import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { privateNames } from '../../scripts/private-names.js';

/** Each of these names stays for the reason beside it. */
const STAY = {
  exported: 'of Exported',
  reached: 'of Exported',
  taken: 'of run',
  sent: 'taken for anything',
  below: 'taken for anything',
  keyed: 'in a dictionary',
  parsed: 'made elsewhere',
  narrowed: 'made elsewhere',
  optionOfWire: 'read of a dictionary',
  row: 'looked up',
  spelt: 'a string',
  size: 'of the platform or a package',
  untold: 'not known what it is of',
  throughGeneric: 'passed on to anything',
  field: 'thrown',
};

const PROGRAM = `
export interface Exported { readonly exported: { readonly reached: number } }
class Inner {
  #counted = 0;
  ofInner = 1;
  onlyHere(by: number): number { return (this.#counted += by); }
}
class Failure extends Error { readonly field = 1; }
const ROWS: { readonly [K in 'row']: number } = { row: 1 };
const log = (fields: unknown) => JSON.stringify(fields);
const given = new Map<string, { readonly ofEntry: number }>();
function through<T>(value: T): string { return log(value); }
function isNarrowed(value: unknown): value is { readonly narrowed: number } { return value !== null; }
export class Handle {
  readonly #inner: Inner;
  /** @internal */
  constructor(inner: Inner) { this.#inner = inner; }
  protected inherited = 1;
  show(): number { return this.#inner.onlyHere(1) + this.#inner.ofInner + this.inherited; }
}
export function run(options: { readonly taken: number }, key: 'row', untyped: any): unknown {
  log({ sent: { below: 1 } });
  const dictionary: Record<string, unknown> = { keyed: 1 };
  const { parsed } = JSON.parse('{}') as { readonly parsed: number };
  const wire = dictionary as { readonly optionOfWire?: number };
  given.set('spelt', { ofEntry: 1 });
  const spelling = { spelt: 1, ofSpelling: 2 };
  through({ throughGeneric: 1 });
  if (options.taken > given.size) throw new Failure();
  if (isNarrowed(dictionary)) return dictionary.narrowed;
  return [parsed, wire.optionOfWire, ROWS[key], spelling.spelt + spelling.ofSpelling, untyped.untold, given.get('')?.ofEntry];
}
`;

describe('privateNames', () => {
  it('are those that nobody outside can see', () => {
    const folder = mkdtempSync(join(tmpdir(), 'respell-private-'));
    try {
      const entry = join(folder, 'entry.ts');
      writeFileSync(entry, PROGRAM);
      const inner = ['onlyHere', 'ofInner', 'ofEntry', 'ofSpelling', 'inherited'];
      const why: Record<string, string> = {};
      const names = privateNames({
        entry,
        files: [entry],
        names: [...Object.keys(STAY), ...inner, 'toJSON'],
        because: (name, reason) => {
          why[name] = reason;
        },
      });
      expect(why).toEqual(STAY);
      expect(names).toEqual(inner.sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
