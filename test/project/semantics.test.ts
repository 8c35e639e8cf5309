/**
 * docs/semantics.md names a test for each guarantee: each is there, in the file that is linked, under the title that stands
 * behind the link; and what it says of OTP's rules is what the recorded scenarios cover.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import type { Scenario } from '../conformance/otp/scenario.js';
import { type ProjectPath, ROOT, read } from '../support/source-files.js';

const PAGE = 'docs/semantics.md';
const page = read(PAGE);

interface Named {
  readonly file: ProjectPath;
  readonly title: string;
}

/** Each test that is named in a page of `docs/`: a link to its file, and behind it titles in backticks. */
function testsNamedIn(text: string): readonly Named[] {
  return [...text.matchAll(/\]\(\.\.\/(test\/[^)\s]+)\)((?:,?\s+`[^`]+`)+)/g)].flatMap(
    ({ 1: file = '', 2: titles = '' }) =>
      [...titles.matchAll(/`([^`]+)`/g)].map(({ 1: title = '' }) => ({ file, title: title.replace(/\s+/g, ' ') })),
  );
}

/** The titles in a test file, as they are written: with `%s` and `$name` where a table fills them in. */
function titlesIn(text: string): ReadonlySet<string> {
  const titles = new Set<string>();
  const visit = (node: ts.Node): void => {
    const [first] = ts.isCallExpression(node) ? node.arguments : [];
    const isTitled = ts.isCallExpression(node) && /^(it|test|describe)/.test(node.expression.getText());
    if (isTitled && first !== undefined && ts.isStringLiteralLike(first)) titles.add(first.text);
    if (isTitled && first !== undefined && ts.isTemplateExpression(first)) titles.add(first.getText().slice(1, -1));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('a.test.ts', text, ts.ScriptTarget.ES2022, true));
  return titles;
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

  it('claims the rules of OTP that recorded scenarios cover, and no other', () => {
    const all = ['handmade.json', 'random.json'].flatMap(
      (file) => JSON.parse(read(join('test/conformance/data/otp', file))) as readonly Scenario[],
    );
    const covered = new Set(all.flatMap(({ rules = [] }) => rules));
    const claimed = [...page.matchAll(/\bR(\d+)\b/g)].map(([rule]) => rule);
    expect(claimed.filter((rule) => !covered.has(rule))).toEqual([]);
    const missing = [...covered].filter((rule) => /^R\d/.test(rule) && !claimed.includes(rule));
    expect(missing).toEqual([]);
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
