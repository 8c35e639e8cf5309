import { runInNewContext, Script } from 'node:vm';
import ts from 'typescript';
import { ASSETS } from '../../../src/inspector/page/assets.js';
import { CHART_STYLE } from '../../../src/inspector/page/chart-style.js';
import { actorPane } from '../../../src/inspector/page/client/actor-pane.js';
import { app } from '../../../src/inspector/page/client/app.js';
import { toolkit } from '../../../src/inspector/page/client/toolkit.js';
import { treePane } from '../../../src/inspector/page/client/tree-pane.js';
import { PAGE_STYLE } from '../../../src/inspector/page/style.js';

const body = (path: string): string => ASSETS.get(path)?.body ?? '';

/** The names that a text of JavaScript takes from outside itself. */
function outsiders(text: string): readonly string[] {
  const name = 'page.ts';
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost({}),
    getSourceFile: (file) =>
      file === name ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true) : undefined,
  };
  const program = ts.createProgram([name], { noLib: true, noResolve: true, target: ts.ScriptTarget.ES2022 }, host);
  const messages = program.getSemanticDiagnostics().map(({ messageText }) => String(messageText));
  const names = messages.flatMap((message) => /^Cannot find name '(\w+)'/.exec(message)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** What every browser has. */
const BROWSER = [
  ...[
    'AbortController',
    'Array',
    'Boolean',
    'DOMParser',
    'Error',
    'JSON',
    'Map',
    'Math',
    'Number',
    'Object',
    'Promise',
    'Set',
    'String',
  ],
  ...[
    'TextDecoderStream',
    'URLSearchParams',
    'document',
    'fetch',
    'history',
    'localStorage',
    'location',
    'performance',
  ],
  ...['addEventListener', 'clearTimeout', 'decodeURIComponent', 'encodeURIComponent', 'setInterval', 'setTimeout'],
];

describe('the assets', () => {
  it('are a page that loads nothing but the other assets', () => {
    const loaded = [...body('/').matchAll(/(?:href|src)="([^"]*)"/g)].map(([, path]) => path ?? '');
    expect(loaded.sort()).toEqual(['/icon.svg', '/page.js', '/style.css']);
    expect(loaded.filter((path) => !ASSETS.has(path))).toEqual([]);
    for (const { body: text } of ASSETS.values()) {
      // A name of a namespace is no address.
      expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|\burl\((?!\/icon\.svg\))/);
    }
  });

  it('hold no inline script, style or handler: the policy of the page forbids them', () => {
    expect(body('/')).not.toMatch(/<style|<script(?! src=)|\son\w+=|javascript:/);
  });

  it('have a script that is one, and runs the app with its parts', () => {
    expect(() => new Script(body('/page.js'))).not.toThrow();
    const parts = [toolkit, treePane, actorPane].map(String);
    for (const text of [String(app), ...parts]) expect(body('/page.js')).toContain(text);
  });

  it.each([
    ['toolkit', toolkit],
    ['treePane', treePane],
    ['actorPane', actorPane],
    ['app', app],
  ])('take nothing from outside but what a browser has: %s', (_name, part) => {
    expect(outsiders(`(${String(part)})`).filter((name) => !BROWSER.includes(name))).toEqual([]);
  });

  it('keep working when a bundler puts names into the functions', () => {
    const start = body('/page.js').split('\n').slice(0, 2).join('\n');
    expect(runInNewContext(`${start}; __name(7)`)).toBe(7);
  });
});

describe('outsiders', () => {
  it('finds a name that would not exist in the page', () => {
    expect(outsiders('(function f(a) { const b = a; return helper(b, document); })')).toEqual(['document', 'helper']);
  });
});

describe('the styles', () => {
  const properties = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, name]) => name));
  const used = (text: string) => properties(text, /var\((--[\w-]+)/g);
  const defined = (text: string) => properties(text, /[\s;{](--[\w-]+):/g);

  it.each([
    ['the page', PAGE_STYLE, ['--depth']],
    // A page may set these; each has a default.
    ['a chart', CHART_STYLE, [...used(CHART_STYLE)].filter((name) => name?.startsWith('--chart-'))],
  ])('define each property that they use: %s', (_what, text, others) => {
    const missing = [...used(text)].filter((name) => !defined(text).has(name) && !others.includes(name ?? ''));
    expect(missing).toEqual([]);
  });

  it.each([
    ['the page', PAGE_STYLE],
    ['a chart', CHART_STYLE],
  ])('have each colour for light and for dark: %s', (_what, text) => {
    const [light = '', dark = ''] = text.split('@media (prefers-color-scheme: dark)');
    const colours = (part: string) => properties(part, /(--[\w-]+): (?:#|var\(--chart)/g);
    const inDark = colours(dark.slice(0, dark.indexOf('\n}\n')));
    expect([...colours(light)].filter((name) => !inDark.has(name))).toEqual([]);
    expect(inDark.size).toBeGreaterThan(5);
  });
});
