/** Crossbar.io: one router worker, WebSocket and RawSocket on one port, and users of its own in the locked realm. */
import { X509Certificate } from 'node:crypto';
import { type ScramCredential, scramCredential } from '../../../src/auth/scram-credential.js';
import type { Certificate } from '../certificate.js';
import { pathOf } from '../requirement.js';
import { LOCKED_REALM, OPEN_REALM, USERS } from './realms.js';
import { type ForeignRouter, startRouterProcess } from './router-process.js';

const ALLOW_ALL = [
  {
    uri: '',
    match: 'prefix',
    allow: { call: true, register: true, publish: true, subscribe: true },
    disclose: { caller: true, publisher: true },
    cache: true,
  },
];

/** Inside its folder. */
const UNIX_SOCKET = 'router.sock';

const SERIALIZERS = ['json', 'msgpack', 'cbor'];

/** Crossbar.io's own words for a user of WAMP-CRA are ours: `secret`, and with a salt `salt`, `iterations`, `keylen`. */
const withoutAuthid = ({ authid, ...user }: { readonly authid: string }): object => user;

/** A role is known to one realm only, so a login without the role of a realm cannot join it. */
function authentication(credential: ScramCredential, client?: Certificate): object {
  const { ticket, wampcra, saltedWampcra, scram, cryptosign } = USERS;
  const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');
  return {
    anonymous: { type: 'static', role: 'open' },
    ticket: { type: 'static', principals: { [ticket.authid]: { ticket: ticket.ticket, role: 'member' } } },
    wampcra: {
      type: 'static',
      users: {
        [wampcra.authid]: { ...withoutAuthid(wampcra), role: 'member' },
        [saltedWampcra.authid]: { ...withoutAuthid(saltedWampcra), role: 'member' },
      },
    },
    scram: {
      type: 'static',
      principals: {
        [scram.authid]: {
          kdf: credential.kdf,
          iterations: credential.iterations,
          memory: 0,
          salt: hex(credential.salt),
          'stored-key': hex(credential.storedKey),
          'server-key': hex(credential.serverKey),
          role: 'member',
        },
      },
    },
    cryptosign: {
      type: 'static',
      principals: { [cryptosign.authid]: { authorized_keys: [cryptosign.publicKey], role: 'member' } },
    },
    ...(client && {
      tls: {
        type: 'static',
        principals: {
          [USERS.tls.authid]: { 'certificate-sha1': new X509Certificate(client.cert).fingerprint, role: 'member' },
        },
      },
    }),
  };
}

const config = (port: number, auth: object, tls?: object): object => ({
  version: 2,
  workers: [
    {
      type: 'router',
      realms: [
        { name: OPEN_REALM, roles: [{ name: 'open', permissions: ALLOW_ALL }] },
        { name: LOCKED_REALM, roles: [{ name: 'member', permissions: ALLOW_ALL }] },
      ],
      transports: [
        {
          type: 'universal',
          endpoint: { type: 'tcp', port, interface: '127.0.0.1', ...(tls && { tls }) },
          rawsocket: { serializers: SERIALIZERS, auth },
          websocket: { ws: { type: 'websocket', serializers: SERIALIZERS, auth } },
        },
        {
          type: 'rawsocket',
          endpoint: { type: 'unix', path: UNIX_SOCKET },
          serializers: SERIALIZERS,
          auth,
        },
      ],
    },
  ],
});

/**
 * Starts Crossbar.io with {@link OPEN_REALM}, and with {@link LOCKED_REALM} for the {@link USERS}. Takes some seconds.
 *
 * @param certificate for TLS on its port: left out, there is none
 * @param client the certificate that its clients have to show then, which is a user's: left out, they have to show none
 */
export async function startCrossbar(certificate?: Certificate, client?: Certificate): Promise<ForeignRouter> {
  const auth = authentication(await scramCredential(USERS.scram.password, { iterations: 4_096 }), client);
  const tls = certificate && {
    key: 'key.pem',
    certificate: 'certificate.pem',
    ...(client && { ca_certificates: ['client.pem'] }),
  };
  return startRouterProcess({
    name: 'crossbar',
    unixSocket: UNIX_SOCKET,
    path: pathOf('crossbar'),
    config: (port) => ({ file: 'config.json', text: JSON.stringify(config(port, auth, tls), undefined, 2) }),
    args: (folder) => ['start', '--cbdir', folder, '--color', 'false', '--loglevel', 'warn'],
    ...(certificate && {
      files: {
        'key.pem': certificate.key,
        'certificate.pem': certificate.cert,
        ...(client && { 'client.pem': client.cert }),
      },
    }),
  });
}
