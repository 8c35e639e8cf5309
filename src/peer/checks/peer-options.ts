import { type Contract, compiledOf, isContract } from '../../contract/contract.js';
import { UsageError } from '../../errors.js';
import { checkWireOptions } from '../../wamp/checked-options.js';
import {
  A_COUNT,
  A_FUNCTION,
  AN_OBJECT,
  ANYTHING,
  came,
  isText,
  type Kind,
  type Kinds,
  MILLISECONDS,
  oneOfThese,
  SERIALIZERS,
  unfit,
} from '../../wamp/given.js';
import { checkManyOptions } from '../../wamp/many-options.js';
import { checkUri } from '../../wamp/uri.js';
import { knownElsewhere } from '../habits.js';
import type { PeerOptions, ReceiveBufferOptions, SendBufferOptions } from '../options.js';
import { faultInChoice } from '../routers/router-choice.js';
import { LOCAL_OPTIONS } from './local-options.js';
import { checkRegisterOptions } from './register-options.js';

const BY_URI: Kind = { ...AN_OBJECT, expected: 'an object, by URI' };
const A_REALM: Kind = { expected: 'a URI such as "realm1"', fits: (value) => isText(value) };
const A_QUEUE: Kind = {
  expected: 'an integer of at least 0',
  fits: (value) => value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && Number(value) >= 0),
};
/** An empty one is a name too, to whoever gives names. */
const ANY_STRING: Kind = { expected: 'a string', fits: (value) => typeof value === 'string' };
export const WHEN_DOWN = oneOfThese('wait', 'fail');

/** What needs more than one look is only named here. */
const OPTIONS: Kinds<PeerOptions> = {
  url: ANYTHING,
  realm: A_REALM,
  register: BY_URI,
  subscribe: BY_URI,
  authid: ANY_STRING,
  auth: ANYTHING,
  serializers: SERIALIZERS,
  passthru: ANYTHING,
  timeout: MILLISECONDS,
  openTimeout: MILLISECONDS,
  handshakeTimeout: MILLISECONDS,
  goodbyeTimeout: MILLISECONDS,
  whenDown: WHEN_DOWN,
  queueLimit: A_QUEUE,
  sendBuffer: ANYTHING,
  receiveBuffer: ANYTHING,
  onAbort: BY_URI,
  onJoin: A_FUNCTION,
  onLeave: A_FUNCTION,
  roles: ANYTHING,
  agent: ANY_STRING,
  contract: ANYTHING,
  validate: ANYTHING,
};

/** What `peer(…)` and `connect(…)` take beside: seen to before, and only named to those who look for one. */
const OF_THE_SPEC = ['restart', 'shutdown', 'backoff', 'budget', 'probe'];

const SEND_BUFFER: Kinds<SendBufferOptions> = { highWater: A_COUNT, limit: A_COUNT };
const RECEIVE_BUFFER: Kinds<ReceiveBufferOptions> = { concurrency: A_COUNT, limit: A_COUNT };
const ON_ABORT = oneOfThese('restart', 'park', 'stop');

/**
 * @param transports the names of options that belong to one transport each
 * @throws {UsageError} that says which option of which peer is wrong, what was expected and what came
 */
export function checkPeerOptions(peer: string, options: PeerOptions, transports: readonly string[] = []): void {
  const where = `peer "${peer}"`;
  if (typeof options !== 'object' || options === null) {
    throw new UsageError(`${where}: expected options with url and realm, received ${came(options)}`);
  }
  const own = Object.fromEntries(transports.map((name) => [name, AN_OBJECT]));
  const kinds = { ...OPTIONS, ...own };
  for (const name of Object.keys(options)) {
    const here = Object.hasOwn(kinds, name) ? undefined : knownElsewhere(name);
    if (here !== undefined) throw new UsageError(`${where}: unknown option "${name}"; here it is ${here}`);
  }
  checkManyOptions<PeerOptions>(where, options, kinds, OF_THE_SPEC);
  checkRouter(where, options);
  const { sendBuffer, receiveBuffer } = options;
  if (sendBuffer !== undefined) checkManyOptions<SendBufferOptions>(`${where}: sendBuffer`, sendBuffer, SEND_BUFFER);
  if (receiveBuffer !== undefined) {
    checkManyOptions<ReceiveBufferOptions>(`${where}: receiveBuffer`, receiveBuffer, RECEIVE_BUFFER);
  }
  checkContract(where, options.contract, options.validate);
  checkAuth(where, options.auth);
  for (const [uri, wish] of Object.entries(options.onAbort ?? {})) {
    if (!ON_ABORT.fits(wish)) throw unfit(where, `onAbort["${uri}"]`, ON_ABORT, wish);
  }
  checkDeclared(where, 'register', options);
  checkDeclared(where, 'subscribe', options);
}

function checkRouter(where: string, { url, realm }: PeerOptions): void {
  const received = faultInChoice(url);
  if (received !== undefined) {
    throw new UsageError(
      `${where}: expected url to be a URL such as "ws://127.0.0.1:8080/ws", or a connector, received ${received}`,
    );
  }
  if (!A_REALM.fits(realm)) throw unfit(where, 'realm', A_REALM, realm);
  const fault = checkUri(realm);
  if (fault === undefined) return;
  throw new UsageError(`${where}: expected realm to be ${A_REALM.expected}, received ${came(realm)}, which ${fault}`);
}

function checkAuth(where: string, auth: PeerOptions['auth']): void {
  for (const method of [auth === undefined ? [] : auth].flat()) {
    if (typeof method?.answer !== 'function' || !isText(method.name)) {
      // Not what came: it may be the secret itself.
      const received = method === null ? 'null' : `a value of type ${typeof method}`;
      throw new UsageError(`${where}: expected auth to be a method such as ticket(…), received ${received}`);
    }
    if (method.hello !== undefined && !A_FUNCTION.fits(method.hello)) {
      throw unfit(where, `hello of the method "${method.name}"`, A_FUNCTION, method.hello);
    }
  }
}

function checkDeclared(where: string, key: 'register' | 'subscribe', options: PeerOptions): void {
  const { contract, validate } = options;
  const compiled = contract === undefined || (validate as unknown) === false ? undefined : compiledOf(contract);
  for (const [uri, entry] of Object.entries(options[key] ?? {})) {
    const { handler, match } =
      typeof entry === 'object' && entry !== null ? entry : { handler: entry, match: undefined };
    if (typeof handler !== 'function') {
      const what = key === 'register' ? 'an endpoint' : 'an event handler';
      throw new UsageError(`${where}: expected ${what} (a function) for ${key}["${uri}"], received ${came(entry)}`);
    }
    const fault = checkUri(uri, match === undefined ? {} : { pattern: match });
    if (fault !== undefined) {
      throw new UsageError(`${where}: expected a URI such as "com.example.name" in ${key}; "${uri}" ${fault}`);
    }
    if (typeof entry === 'object') {
      checkWireOptions(key === 'register' ? 'REGISTER' : 'SUBSCRIBE', entry, LOCAL_OPTIONS[key], `${where}: `);
      if (key === 'register') checkRegisterOptions(`${where}: registration of ${uri}`, entry);
    }
    compiled?.knows(key === 'register' ? 'procedure' : 'topic', `${where}: ${key}`, uri, match);
  }
}

const A_CONTRACT: Kind = { expected: 'a contract, made by contract(…)', fits: isContract };

const VALIDATE: Kind = {
  expected: 'true, false, "in" or "out"',
  fits: (value) => typeof value === 'boolean' || value === 'in' || value === 'out',
};

/** @throws {UsageError} that begins with `where` */
export function checkContract(where: string, contract: unknown, validate: unknown): void {
  if (contract !== undefined && !A_CONTRACT.fits(contract)) throw unfit(where, 'contract', A_CONTRACT, contract);
  if (validate === undefined || validate === false) return;
  if (!VALIDATE.fits(validate)) throw unfit(where, 'validate', VALIDATE, validate);
  if (contract === undefined || compiledOf(contract as Contract) === undefined) {
    throw new UsageError(`${where}: validate needs a contract in schemas: contract({ procedures, topics })`);
  }
}
