/** The embedded router behind TLS, with peers over both of its transports. */
import { createHash, X509Certificate } from 'node:crypto';
import { connect as connectTls } from 'node:tls';
import type { AuthMethod } from '../../src/index.js';
import {
  connect,
  cryptosign,
  type PeerOptions,
  type Router,
  type RouterOptions,
  router,
  scram,
  scramCredential,
  ticket,
  tls,
} from '../../src/index.js';
import { type Certificate, selfSigned } from '../support/certificate.js';
import { failure } from '../support/house.js';
import { recordingLogger } from '../support/recording-logger.js';
import { USERS } from '../support/routers/realms.js';

const authority = selfSigned({ host: 'authority' });
const server = selfSigned({ by: authority });
const joe = selfSigned({ host: 'joe', by: authority });
const stranger = selfSigned({ host: 'joe' });
const old = selfSigned({ host: 'joe', by: authority, from: new Date('2020-01-01'), to: new Date('2020-02-01') });
const nobody = selfSigned({ host: 'nobody', by: authority });
const fingerprint = ({ cert }: Certificate) => new X509Certificate(cert).fingerprint256;

const TLS = { ...server, ca: authority.cert, requestCert: true, rejectUnauthorized: false };

let house: Router;
async function open(options: RouterOptions = {}): Promise<Router> {
  house = await router({ port: 0, host: 'localhost', tls: TLS, ...options });
  return house;
}
afterEach(() => house?.stop());

type Way = 'wss' | 'rss';
const WAYS: readonly Way[] = ['wss', 'rss'];

/** How a client is to find it, with what it shows. */
function way(
  scheme: Way,
  shown: Partial<Certificate> & { maxVersion?: 'TLSv1.2' } = {},
): Pick<PeerOptions, 'websocket' | 'rawsocket'> & { url: string } {
  const options = { tls: { ca: authority.cert, ...shown } };
  const url = house.urls.find((each) => each.startsWith(`${scheme}:`)) ?? '';
  return { url, websocket: options, rawsocket: options };
}

function join(scheme: Way, options: Partial<PeerOptions> = {}, shown: Parameters<typeof way>[1] = {}) {
  const { url, ...rest } = way(scheme, shown);
  return connect(url, { realm: 'realm1', ...rest, ...options });
}

/** As a router's user would see it: which URI, and what it says. */
async function refusal(promise: Promise<unknown>) {
  const { code, uri, message } = await failure(promise);
  return { code, uri, says: String(message).replace(/^.*(?=\(the router said)/, '') };
}

describe('at one port', () => {
  it('speaks WebSocket and RawSocket, and peers over either call each other', async () => {
    await open();
    expect(house.urls).toEqual([
      expect.stringMatching(/^wss:\/\/localhost:\d+\/ws$/),
      expect.stringMatching(/^rss:\/\/localhost:\d+$/),
    ]);
    await using one = await join('wss');
    await using other = await join('rss');
    await one.register('com.example.echo', ({ args }) => args[0]);
    const text = 'x'.repeat(100_000);
    expect((await other.call('com.example.echo', [text])).args).toEqual([text]);
  });

  it('tells a client without TLS that there is some', async () => {
    await open();
    const web = await failure(connect(house.urls[0]!.replace('wss', 'ws'), { realm: 'realm1' }));
    expect(web).toMatchObject({ code: 'WAMP_ERR_CONNECT', transient: false });
    expect(web.message).toMatch(/this port speaks TLS, and nothing else: write wss:\/\/ in place of ws:\/\//);
    const raw = await failure(connect(house.urls[1]!.replace('rss', 'rs'), { realm: 'realm1' }));
    expect(raw).toMatchObject({ code: 'WAMP_ERR_CONNECT' });
    expect(house.sessions()).toEqual([]);
  });

  it('turns away a client without a certificate, and one with a wrong one, where it demands one', async () => {
    await open({ tls: { ...TLS, rejectUnauthorized: true } });
    for (const shown of [{}, stranger, old]) {
      const { message, transient } = await failure(join('wss', {}, shown));
      expect(message).toMatch(/403 Forbidden: this router wants a certificate of its clients in TLS/);
      expect(transient).toBe(false);
      expect(await failure(join('rss', {}, shown))).toMatchObject({ code: 'WAMP_ERR_CONNECT' });
    }
    await using me = await join('rss', {}, joe);
    expect(me.status).toBe('joined');
  });

  it('resumes no session of TLS', async () => {
    await open();
    const { port } = new URL(house.url!.replace('wss', 'https'));
    const options = { port: Number(port), host: 'localhost', ca: authority.cert };
    let session: Buffer | undefined;
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      for (let tries = 0; tries < 2; tries += 1) {
        const socket = connectTls({ ...options, maxVersion, ...(session && { session }) });
        socket.on('error', () => {});
        socket.on('session', (ticket: Buffer) => {
          session = ticket;
        });
        await new Promise((resolve) => socket.once('secureConnect', resolve));
        expect(socket.isSessionReused()).toBe(false);
        session ??= socket.getSession();
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.resume();
        socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
        await closed;
      }
    }
  });
});

describe('a renewed certificate of the router', () => {
  it('is shown to who comes from then on; sessions that are there stay, and a failure changes nothing', async () => {
    let next: () => RouterOptions['tls'] = () => TLS;
    const given = async () => (await next()) as typeof TLS;
    await open({ tls: given });
    await using before = await join('wss');
    const other = selfSigned({ host: 'other authority' });
    const renewed = { ...selfSigned({ by: other }), ca: authority.cert, requestCert: true };
    next = () => {
      throw new Error('no such file');
    };
    expect(await failure(house.renewTls())).toMatchObject({
      code: 'WAMP_ERR_CONNECT',
      transient: true,
      message: 'could not listen: the function given as tls failed: no such file',
    });
    await (await join('rss')).leave();
    next = () => renewed;
    await house.renewTls();
    expect(await failure(join('rss'))).toMatchObject({ code: 'WAMP_ERR_CONNECT', transient: false });
    await using after = await join('rss', {}, { ...joe, ca: other.cert } as never);
    await before.register('com.example.add', () => 5);
    expect((await after.call('com.example.add')).args).toEqual([5]);
  });

  it('has to be a function’s', async () => {
    await open();
    await expect(house.renewTls()).rejects.toThrow(
      'renewTls: expected the router to have been given tls as a function',
    );
  });
});

describe.each(WAYS)('over %s', (scheme) => {
  const users = { erik: { authorizedKeys: [USERS.cryptosign.publicKey] } };
  const bound = cryptosign({ privateKey: USERS.cryptosign.privateKey, channelBinding: 'tls-unique' });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'cryptosign binds to its channel, which the router verifies: %s',
    async (maxVersion) => {
      await open({ realms: { realm1: { auth: { users } } }, tls: { ...TLS, maxVersion } });
      await using me = await join(scheme, { authid: 'erik', auth: bound });
      expect(me.session).toMatchObject({ authid: 'erik', authmethod: 'cryptosign' });
    },
  );

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('so does SCRAM: %s', async (maxVersion) => {
    const credential = await scramCredential('pencil', { iterations: 4_096 });
    const auth = { users: { dora: { scram: credential } } };
    await open({ realms: { realm1: { auth } }, tls: { ...TLS, maxVersion } });
    const bound = scram('pencil', { channelBinding: 'tls-unique' });
    await using me = await join(scheme, { authid: 'dora', auth: bound });
    expect(me.session).toMatchObject({ authid: 'dora', authmethod: 'wamp-scram' });
    const other: AuthMethod = {
      ...bound,
      answer: (challenge, facts) => bound.answer(challenge, { ...facts, tlsUnique: () => new Uint8Array(12).fill(7) }),
    };
    expect(await refusal(join(scheme, { authid: 'dora', auth: other }))).toMatchObject({
      uri: 'wamp.error.authentication_denied',
    });
  });

  it('refuses what was signed for another channel', async () => {
    await open({ realms: { realm1: { auth: { users } } } });
    const other: AuthMethod = {
      ...bound,
      answer: (challenge, facts) =>
        bound.answer(challenge, { ...facts, channelId: async () => new Uint8Array(32).fill(7) }),
    };
    expect(await refusal(join(scheme, { authid: 'erik', auth: other }))).toMatchObject({
      uri: 'wamp.error.authentication_denied',
    });
  });

  it.each([
    ['its fingerprint', fingerprint(joe)],
    ['its fingerprint without colons, in lower case', fingerprint(joe).replaceAll(':', '').toLowerCase()],
    ['its subject', { subject: { CN: 'joe' } }],
  ])('a user is known by a certificate, by %s, with and without a name', async (_how, certificate) => {
    await open({ realms: { realm1: { auth: { users: { joe: { certificates: [certificate], role: 'sensor' } } } } } });
    for (const authid of [{ authid: 'joe' }, {}]) {
      await using me = await join(scheme, { ...authid, auth: tls() }, joe);
      expect(me.session).toMatchObject({ authid: 'joe', authrole: 'sensor', authmethod: 'tls' });
    }
  });

  it('refuses a certificate that is unknown, unverified, expired or another’s as any wrong password', async () => {
    const known = [joe, stranger, old].map(fingerprint);
    await open({
      realms: {
        realm1: {
          auth: { users: { joe: { certificates: [...known, { subject: { CN: 'joe' } }] }, jim: { ticket: 'x' } } },
        },
      },
    });
    const denied = { code: 'WAMP_ERR_ABORTED', uri: 'wamp.error.authentication_denied' };
    const refusals = [];
    for (const [authid, shown] of [
      ['joe', nobody],
      ['joe', stranger],
      ['joe', old],
      ['jim', joe],
      ['who does not exist', joe],
      [undefined, nobody],
      [undefined, stranger],
    ] as const) {
      refusals.push(await refusal(join(scheme, { ...(authid && { authid }), auth: tls() }, shown)));
    }
    const wrongTicket = await refusal(join(scheme, { authid: 'jim', auth: ticket('y') }));
    expect(wrongTicket).toMatchObject(denied);
    expect(new Set(refusals.map((each) => JSON.stringify(each)))).toEqual(new Set([JSON.stringify(wrongTicket)]));
    expect(house.sessions()).toEqual([]);
  });

  it('says that no certificate was shown, and takes another method then, if one is on offer', async () => {
    await open({
      realms: { realm1: { auth: { users: { joe: { certificates: [fingerprint(joe)], ticket: 'secret' } } } } },
    });
    expect(await refusal(join(scheme, { authid: 'joe', auth: tls() }))).toMatchObject({
      uri: 'wamp.error.authentication_failed',
      says: expect.stringMatching(/expected a certificate of the client in TLS, and it has shown none/),
    });
    const auth = [tls(), ticket('secret')];
    for (const [shown, authmethod] of [
      [{}, 'ticket'],
      [joe, 'tls'],
    ] as const) {
      await using me = await join(scheme, { authid: 'joe', auth }, shown);
      expect(me.session?.authmethod).toBe(authmethod);
    }
  });
});

describe('the options', () => {
  const users = (certificates: unknown) =>
    ({ realms: { realm1: { auth: { users: { joe: { certificates } } } } } }) as RouterOptions;
  it.each<[string, RouterOptions, string]>([
    [
      'a certificate that nobody can show',
      { port: 0, tls: server, ...users([fingerprint(joe)]) },
      'clients show them only to a router with tls: { requestCert: true }',
    ],
    [
      'a subject that anybody could have issued',
      { port: 0, tls: { ...server, requestCert: true }, ...users([{ subject: { CN: 'joe' } }]) },
      'without tls.ca every public authority could issue such a subject',
    ],
    [
      'a fingerprint that is none',
      users(['ab:cd']),
      'user joe, certificates[0]: expected a SHA-256 fingerprint of 64 hexadecimal digits',
    ],
    ['a subject without attributes', users([{ subject: {} }]), 'certificates[0]: expected a SHA-256 fingerprint'],
    ['TLS without a port', { tls: server }, 'router: tls was given without a port'],
    ['no certificate', { port: 0, tls: { ca: authority.cert } }, 'tls cannot be used: expected cert and key, or pfx'],
    [
      'a key of another certificate',
      { port: 0, tls: { ...server, key: joe.key } },
      'tls cannot be used: x509 certificate routines::key values mismatch',
    ],
    [
      'an unknown one',
      { port: 0, tls: { ...server, requireCert: true } as never },
      'tls: unknown option "requireCert"; did you mean "requestCert"?',
    ],
  ])('refuse %s, and show no key', async (_what, options, message) => {
    const error = await failure(router(options));
    expect(error).toMatchObject({ code: 'WAMP_ERR_USAGE' });
    expect(error.message).toContain(message);
    expect(JSON.stringify([error, error.cause, String(error.stack)])).not.toContain('PRIVATE KEY');
  });

  it('show nothing of keys in a log, a tree or a router', async () => {
    const logger = recordingLogger();
    await open({ logger });
    await (await join('wss', {}, joe)).leave();
    await house.stop();
    const shown = JSON.stringify([logger.lines, house, house.tree]);
    const secret = createHash('sha256').update(joe.key).digest('hex');
    for (const key of [server.key, joe.key, authority.key]) expect(shown).not.toContain(key.split('\n')[1]);
    expect(shown).not.toContain(secret);
  });
});
