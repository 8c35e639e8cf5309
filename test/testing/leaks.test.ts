import { EventEmitter } from 'node:events';
import { connect as connectSocket, createServer } from 'node:net';
import { createMachine } from 'xstate';
import { connect, router } from '../../src/index.js';
import { type Leftover, leaks, SomethingLeft, testBed } from '../../src/testing/index.js';
import { failure } from '../support/house.js';

const kinds = (left: readonly Leftover[]): string[] => [...new Set(left.map(({ kind }) => kind))].sort();

describe('bed.left', () => {
  it('tells of all that there is, and whose it is', async () => {
    const bed = await testBed();
    const { peers } = bed.peers({
      callee: { register: { 'com.example.slow': () => new Promise(() => {}) } },
      caller: { subscribe: { 'com.example.news': () => {} } },
    });
    await bed.joined(peers.callee);
    await bed.joined(peers.caller);
    const call = failure(peers.caller.call('com.example.slow'));
    const signal = new AbortController().signal;
    bed.watch('the signal', signal);
    const listening = (): void => {};
    signal.addEventListener('abort', listening);
    const wait = bed.nextExit('callee');
    await bed.settled();
    const left = bed.left();
    expect(kinds(left)).toEqual([
      'actor',
      'listener',
      'registration',
      'request',
      'session',
      'subscription',
      'timer',
      'transport',
      'wait',
    ]);
    const of = (kind: string) =>
      left.filter((each) => each.kind === kind).map(({ what, owner }) => `${what}, of ${owner}`);
    expect(of('registration')).toEqual(['com.example.slow, of callee']);
    expect(of('subscription')).toEqual(['com.example.news, of caller']);
    expect(of('request')).toEqual(['1 that has not settled, of caller']);
    expect(of('transport')).toEqual(['to linked:router, of callee', 'to linked:router, of caller']);
    expect(of('session')).toEqual([
      expect.stringMatching(/^\d+ in realm1, of callee$/),
      expect.stringMatching(/^\d+ in realm1, of caller$/),
    ]);
    expect(of('wait')).toEqual(['for a report "exited" of "callee", which nobody awaits, of the test']);
    expect(of('listener')).toEqual(['for "abort" at the signal, of the function listening']);
    expect(of('actor')).toEqual(
      expect.arrayContaining(['active, of callee', 'active, of callee/session', 'active, of the root']),
    );
    expect(of('timer')).toEqual([expect.stringMatching(/^due at 30 s, in 30 s, of .*outbox/)]);
    bed.link('callee').drop();
    await wait;
    signal.removeEventListener('abort', listening);
    await bed.assertNothingLeft();
    await call;
  });
});

describe('bed.assertNothingLeft', () => {
  it('stops what is the bed’s, and is content', async () => {
    const bed = await testBed();
    const { peers } = bed.peers({ a: {} });
    await bed.joined(peers.a);
    await bed.assertNothingLeft();
    expect(peers.a.status).toBe('stopped');
  });

  it('finds a timer, and the line that set it', async () => {
    const bed = await testBed();
    bed.clock.setTimeout(() => {}, 90_000);
    const error = await failure(bed.assertNothingLeft());
    expect(error).toBeInstanceOf(SomethingLeft);
    expect(error.message).toMatch(
      /^expected nothing to be left, found 1:\n- timer: due at 1\.5 min, in 1\.5 min, of .*leaks\.test\.ts:\d+:\d+\)$/,
    );
  });

  it('finds a transport that nobody closes', async () => {
    const bed = await testBed();
    const { peers } = bed.peers({ a: {} });
    await bed.joined(peers.a);
    const transport = await bed.link('a').open(['wamp.2.json'], new AbortController().signal);
    const error = (await failure(bed.assertNothingLeft())) as unknown as SomethingLeft;
    expect(error.left).toContainEqual({ kind: 'transport', what: 'to linked:router', owner: 'a' });
    transport.destroy();
    await bed.settled();
    expect(bed.left()).toEqual([]);
  });

  it('finds a session, a registration and a subscription of somebody that is not the bed’s', async () => {
    const bed = await testBed();
    const outside = await connect(bed.router, { realm: 'realm1', agent: 'outsider' });
    await outside.register('com.example.a', () => 1);
    await outside.subscribe('com.example.b', () => {});
    const error = (await failure(bed.assertNothingLeft())) as unknown as SomethingLeft;
    expect(kinds(error.left)).toEqual(['registration', 'session', 'subscription']);
    expect(error.message).toContain('outsider');
    await outside.leave();
  });

  it('finds an actor', async () => {
    const bed = await testBed();
    const actor = bed.actor(createMachine({ id: 'lamp' }), { id: 'lamp' });
    const error = (await failure(bed.assertNothingLeft())) as unknown as SomethingLeft;
    expect(error.left).toEqual([{ kind: 'actor', what: 'active', owner: 'lamp' }]);
    actor.stop();
    await bed.assertNothingLeft();
  });

  it('finds a wait that nobody awaited, and what a listener of the process is', async () => {
    const bed = await testBed();
    void bed.nextEvent('com.example.never');
    function onSignal(): void {}
    process.on('SIGUSR2', onSignal);
    const error = (await failure(bed.assertNothingLeft())) as unknown as SomethingLeft;
    process.off('SIGUSR2', onSignal);
    expect(error.left).toEqual([
      { kind: 'wait', what: 'for an event of com.example.never, which nobody awaits', owner: 'the test' },
      { kind: 'listener', what: 'for "SIGUSR2" at process', owner: 'the function onSignal' },
    ]);
  });
});

describe('leaks', () => {
  it('is content with what has ended, and with what was there before', async () => {
    const before = setInterval(() => {}, 1_000_000);
    const check = leaks();
    const house = await router({ port: 0 });
    const me = await connect(house.url ?? '', { realm: 'realm1' });
    await me.leave();
    await house.stop();
    await check.assertNothingLeft();
    clearInterval(before);
  });

  it('finds timers, sockets, servers and listeners, and the lines that made them', async () => {
    const emitter = new EventEmitter();
    const check = leaks({ within: 10, watch: { emitter } });
    const timer = setTimeout(() => {}, 100_000);
    setTimeout(() => {}, 100_000).unref();
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const socket = connectSocket((server.address() as { port: number }).port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const hear = (): void => {};
    emitter.on('news', hear);
    const error = (await failure(check.assertNothingLeft())) as unknown as SomethingLeft;
    expect(kinds(error.left)).toEqual(['listener', 'server', 'socket', 'timer']);
    expect(error.left.filter(({ kind }) => kind === 'timer').length).toBe(1);
    expect(error.left).toContainEqual(
      expect.objectContaining({ kind: 'timer', owner: expect.stringContaining('leaks.test.ts') }),
    );
    expect(error.message).toMatch(/server: a TCP server at 127\.0\.0\.1:\d+/);
    clearTimeout(timer);
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('can be ended without a word', () => {
    const check = leaks();
    const timer = setTimeout(() => {}, 100_000);
    expect(check.left().length).toBe(1);
    clearTimeout(timer);
    check.end();
  });
});
