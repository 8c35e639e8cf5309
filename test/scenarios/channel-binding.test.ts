/** Cryptosign that binds to its TLS channel, with a router of other people's that does so too. */
import { type AuthMethod, connect, cryptosign, websocket } from '../../src/index.js';
import { selfSigned } from '../support/certificate.js';
import { describeWith } from '../support/requirement.js';
import { startCrossbar } from '../support/routers/crossbar.js';
import { LOCKED_REALM, USERS } from '../support/routers/realms.js';
import type { ForeignRouter } from '../support/routers/router-process.js';

describeWith('crossbar', 'Crossbar.io, over TLS', () => {
  const certificate = selfSigned();
  const { authid, privateKey } = USERS.cryptosign;
  const bound = cryptosign({ privateKey, channelBinding: 'tls-unique' });
  let router: ForeignRouter;
  beforeAll(async () => {
    router = await startCrossbar(certificate);
  }, 60_000);
  afterAll(() => router.dispose());

  const join = (auth: AuthMethod) =>
    connect(websocket(`wss://localhost:${router.port}/ws`, { tls: { ca: certificate.cert } }), {
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
});
