/**
 * Whatever is given to a public function, what it throws or rejects with is one of the package's own errors: never a
 * TypeError from somewhere inside, and nothing without a code. A request's signal alone speaks for itself.
 */
import fc from 'fast-check';
import type { Peer, Router, Tree } from '../../src/index.js';
import * as respell from '../../src/index.js';

type Call = (...args: unknown[]) => unknown;

/** Values of every kind, those included that break a careless reader: no prototype, getters that throw. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(undefined, null, '', 'hello', 'com.example.x', 0, -1, 1.5, Number.NaN, 10n) },
  fc.constantFrom<unknown>(true, Symbol('s'), () => 1, [], {}, new Date(0), /x/, Object.create(null), new Map()),
  fc.anything({ withBigInt: true, withNullPrototype: true, maxDepth: 2 }),
);

/** Options with names that exist, a few that do not, and junk in some of them. */
const optionsOf = (names: readonly string[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.dictionary(fc.constantFrom(...names, 'timeuot', '_custom'), junk, { maxKeys: 2 }) },
    junk,
  );

const uris = fc.oneof(fc.constantFrom('com.example.x', 'com..x', 'com example', ''), junk);

let local: Router;
let peer: Peer;
let tree: Tree;

beforeAll(async () => {
  local = await respell.router({ realm: 'realm1' });
  peer = await respell.connect(local, { realm: 'realm1', timeout: 200 });
  const tasks = { id: 'tasks', start: respell.taskSupervisor() };
  const thermostat = respell.peer('thermostat', { url: local, realm: 'realm1' });
  tree = respell.start(respell.supervisor({ children: [thermostat, tasks] }));
  await tree.ready;
});

afterAll(async () => {
  await peer.leave();
  await tree.stop();
  await local.stop();
});

const REQUEST = ['timeout', 'signal', 'whenDown'];
const PEER_OPTIONS = [
  'register',
  'subscribe',
  'authid',
  'auth',
  'serializers',
  'timeout',
  'openTimeout',
  'handshakeTimeout',
  'goodbyeTimeout',
  'whenDown',
  'queueLimit',
  'onAbort',
  'onJoin',
  'onLeave',
  'agent',
  'websocket',
  'rawsocket',
  'restart',
  'shutdown',
  'backoff',
  'budget',
  'name',
  'logger',
  'contract',
  'validate',
];
const SUPERVISOR_OPTIONS = ['strategy', 'intensity', 'period', 'children', 'autoShutdown', 'backoff', 'budget'];
const TREE_OPTIONS = ['strategy', 'intensity', 'children', 'dynamic', 'autoShutdown'];
const SPEC_OPTIONS = [
  'id',
  'start',
  'restart',
  'shutdown',
  'significant',
  'type',
  'modules',
  'args',
  'backoff',
  'probe',
];
const ROUTER_OPTIONS = [
  'realm',
  'realms',
  'host',
  'allowOrigins',
  'ping',
  'maxPayload',
  'handshakeTimeout',
  'goodbyeTimeout',
  'strictIds',
];

/** Undoes what a call that happened to be right has started. */
async function undo(value: unknown): Promise<void> {
  if (value instanceof respell.Peer) return value.leave();
  if (typeof value !== 'object' || value === null || value === tree) return;
  if ('return' in value && typeof value.return === 'function') await value.return();
  if ('stop' in value && typeof value.stop === 'function') await value.stop();
  for (const back of ['unregister', 'unsubscribe'] as const) {
    const take = (value as Record<string, unknown>)[back];
    if (typeof take === 'function') await take();
  }
}

/** What came of the call: nothing, or what it threw or rejected with. */
async function failureOf(call: Call, args: readonly unknown[]): Promise<unknown> {
  try {
    await undo(await call(...args));
    return undefined;
  } catch (error) {
    return error ?? new Error(`it threw ${String(error)}`);
  }
}

const isOurs = (error: unknown): boolean =>
  error instanceof Error &&
  (error instanceof respell.WampError || error instanceof respell.SupervisorError) &&
  /^(WAMP|SUPERVISOR)_ERR_[A-Z_]+$/.test(error.code) &&
  error.message.length > 15 &&
  error.message !== error.name;

const cases: readonly (readonly [string, Call, readonly fc.Arbitrary<unknown>[]])[] = [
  ['connect(junk, junk)', respell.connect as Call, [junk, optionsOf(['realm', ...PEER_OPTIONS])]],
  [
    'connect(router, options)',
    (options) => respell.connect(local, { realm: 'realm1', ...(options as object) }),
    [fc.dictionary(fc.constantFrom(...PEER_OPTIONS), junk, { maxKeys: 2 })],
  ],
  ['router', respell.router as Call, [optionsOf(ROUTER_OPTIONS)]],
  ['routerSpec', respell.routerSpec as Call, [uris, optionsOf(ROUTER_OPTIONS)]],
  ['peer', respell.peer as Call, [junk, optionsOf(['url', 'realm', ...PEER_OPTIONS])]],
  [
    'peer(id, options)',
    (id, options) =>
      respell.peer(id as string, { url: 'ws://127.0.0.1:9/ws', realm: 'realm1', ...(options as object) }),
    [fc.oneof(fc.constant('a'), junk), fc.dictionary(fc.constantFrom(...PEER_OPTIONS), junk, { maxKeys: 2 })],
  ],
  ['supervisor', respell.supervisor as Call, [optionsOf(SUPERVISOR_OPTIONS)]],
  ['task', respell.task as Call, [junk, optionsOf(['timeout'])]],
  ['taskSupervisor', respell.taskSupervisor as Call, [optionsOf(['maxChildren', 'shutdown', 'intensity', 'period'])]],
  [
    'runTask',
    (supervisor, run, options) => respell.runTask(tree, supervisor as string, run as () => unknown, options as object),
    [
      fc.oneof({ weight: 4, arbitrary: fc.constantFrom('tasks', 'thermostat', '', '1') }, junk),
      junk,
      optionsOf(['id', 'restart', 'shutdown', 'backoff', 'budget', 'judge', 'signal', 'timeout']),
    ],
  ],
  ['runTask(junk)', (someTree) => respell.runTask(someTree as Tree, 'tasks', () => 1), [junk]],
  ['startTask', (run, options) => respell.startTask(tree, 'tasks', run as () => 1, options as object), [junk, junk]],
  [
    'partitionSupervisor',
    respell.partitionSupervisor as Call,
    [optionsOf(['child', 'partitions', 'strategy', 'intensity'])],
  ],
  ['partitionOf', respell.partitionOf as Call, [junk, fc.oneof(fc.constant(8), junk)]],
  ['partition', (...args) => (respell.partition as Call)(tree, ...args), [junk, junk]],
  ['start', respell.start as Call, [junk, junk]],
  [
    'start(tree, options)',
    (options) => respell.start(respell.supervisor({ children: [] }), options as object),
    [optionsOf(['clock', 'onReport', 'random', 'logger', 'inspect'])],
  ],
  ['start(data, options)', respell.start as Call, [optionsOf(TREE_OPTIONS), optionsOf(['actors'])]],
  ['checkChildSpecs', respell.checkChildSpecs as Call, [fc.oneof(junk, fc.array(optionsOf(SPEC_OPTIONS))), junk]],
  ['ticket', respell.ticket as Call, [junk]],
  ['wampcra', respell.wampcra as Call, [junk]],
  ['scram', respell.scram as Call, [junk, optionsOf(['argon2id', 'dialect'])]],
  [
    'scramCredential',
    respell.scramCredential as Call,
    [junk, optionsOf(['kdf', 'salt', 'iterations', 'memory', 'argon2id'])],
  ],
  ['cryptosign', respell.cryptosign as Call, [optionsOf(['privateKey', 'publicKey', 'sign'])]],
  ['json', respell.json as Call, [optionsOf(['maxLength', 'maxDepth'])]],
  ['websocket', respell.websocket as Call, [junk, optionsOf(['ping', 'headers', 'tls', 'maxPayload'])]],
  ['rawsocket', respell.rawsocket as Call, [junk, optionsOf(['ping', 'tls', 'insecure', 'maxPayload'])]],
  [
    'rawsocket(parts)',
    (parts) => respell.rawsocket(parts as respell.RawSocketEndpoint),
    [fc.dictionary(fc.constantFrom('host', 'port', 'path'), junk, { maxKeys: 2 })],
  ],
  [
    'websocket(url, options)',
    (options) => respell.websocket('ws://127.0.0.1:9/ws', options as object),
    [optionsOf(['ping', 'headers', 'tls', 'maxPayload', 'maxQueued'])],
  ],
  ['result', respell.result as Call, [junk, junk]],
  ['contract', respell.contract as Call, [optionsOf(['procedures', 'topics'])]],
  [
    'contract(entries)',
    (uri, entry) =>
      (respell.contract as Call)({ procedures: { [String(uri)]: entry }, topics: { [String(uri)]: entry } }),
    [
      fc.constantFrom('com.example.x', 'com..x', ''),
      optionsOf(['args', 'kwargs', 'match', 'result', 'progress', 'errors']),
    ],
  ],
  ['isError', respell.isError as Call, [fc.oneof(fc.constant(new respell.ApplicationError('a')), junk), junk, junk]],
  ['errorOf', respell.errorOf as Call, [junk, junk, junk, junk]],
  ['Peer.as', (...args) => (peer.as as Call).apply(peer, args), [junk, optionsOf(['validate'])]],
  ['exit', respell.exit as Call, [junk]],
  ['isExit', respell.isExit as Call, [junk]],
  ['isNormal', respell.isNormal as Call, [junk]],
  ['describeExit', respell.describeExit as Call, [junk]],
  [
    'Peer.call',
    (...args) => (peer.call as Call).apply(peer, args),
    [uris, junk, optionsOf([...REQUEST, 'kwargs', 'idempotent'])],
  ],
  [
    'Peer.publish',
    (...args) => (peer.publish as Call).apply(peer, args),
    [uris, junk, optionsOf([...REQUEST, 'kwargs', 'exclude'])],
  ],
  [
    'Peer.register',
    (...args) => (peer.register as Call).apply(peer, args),
    [uris, junk, optionsOf([...REQUEST, 'match', 'invoke'])],
  ],
  [
    'Peer.subscribe',
    (...args) => (peer.subscribe as Call).apply(peer, args),
    [uris, junk, optionsOf([...REQUEST, 'match'])],
  ],
  [
    'Peer.progress',
    (...args) => (peer.progress as Call).apply(peer, args),
    [uris, junk, optionsOf([...REQUEST, 'kwargs', 'idempotent', 'cancelMode', 'buffer', 'overflow'])],
  ],
  ['meta', respell.meta as Call, [junk]],
  [
    'meta.sessions.list',
    (filter) => respell.meta(peer).sessions.list(filter as object),
    [optionsOf([...REQUEST, 'authroles'])],
  ],
  [
    'meta.testaments.add',
    (...args) => (respell.meta(peer).testaments.add as Call)(...args),
    [uris, junk, optionsOf([...REQUEST, 'kwargs', 'publish', 'scope'])],
  ],
  [
    'Peer.cast',
    (...args) => (peer.cast as Call).apply(peer, args),
    [uris, junk, optionsOf([...REQUEST, 'kwargs', 'idempotent', 'onProgress'])],
  ],
  [
    'Peer.emit',
    (...args) => (peer.emit as Call).apply(peer, args),
    [uris, junk, optionsOf([...REQUEST, 'kwargs', 'acknowledge'])],
  ],
  [
    'Peer.events',
    (...args) => (peer.events as Call).apply(peer, args),
    [uris, optionsOf([...REQUEST, 'match', 'buffer', 'overflow'])],
  ],
  [
    'Peer.abort',
    (...args) => (peer.abort as Call).apply(peer, args),
    [fc.constantFrom<unknown>(5, null, 'a b', {}), junk],
  ],
  ['Peer.on', (...args) => (peer.on as Call).apply(peer, args), [junk, junk]],
  ['Tree.peer', (id) => tree.peer(id as string).name, [junk]],
  ['Tree.handle', (id) => tree.handle(id as string)?.constructor, [junk]],
  ['Tree.restartChild', (id) => tree.restartChild(id as string), [junk]],
  ['Tree.terminateChild', (id) => tree.terminateChild(id as string), [junk]],
  ['Tree.deleteChild', (id) => tree.deleteChild(id as string), [junk]],
  ['Tree.getChildSpec', (id) => tree.getChildSpec(id as string).then(() => undefined), [junk]],
  ['Tree.whichChildren', (id) => tree.whichChildren(id as string), [junk]],
  ['Tree.startChild', (spec) => tree.startChild(spec as never), [optionsOf(['id', 'start', 'restart', 'shutdown'])]],
  [
    'Tree.startChild(data)',
    (spec) => tree.startChild(spec as never),
    [optionsOf(['id', 'children', 'dynamic', 'restart', 'strategy'])],
  ],
  ['Tree.find', (path) => void tree.find(path as string), [junk]],
  ['Router.abort', (...args) => (local.abort as Call).apply(local, args), [fc.constant(() => false), junk, junk]],
  ['Router.goodbye', (...args) => (local.goodbye as Call).apply(local, args), [fc.constant(() => false), junk, junk]],
];

describe('a public function that is given nonsense', () => {
  it.each(cases)('fails with an error of this package, if it fails: %s', async (_name, call, args) => {
    const property = fc.asyncProperty(fc.tuple(...args), async (given) => {
      const failure = await failureOf(call, given);
      if (failure !== undefined && !isOurs(failure)) throw failure;
    });
    await fc.assert(property, { numRuns: 100 });
  });
});
