import { createServer, type Server, type TLSSocket } from 'node:tls';
import { ConnectError, UsageError } from '../../src/errors.js';
import { rawsocket } from '../../src/transports/rawsocket.js';
import { type ClientTls, clientTls, type Fetched } from '../../src/transports/tls-secrets.js';
import { websocket } from '../../src/transports/websocket.js';
import { selfSigned } from '../support/certificate.js';
import { failure } from '../support/house.js';

const ADDRESS = 'wss://router.example/ws';
const never = new AbortController().signal;
const { cert, key } = selfSigned();

const fresh = (given: unknown) => clientTls('websocket.tls', given as Fetched<ClientTls>, ADDRESS);

describe('what a client shows in TLS', () => {
  it('is made once of values, and anew for each connection of what a function gives', async () => {
    const ofValues = fresh({ cert, key });
    expect((await ofValues(never)).context).toBe((await ofValues(never)).context);
    let asked = 0;
    const ofFunction = fresh(async () => {
      asked += 1;
      return asked === 1 ? { cert, key } : selfSigned();
    });
    expect((await ofFunction(never)).context).not.toBe((await ofFunction(never)).context);
    expect(asked).toBe(2);
  });

  it.each<[string, unknown, boolean, string]>([
    [
      'is not of its certificate',
      { cert, key: selfSigned().key },
      false,
      'websocket.tls cannot be used: x509 certificate routines::key values mismatch',
    ],
    [
      'is not of its certificate, which a function gave: the other may be renewed in a moment',
      () => ({ cert, key: selfSigned().key }),
      true,
      'websocket.tls cannot be used: x509 certificate routines::key values mismatch',
    ],
    [
      'comes from a function that throws',
      () => {
        throw new Error('no such file: key.pem');
      },
      true,
      'the function given as websocket.tls failed: no such file: key.pem',
    ],
    [
      'comes from a function that rejects with something else',
      () => Promise.reject('tops3cret'),
      true,
      'the function given as websocket.tls failed: it threw what is no Error',
    ],
    [
      'comes from a function that gives no object',
      () => 'tops3cret',
      false,
      'expected the function given as websocket.tls to give an object, received string',
    ],
    [
      'has a part of another name',
      () => ({ cret: 'tops3cret' }),
      false,
      'what websocket.tls gave: unknown option "cret"; did you mean "cert"?',
    ],
    [
      'has a part of a wrong type',
      () => ({ cert, key, passphrase: 1234 }),
      true,
      'websocket.tls cannot be used: The "options.passphrase" property must be of type string',
    ],
  ])('fails a connection with a clear error when it %s', async (_what, given, transient, message) => {
    const error = await failure(fresh(given)(never));
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({
      message: `could not connect to ${ADDRESS}: ${message}`,
      transient,
      address: ADDRESS,
    });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error.cause)).not.toMatch(
      /tops3cret|1234|PRIVATE KEY/,
    );
  });

  it('is awaited no longer than the attempt lasts', async () => {
    const stop = new AbortController();
    const attempt = fresh(() => new Promise(() => {}))(stop.signal);
    stop.abort(new Error('too late'));
    await expect(attempt).rejects.toThrow('too late');
  });

  it.each([
    [{ ca: cert, kee: key }, 'websocket.tls: unknown option "kee"; did you mean "key"?'],
    [
      'PRIVATE KEY',
      'websocket: expected tls to be an object of certificates and keys, or a function that gives one, received a string',
    ],
  ])('is refused at once when values cannot be meant', (tls, message) => {
    const make = () => websocket('wss://router.example/ws', { tls: tls as object });
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });
});

describe('a renewed certificate', () => {
  let server: Server;
  const names: string[] = [];
  const authority = selfSigned({ host: 'authority' });
  beforeAll(async () => {
    server = createServer({
      ...selfSigned({ by: authority }),
      requestCert: true,
      rejectUnauthorized: false,
      ca: authority.cert,
    });
    server.on('secureConnection', (socket: TLSSocket) => {
      names.push(`${String(socket.getPeerCertificate().subject?.CN)} ${socket.authorized}`);
      socket.on('error', () => {});
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it.each([
    ['wss', (url: string, tls: () => Promise<ClientTls>) => websocket(url, { tls })],
    ['rss', (url: string, tls: () => Promise<ClientTls>) => rawsocket(url, { tls })],
  ] as const)('is shown at the next connection: %s', async (scheme, connector) => {
    names.length = 0;
    const shown = ['old', 'new'];
    const { port } = server.address() as { port: number };
    const router = connector(`${scheme}://localhost:${port}`, async () => ({
      ca: authority.cert,
      ...selfSigned({ host: shown.shift() ?? 'none', by: authority }),
    }));
    // It ends each connection: that it was asked, and with what, is all.
    for (let tries = 0; tries < 2; tries += 1) await failure(router.open(['wamp.2.json'], never));
    expect(names).toEqual(['old true', 'new true']);
  });
});
