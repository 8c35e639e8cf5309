import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configure, type Given } from '../../../src/cli/router/configuration.js';
import { UsageError } from '../../../src/errors.js';

const folder = mkdtempSync(join(tmpdir(), 'respell-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: unknown, name = 'router.json'): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const given = (more: Partial<Given>): Given => ({ flags: {}, env: {}, file: undefined, ...more });

function problems(more: Partial<Given>): string {
  try {
    configure(given(more));
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message.replaceAll(`${folder}/`, '');
  }
  throw new Error('expected problems');
}

describe('configure', () => {
  it('has defaults for what nobody says', () => {
    expect(configure(given({}))).toEqual({
      options: { port: 8_080, realms: { realm1: {} }, drain: 5_000 },
      logLevel: 'warn',
    });
  });

  it('takes flags before the environment, that before the file, and the file before defaults', () => {
    const path = file({ port: 1, host: '::1', unix: '/tmp/file', drain: 1, logLevel: 'debug' });
    const env = { RESPELL_PORT: '2', RESPELL_HOST: '127.0.0.2', RESPELL_DRAIN: '0' };
    expect(configure(given({ flags: { '--port': '3' }, env, file: path }))).toEqual({
      options: { port: 3, host: '127.0.0.2', unix: '/tmp/file', drain: 0, realms: { realm1: {} } },
      logLevel: 'debug',
    });
  });

  it('reads certificates and keys from files beside it, and which certificates users show', () => {
    for (const name of ['server.pem', 'server.key']) file(`the content of ${name}\n`, name);
    const certificates = ['ab'.repeat(32), { subject: { CN: 'thermostat' } }];
    const path = file({
      tls: { cert: { file: 'server.pem' }, key: { file: 'server.key' }, requestCert: true },
      realms: { home: { auth: { users: { thermostat: { certificates } }, methods: ['tls'] } } },
    });
    const { tls, realms } = configure(given({ file: path })).options;
    expect(tls).toEqual({ cert: 'the content of server.pem', key: 'the content of server.key', requestCert: true });
    expect(realms?.['home']?.auth?.users).toEqual({ thermostat: { certificates } });
    expect(problems({ file: file({ tls: { cert: 'x', kee: 'tops3cret' } }) })).not.toContain('tops3cret');
  });

  test.each<[boolean | undefined, Partial<Given>]>([
    [true, { flags: { '--insecure': true } }],
    [true, { env: { RESPELL_INSECURE: 'true' } }],
    [false, { env: { RESPELL_INSECURE: 'false' } }],
    [undefined, {}],
  ])('says %s to insecure for %j', (insecure, more) => {
    expect(configure(given(more)).options.insecure).toBe(insecure);
  });

  it('takes the paths of a certificate and its key from flags, whatever else the file says of TLS', () => {
    const [cert, key] = [file('a certificate', 'flag.pem'), file('a key', 'flag.key')];
    const flags = { '--tls-cert': cert, '--tls-key': key };
    const { tls } = configure(given({ flags, file: file({ tls: { requestCert: true, cert: 'other' } }) })).options;
    expect(tls).toEqual({ cert: 'a certificate', key: 'a key', requestCert: true });
    expect(problems({ env: { RESPELL_TLS_KEY: join(folder, 'none.key') } }).split('\n')).toEqual([
      'tls: expected { "cert", "key" }; cert is missing',
      'RESPELL_TLS_KEY: the file none.key cannot be read (ENOENT)',
    ]);
  });

  it('takes an empty variable for none', () => {
    expect(configure(given({ env: { RESPELL_PORT: '', RESPELL_REALM: '' } })).options.port).toBe(8_080);
  });

  test.each<[string, Partial<Given>]>([
    ['a repeated flag', { flags: { '--realm': ['one', 'two'] } }],
    ['a variable with commas', { env: { RESPELL_REALM: 'one, two' } }],
  ])('has several realms by %s', (_, more) => {
    expect(Object.keys(configure(given(more)).options.realms ?? {})).toEqual(['one', 'two']);
  });

  it('chooses with --realm among the realms of the file, with their options, and refuses another name', () => {
    const path = file({ realms: { home: { disclosure: false }, work: {} } });
    expect(configure(given({ flags: { '--realm': ['home'] }, file: path })).options.realms).toEqual({
      home: { disclosure: false },
    });
    expect(problems({ flags: { '--realm': ['hmoe'] }, file: path })).toBe(
      '--realm: the configuration file has no realm "hmoe"; did you mean "home"?',
    );
  });

  it('finds secrets in the environment and in files beside the configuration', () => {
    file('sesame\n', 'ann.secret');
    const path = file({
      realms: {
        r: { auth: { users: { joe: { ticket: { env: 'JOE' } }, ann: { wampcra: { file: 'ann.secret' } } } } },
      },
    });
    const { options } = configure(given({ env: { JOE: 'open' }, file: path }));
    expect(options.realms?.['r']?.auth?.users).toEqual({ joe: { ticket: 'open' }, ann: { wampcra: 'sesame' } });
  });

  it('says everything that is wrong, with the flag, the variable, or the file and the path in it', () => {
    const path = file({
      prot: 1,
      ping: true,
      realms: {
        realm1: { auth: { users: { joe: { ticket: 7_777 } }, methods: ['tikcet'] }, limits: { sesions: 1 } },
        'com.example': { strictIds: 'yes' },
      },
    });
    const env = { RESPELL_HOST: '127.0.0.1', RESPELL_LOG_LEVEL: 'wran' };
    expect(
      problems({ flags: { '--port': 'http' }, env, file: path })
        .split('\n')
        .sort(),
    ).toEqual([
      '--port: expected a whole number from 0 to 65535, received "http"',
      'RESPELL_LOG_LEVEL: expected one of silent, error, warn, info, debug, received "wran"; did you mean "warn"?',
      'router.json: ping: expected false, received true',
      'router.json: prot: unknown key; did you mean "port"?',
      'router.json: realms.realm1.auth.methods.0: expected one of tls, cryptosign, wamp-scram, wampcra, ticket, anonymous, received a string; did you mean "ticket"?',
      'router.json: realms.realm1.auth.users.joe.ticket: expected a string that is not empty, { "env": "NAME" } or { "file": "PATH" }, received a number',
      'router.json: realms.realm1.limits.sesions: unknown key; did you mean "sessions"?',
      'router.json: realms["com.example"].strictIds: expected true or false, received "yes"',
    ]);
  });

  test.each<[string, string]>([
    ['{ "port": 1, }', 'router.json:1:14: no JSON: expected a key in double quotes behind the comma'],
    ['[]', 'router.json: expected an object with the settings of a router'],
  ])('says what is wrong with %j', (text, problem) => {
    expect(problems({ file: file(text) })).toBe(problem);
  });

  it('says that there is no such file', () => {
    expect(problems({ file: join(folder, 'none.json') })).toBe('none.json: there is no such file');
  });
});
