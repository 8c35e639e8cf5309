import { assign, createMachine, fromCallback, setup } from 'xstate';
import {
  ConnectError,
  connect,
  msgpack,
  peer,
  SessionAborted,
  supervisor,
  TimeoutError,
  wampcra,
} from '../../src/index.js';
import { NothingLeftToHappen, testBed, WaitedTooLong } from '../../src/testing/index.js';
import { failure } from '../support/house.js';

/** Counts the timers of the event loop that are set meanwhile. */
async function realTimers(during: () => Promise<void>): Promise<number> {
  const set = jest.spyOn(globalThis, 'setTimeout');
  try {
    await during();
    return set.mock.calls.length;
  } finally {
    set.mockRestore();
  }
}

describe('testBed', () => {
  it('starts a router that listens nowhere, within milliseconds', async () => {
    await (await testBed()).stop();
    const began = performance.now();
    const bed = await testBed();
    // Some 1 ms where the machine has nothing else to do.
    expect(performance.now() - began).toBeLessThan(250);
    expect(bed.router.urls).toEqual([]);
    await bed.stop();
  });

  it('has peers join, call and publish without any time passing', async () => {
    const bed = await testBed();
    const heard: unknown[] = [];
    const { peers } = bed.peers({
      thermostat: { register: { 'com.example.celsius': () => 21.5 } },
      display: { subscribe: { 'com.example.target': ({ args }) => void heard.push(args[0]) } },
    });
    await bed.joined(peers.thermostat);
    await bed.joined(peers.display);
    expect((await peers.display.call('com.example.celsius')).args).toEqual([21.5]);
    await peers.thermostat.publish('com.example.target', [19]);
    await bed.settled();
    expect(heard).toEqual([19]);
    expect(bed.now).toBe(0);
    await bed.stop();
  });

  it('lets an hour of backoff pass without a timer of the event loop', async () => {
    const bed = await testBed();
    bed.weather.refuse();
    const { peers } = bed.peers({ a: {} });
    const began = performance.now();
    const timers = await realTimers(() => bed.advance(3_600_000));
    expect(timers).toBe(0);
    expect(bed.now).toBe(3_600_000);
    expect(peers.a.incarnation).toBeGreaterThan(120);
    expect(peers.a.lastExit).toBeInstanceOf(ConnectError);
    // Some 30 ms where the machine has nothing else to do.
    expect(performance.now() - began).toBeLessThan(3_000);
    bed.weather.accept();
    await bed.joined(peers.a);
    expect(bed.now).toBeLessThanOrEqual(3_630_000);
    await bed.stop();
  });

  it('moves time exactly as far as it is told', async () => {
    const bed = await testBed();
    const rings: number[] = [];
    for (const delay of [999, 1_000, 1_001]) bed.clock.setTimeout(() => rings.push(bed.now), delay);
    await bed.advance(1_000);
    expect([bed.now, rings]).toEqual([1_000, [999, 1_000]]);
    await bed.settled();
    expect(bed.now).toBe(1_000);
    await expect(bed.advance(-1)).rejects.toThrow(
      'expected the time to be milliseconds, a number of at least 0, received -1',
    );
    await bed.stop();
  });

  it('has budgets, start timeouts, deadlines and timeouts of the router in its time', async () => {
    const bed = await testBed();
    const tree = bed.start(
      supervisor({
        intensity: 2,
        period: 10_000,
        children: [
          { id: 'slow', start: fromCallback(() => {}), ready: () => false, startTimeout: 4_000, restart: 'temporary' },
          peer('callee', {
            url: 'ws://127.0.0.1:1/ws',
            realm: 'realm1',
            register: { 'com.example.never': () => new Promise(() => {}) },
          }),
          peer('caller', { url: 'ws://127.0.0.1:1/ws', realm: 'realm1', timeout: 7_000 }),
        ],
      }),
    );
    expect((await bed.nextExit('slow')).at).toBe(4_000);
    const caller = tree.peer('caller');
    await bed.joined(caller);
    const called = failure(caller.call('com.example.never'));
    const error = await bed.runUntil(called);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(bed.now).toBe(11_000);
    const dealers = failure(caller.call('com.example.never', [], { timeout: 60_000, _timeout: 1 }));
    await bed.advance(59_999);
    await bed.advance(1);
    expect(await dealers).toBeInstanceOf(TimeoutError);
    await bed.stop();
  });

  it('has a login computed before a deadline passes, however short', async () => {
    const bed = await testBed({
      realms: { locked: { auth: { users: { joe: { wampcra: 'a secret' } } } } },
      router: { handshakeTimeout: 1 },
    });
    const me = await bed.connect({ authid: 'joe', auth: wampcra('a secret'), handshakeTimeout: 1 });
    expect([me.status, bed.now]).toEqual(['joined', 0]);
    await bed.stop();
  });

  it('gives the same messages for the same seed', async () => {
    const story = async (seed: number): Promise<string> => {
      const bed = await testBed({ seed });
      const { peers } = bed.peers({
        b: { subscribe: { 'com.example.news': () => {} } },
        a: { backoff: { first: 100, base: 200, max: 400 } },
      });
      await bed.joined(peers.a);
      await bed.joined(peers.b);
      await peers.a.publish('com.example.news', ['one'], { acknowledge: true });
      bed.link('a').drop();
      await bed.nextReport('started', { child: 'a' });
      await bed.joined(peers.a);
      await bed.stop();
      return bed.transcript();
    };
    const one = await story(7);
    expect(await story(7)).toBe(one);
    expect(await story(8)).not.toBe(one);
    expect(one).toContain('a → PUBLISH 1 com.example.news ["one"]');
  });

  it('takes a tree as it is, with URLs and serializers of its own', async () => {
    const bed = await testBed();
    const tree = bed.start({
      children: [],
    });
    await tree.startChild(peer('a', { url: 'wss://router.example.com/ws', realm: 'realm1', serializers: [msgpack()] }));
    await bed.joined(tree.peer('a'));
    expect(bed.messages('a').map(({ message }) => message?.type)).toEqual(['HELLO', 'WELCOME']);
    await bed.stop();
  });

  it('rejects with the true reason when a peer cannot be had', async () => {
    const bed = await testBed();
    expect(await failure(bed.connect({ realm: 'nowhere' }))).toBeInstanceOf(SessionAborted);
    await bed.stop();
  });

  it('knows the peers on it by handle, path and id, and says which there are', async () => {
    const bed = await testBed();
    const { peers } = bed.peers({ thermostat: {} });
    await bed.joined(peers.thermostat);
    const outside = await connect(bed.router, { realm: 'realm1' });
    expect(bed.link('thermostat')).toBe(bed.link(peers.thermostat));
    expect(bed.link('thermostat').sessions).toEqual([peers.thermostat.session?.id]);
    expect(() => bed.link('thermostatt')).toThrow(
      'no peer "thermostatt" is on this test bed; did you mean "thermostat"?',
    );
    expect(() => bed.link(outside)).toThrow('no peer "peer" is on this test bed');
    await outside.leave();
    await bed.stop();
  });

  it('says which option makes no sense', async () => {
    await expect(testBed({ clock: 'fake' } as never)).rejects.toThrow('clock');
    await expect(testBed({ relm: 'realm1' } as never)).rejects.toThrow('did you mean "realm"?');
  });

  it('runs in real time by choice', async () => {
    const bed = await testBed({ clock: 'real' });
    const { peers } = bed.peers({ a: { backoff: { first: 1, base: 1, max: 1 } } });
    await bed.joined(peers.a);
    const exit = bed.nextExit('a');
    bed.link('a').drop();
    expect((await exit).fate).toBe('restarting');
    await bed.joined(peers.a);
    const began = performance.now();
    await bed.advance(20);
    expect(performance.now() - began).toBeGreaterThanOrEqual(19);
    const error = await failure(bed.runUntil(() => false, { within: 20, what: 'the moon' }));
    expect(error).toBeInstanceOf(WaitedTooLong);
    expect(error.message).toContain('waited for the moon, but it took longer than 20 ms');
    await bed.stop();
  });
});

describe('a wait', () => {
  it('lets time pass only once it is awaited', async () => {
    const bed = await testBed();
    bed.weather.refuse();
    bed.peers({ a: { backoff: { first: 1_000, base: 1_000, max: 1_000 } } });
    await bed.settled();
    const restarted = bed.nextReport('started', { child: 'a' });
    await bed.advance(10);
    await bed.settled();
    expect(bed.now).toBe(10);
    const { incarnation, at } = await restarted;
    expect([incarnation, bed.now]).toEqual([2, at]);
    expect(at).toBeGreaterThan(10);
    await bed.stop();
  });

  it('is fulfilled when all that is due at its moment has happened', async () => {
    const bed = await testBed();
    const { peers } = bed.peers({ a: {} });
    await bed.joined(peers.a);
    const exit = bed.nextExit('a');
    bed.link('a').drop();
    expect(await exit).toMatchObject({ path: 'a', type: 'exited', fate: 'restarting' });
    expect(peers.a.status).toBe('down');
    await bed.stop();
  });

  it('gives events, calls and messages with their payload', async () => {
    const bed = await testBed();
    const { peers } = bed.peers({
      callee: { register: { 'com.example.add': ({ args }) => (args[0] as number) + (args[1] as number) } },
      subscriber: { subscribe: { 'com.example.sum': () => {} } },
      caller: {},
    });
    for (const each of Object.values(peers)) await bed.joined(each);
    const [call, event, result] = [
      bed.nextCall('com.example.add'),
      bed.nextEvent('com.example.sum', { peer: 'subscriber' }),
      bed.nextMessage('RESULT', { peer: peers.caller }),
    ];
    const { args } = await peers.caller.call('com.example.add', [2, 3], { kwargs: { exact: true } });
    peers.caller.emit('com.example.sum', [...args]);
    expect(await call).toMatchObject({ peer: 'caller', args: [2, 3], kwargs: { exact: true } });
    expect(await event).toMatchObject({ peer: 'subscriber', args: [5], kwargs: {} });
    expect(await result).toMatchObject({ args: [5], message: { type: 'RESULT' } });
    expect((await bed.received('subscriber', 1, { type: 'EVENT' })).length).toBe(1);
    await bed.stop();
  });

  it('says what there is instead when nothing can happen any more', async () => {
    const bed = await testBed();
    const { peers } = bed.peers({ a: {} });
    await bed.joined(peers.a);
    bed.link('a').hold();
    const error = await failure(bed.nextEvent('com.example.never'));
    expect(error).toBeInstanceOf(NothingLeftToHappen);
    expect(error.message.replace(/\d{6,}/, 'N')).toBe(
      [
        'waited for an event of com.example.never, but nothing is scheduled any more, so it will never come; what there is instead:',
        'the tree: running',
        '  a: {"connected":"joined"}',
        'between "a" and its router: messages are held both ways',
        'the last messages, at 0.000 s:',
        '  0.000 s  a → HELLO realm1',
        '  0.000 s  a ← WELCOME N',
      ].join('\n'),
    );
    bed.weather.clear();
    await bed.stop();
  });

  it('has a limit where things go on for ever without it', async () => {
    const bed = await testBed();
    bed.weather.refuse();
    bed.peers({ a: {} });
    const error = await failure(bed.nextEvent('com.example.never'));
    expect(error).toBeInstanceOf(WaitedTooLong);
    expect(error.message).toContain('waited for an event of com.example.never, but it took longer than 1 h');
    expect(error.message).toMatch(/a: restarting, #\d+, \d+ restarts, next try in .*ECONNREFUSED|connection refused/);
    const soon = await failure(bed.runUntil(new Promise(() => {}), { within: 5, what: 'Godot' }));
    expect(soon.message).toContain('waited for Godot, but it took longer than 5 ms');
    await bed.stop();
  });

  it('rejects with what its condition throws', async () => {
    const bed = await testBed();
    const broken = () => {
      throw new Error('no such lamp');
    };
    await expect(bed.runUntil(broken)).rejects.toThrow('no such lamp');
    await expect(bed.runUntil(Promise.reject(new Error('burnt out')))).rejects.toThrow('burnt out');
    await bed.stop();
  });

  it('says that time does not pass where a timer sets itself again at once', async () => {
    const bed = await testBed();
    let isOver = false;
    const again = (): void => {
      if (!isOver) bed.clock.setTimeout(again, 0);
    };
    again();
    expect((await failure(bed.advance(1))).message).toContain(
      'time does not pass: 10000 timers were due at one moment',
    );
    isOver = true;
    await bed.stop();
  });

  it('rejects with what a timer throws, and time goes on', async () => {
    const bed = await testBed();
    bed.clock.setTimeout(() => {
      throw new Error('a broken timer');
    }, 5);
    await expect(bed.advance(10)).rejects.toThrow('a broken timer');
    await bed.advance(10);
    expect(bed.now).toBe(15);
    await bed.stop();
  });
});

describe('bed.run', () => {
  it('lets time pass whenever the test waits, for whatever', async () => {
    const bed = await testBed();
    const result = await bed.run(async () => {
      const { peers } = bed.peers({
        slow: {
          register: {
            'com.example.slow': async () => {
              await bed.sleep(20_000);
              return 'at last';
            },
          },
        },
        caller: {},
      });
      const { args } = await peers.caller.call('com.example.slow');
      return args;
    });
    expect(result).toEqual(['at last']);
    expect(bed.now).toBe(20_000);
    await bed.stop();
  });

  it('says that nothing can happen any more instead of hanging', async () => {
    const bed = await testBed();
    const error = await failure(bed.run(() => new Promise(() => {})));
    expect(error.message).toContain('waited for the end of the test, but nothing is scheduled any more');
    await bed.stop();
  });

  it('moves exactly as far as advance says within it', async () => {
    const bed = await testBed();
    await bed.run(async () => {
      bed.clock.setTimeout(() => {}, 5_000);
      await bed.advance(1_000);
      expect(bed.now).toBe(1_000);
      await bed.settled();
      expect(bed.now).toBe(1_000);
    });
    await bed.stop();
  });
});

describe("actors of the user's own", () => {
  const blinking = setup({ types: { context: {} as { blinks: number } } }).createMachine({
    context: { blinks: 0 },
    initial: 'off',
    states: {
      off: { after: { 1000: 'on' } },
      on: { entry: assign({ blinks: ({ context }) => context.blinks + 1 }), after: { 1000: 'off' } },
    },
  });

  it('live in the time of the bed, in a tree and out of one', async () => {
    const bed = await testBed();
    const tree = bed.start(supervisor({ children: [{ id: 'lamp', start: blinking }] }));
    await tree.settled();
    await bed.reaches('lamp', (snapshot) => (snapshot as { context: { blinks: number } }).context.blinks === 10);
    expect(bed.now).toBe(19_000);
    const alone = bed.actor(blinking);
    await bed.reaches(alone, ({ context }) => context.blinks === 3);
    expect(bed.now).toBe(24_000);
    await bed.stop();
    expect(alone.getSnapshot().status).toBe('stopped');
  });

  it('are told apart when they never get there', async () => {
    const bed = await testBed();
    const still = bed.actor(createMachine({ initial: 'a', states: { a: {} } }), { id: 'still' });
    const error = await failure(bed.reaches(still, ({ value }) => value === 'b'));
    expect(error.message).toContain('waited for the actor "still" to reach a state, but nothing is scheduled any more');
    await bed.stop();
  });

  it('have sleeps and timeouts that can be aborted', async () => {
    const bed = await testBed();
    const controller = new AbortController();
    const sleep = failure(bed.sleep(1_000, controller.signal));
    controller.abort(new Error('woken'));
    expect((await sleep).message).toBe('woken');
    const signal = bed.timeout(500);
    await bed.advance(499);
    expect(signal.aborted).toBe(false);
    await bed.advance(1);
    expect((signal.reason as Error).name).toBe('TimeoutError');
    await bed.stop();
  });
});
