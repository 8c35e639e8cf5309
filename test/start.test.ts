import { setup } from 'xstate';
import { UsageError } from '../src/errors.js';
import type { PeerLife } from '../src/peer/life.js';
import { peer } from '../src/peer/spec.js';
import { start } from '../src/start.js';
import { exit, supervisor } from '../supervisors/index.js';
import { settle } from './actors/scripted.js';
import { ScriptedRouter, WELCOME } from './peer/scripted-router.js';
import { CountingClock } from './support/counting-clock.js';
import { recordingLogger } from './support/recording-logger.js';

const URL = 'ws://127.0.0.1:9/ws';
const never = { address: URL, open: () => new Promise<never>(() => {}) };

/** Ends as it is told to. */
const worker = setup({
  types: { events: {} as { type: 'end' }, context: {} as { reason: unknown }, input: {} as unknown },
}).createMachine({
  context: ({ input }) => ({ reason: input }),
  initial: 'working',
  states: { working: { on: { end: 'done' } }, done: { type: 'final' } },
  output: ({ context }) => exit(context.reason),
});

describe('start', () => {
  it('gives one handle for a peer, by id or by path', async () => {
    const upstairs = supervisor({ children: [peer('thermostat', { url: never, realm: 'realm1' })] });
    const tree = start(supervisor({ children: [{ id: 'upstairs', start: upstairs }] }));
    const handle = tree.peer('thermostat');
    expect(tree.peer('upstairs/thermostat')).toBe(handle);
    expect(handle.name).toBe('thermostat');
    await tree.stop();
    expect(handle.status).toBe('stopped');
  });

  it('takes a tree that is data, with peers by their names', async () => {
    const actors = { sensor: peer('sensor', { url: never, realm: 'realm1', shutdown: 100 }) };
    const children = [
      { id: 'first', start: 'sensor' },
      { id: 'up', children: [{ id: 'second', start: 'sensor', shutdown: 200 }] },
    ];
    const tree = start({ children }, { actors });
    expect(tree.peer('first').name).toBe('first');
    expect(tree.peer('up/second').name).toBe('second');
    expect(tree.toJSON()).toMatchObject({
      children: [
        { id: 'first', start: 'sensor', restart: 'transient', shutdown: 100 },
        { id: 'up', children: [{ id: 'second', start: 'sensor', shutdown: 200 }] },
      ],
    });
    await tree.stop();
  });

  it('refuses to give another child for a peer', async () => {
    const tree = start(supervisor({ children: [{ id: 'clock', start: worker }] }));
    expect(() => tree.peer('clock')).toThrow(UsageError);
    expect(() => tree.peer('clock')).toThrow('expected "clock" to be a peer, made by peer(…); it is another kind of');
    expect(() => tree.peer('nobody')).toThrow('nobody');
    await tree.stop();
  });

  it('passes reports on, after they are logged', async () => {
    const types: string[] = [];
    const log = recordingLogger();
    const tree = start(supervisor({ children: [{ id: 'clock', start: worker }] }), {
      logger: log,
      onReport: ({ type }) => types.push(`${type}, ${log.lines.length} logged`),
    });
    await tree.stop();
    expect(types[0]).toBe('started, 1 logged');
  });

  it('outlives a logger that throws, as does a session whose endpoint fails', async () => {
    const broken = () => {
      throw new Error('disk full');
    };
    const logger = { debug: broken, info: broken, warn: broken, error: broken };
    const router = new ScriptedRouter();
    const register = {
      'com.example.add': () => {
        throw new Error('broken');
      },
    };
    const tree = start(supervisor({ children: [peer('me', { url: router, realm: 'realm1', register })] }), { logger });
    await settle();
    await router.say(WELCOME, [65, 1, 101], [68, 1, 101, {}]);
    expect(router.sent.at(-1)).toEqual([8, 68, 1, {}, 'wamp.error.runtime_error', ['broken']]);
    expect(tree.peer('me')).toMatchObject({ status: 'joined', incarnation: 1 });
    const stopped = tree.stop();
    await router.say([6, {}, 'wamp.close.goodbye_and_out']);
    await stopped;
  });
});

describe('the log', () => {
  const budget = { intensity: 1, period: 5_000 };
  const cases: [string, unknown, object, [string, string, object][]][] = [
    [
      'a normal end',
      'normal',
      { restart: 'transient' },
      [['info', 'ended', { child: 'clock', reason: 'normal', fate: 'stopped' }]],
    ],
    [
      'an error that is the end',
      new Error('broken'),
      { restart: 'temporary' },
      [['warn', 'ended', { child: 'clock', reason: 'Error: broken', fate: 'stopped' }]],
    ],
    [
      'a restart after a while',
      new Error('broken'),
      { budget, backoff: { first: 200 } },
      [
        ['warn', 'ended', { child: 'clock', reason: 'Error: broken', fate: 'restarting' }],
        ['info', 'will be restarted', { child: 'clock', in: 100, attempt: 1 }],
      ],
    ],
    [
      'a child that is parked',
      new Error('broken'),
      { judge: () => 'park' },
      [
        ['warn', 'ended', { child: 'clock', reason: 'Error: broken', fate: 'parked' }],
        ['error', 'parked: mend its cause, then restart it', { child: 'clock', reason: 'Error: broken' }],
      ],
    ],
    [
      'a judge that throws',
      'normal',
      {
        restart: 'transient',
        judge: () => {
          throw new Error('who am I to judge');
        },
      },
      [
        ['error', 'hook failed', { child: 'clock', err: new Error('who am I to judge') }],
        ['info', 'ended', { child: 'clock', reason: 'normal', fate: 'stopped' }],
      ],
    ],
  ];

  it.each(cases)('has %s at the level at which somebody should look', async (_title, input, spec, expected) => {
    const log = recordingLogger();
    const clock = new CountingClock();
    const tree = start(supervisor({ children: [{ id: 'clock', start: worker, input, ...spec }] }), {
      logger: log,
      clock,
      random: () => 0.5,
    });
    tree.find('clock')?.actor.send({ type: 'end' });
    await settle();
    const lines = log.lines.filter(({ level }) => level !== 'debug');
    expect(lines.map(({ level, message, fields }) => [level, message, fields])).toEqual(expected);
    await tree.stop();
    expect(clock.timers).toBe(0);
  });

  it('has a supervisor that gives up', async () => {
    const log = recordingLogger();
    const tree = start(
      supervisor({ intensity: 0, children: [{ id: 'clock', start: worker, input: new Error('broken') }] }),
      {
        logger: log,
      },
    );
    tree.find('clock')?.actor.send({ type: 'end' });
    await tree.exited;
    expect(log.said('the supervisor gave up')).toMatchObject([{ level: 'error', fields: { child: 'root' } }]);
  });
});

describe('the handle of a peer', () => {
  it('is the same for the same life', async () => {
    const tree = start(supervisor({ children: [peer('a', { url: never, realm: 'realm1' })] }));
    const life = tree.handle('a');
    expect((life as PeerLife).peer).toBe(tree.peer('a'));
    await tree.stop();
  });
});

describe('the option route', () => {
  it('gives peers another way to their router, once each, and leaves the others at their own', async () => {
    const router = new ScriptedRouter();
    const asked: unknown[] = [];
    const tree = start(
      supervisor({
        children: [
          peer('a', { url: 'ws://127.0.0.1:1/ws', realm: 'realm1' }),
          peer('b', { url: never, realm: 'realm1' }),
        ],
      }),
      {
        route: ({ peer, path, choice, connector }) => {
          asked.push([peer, path, choice, connector.address]);
          return peer === 'a' ? router : undefined;
        },
      },
    );
    await settle();
    await router.say(WELCOME);
    expect(tree.peer('a').status).toBe('joined');
    expect(tree.peer('b').status).toBe('connecting');
    expect(asked).toEqual([
      ['a', 'a', 'ws://127.0.0.1:1/ws', 'ws://127.0.0.1:1/ws'],
      ['b', 'b', never, never.address],
    ]);
    await Promise.all([tree.stop(), router.say([6, {}, 'wamp.close.goodbye_and_out'])]);
  });
});
