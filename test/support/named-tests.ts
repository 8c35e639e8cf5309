import ts from 'typescript';
import type { ProjectPath } from './source-files.js';

/** A test that a page names. */
export interface Named {
  readonly file: ProjectPath;
  readonly title: string;
}

/** Each test that is named in a page of `docs/`: a link to its file, and behind it titles in backticks. */
export function testsNamedIn(text: string): readonly Named[] {
  return [...text.matchAll(/\]\(\.\.\/(test\/[^)\s]+)\)((?:,?\s+`[^`]+`)+)/g)].flatMap(
    ({ 1: file = '', 2: titles = '' }) =>
      [...titles.matchAll(/`([^`]+)`/g)].map(({ 1: title = '' }) => ({ file, title: title.replace(/\s+/g, ' ') })),
  );
}

/** The titles in a test file, as they are written: with `%s` and `$name` where a table fills them in. */
export function titlesIn(text: string): ReadonlySet<string> {
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
