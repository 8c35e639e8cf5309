/**
 * docs/semantics.md names a test for each guarantee: each is there, in the file that is linked, under the title that stands
 * behind the link; and each of OTP's rules has a row, with recorded scenarios that are about it.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Named, testsNamedIn, titlesIn } from '../support/named-tests.js';
import { ROOT, read } from '../support/source-files.js';

const PAGE = 'docs/semantics.md';
const page = read(PAGE);

/** What a row of the table of OTP's rules says. */
interface RuleRow {
  readonly rule: string;
  readonly says: string;
  /** Names without a link: of recorded scenarios. */
  readonly scenarios: readonly string[];
  readonly tests: readonly Named[];
}

/** A recorded scenario, as far as it matters here. */
interface Recorded {
  readonly name: string;
  readonly rules: readonly string[];
}

/** Scenarios that show a rule for which they were not recorded. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  // Of the two children of a `one_for_all` supervisor the second one does not start when the first is restarted.
  random_1045: ['R23'],
  // The first one does not; it alone is `restarting`.
  restarting_state_api_one_for_all: ['R23'],
};

function rulesIn(text: string): readonly RuleRow[] {
  return [...text.matchAll(/^\| (R\d+) \| (.*?) \| (.*) \|$/gm)].map(({ 1: rule = '', 2: says = '', 3: held = '' }) => {
    const [beforeLinks = ''] = held.split('[');
    const scenarios = [...beforeLinks.matchAll(/`([^`]+)`/g)].map(({ 1: name = '' }) => name);
    return { rule, says, scenarios, tests: testsNamedIn(held) };
  });
}

/** The sentences of the page that promise something: list items and rows of tables. */
const PROMISES = page
  .slice(page.indexOf('\n## '))
  .split(/\n(?=- |\| |\n|#)/)
  .map((block) => block.trim().replace(/\s+/g, ' '))
  .filter((block) => block.startsWith('- '));

describe('docs/semantics.md', () => {
  const named = testsNamedIn(page);

  it.each(named)('names a test that is there: $title in $file', ({ file, title }) => {
    expect([...titlesIn(read(file))]).toContain(title);
  });

  it('names one for each guarantee', () => {
    expect(PROMISES.filter((promise) => testsNamedIn(promise).length === 0)).toEqual([]);
    expect(PROMISES.length).toBeGreaterThan(40);
  });

  it('shows each transition of the standard, with its test', () => {
    const rows = [...page.matchAll(/^\| (\d+) \|.*$/gm)].map(([row, number]) => ({ row, number: Number(number) }));
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(rows.filter(({ row }) => testsNamedIn(row).length === 0)).toEqual([]);
  });

  it('has links that lead somewhere', () => {
    const targets = [...page.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target = '']) => target);
    const files = targets.filter((target) => !/^[a-z]+:/.test(target));
    expect(files.filter((target) => !existsSync(resolve(ROOT, dirname(PAGE), target)))).toEqual([]);
  });

  describe('on the rules of OTP', () => {
    const rows = rulesIn(page);
    const named = rows.flatMap(({ rule, scenarios }) => scenarios.map((name) => ({ rule, name })));
    const recorded = ['handmade.json', 'random.json'].flatMap(
      (file) => JSON.parse(read(join('test/conformance/data/otp', file))) as readonly Recorded[],
    );

    it('has a row for each, in order', () => {
      expect(rows.map(({ rule }) => rule)).toEqual(Array.from({ length: 65 }, (_, index) => `R${index + 1}`));
    });

    it('says what holds each, with a scenario wherever one was recorded for it', () => {
      const tagged = new Set(recorded.flatMap(({ rules }) => rules));
      const bare = rows.filter(({ scenarios, tests }) => scenarios.length + tests.length === 0);
      const unrecorded = rows.filter(({ rule, scenarios }) => scenarios.length === 0 && tagged.has(rule));
      expect([...bare, ...unrecorded]).toEqual([]);
    });

    it.each(named)('names a scenario that was recorded for $rule, or shows it: $name', ({ rule, name }) => {
      const scenario = recorded.find((each) => each.name === name);
      expect([...(scenario?.rules ?? []), ...(SHOWN[name] ?? [])]).toContain(rule);
    });

    it('gives the reason where a rule has no meaning here', () => {
      const without = rows.filter(({ scenarios }) => scenarios.length === 0);
      expect(without.map(({ rule }) => rule)).toEqual(['R62']);
      expect(without.every(({ says }) => /\*\*without meaning here\*\*, since /.test(says))).toBe(true);
    });

    it('speaks of no rule that there is not', () => {
      const spokenOf = [...page.matchAll(/\bR\d+\b/g)].map(([rule]) => rule);
      expect(spokenOf.filter((rule) => !rows.some((row) => row.rule === rule))).toEqual([]);
    });
  });
});

describe('rulesIn', () => {
  it('tells the scenarios of a row from its tests', () => {
    const text = '| R1 | `a`, in order | `one`, `two`; [b](../test/b.test.ts) `three` |\n| 1 | no | `rule` |';
    const tests = [{ file: 'test/b.test.ts', title: 'three' }];
    expect(rulesIn(text)).toEqual([{ rule: 'R1', says: '`a`, in order', scenarios: ['one', 'two'], tests }]);
  });
});

describe('testsNamedIn', () => {
  it('takes a link to a test with the titles behind it, over the end of a line too', () => {
    const text = 'See [a](../test/a.test.ts) `one`, `two\n  three`; [b](../src/b.ts) `no`, [c](../test/c.test.ts).';
    expect(testsNamedIn(text)).toEqual([
      { file: 'test/a.test.ts', title: 'one' },
      { file: 'test/a.test.ts', title: 'two three' },
    ]);
  });
});

describe('titlesIn', () => {
  it('finds plain, tabled and templated titles, and no other text', () => {
    const text =
      "it('a', f); it.each([['no']])('b %s', f); describeOnEachNode('c', f); test(`d $" + "{e}`, f); f('no')";
    expect([...titlesIn(text)]).toEqual(['a', 'b %s', 'c', `d $${'{e}'}`]);
  });
});
