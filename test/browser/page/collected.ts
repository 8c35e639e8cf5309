/**
 * The tests of a suite as data: what `describe`, `it` and the hooks were called with. A page runs them one by one, and the test that
 * drives the page knows their titles.
 */

type Body = (...row: never[]) => unknown;

export interface Hooks {
  readonly beforeAll: Body[];
  readonly beforeEach: Body[];
  readonly afterEach: Body[];
  readonly afterAll: Body[];
}

export interface Collected {
  /** The titles of what it stands in, the outermost first, and its own. */
  readonly path: readonly string[];
  readonly run: () => unknown;
}

/** Runs `suite`, with all that jest offers to define tests, and gives back what it has defined. */
export function collect(suite: () => void): { readonly tests: readonly Collected[]; readonly hooks: Hooks } {
  const tests: Collected[] = [];
  const hooks: Hooks = { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] };
  let path: readonly string[] = [];
  const describe = (title: string, body: () => void): void => {
    const outer = path;
    path = [...outer, title];
    body();
    path = outer;
  };
  const it = (title: string, run: Body): void => {
    tests.push({ path: [...path, title], run });
  };
  const each = (rows: readonly unknown[]) => (title: string, body: Body) => {
    for (const row of rows) {
      const cells = (Array.isArray(row) ? row : [row]) as never[];
      it(filled(title, cells), () => body(...cells));
    }
  };
  const faked = {
    describe,
    it: Object.assign(it, { each }),
    ...Object.fromEntries(
      Object.entries(hooks).map(([name, bodies]) => [name, (body: Body) => void (bodies as Body[]).push(body)]),
    ),
  };
  const scope = globalThis as unknown as Record<string, unknown>;
  const own = Object.fromEntries(Object.keys(faked).map((name) => [name, scope[name]]));
  Object.assign(scope, faked);
  try {
    suite();
  } finally {
    Object.assign(scope, own);
  }
  return { tests, hooks };
}

/** The title of one row of a table. */
function filled(title: string, cells: readonly unknown[]): string {
  let next = 0;
  return title.replace(/%s/g, () => String(cells[next++]));
}
