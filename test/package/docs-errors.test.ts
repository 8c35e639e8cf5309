/**
 * The page of errors and the errors are the same, both ways: a code that cannot be looked up is half a code. That each program
 * compiles, and prints what stands under it, is held by test/package/readme.test.ts.
 */
import * as respell from '../../src/index.js';
import { read } from '../support/source-files.js';

/** By code, the class that has it, and says so: bundlers give classes names of one letter. */
const codes = new Map(
  ['src/errors.ts', 'supervisors/errors.ts'].flatMap((path) =>
    [
      ...read(path).matchAll(
        /^export class (\w+)[ <][^{]*\{\s+static override readonly name: string = '\1';\s+readonly code = '([A-Z_]+)'/gm,
      ),
    ].map(({ 1: name = '', 2: code = '' }) => [code, name] as const),
  ),
);

/** By code, what the page says of it. */
const sections = new Map(
  [...read('docs/errors.md').matchAll(/^## `(\w+)`\n(.*?)(?=^#|$(?![\s\S]))/gms)].map(
    ({ 1: code = '', 2: text = '' }) => [code, text] as const,
  ),
);

describe('docs/errors.md', () => {
  it('has a section for every code, and for nothing else', () => {
    expect([...sections.keys()].sort()).toEqual([...codes.keys()].sort());
    expect(codes.size).toBe(27);
  });

  it.each([...codes])('says of %s which class has it, and more', (code, name) => {
    expect(sections.get(code)).toContain(`\`${name}\``);
    expect(sections.get(code)?.trim().length).toBeGreaterThan(50);
  });

  it.each([...codes])('says of %s what has happened, in a paragraph of its own', (code, name) => {
    expect(sections.get(code)).toMatch(new RegExp(`^\\n\`${name}\`: .{20,}`));
  });

  it.each([...codes.keys()])('says of %s what to do', (code) => {
    expect(sections.get(code)?.match(/^What to do: .{10,}/gm)).toHaveLength(1);
  });

  it.each([...codes])('shows %s in a program that looks for its class, and what that prints', (code, name) => {
    const [program = ''] = /(?<=^```ts\n).*?(?=^```\n\n```text\n.+?^```$)/ms.exec(sections.get(code) ?? '') ?? [];
    expect(program).toMatch(new RegExp(`^import .*\\b${name}\\b.* from 'respell(/supervisors)?';$`, 'm'));
    expect(program).toContain(`instanceof ${name}`);
  });

  it.each([...codes.values()])('speaks of a class that can be imported: %s', (name) => {
    expect(typeof (respell as Record<string, unknown>)[name]).toBe('function');
  });
});
