import { type AddressInfo, createServer } from 'node:net';
import { type ServeOptions, serve } from '../../../src/cli/router/serve.js';
import { connect } from '../../../src/connect.js';
import { ConnectError, SessionClosed, UsageError } from '../../../src/errors.js';
import { type Certificate, selfSigned } from '../../support/certificate.js';
import { until } from '../../support/record.js';
import { recordingLogger } from '../../support/recording-logger.js';

/** A stream that keeps what is written, and tells of the first line. */
function output() {
  let first: (line: string) => void;
  const lines: string[] = [];
  const begun = new Promise<string>((resolve) => {
    first = resolve;
  });
  const write = (text: string) => {
    lines.push(text);
    first(text);
    return true;
  };
  return { lines, begun, write };
}

function wish(more: Partial<ServeOptions> = {}) {
  const stdout = output();
  const stderr = output();
  const stop = new AbortController();
  const options = {
    options: { port: 0, realms: { realm1: {} } },
    logger: recordingLogger(),
    json: false,
    file: undefined,
  };
  return { stdout, stderr, stop, wish: { ...options, stdout, stderr, signal: stop.signal, ...more } };
}

describe('serve', () => {
  it('prints one line when it listens; asked to end, it says GOODBYE system_shutdown to everybody', async () => {
    const { stdout, stderr, stop, wish: options } = wish();
    const served = serve(options);
    const line = await stdout.begun;
    expect(line).toMatch(
      /^respell router: listening on ws:\/\/127\.0\.0\.1:(\d+)\/ws, rs:\/\/127\.0\.0\.1:\1; realm realm1\n$/,
    );
    const [ws = '', rs = ''] = /(\w+:\S+), (\S+);/.exec(line)?.slice(1) ?? [];
    const peers = await Promise.all([ws, rs].map((url) => connect(url, { realm: 'realm1' })));
    const ends = peers.map((peer) => new Promise((resolve) => peer.on('left', resolve)));
    stop.abort();
    await expect(served).resolves.toBe(true);
    expect(stdout.lines).toHaveLength(1);
    expect(stderr.lines).toEqual(['respell router: saying goodbye to 2 sessions; once more ends it at once\n']);
    for (const end of await Promise.all(ends)) {
      expect(end).toBeInstanceOf(SessionClosed);
      expect(end).toMatchObject({ uri: 'wamp.close.system_shutdown' });
    }
    await Promise.all(peers.map((peer) => peer.leave()));
  });

  it('with json says it to programs, one object a line', async () => {
    const { stdout, stop, wish: options } = wish({ json: true });
    const served = serve(options);
    const { url, ...rest } = JSON.parse(await stdout.begun);
    expect(rest).toEqual({
      event: 'listening',
      urls: [url, expect.stringMatching(/^rs:/)],
      realms: ['realm1'],
      pid: process.pid,
    });
    stop.abort();
    await served;
    expect(JSON.parse(stdout.lines[1] ?? '')).toEqual({ event: 'stopped', goodbyes: 0 });
  });

  it('reads certificates anew when it is told to, and keeps those that it has when that fails', async () => {
    const [first, second] = [selfSigned(), selfSigned()];
    let now: () => Certificate = () => first;
    let renew = () => {};
    let isHeard = false;
    const {
      stdout,
      stderr,
      stop,
      wish: options,
    } = wish({
      options: { port: 0, host: 'localhost', realms: { realm1: {} }, tls: () => now() },
      onRenewal: (given) => {
        renew = given;
        isHeard = true;
        return () => {
          isHeard = false;
        };
      },
    });
    const served = serve(options);
    const [url = ''] = /wss:\S+\/ws/.exec(await stdout.begun) ?? [];
    const meets = async ({ cert }: Certificate) => {
      const me = await connect(url, { realm: 'realm1', websocket: { tls: { ca: cert } } });
      await me.leave();
    };
    await meets(first);
    now = () => {
      throw new UsageError('the file server.pem cannot be read (ENOENT)');
    };
    renew();
    await until(() => stderr.lines.length === 1);
    await meets(first);
    now = () => second;
    renew();
    await until(() => stderr.lines.length === 2);
    await meets(second);
    expect(stderr.lines).toEqual([
      'respell router: certificates and keys stay as they were: could not listen: the function given as tls failed: the file server.pem cannot be read (ENOENT)\n',
      'respell router: certificates and keys were read anew\n',
    ]);
    stop.abort();
    await served;
    expect(isHeard).toBe(false);
  });

  it('says how long it waits for calls in flight, and has them answered before it says GOODBYE', async () => {
    const {
      stdout,
      stderr,
      stop,
      wish: options,
    } = wish({
      options: { port: 0, realms: { realm1: {} }, drain: 60_000 },
    });
    const served = serve(options);
    const [url = ''] = /ws:\S+\/ws/.exec(await stdout.begun) ?? [];
    const callee = await connect(url, { realm: 'realm1' });
    const caller = await connect(url, { realm: 'realm1' });
    let finish: ((result: string) => void) | undefined;
    const work = () =>
      new Promise<string>((resolve) => {
        finish = resolve;
      });
    await callee.register('com.example.work', work);
    const answer = caller.call('com.example.work');
    await until(() => finish !== undefined);
    stop.abort();
    await until(() => stderr.lines.length === 1);
    expect(stderr.lines).toEqual([
      'respell router: waiting 60 s at most for 1 call, then saying goodbye to 2 sessions; once more ends it at once\n',
    ]);
    finish?.('done');
    expect((await answer).args).toEqual(['done']);
    await expect(served).resolves.toBe(true);
    await Promise.all([callee.leave(), caller.leave()]);
  });

  it('says what to do about a port that is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as AddressInfo;
    const { wish: options, stdout } = wish({ options: { port, realms: { realm1: {} } } });
    await expect(serve(options)).rejects.toThrow(ConnectError);
    await expect(serve(options)).rejects.toThrow(`port ${port} on 127.0.0.1 is taken: stop the program`);
    expect(stdout.lines).toEqual([]);
    holder.close();
  });

  it('names the file where the router finds a fault in it', async () => {
    const realms = { realm1: { auth: { users: { joe: {} } } } };
    const { wish: options } = wish({ options: { port: 0, realms }, file: 'house.json' });
    await expect(serve(options)).rejects.toThrow(UsageError);
    await expect(serve(options)).rejects.toThrow(/^house\.json: realm realm1, user joe: expected a ticket/);
  });
});
