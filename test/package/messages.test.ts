/**
 * One message of each code, to the letter: it names the operation, and the URL, URI or realm; what was expected, what came
 * and, where something can be done, what to do. The table holds every code there is.
 */
import { createMachine } from 'xstate';
import {
  ApplicationError,
  connect,
  contract,
  type Peer,
  peer,
  type Router,
  router,
  runTask,
  SupervisorError,
  start,
  supervisor,
  taskSupervisor,
  ticket,
  WampError,
} from '../../src/index.js';
import { dynamicSupervisor } from '../../supervisors/index.js';
import { read } from '../support/source-files.js';
import { answering, type RawServer, rawServer, upgrade } from '../support/tcp.js';

let local: Router;
let me: Peer;
/** Speaks WebSocket, and answers HELLO with a message that nobody may send. */
let rude: RawServer;

beforeAll(async () => {
  local = await router({
    realms: { realm1: {}, locked: { auth: { users: { anna: { ticket: 'open sesame' } } } } },
  });
  me = await connect(local, { realm: 'realm1' });
  await me.register('com.example.never', () => new Promise(() => {}));
  const frame = Buffer.from('[8,48,7]');
  rude = await rawServer(
    answering((head, socket) => {
      socket.write(upgrade(head));
      socket.write(Buffer.concat([Buffer.from([0x81, frame.length]), frame]));
      return undefined;
    }),
  );
});

afterAll(async () => {
  await me.leave();
  await local.stop();
  await rude.close();
});

const nowhere = 'ws://127.0.0.1:9/ws';
const leaf = (id: string) => peer(id, { url: local, realm: 'realm1' });
/** A child that says for ever that it is still starting. */
const slow = Object.assign(Object.create(createMachine({})), { [Symbol.for('respell.starting')]: () => true });
const pool = (maxChildren: number) => ({
  id: 'pool',
  start: dynamicSupervisor({ maxChildren, child: { start: createMachine({}) } }),
});
/** A child that fails while it starts. */
const dry = createMachine({
  context: () => {
    throw new Error('no fuel');
  },
});

/** Runs with a tree, and stops it. */
async function inTree(
  children: Parameters<typeof supervisor>[0]['children'],
  act: (tree: ReturnType<typeof start>) => unknown,
) {
  const tree = start(supervisor({ children }));
  try {
    await act(tree);
  } finally {
    await tree.stop();
  }
}

const MESSAGES: readonly (readonly [code: string, message: string, trigger: () => unknown])[] = [
  [
    'WAMP_ERR_CONNECT',
    'could not connect to ws://127.0.0.1:9/ws: connect ECONNREFUSED 127.0.0.1:9; is the router running?',
    () => connect(nowhere, { realm: 'realm1' }),
  ],
  [
    'WAMP_ERR_ABORTED',
    'wamp.error.no_such_realm from linked:router, which refused a session in realm "reaml1": that realm does not exist there; check its name (the router said: "there is no realm reaml1 on this router")',
    () => connect(local, { realm: 'reaml1' }),
  ],
  [
    'WAMP_ERR_CONNECTION_LOST',
    'call of com.example.never: its session ended (wamp.close.killed from linked:router, which closed the session in realm "realm1": somebody with the right to do so ended it by force); it may have been carried out',
    async () => {
      const other = await connect(local, { realm: 'realm1' });
      const call = other.call('com.example.never');
      await me.call('com.example.unknown').catch(() => {});
      local.goodbye(other.session?.id ?? 0);
      await call.finally(() => other.leave());
    },
  ],
  [
    'WAMP_ERR_CLOSED',
    'wamp.close.killed from linked:router, which closed the session in realm "realm1": somebody with the right to do so ended it by force',
    async () => {
      const other = await connect(local, { realm: 'realm1' });
      const left = new Promise((_resolve, reject) => other.on('left', reject));
      local.goodbye(other.session?.id ?? 0);
      await left.finally(() => other.leave());
    },
  ],
  [
    'WAMP_ERR_AUTHENTICATION',
    'no answer to the CHALLENGE of linked:router: a method of authentication failed; see the cause',
    () => {
      const vault = () => Promise.reject(new Error('the vault is shut'));
      return connect(local, { realm: 'locked', authid: 'anna', auth: ticket(vault) });
    },
  ],
  [
    'WAMP_ERR_CONTRACT',
    'call of com.example.add does not fit the contract: args[0]: expected a number; args[1]: expected a number',
    () => {
      const validate = () => ({ issues: [{ message: 'expected a number' }] });
      const aNumber = { '~standard': { version: 1 as const, vendor: 'test', validate } };
      const api = contract({ procedures: { 'com.example.add': { args: [aNumber, aNumber] } } });
      return (me.as(api).call as (...call: readonly unknown[]) => unknown)('com.example.add', [1, 2]);
    },
  ],
  [
    'WAMP_ERR_TIMEOUT',
    'call of com.example.never: no answer within 20 ms (timeout)',
    () => me.call('com.example.never', [], { timeout: 20 }),
  ],
  [
    'WAMP_ERR_APPLICATION',
    'call of com.example.unknown was answered with wamp.error.no_such_procedure: no procedure com.example.unknown is registered',
    () => me.call('com.example.unknown'),
  ],
  [
    'WAMP_ERR_SERIALIZATION',
    'call of com.example.never: args[0]: expected a JSON value or a Uint8Array, received a bigint',
    () => me.call('com.example.never', [10n]),
  ],
  [
    'WAMP_ERR_PASSTHRU',
    'call of com.example.never: its payload could not be sealed by x_shut: the box is shut',
    async () => {
      const shut = () => {
        throw new Error('the box is shut');
      };
      const other = await connect(local, { realm: 'realm1', passthru: { scheme: 'x_shut', seal: shut, open: shut } });
      await other.call('com.example.never').finally(() => other.leave());
    },
  ],
  [
    'WAMP_ERR_PEER_DOWN',
    'call of com.example.never: peer "early" is connecting; leave out whenDown: \'fail\' to wait',
    () => inTree([leaf('early')], (tree) => tree.peer('early').call('com.example.never', [], { whenDown: 'fail' })),
  ],
  [
    'WAMP_ERR_QUEUE_FULL',
    'call of com.example.second: 1 requests wait already (queueLimit): peer "far" is connecting',
    () =>
      inTree([peer('far', { url: nowhere, realm: 'realm1', queueLimit: 1 })], (tree) => {
        void tree
          .peer('far')
          .call('com.example.first')
          .catch(() => {});
        return tree.peer('far').call('com.example.second');
      }),
  ],
  [
    'WAMP_ERR_PROTOCOL_VIOLATION',
    'ERROR: expected 5 to 7 elements, received 3',
    () => connect(`ws://127.0.0.1:${rude.port}/ws`, { realm: 'realm1' }),
  ],
  [
    'WAMP_ERR_USAGE',
    "unknown option 'timeuot' of CALL: did you mean 'timeout'?",
    () => me.call('com.example.never', [], { timeuot: 1 } as never),
  ],
  [
    'SUPERVISOR_ERR_BAD_SPEC',
    "child 'a': restart: expected permanent, transient, temporary, received 'allways'",
    () => supervisor({ children: [{ ...leaf('a'), restart: 'allways' as never }] }),
  ],
  [
    'SUPERVISOR_ERR_UNKNOWN_CHILD',
    "no child 'thermostta'; did you mean 'thermostat'? (there are: thermostat)",
    () => inTree([leaf('thermostat')], (tree) => tree.peer('thermostta')),
  ],
  [
    'SUPERVISOR_ERR_AMBIGUOUS_CHILD',
    "'a' is the id of 2 children: use a path, one of up/a, down/a",
    () =>
      inTree(
        ['up', 'down'].map((id) => ({ id, start: supervisor({ children: [leaf('a')] }) })),
        (tree) => tree.peer('a'),
      ),
  ],
  [
    'SUPERVISOR_ERR_CHILD_STATE',
    "child 'a' is running: terminate it first",
    () => inTree([leaf('a')], (tree) => tree.restartChild('a')),
  ],
  [
    'SUPERVISOR_ERR_START_FAILED',
    "child 'dry' did not start: Error: no fuel",
    () => inTree([], (tree) => tree.startChild({ id: 'dry', start: dry })),
  ],
  [
    'SUPERVISOR_ERR_START_TIMED_OUT',
    "child 'slow' was not up within its startTimeout of 50 ms: see what it waits for, or allow more",
    () =>
      inTree([], async (tree) => {
        const failure = await tree.startChild({ id: 'slow', start: slow, startTimeout: 50 }).catch((error) => error);
        throw failure.cause;
      }),
  ],
  [
    'SUPERVISOR_ERR_MAX_CHILDREN',
    "supervisor 'pool' has 0 children, all that maxChildren allows: try again when one has ended, or raise it",
    () => inTree([pool(0)], (tree) => tree.startChild({}, 'pool')),
  ],
  [
    'SUPERVISOR_ERR_DYNAMIC_CHILD',
    "child 'pool/1' belongs to a dynamic supervisor, so nothing is left of it when it is down: restartChild is not for it; start another with startChild",
    () =>
      inTree([pool(1)], async (tree) => {
        await tree.startChild({}, 'pool');
        await tree.restartChild('pool/1');
      }),
  ],
  [
    'SUPERVISOR_ERR_TASK_STOPPED',
    "task 'tasks/1' was ended before it had a result: killed",
    () =>
      inTree([{ id: 'tasks', start: taskSupervisor() }], async (tree) => {
        const result = runTask(tree, 'tasks', () => new Promise(() => {}), { shutdown: 0 });
        result.catch(() => {});
        await tree.terminateChild('tasks');
        return result;
      }),
  ],
  [
    'SUPERVISOR_ERR_TASK_TIMED_OUT',
    'the task had not ended after 10 ms, its timeout: see what it waits for, or allow more',
    () =>
      inTree([{ id: 'tasks', start: taskSupervisor() }], (tree) =>
        runTask(tree, 'tasks', () => new Promise(() => {}), { timeout: 10, shutdown: 0 }),
      ),
  ],
  [
    'SUPERVISOR_ERR_GAVE_UP',
    'the root supervisor gave up: child \'a\' exited 1 time within 5000 ms, and intensity 0 allows 0 restarts; last reason: SessionAborted: this side aborted the session with linked:router in realm "realm1" with wamp.error.unavailable: enough',
    async () => {
      const tree = start(
        supervisor({
          intensity: 0,
          children: [{ ...leaf('a'), budget: undefined, judge: undefined } as never],
        }),
      );
      await tree.ready;
      tree.peer('a').abort('wamp.error.unavailable', 'enough');
      throw await tree.exited;
    },
  ],
  [
    'SUPERVISOR_ERR_NOT_RUNNING',
    'the root supervisor is not running: its tree has ended, or was not started; start() makes a new one',
    () =>
      inTree([], async (tree) => {
        await tree.stop();
        return tree.whichChildren();
      }),
  ],
  [
    'SUPERVISOR_ERR_NOT_READY',
    "child 'a' is stopped and was never ready: shutdown",
    () =>
      inTree([leaf('a')], async (tree) => {
        const { ready } = tree;
        await tree.stop();
        return ready;
      }),
  ],
];

it.each(MESSAGES)('%s: %s', async (code, message, trigger) => {
  const error: unknown = await (async () => trigger())().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error instanceof WampError || error instanceof SupervisorError).toBe(true);
  const { name, code: given, message: said } = error as WampError;
  expect({ code: given, said }).toEqual({ code, said: message });
  expect(said).not.toBe(name);
  // A sentence that goes on to say what to do needs no full stop.
  expect(said).not.toMatch(/\.$/);
});

it('has a message of every code', () => {
  const codes = ['src/errors.ts', 'supervisors/errors.ts'].flatMap((path) =>
    read(path).match(/(?<= code = ')[A-Z_]+/g),
  );
  expect(MESSAGES.map(([code]) => code).sort()).toEqual(codes.sort());
});

it("names an ApplicationError of the user's own by its URI", () => {
  expect(new ApplicationError('com.example.too_hot', ['at most 25']).message).toBe('com.example.too_hot: at most 25');
});
