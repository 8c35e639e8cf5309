/**
 * What a newcomer does wrong, and what goes wrong around him, seen from the outside: small programs against the package
 * as it is installed, on every Node. Each ends by itself, in time, with its exit code, and has said what happened and
 * what to do; nothing else was disturbed, and nothing was left to Node's own last resort.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type UserFolder, userFolder } from '../support/installed-package.js';
import { describeOnEachNode, type Outcome, run } from '../support/programs.js';
import { answering, closedPort, type RawServer, rawServer, upgrade } from '../support/tcp.js';
import { type Expected, FAULTS, ROUTER_KILLED, UNCAUGHT } from './expected.js';

const PROGRAMS = join(__dirname, 'programs');

let folder: UserFolder;
let servers: Record<'silent' | 'mute' | 'missing', RawServer>;

beforeAll(async () => {
  folder = await userFolder();
  for (const name of readdirSync(PROGRAMS)) folder.write(name, readFileSync(join(PROGRAMS, name), 'utf8'));
  const body = 'There is no such page here.\n';
  servers = {
    silent: await rawServer(() => {}),
    mute: await rawServer(answering((head) => upgrade(head))),
    missing: await rawServer(
      answering(() => `HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`),
    ),
  };
}, 120_000);

afterAll(async () => {
  folder.dispose();
  await Promise.all(Object.values(servers).map((server) => server.close()));
});

/** An argument that names a server of this file's stands for its URL. */
const argumentOf = (arg: string): string =>
  arg in servers ? `ws://127.0.0.1:${servers[arg as keyof typeof servers].port}/ws` : arg;

/** Ports that the system chose are different each time. */
const plain = (text: string): string => text.replace(/(127\.0\.0\.1:)\d{4,5}\b/g, '$1PORT');

async function outcomeOf(node: string, { program, args = [], deadline }: Expected): Promise<Outcome> {
  const all = [program, ...args.map(argumentOf)];
  return run(node, all, { cwd: folder.path, deadline }).ended;
}

/** The lines of stdout; in the golden table an expression stands for what depends on the system. */
function expectLines(stdout: string, lines: Expected['lines']): void {
  const came = plain(stdout).split('\n').slice(0, -1);
  const fits = lines.map((line, at) => (typeof line !== 'string' && line.test(came[at] ?? '') ? came[at] : line));
  expect(came).toEqual(fits);
}

describeOnEachNode('a fault', (node) => {
  test.concurrent.each(FAULTS)(
    '$title: is told, disturbs nothing else and lets the program end',
    async (expected) => {
      const { code, signal, stdout, stderr } = await outcomeOf(node(), expected);
      expect({ stderr, signal }).toEqual({ stderr: '', signal: null });
      expectLines(stdout, expected.lines);
      expect(code).toBe(expected.code);
    },
    30_000,
  );

  it('that nobody catches ends the program with its sentence, code and cause', async () => {
    const { code, stderr, stdout } = await outcomeOf(node(), UNCAUGHT);
    for (const line of UNCAUGHT.lines) expect(stderr).toMatch(line);
    expect({ code, stdout }).toEqual({ code: UNCAUGHT.code, stdout: '' });
  });

  test.concurrent.each([500, 4_000])(
    'killing the router for %i ms is survived by its peers',
    async (downFor) => {
      const port = await closedPort();
      const options = { cwd: folder.path, deadline: 40_000 };
      const first = run(node(), ['router.mjs', String(port)], options);
      const url = await first.printed(/^ws:/);
      const client = run(node(), ['router-killed.mjs', url], options);
      await client.printed('ready');
      first.kill();
      await client.printed('down');
      await new Promise((resolve) => setTimeout(resolve, downFor));
      const second = run(node(), ['router.mjs', String(port)], options);
      try {
        const { code, stdout, stderr } = await client.ended;
        expect(stderr).toBe('');
        expectLines(stdout, ROUTER_KILLED);
        expect(code).toBe(0);
      } finally {
        second.kill();
        await Promise.all([first.ended, second.ended]);
      }
    },
    60_000,
  );
});

describe('the sentence of a refusal', () => {
  it.each(FAULTS.filter(({ title }) => /realm|password/.test(title)))(
    'never speaks of a timeout: $title',
    ({ lines }) => {
      expect(lines.filter((line) => /time-?\s?out/i.test(String(line)))).toEqual([]);
    },
  );
});
