/**
 * A contract in an editor: what it offers, where it leads, and what turns red. Asked of the compiler's own language service, as
 * editors do.
 */
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../support/source-files.js';

const API = join(ROOT, 'test/package/editor-api.ts');
const CALLER = join(ROOT, 'test/package/editor-caller.ts');
const CALLEE = join(ROOT, 'test/package/editor-callee.ts');

const api = (add: string) => `
import { contract, type StandardSchema } from '../../src/index.js';
interface Api {
  procedures: {
    ${add}: { args: [a: number, b: number]; result: number };
    'com.example.subtract': { args: [a: number, b: number]; result: number };
  };
  topics: { 'com.example.news': { args: [headline: string] } };
}
export const api = contract<Api>();
declare const aNumber: StandardSchema<number>;
export const schemas = contract({
  procedures: {
    'com.example.halve': { args: [aNumber], result: aNumber },
    'com.example.double': { args: [aNumber], result: aNumber },
    'com.example.log..put': { match: 'wildcard' },
  },
  topics: { 'com.example.dawn': { args: [aNumber] } },
});
`;

const caller = `
import type { Connector, Peer } from '../../src/index.js';
import { api, schemas } from './editor-api.js';
export async function call(peer: Peer): Promise<number> {
  await peer.as(schemas).call(schemas.uris['com.example.halve'], [1]);
  return (await peer.as(api).call('com.example.add', [2, 3])).args[0];
}
export const wanted = (peer: Peer) => peer.as(api).call('');
export const heard = (peer: Peer) => peer.as(api).subscribe('', () => {});
export const doubled = (peer: Peer) => peer.as(schemas).call('');
export const offered = (peer: Peer) => peer.as(schemas).register('', () => 1);
export const misspelt = (peer: Peer) => peer.as(api).call('com.example.add', [2, 3], { timeuot: 5 });
export const plain = (peer: Peer) => peer.call('com.example.add', [2, 3], { timeuot: 5 });
`;

const callee = `
import { type Connector, connect, peer } from '../../src/index.js';
import { api, schemas } from './editor-api.js';
export const adder = (url: Connector) =>
  peer('adder', { url, realm: 'realm1', contract: api, register: { 'com.example.add': ({ args: [a, b] }) => a + b } });
export const halver = (url: Connector) =>
  peer('halver', { url, realm: 'realm1', contract: schemas, register: { 'com.example.halve': ({ args: [a] }) => a / 2 } });
export const empty = (url: Connector) => peer('empty', { url, realm: 'realm1', contract: api, register: { '': () => 1 } });
export const typo = (url: Connector) => connect(url, { realm: 'realm1', whendown: 'fail' });
export const typoOfMine = (url: Connector) => connect(url, { realm: 'realm1', contract: api, whendown: 'fail' });
`;

const files = new Map<string, string>();
let version = 0;

const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, ROOT);

const service = ts.createLanguageService({
  getScriptFileNames: () => [...files.keys()],
  getScriptVersion: (path) => (files.has(path) ? String(version) : '0'),
  getScriptSnapshot: (path) => {
    const text = files.get(path) ?? ts.sys.readFile(path);
    return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
  },
  getCurrentDirectory: () => ROOT,
  getCompilationSettings: () => options,
  getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
  fileExists: (path) => files.has(path) || ts.sys.fileExists(path),
  readFile: (path) => files.get(path) ?? ts.sys.readFile(path),
  directoryExists: ts.sys.directoryExists,
});

function write(add = "'com.example.add'"): void {
  files.set(API, api(add));
  files.set(CALLER, caller);
  files.set(CALLEE, callee);
  version += 1;
}

beforeAll(() => write());
afterAll(() => service.dispose());

/** The place in a file right behind the first `before` of it. */
function behind(path: string, before: string): number {
  const at = files.get(path)?.indexOf(before) ?? -1;
  if (at === -1) throw new Error(`${before} does not stand in ${path}`);
  return at + before.length;
}

const completions = (path: string, before: string): readonly string[] =>
  (service.getCompletionsAtPosition(path, behind(path, before), {})?.entries ?? []).map(({ name }) => name).sort();

/** The text of what an editor goes to. */
const definitions = (path: string, before: string): readonly string[] =>
  (service.getDefinitionAtPosition(path, behind(path, before)) ?? []).map(
    ({ fileName, textSpan }) =>
      `${fileName.slice(ROOT.length + 1)}: ${files.get(fileName)?.slice(textSpan.start, textSpan.start + textSpan.length)}`,
  );

const errorsOf = (path: string): readonly string[] =>
  service.getSemanticDiagnostics(path).map(({ start = 0, messageText }) => {
    const line = files.get(path)?.slice(0, start).split('\n').length;
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });

describe('completion lists the URIs of the contract', () => {
  const procedures = ['com.example.add', 'com.example.subtract'];

  it.each([
    ['of a call', CALLER, "wanted = (peer: Peer) => peer.as(api).call('", procedures],
    ['of a subscription', CALLER, "subscribe('", ['com.example.news']],
    [
      'of a call by schemas',
      CALLER,
      "doubled = (peer: Peer) => peer.as(schemas).call('",
      ['com.example.double', 'com.example.halve'],
    ],
    ['of a registration', CALLER, "register('", ['com.example.double', 'com.example.halve']],
    ['of what is declared', CALLEE, "register: { '': () => 1 } })".slice(0, 13), procedures],
  ])(
    '%s',
    (_what, path, before, expected) => {
      expect(completions(path, before)).toEqual(expected);
    },
    60_000,
  );
});

describe('an editor goes to the entry of the contract', () => {
  it('from what a peer declares', () => {
    expect(definitions(CALLEE, "{ 'com.example.add")).toEqual(["test/package/editor-api.ts: 'com.example.add'"]);
    expect(definitions(CALLEE, "{ 'com.example.halve")).toEqual(["test/package/editor-api.ts: 'com.example.halve'"]);
  });

  it('from uris', () => {
    expect(definitions(CALLER, "uris['com.example.halve")).toEqual(["test/package/editor-api.ts: 'com.example.halve'"]);
  });

  it('from the URI in a call, by its references', () => {
    const found = service.getReferencesAtPosition(CALLER, behind(CALLER, "call('com.example.add")) ?? [];
    expect(found.map(({ fileName }) => fileName)).toContain(API);
  });
});

describe('a procedure that is renamed in the contract', () => {
  it('turns both sides red', () => {
    expect(errorsOf(API)).toEqual([]);
    const before = [CALLER, CALLEE].map(errorsOf);
    write("'com.example.sum'");
    const after = [CALLER, CALLEE].map((path, side) =>
      errorsOf(path).filter((error) => !before[side]?.includes(error)),
    );
    expect(after[0]?.join('\n')).toContain('"com.example.add"');
    expect(after[1]?.join('\n')).toContain("'com.example.add'");
    write();
  });
});

describe('an option that is misspelt', () => {
  it.each([
    ['of a call', CALLER, "'timeuot' does not exist in type 'CallOptions'. Did you mean to write 'timeout'?"],
    ['of connect', CALLEE, "Did you mean to write 'whenDown'?"],
  ])('is an error that names the right one, %s, with a contract and without', (_what, path, message) => {
    const told = errorsOf(path).filter((error) => /timeuot|whendown/.test(error));
    expect(told.filter((error) => error.includes('Did you mean to write'))).toHaveLength(2);
    expect(told.join('\n')).toContain(message);
  });
});
