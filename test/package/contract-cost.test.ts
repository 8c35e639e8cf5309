/**
 * What a large contract costs whoever compiles it: a program with two hundred procedures, each called and offered with its types,
 * beside the same with one. Types are counted, since that is the same on every machine.
 */
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../support/source-files.js';

const FILE = join(ROOT, 'test/package/contract-cost-program.ts');

const program = (procedures: number): string => {
  const each = (line: (at: number) => string) => Array.from({ length: procedures }, (_, at) => line(at)).join('\n');
  return `
import { type Connector, contract, peer, type PeerOf } from '../../src/index.js';
interface Api {
  procedures: {
${each((at) => `'com.example.p${at}': { args: [id: number, name: string]; kwargs: { at${at}: boolean }; result: { rows: string[]; at${at}: number }; progress: [number]; errors: { 'com.example.e${at}': { args: [number] } } };`)}
  };
  topics: {
${each((at) => `'com.example.t${at}': { args: [{ at${at}: number }] };`)}
  };
}
const api = contract<Api>();
export async function all(me: PeerOf<typeof api>): Promise<unknown[]> {
  return [
${each((at) => `(await me.call('com.example.p${at}', [${at}, 'x'], { kwargs: { at${at}: true } })).args[0].at${at},`)}
  ];
}
export const callee = (url: Connector) => peer('callee', { url, realm: 'realm1', contract: api, register: {
${each((at) => `'com.example.p${at}': ({ args: [id, name] }) => ({ rows: [name], at${at}: id }),`)}
}, subscribe: {
${each((at) => `'com.example.t${at}': ({ args: [event] }) => void event.at${at},`)}
} });
`;
};

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  ROOT,
);
const sources = new Map<string, ts.SourceFile | undefined>();

/** @returns how many types the check of the program's own file has made, and what is wrong in it */
function check(text: string): { types: number; faults: readonly string[] } {
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, version) => {
    if (name === FILE) return ts.createSourceFile(name, text, version);
    if (!sources.has(name)) sources.set(name, getSourceFile.call(host, name, version));
    return sources.get(name);
  };
  host.fileExists = (name) => name === FILE || ts.sys.fileExists(name);
  const made = ts.createProgram([FILE], options, host);
  const file = made.getSourceFile(FILE);
  made.getGlobalDiagnostics();
  const before = made.getInstantiationCount();
  const faults = made
    .getSemanticDiagnostics(file)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  return { types: made.getInstantiationCount() - before, faults };
}

it('costs a compiler so many types a procedure, and no more the more there are', () => {
  const some = check(program(100));
  const all = check(program(200));
  expect({ some: some.faults, all: all.faults }).toEqual({ some: [], all: [] });
  expect(all.types / 200).toBeLessThan(600);
  expect(all.types / some.types).toBeLessThan(2.1);
}, 60_000);
