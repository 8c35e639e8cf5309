/**
 * What one tick sends leaves in one write: at both ends, over both kinds of sockets, and without waiting for anything that is
 * to come.
 */
import { connect } from '../../src/connect.js';
import type { Peer } from '../../src/peer/peer.js';
import { type Router, router } from '../../src/router/router.js';
import { type CountedWrites, countWrites } from '../support/counted-writes.js';
import { until } from '../support/record.js';

const CALLS = 100;

describe.each(['ws:', 'rs:'])('over %s', (scheme) => {
  let house: Router;
  let port: number;
  let caller: Peer;
  let callee: Peer;
  let writes: CountedWrites;

  beforeEach(async () => {
    house = await router({ port: 0 });
    const url = house.urls.find((each) => each.startsWith(scheme)) ?? '';
    port = Number(new URL(url).port);
    [caller, callee] = await Promise.all([
      connect(url, { realm: 'realm1', name: 'caller' }),
      connect(url, { realm: 'realm1', name: 'callee' }),
    ]);
    await callee.register('com.example.echo', ({ args: [value] }) => value);
    writes = countWrites();
  });
  afterEach(async () => {
    writes.restore();
    await Promise.all([caller.leave(), callee.leave()]);
    await house.stop();
  });

  const calls = () => Array.from({ length: CALLS }, (_, index) => caller.call('com.example.echo', [index]));

  it('a hundred calls of one tick, their invocations, answers and results are a write each', async () => {
    const results = await Promise.all(calls());
    expect(results.map(({ args: [value] }) => value)).toEqual(Array.from({ length: CALLS }, (_, index) => index));
    // To the router: the calls, and the answers. From it: the invocations, and the results.
    expect([writes.to(port), writes.from(port)]).toEqual([2, 2]);
  });

  it('a lone call leaves in its own tick, before anything else gets a turn', async () => {
    const answered = caller.call('com.example.echo', [1]);
    expect(writes.to(port)).toBe(0);
    await new Promise<void>((resolve) => process.nextTick(resolve));
    expect(writes.to(port)).toBe(1);
    await answered;
  });

  it('what continuations of one tick send leaves together, too', async () => {
    await Promise.all(calls());
    writes.reset();
    const chains = calls().map(async (first) => caller.call('com.example.echo', [(await first).args[0]]));
    await Promise.all(chains);
    expect([writes.to(port), writes.from(port)]).toEqual([4, 4]);
  });

  it('events of one tick reach a subscriber in their order, in a write for each hop', async () => {
    const heard: unknown[] = [];
    await callee.subscribe('com.example.topic', ({ args: [value] }) => heard.push(value));
    writes.reset();
    const sent = Array.from({ length: CALLS }, (_, index) => index);
    for (const value of sent) caller.emit('com.example.topic', [value]);
    await until(() => heard.length === CALLS);
    expect(heard).toEqual(sent);
    expect([writes.to(port), writes.from(port)]).toEqual([1, 1]);
  });

  it('the last words of a session leave with what was sent before them', async () => {
    const heard: unknown[] = [];
    await callee.subscribe('com.example.topic', ({ args: [value] }) => heard.push(value));
    for (const value of [1, 2, 3]) caller.emit('com.example.topic', [value]);
    caller.abort('wamp.error.unavailable');
    await until(() => heard.length === 3);
    expect(heard).toEqual([1, 2, 3]);
  });
});
