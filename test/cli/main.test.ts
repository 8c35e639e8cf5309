import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { router } from '../../src/router/router.js';
import { RawClient } from '../support/raw-client.js';
import { read } from '../support/source-files.js';

const ROOT = join(__dirname, '../..');
const MAIN = join(ROOT, 'src/cli/main.ts');

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as `npm start` does, without a terminal. */
function respell(
  args: readonly string[],
  onErr: (chunk: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
  onOut = onErr,
) {
  return new Promise<Run>((resolve) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=DEP0180', '--require', 'ts-node/register', MAIN, ...args],
      { cwd: ROOT },
    );
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      onOut(String(chunk), (signal) => child.kill(signal));
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
      onErr(String(chunk), (signal) => child.kill(signal));
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

const lines = (text: string) => text.trimEnd().split('\n');

describe('respell demo', () => {
  it('runs the house through aborts and restarts, and ends by itself with figures that were counted', async () => {
    const { code, out, err } = await respell(['demo', '--for', '6', '--json', '--port', '18100']);
    const figures = JSON.parse(out);
    expect(lines(out)).toHaveLength(1);
    expect(figures).toEqual({
      calls: expect.any(Number),
      events: expect.any(Number),
      aborts: 2,
      restarts: expect.any(Number), // An aborted heater takes the thermostat along.
      lostEvents: expect.any(Number),
      unsettled: 0,
      exit: 'normal',
    });
    expect(figures.restarts).toBeGreaterThanOrEqual(2);
    expect(figures.calls).toBeGreaterThan(20);
    expect(figures.events).toBeGreaterThan(20);
    expect(code).toBe(0);
    // Without a terminal the log tells what a screen would show.
    const log = lines(err)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    expect(log.filter(({ msg }) => msg === 'ABORT')).toHaveLength(2);
    expect(log.some(({ inspector }) => /^http:\/\/127\.0\.0\.1:\d+\//.test(inspector))).toBe(true);
  }, 30_000);

  it('drains and ends with 0 at a signal', async () => {
    let asked = false;
    const { code, out } = await respell(['demo', '--json', '--port', '18200'], (chunk, kill) => {
      if (asked || !chunk.includes('"joined"')) return;
      asked = true; // A second one would end it at once.
      kill('SIGINT');
    });
    expect(JSON.parse(out)).toMatchObject({ unsettled: 0, exit: 'normal' });
    expect(code).toBe(0);
  }, 30_000);

  it('ends at once at a second signal, with the exit code of that signal', async () => {
    let sent = 0;
    const { code } = await respell(['demo', '--json', '--port', '18300'], (chunk, kill) => {
      if (sent === 0 && chunk.includes('"joined"')) {
        sent = 1;
        kill('SIGINT');
      } else if (sent === 1 && chunk.includes('"drained"')) {
        sent = 2;
        kill('SIGTERM');
      }
    });
    expect([sent, code]).toEqual([2, 143]);
  }, 30_000);

  it('takes the next port when the first is busy, and says so', async () => {
    const holder = createServer();
    await once(holder.listen(0, '127.0.0.1'), 'listening');
    const { port } = holder.address() as AddressInfo;
    const { code, err } = await respell(['demo', '--for', '1', '--json', '--port', String(port)]);
    holder.close();
    expect(err).toMatch(new RegExp(`port ${port} is busy; the router listens on \\d+`));
    expect(code).toBe(0);
  }, 30_000);

  it('says in one line why a realm cannot be joined, and ends', async () => {
    const local = await router({ realm: 'realm1', port: 0 });
    const { code, err, out } = await respell([
      'demo',
      '--for',
      '20',
      '--json',
      '--url',
      local.url ?? '',
      '--realm',
      'nope',
    ]);
    await local.stop();
    const told = lines(err).filter((line) => line.startsWith('respell: '));
    expect(told).toEqual([
      expect.stringMatching(
        /child '\S+'.* from ws:\/\/127\S+, which refused a session in realm "nope": that realm does not exist there/,
      ),
    ]);
    expect(lines(err).at(-1)).toBe(told[0]);
    expect([code, out]).toEqual([1, '']);
  }, 30_000);

  it('says why a router of the user cannot be reached, within its deadline, and goes on trying', async () => {
    const { out, err, code } = await respell(['demo', '--for', '2', '--json', '--url', 'ws://127.0.0.1:9/ws']);
    expect(err).toContain('connect ECONNREFUSED 127.0.0.1:9; is the router running?');
    expect(JSON.parse(out)).toMatchObject({ calls: 0, aborts: 0, unsettled: 0 });
    expect(JSON.parse(out).exit).toMatch(/^no peer has joined: ConnectError: could not connect to ws:/);
    expect(code).toBe(1);
  }, 30_000);
});

describe('respell router', () => {
  const ignore = () => {};

  it.each(['SIGINT', 'SIGTERM'] as const)('listens, and at %s says goodbye and ends with 0', async (signal) => {
    const { code, out, err } = await respell(['router', '--port', '0', '--realm', 'house'], ignore, (_, kill) =>
      kill(signal),
    );
    expect(out).toMatch(
      /^respell router: listening on ws:\/\/127\.0\.0\.1:\d+\/ws, rs:\/\/127\.0\.0\.1:\d+; realm house\n$/,
    );
    expect(err).toBe('respell router: saying goodbye to 0 sessions; once more ends it at once\n');
    expect(code).toBe(0);
  });

  it('ends at once at a second signal, though a client does not answer GOODBYE', async () => {
    const { code } = await respell(
      ['router', '--port', '0', '--json'],
      (chunk, kill) => {
        if (chunk.includes('saying goodbye to 1 session;')) kill('SIGTERM');
      },
      async (chunk, kill) => {
        // It never answers.
        const { url } = JSON.parse(chunk);
        await RawClient.join(url);
        kill('SIGINT');
      },
    );
    expect(code).toBe(143);
  });

  it('says in one line that a port is taken, and what to do, with code 69', async () => {
    const holder = createServer();
    await once(holder.listen(0, '127.0.0.1'), 'listening');
    const { port } = holder.address() as AddressInfo;
    const { code, err, out } = await respell(['router', '--port', String(port)]);
    holder.close();
    expect(err).toMatch(
      /^respell: port \d+ on 127\.0\.0\.1 is taken: stop the program that listens there, or choose another port.*\n$/,
    );
    expect([code, out]).toEqual([69, '']);
  });

  it('says of a file, with --check, whether it is good', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'respell-check-'));
    const file = join(folder, 'router.json');
    writeFileSync(file, JSON.stringify({ realms: { home: { auth: { users: { joe: { ticket: 'sesame' } } } } } }));
    const good = await respell(['router', '--check', file]);
    writeFileSync(file, JSON.stringify({ realms: { home: { auth: { users: { joe: { tikcet: 'sesame' } } } } } }));
    const bad = await respell(['router', '--check', file]);
    rmSync(folder, { recursive: true });
    expect([good.code, good.out]).toEqual([0, `${file} is good: realms home\n`]);
    expect([bad.code, bad.out]).toEqual([2, '']);
    expect(bad.err).toBe(`respell: ${file}: realms.home.auth.users.joe.tikcet: unknown key; did you mean "ticket"?\n`);
  });

  it('prints the schema of its file', async () => {
    const { code, out } = await respell(['router', '--schema']);
    expect([code, out]).toEqual([0, read('src/cli/router/router-schema.json')]);
  });
});

describe('respell chart', () => {
  it.each(['session', 'peer', 'supervisor'])('prints the chart of the %s', async (name) => {
    const mermaid = await respell(['chart', name]);
    expect(mermaid.out).toContain('stateDiagram-v2');
    const svg = await respell(['chart', name, '--format', 'svg']);
    expect(svg.out).toMatch(/^<svg /);
    expect([mermaid.code, svg.code]).toEqual([0, 0]);
  });

  it('offers the name that was probably meant', async () => {
    const { code, out, err } = await respell(['chart', 'sesion']);
    expect(err).toContain("did you mean 'session'?");
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

describe('respell', () => {
  it.each([
    [[], 'router'],
    [['router'], 'router'],
    [['demo'], 'demo'],
    [['chart'], 'chart'],
  ])('%j: help fits on a screen, and begins with examples', async (verb, first) => {
    const { out, code } = await respell([...verb, '--help']);
    expect(out).toMatch(new RegExp(`^Examples:\\n {2}respell ${first}`));
    expect(lines(out).length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines(out).map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(out).not.toContain('\u001B');
    expect(code).toBe(0);
  });

  it.each([
    [['rooter'], 'router'],
    [['router', '--prot', '1'], '--port'],
  ])('offers for %j what was probably meant', async (args, meant) => {
    const { err, code } = await respell(args);
    expect(err).toContain(`Did you mean ${meant}?`);
    expect(err).toContain(args.length === 1 ? 'Run respell --help' : 'Run respell router --help');
    expect(code).toBe(2);
  });

  it('prints its own version', async () => {
    const { out, code } = await respell(['--version']);
    expect(out.trim()).toBe(JSON.parse(read('package.json')).version);
    expect(code).toBe(0);
  });

  it.each([[['demo', '--bogus']], [['demmo']], [['demo', '--for', 'ever']]])(
    'refuses %j with code 2 and a word',
    async (args) => {
      const { code, err, out } = await respell(args);
      expect(err).toMatch(/error: /);
      expect(out).toBe('');
      expect(code).toBe(2);
    },
  );
});
