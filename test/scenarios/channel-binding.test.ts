/** Who authenticates by its TLS channel: cryptosign that binds to it, and a client's certificate, with a router of other people's. */
import { type AuthMethod, type ClientTls, connect, cryptosign, rawsocket, tls, websocket } from '../../src/index.js';
import { selfSigned } from '../support/certificate.js';
import { describeWith } from '../support/requirement.js';
import { startCrossbar } from '../support/routers/crossbar.js';
import { LOCKED_REALM, USERS } from '../support/routers/realms.js';
import type { ForeignRouter } from '../support/routers/router-process.js';

describeWith('crossbar', 'Crossbar.io, over TLS', () => {
  const certificate = selfSigned();
  const client = selfSigned({ host: 'frank' });
  const { authid, privateKey } = USERS.cryptosign;
  const bound = cryptosign({ privateKey, channelBinding: 'tls-unique' });
  let router: ForeignRouter;
  beforeAll(async () => {
    router = await startCrossbar(certificate, client);
  }, 60_000);
  afterAll(() => router.dispose());

  const join = (auth: AuthMethod) =>
    connect(websocket(`wss://localhost:${router.port}/ws`, { tls: { ca: certificate.cert, ...client } }), {
      realm: LOCKED_REALM,
      authid,
      auth,
    });

  it('knows the channel by the same id', async () => {
    const me = await join(bound);
    expect(me.session).toMatchObject({ authid, authmethod: 'cryptosign' });
    await me.leave();
  });

  it('refuses what was signed for another channel', async () => {
    const other = { ...bound, answer: bound.answer.bind(bound) };
    other.answer = (challenge, facts) =>
      bound.answer(challenge, { ...facts, channelId: async () => new Uint8Array(32).fill(7) });
    await expect(join(other)).rejects.toMatchObject({ code: 'WAMP_ERR_ABORTED', established: false });
  });

  it.each([
    ['WebSocket', (shown: ClientTls) => websocket(`wss://localhost:${router.port}/ws`, { tls: shown })],
    ['RawSocket', (shown: ClientTls) => rawsocket(`rss://localhost:${router.port}`, { tls: shown, ping: false })],
  ])('knows a user by the certificate of its connection, over %s', async (_way, to) => {
    const me = await connect(to({ ca: certificate.cert, ...client }), { realm: LOCKED_REALM, auth: tls() });
    expect(me.session).toMatchObject({ authid: USERS.tls.authid, authmethod: 'tls' });
    await me.leave();
  });

  it('turns away who shows none, and the error says what to do', async () => {
    const url = `wss://localhost:${router.port}/ws`;
    const attempt = connect(websocket(url, { tls: { ca: certificate.cert } }), { realm: LOCKED_REALM, auth: tls() });
    await expect(attempt).rejects.toMatchObject({
      code: 'WAMP_ERR_CONNECT',
      transient: false,
      message: expect.stringMatching(/the router wants a certificate of this side: give cert and key in tls$/),
    });
  });
});
