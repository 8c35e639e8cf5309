/**
 * The one way for a test to say what it needs from the system.
 *
 * A fresh clone has neither a browser, Erlang, another Node nor a foreign router: such tests are skipped there, and the
 * closing report says what would run them. With `REQUIRE_ALL=1`, as in CI, a missing part is a failing test instead, so
 * that a skip cannot pass for a success.
 */
import { type Located, locate, type SystemPart } from '../../scripts/system-parts.js';

export type { SystemPart };

/** Where `part` is: `{ available: true, path }`, or `{ available: false, why, get }`. */
export function requires(part: SystemPart): Located {
  return locate(part);
}

/**
 * The path of `part`'s program (of its folder, for data).
 *
 * @throws {Error} when it is not there: inside `describeWith` it always is
 */
export function pathOf(part: SystemPart): string {
  const located = locate(part);
  if (located.available) return located.path;
  throw new Error(`${located.why}: ${located.get}`);
}

/** What `describeWith` does, as a value: run the tests, skip them under `title`, or fail with `reason`. */
export type Plan =
  | { readonly do: 'run' }
  | { readonly do: 'skip'; readonly title: string }
  | { readonly do: 'fail'; readonly reason: string };

/**
 * Decides about tests titled `title` that need `parts`, of which `missing` says where they are.
 *
 * The reason of a skip is in the title between brackets, since a title is all that reaches jest's reporters.
 */
export function plan(title: string, located: readonly Located[], requireAll: boolean): Plan {
  const missing = located.flatMap((part) => (part.available ? [] : [part]));
  if (missing.length === 0) return { do: 'run' };
  const reason = missing.map(({ why, get }) => `${why}: ${get}`).join('; ');
  return requireAll ? { do: 'fail', reason } : { do: 'skip', title: `${title} [${reason}]` };
}

/** `describe` for tests that need one or more parts of the system. */
export function describeWith(parts: SystemPart | readonly SystemPart[], title: string, tests: () => void): void {
  const located = (typeof parts === 'string' ? [parts] : parts).map(locate);
  const decided = plan(title, located, process.env['REQUIRE_ALL'] === '1');
  switch (decided.do) {
    case 'run':
      describe(title, tests);
      return;
    case 'skip':
      describe.skip(decided.title, tests);
      return;
    case 'fail':
      describe(title, () => {
        it('has what it needs from the system', () => {
          throw new Error(`REQUIRE_ALL=1, but ${decided.reason}`);
        });
      });
  }
}
