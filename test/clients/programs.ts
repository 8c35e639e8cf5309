/** The clients of other people's that are tried with the embedded router, and what each of them has. */
import { join } from 'node:path';
import { pathOf, type SystemPart } from '../support/requirement.js';
import { ROOT } from '../support/source-files.js';
import { type Credentials, ForeignProgram, type Opening } from './foreign-client.js';

export type Way = Pick<Opening, 'transport' | 'serializer'>;

export interface Client {
  readonly name: string;
  /** What of the system its program needs. */
  readonly parts: readonly SystemPart[];
  readonly start: () => ForeignProgram;
  /** All that it speaks, over all that it speaks it over. */
  readonly ways: readonly Way[];
  /** What it offers, and fails in by itself with every router. */
  readonly failsIn?: readonly Way[];
  readonly auth: readonly Credentials['method'][];
  /** In which modes a caller of it cancels without breaking its own session. */
  readonly cancels: readonly ('skip' | 'kill' | 'killnowait')[];
  /** Whether its callees are told that a call is canceled. */
  readonly isInterrupted: boolean;
  /**
   * Whether its callees announce `call_canceling`, without which the standard has the dealer disregard that they give
   * progressive results.
   */
  readonly progresses: boolean;
  /** Whether it can ask to be told to others by an option. */
  readonly discloses: boolean;
  /** Whether it can ask to be sent what it publishes: `exclude_me: false`. */
  readonly hearsItself: boolean;
  /** Whether it tells by what reason its session was ended. */
  readonly tellsReason: boolean;
  /** Whether it tells by what reason it was not let in, once it was challenged. */
  readonly tellsRefusal: boolean;
  /** Whether requests that are made at once leave in the order of their ids, as the standard demands; else `strictIds: false`. */
  readonly keepsOrder: boolean;
}

const SERIALIZERS = ['json', 'msgpack', 'cbor'] as const;
const over = (transport: Opening['transport'], serializers: readonly Opening['serializer'][] = SERIALIZERS) =>
  serializers.map((serializer) => ({ transport, serializer }));

const program = (path: string) => join(ROOT, 'test/clients', path);

/** The Python of Crossbar.io's environment: Crossbar.io is built on the same library. */
const crossbarsPython = () => join(pathOf('crossbar'), '../python');
const debiansPython = () => pathOf('python3-autobahn');

/** On one of its two halves, asyncio's and Twisted's, which share little below the session. */
const autobahnPython = (framework: 'asyncio' | 'twisted', python: () => string): Omit<Client, 'name' | 'parts'> => ({
  start: () => new ForeignProgram(python(), [program('python/autobahn_client.py'), framework]),
  ways: [...over('websocket'), ...over('rawsocket')],
  // It speaks SCRAM, too, and signs other octets than the standard says: as Crossbar.io does.
  auth: ['ticket', 'wampcra', 'cryptosign'],
  // It has no word for another mode.
  cancels: ['killnowait'],
  isInterrupted: true,
  progresses: true,
  discloses: false,
  hearsItself: true,
  tellsReason: true,
  tellsRefusal: true,
  keepsOrder: true,
});

export const CLIENTS: readonly Client[] = [
  {
    name: 'autobahn-js',
    parts: ['js-clients', 'node22'],
    start: () => new ForeignProgram(pathOf('node22'), [program('js/autobahn.cjs'), pathOf('js-clients')]),
    ways: [...over('websocket'), ...over('rawsocket', ['json'])],
    auth: ['ticket', 'wampcra', 'cryptosign'],
    // In the other modes it forgets the call at once, and takes the dealer's ERROR for a violation of the protocol.
    cancels: ['kill'],
    isInterrupted: false,
    progresses: false,
    discloses: true,
    hearsItself: true,
    tellsReason: true,
    tellsRefusal: true,
    keepsOrder: true,
  },
  {
    name: 'wampy',
    parts: ['js-clients', 'node22'],
    start: () => new ForeignProgram(pathOf('node22'), [program('js/wampy.cjs'), pathOf('js-clients')]),
    ways: over('websocket'),
    auth: ['ticket', 'wampcra', 'cryptosign'],
    cancels: ['skip', 'kill', 'killnowait'],
    isInterrupted: false,
    progresses: false,
    discloses: true,
    // It sends the option only where it is true.
    hearsItself: false,
    tellsReason: false,
    tellsRefusal: true,
    keepsOrder: true,
  },
  { name: 'autobahn-python on asyncio', parts: ['crossbar'], ...autobahnPython('asyncio', crossbarsPython) },
  { name: 'autobahn-python on Twisted', parts: ['crossbar'], ...autobahnPython('twisted', crossbarsPython) },
  {
    name: "Debian's autobahn-python on asyncio",
    parts: ['python3-autobahn'],
    ...autobahnPython('asyncio', debiansPython),
    ways: over('websocket'),
    // 22.7.1 looks for `transport_details` in WELCOME, which its RawSocket on asyncio lacks: crossbario/autobahn-python#1592.
    failsIn: over('rawsocket'),
  },
  {
    name: "Debian's autobahn-python on Twisted",
    parts: ['python3-autobahn'],
    ...autobahnPython('twisted', debiansPython),
  },
  {
    name: "nexus's client",
    parts: ['nexus-client'],
    start: () => new ForeignProgram(pathOf('nexus-client'), []),
    ways: [...over('websocket'), ...over('rawsocket')],
    auth: ['ticket', 'wampcra', 'cryptosign'],
    cancels: ['skip', 'kill', 'killnowait'],
    isInterrupted: true,
    progresses: true,
    discloses: true,
    hearsItself: true,
    tellsReason: true,
    tellsRefusal: false,
    // Each call is a goroutine of its own, which takes an id and then sends.
    keepsOrder: false,
  },
];
