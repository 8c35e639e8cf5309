/**
 * What may be configured of `respell router`: the keys of the configuration file, each with the option of `router()` of the
 * same name behind it, and the flags and environment variables that stand for some of them. The check of a file, the flags,
 * the help and the JSON schema are made of these two tables.
 */

import { resolve } from 'node:path';
import { SECRET } from '../config/secret.js';
import {
  ANY_TEXT,
  either,
  exactly,
  type Field,
  isBoolean,
  isList,
  isObject,
  isString,
  listOf,
  MILLISECONDS,
  mapOf,
  oneOf,
  record,
  type Shape,
  TEXT,
  whole,
  YES_OR_NO,
} from '../config/shape.js';

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

const PORT = whole(0, 65_535);

const SALTED = record(
  '{ "secret", "salt" }',
  {
    secret: { shape: SECRET, says: 'The password from which both sides derive the key' },
    salt: { shape: TEXT, says: 'Of this user only' },
    iterations: { shape: whole(1), says: 'Rounds of PBKDF2', fallback: '1000' },
    keylen: { shape: whole(1), says: 'Octets of the key', fallback: '32' },
  },
  ['secret', 'salt'],
);

const SCRAM = record(
  'what scramCredential() makes',
  {
    kdf: { shape: oneOf('pbkdf2', 'argon2id13'), says: 'How the password is salted' },
    salt: { shape: TEXT, says: 'In base64' },
    iterations: { shape: whole(1), says: 'Rounds, or passes' },
    memory: { shape: whole(1), says: 'KiB, for argon2id13 only' },
    storedKey: { shape: SECRET, says: 'In base64' },
    serverKey: { shape: SECRET, says: 'In base64' },
  },
  ['kdf', 'salt', 'iterations', 'storedKey', 'serverKey'],
);

const CERTIFICATE = either(
  'a SHA-256 fingerprint, or { "subject": { "CN": "thermostat" } }',
  [isString, TEXT],
  [
    isObject,
    record('{ "subject" }', { subject: { shape: mapOf('attributes by their names', TEXT), says: 'All of this' } }, [
      'subject',
    ]),
  ],
);

const USER: Readonly<Record<string, Field>> = {
  role: { shape: TEXT, says: 'Its authrole', fallback: 'user' },
  ticket: { shape: SECRET, says: 'Its ticket' },
  wampcra: {
    shape: either(
      'a secret, or { "secret", "salt" }',
      [(value) => isObject(value) && 'salt' in value, SALTED],
      [(value) => isString(value) || isObject(value), SECRET],
    ),
    says: 'Its shared secret for WAMP-CRA; with a salt, the password',
  },
  scram: { shape: SCRAM, says: 'What scramCredential() made of its password' },
  authorizedKeys: {
    shape: listOf(TEXT),
    says: 'For cryptosign: its Ed25519 public keys, each as 64 hexadecimal digits',
  },
  certificates: {
    shape: listOf(CERTIFICATE),
    says: 'For tls: the certificates that it shows, by their fingerprints or subjects',
  },
};

const AUTH: Readonly<Record<string, Field>> = {
  authenticate: {
    shape: record(
      '{ "procedure", "realm" }',
      {
        procedure: { shape: TEXT, says: 'The procedure that is asked' },
        realm: { shape: TEXT, says: 'Where it is registered', fallback: 'the realm itself' },
      },
      ['procedure'],
    ),
    says: 'Who is asked about everybody who is not among the users',
  },
  users: { shape: mapOf('users by their authid', record('a user', USER)), says: 'Who may join, by authid' },
  methods: {
    shape: listOf(oneOf('tls', 'cryptosign', 'wamp-scram', 'wampcra', 'ticket', 'anonymous')),
    says: 'What is accepted, the most wanted first',
    fallback: 'what at least one user can do',
  },
};

const LIMITS: Readonly<Record<string, Field>> = {
  sessions: { shape: whole(1), says: 'Sessions of the realm', fallback: '10000' },
  queued: { shape: whole(1), says: 'Octets that may wait for a session that does not read', fallback: '1 MiB' },
  subscriptions: { shape: whole(1), says: 'Subscriptions of a session', fallback: '10000' },
  registrations: { shape: whole(1), says: 'Registrations of a session', fallback: '10000' },
  calls: { shape: whole(1), says: 'Calls of a session that are in flight', fallback: '10000' },
  callsWaiting: {
    shape: whole(0),
    says: 'Calls of a procedure that wait while its callees have as many as they take at a time',
    fallback: '1000',
  },
  authorizing: {
    shape: whole(1),
    says: 'Requests of a session that wait for an authorizer',
    fallback: '10000',
  },
  testaments: { shape: whole(1), says: 'Testaments of a session', fallback: '100' },
  testamentOctets: {
    shape: whole(1),
    says: 'Octets of memory that the testaments of a session take',
    fallback: '1 MiB',
  },
  retained: { shape: whole(1), says: 'Events that are retained', fallback: '10000' },
  retainedOctets: { shape: whole(1), says: 'Octets of memory that retained events take', fallback: '16 MiB' },
};

const HISTORY: Readonly<Record<string, Field>> = {
  limit: { shape: whole(1), says: 'How many events are kept' },
  octets: { shape: whole(1), says: 'Octets of memory that they take', fallback: '16 MiB' },
  match: { shape: oneOf('exact', 'prefix', 'wildcard'), says: 'How topics are compared with it', fallback: 'exact' },
};

const PERMISSION = record(
  '{ "uri", "match", "allow", "disclose" }',
  {
    uri: { shape: ANY_TEXT, says: 'A URI, or a pattern of URIs' },
    match: { shape: oneOf('exact', 'prefix', 'wildcard'), says: 'How the pattern is meant', fallback: 'exact' },
    allow: {
      shape: either(
        '"all", or a list of call, register, publish, subscribe',
        [isString, exactly('all')],
        [isList, listOf(oneOf('call', 'register', 'publish', 'subscribe'))],
      ),
      says: 'What may be done with such a URI',
    },
    disclose: { shape: YES_OR_NO, says: 'Whether others are told who calls or publishes' },
  },
  ['uri', 'allow'],
);

const ROLE = record('a role with its permissions', {
  permissions: { shape: listOf(PERMISSION), says: 'What its sessions may do; nothing else is allowed' },
  authorize: { shape: TEXT, says: 'The procedure that is asked about everything else' },
});

/** Options of one realm. */
export const REALM_SETTINGS: Readonly<Record<string, Field>> = {
  // All of it hidden: a secret that stands at a wrong place is one all the same.
  auth: {
    shape: record('an object with users and methods', AUTH, [], true),
    says: 'Who may join',
    fallback: 'everybody',
  },
  roles: {
    shape: mapOf('roles by their names', ROLE),
    says: 'What sessions may do, by their authrole; a role that is not named cannot join',
    fallback: 'all, but to end other sessions',
  },
  authorize: { shape: TEXT, says: 'The procedure that is asked what sessions may do' },
  authorizeTimeout: { shape: MILLISECONDS, says: 'Milliseconds that it may take', fallback: '5000' },
  strictIds: { shape: YES_OR_NO, says: 'Whether request ids have to be sequential', fallback: 'the router’s' },
  disclosure: { shape: YES_OR_NO, says: 'Whether a client may tell others who it is', fallback: 'true' },
  mayKill: {
    shape: listOf(TEXT),
    says: 'The roles whose sessions may end other sessions, by `wamp.session.kill` and its kin',
    fallback: 'none',
  },
  history: {
    shape: mapOf('topics and what is kept of them', record('an object with a limit', HISTORY, ['limit'])),
    says: 'The topics whose last events are kept',
    fallback: 'none',
  },
  limits: { shape: record('an object with limits', LIMITS), says: 'What the realm, and a session of it, may hold' },
  slowConsumers: {
    shape: oneOf('disconnect', 'dropEvents'),
    says: 'What becomes of a session that does not read what it is sent',
    fallback: 'disconnect',
  },
};

const TLS = record(
  '{ "cert", "key" }',
  {
    cert: {
      shape: SECRET,
      says: 'What clients are shown: a certificate in PEM, with those between it and its authority behind it',
    },
    key: { shape: SECRET, says: 'Its private key, in PEM' },
    passphrase: { shape: SECRET, says: 'Of the key' },
    ca: { shape: SECRET, says: 'The authorities whose clients’ certificates are believed, in PEM' },
    crl: { shape: SECRET, says: 'What these have revoked, in PEM' },
    requestCert: { shape: YES_OR_NO, says: 'Whether each client is asked for a certificate', fallback: 'false' },
    rejectUnauthorized: {
      shape: YES_OR_NO,
      says: 'Whether a client that shows none that is believed is turned away then',
      fallback: 'true',
    },
    minVersion: { shape: oneOf('TLSv1.2', 'TLSv1.3'), says: 'The oldest version that is spoken', fallback: 'TLSv1.2' },
  },
  ['cert', 'key'],
  true,
);

const PING = record('{ "interval", "timeout" }', {
  interval: { shape: MILLISECONDS, says: 'Milliseconds from one ping to the next', fallback: '10000' },
  timeout: { shape: MILLISECONDS, says: 'Milliseconds for its answer', fallback: '5000' },
});

const FAILED_LOGINS = record('{ "attempts", "within", "addresses", "loopback" }', {
  attempts: { shape: whole(1, 1_000), says: 'How many', fallback: '10' },
  within: { shape: MILLISECONDS, says: 'Within how many milliseconds', fallback: '60000' },
  addresses: { shape: whole(1), says: 'How many addresses are remembered', fallback: '10000' },
  loopback: { shape: YES_OR_NO, says: "Whether this machine's own addresses are counted, too", fallback: 'false' },
});

const METRICS = record(
  '{ "port", "host" }',
  {
    port: { shape: PORT, says: '0 for any free one' },
    host: { shape: TEXT, says: 'The address to listen on', fallback: '127.0.0.1, this machine only' },
  },
  ['port'],
);

/** The keys of the file. */
export const SETTINGS: Readonly<Record<string, Field>> = {
  port: { shape: PORT, says: 'Where to listen, for WebSockets and RawSockets; 0 for any free port', fallback: '8080' },
  host: { shape: TEXT, says: 'The address to listen on', fallback: '127.0.0.1, this machine only' },
  insecure: {
    shape: YES_OR_NO,
    says: 'Whether others than this machine may reach realms that are open to everybody',
    fallback: 'false',
  },
  tls: { shape: TLS, says: 'TLS at the port; read anew at SIGHUP, for certificates that were renewed' },
  unix: { shape: TEXT, says: 'The path of a Unix socket to listen on, too' },
  realms: {
    shape: mapOf('realms by their names', record('an object with the options of a realm', REALM_SETTINGS)),
    says: 'The realms, by name',
    fallback: 'realm1, open to everybody',
  },
  allowOrigins: {
    shape: either(
      'a list of origins such as ["https://example.com"], or "*" for all',
      [isString, exactly('*')],
      [isList, listOf(TEXT)],
    ),
    says: 'Web pages that may connect, beside those of this machine',
  },
  ping: {
    shape: either('{ "interval", "timeout" }, or false for none', [isBoolean, exactly(false)], [isObject, PING]),
    says: 'Pings to each client',
    fallback: 'every 10 s, to be answered within 5 s',
  },
  limits: {
    shape: record('an object with limits', {
      connections: { shape: whole(1), says: 'Connections at a time', fallback: '10000' },
      unjoined: { shape: whole(1), says: 'Connections without WELCOME at a time', fallback: '1000' },
      helloLength: { shape: whole(1), says: 'Octets of a message before WELCOME', fallback: '65536' },
      depth: { shape: whole(1, 1_000), says: 'Levels of lists and dictionaries in a message', fallback: '128' },
      failedLogins: {
        shape: either(
          '{ "attempts", "within", "addresses", "loopback" }, or false for no limit',
          [isBoolean, exactly(false)],
          [isObject, FAILED_LOGINS],
        ),
        says: 'Logins from one address that may fail before no more is heard from there',
        fallback: '10 within a minute',
      },
      growth: { shape: whole(1), says: 'Times its length that a message may take in memory', fallback: '16' },
    }),
    says: 'What the router may hold',
  },
  maxPayload: { shape: whole(1), says: 'The largest message, in octets', fallback: '1 MiB' },
  handshakeTimeout: { shape: MILLISECONDS, says: 'Milliseconds for each half of the handshake', fallback: '5000' },
  goodbyeTimeout: { shape: MILLISECONDS, says: 'Milliseconds for the answer to GOODBYE', fallback: '2000' },
  drain: {
    shape: whole(0),
    says: 'Milliseconds that calls in flight may take when it is asked to end; 0: none',
    fallback: '5000',
  },
  strictIds: { shape: YES_OR_NO, says: 'Whether request ids have to be sequential', fallback: 'true' },
  metrics: {
    shape: either('a port, or { "port", "host" }', [(value) => !isObject(value), PORT], [isObject, METRICS]),
    says: 'Serves Prometheus metrics at /metrics on this port, to this machine only',
    fallback: 'nowhere',
  },
  logLevel: { shape: oneOf(...LOG_LEVELS), says: 'What to log, as JSON lines on stderr', fallback: 'warn' },
};

/** Options of `router()` that only code can give; `realm` is written as one of `realms`. */
export const ONLY_IN_CODE: readonly string[] = ['realm', 'serializers', 'logger', 'clock', 'random'];

/** A whole file. */
export const FILE: Shape = record('an object with the settings of a router', {
  $schema: { shape: TEXT, says: 'Where an editor finds the schema of this file' },
  ...SETTINGS,
});

/** A flag and an environment variable for a key of the file; the flag goes before the variable, both before the file. */
export interface Flag {
  /** As commander has it: `--port <port>`. */
  readonly usage: string;
  readonly env: string;
  /** What for, where it is not for the whole of that key. */
  readonly says?: string;
  /** Where it goes. */
  readonly path: readonly string[];
  /** A list: the flag is repeated, in the variable commas stand between. */
  readonly isList?: true;
  /** What stands for the text in a file. Default: the text. */
  readonly fromText?: (text: string) => unknown;
}

const number = (text: string): unknown => (/^\d+$/.test(text) ? Number(text) : text);

/** Of the working directory, where a path in the file is of the file's folder. */
const fileOf = (text: string): unknown => ({ file: resolve(text) });
const yesOrNo = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : text);

export const FLAGS: readonly Flag[] = [
  {
    usage: '--port <port>',
    env: 'RESPELL_PORT',
    says: 'where to listen; 0 for any free port (default 8080)',
    path: ['port'],
    fromText: number,
  },
  {
    usage: '--host <address>',
    env: 'RESPELL_HOST',
    says: 'the address to listen on (default 127.0.0.1)',
    path: ['host'],
  },
  { usage: '--insecure', env: 'RESPELL_INSECURE', path: ['insecure'], fromText: yesOrNo },
  {
    usage: '--realm <realm>',
    env: 'RESPELL_REALM',
    says: 'a realm, open to everybody (default realm1)',
    path: ['realms'],
    isList: true,
  },
  { usage: '--unix <path>', env: 'RESPELL_UNIX', path: ['unix'] },
  {
    usage: '--tls-cert <file>',
    env: 'RESPELL_TLS_CERT',
    path: ['tls', 'cert'],
    says: 'serve TLS, and nothing else, with this certificate in PEM',
    fromText: fileOf,
  },
  {
    usage: '--tls-key <file>',
    env: 'RESPELL_TLS_KEY',
    path: ['tls', 'key'],
    says: 'the key of that certificate, in PEM',
    fromText: fileOf,
  },
  {
    usage: '--metrics <port>',
    env: 'RESPELL_METRICS',
    says: 'Prometheus metrics at http://127.0.0.1:PORT/metrics',
    path: ['metrics'],
    fromText: number,
  },
  {
    usage: '--drain <ms>',
    env: 'RESPELL_DRAIN',
    path: ['drain'],
    says: 'how long calls in flight may take when it is asked to end, in milliseconds; 0: not at all (default 5000)',
    fromText: number,
  },
  { usage: '--log-level <level>', env: 'RESPELL_LOG_LEVEL', path: ['logLevel'] },
];

/** The name of a flag as a person writes it: `--log-level`. */
export function flagName({ usage }: Flag): string {
  return usage.split(' ', 1)[0] ?? usage;
}
