import fc from 'fast-check';
import { ConnectionLost, PeerDown, QueueFull, TimeoutError } from '../../src/errors.js';
import type { RequestOptions } from '../../src/peer/options.js';
import { Outbox, type OutboxOptions } from '../../src/peer/outbox.js';
import { Call, type Result } from '../../src/roles/caller.js';
import { Publication } from '../../src/roles/publisher.js';
import { Register, Unregister } from '../../src/roles/registering.js';
import type { Request } from '../../src/roles/request.js';
import { settle } from '../actors/scripted.js';
import { recorded } from '../roles/recorded.js';
import { CountingClock } from '../support/counting-clock.js';

const LOST = new ConnectionLost('the router is gone', { mayHaveExecuted: false });

function setUp(options: Partial<OutboxOptions> = {}) {
  const clock = new CountingClock();
  const outbox = new Outbox(
    'thermostat',
    { timeout: 30_000, whenDown: 'wait', queueLimit: 100, highWater: 1_000, sendLimit: 10, ...options },
    clock,
    {
      open: false,
      ahead: true,
      why: undefined,
      state: 'connecting',
    },
  );
  let session: ReturnType<typeof recorded> | undefined;
  let onFlushed: (() => void)[] = [];
  const link = {
    queued: 0,
    tells: true,
    flushed(then: () => void) {
      if (link.tells) onFlushed.push(then);
      return link.tells;
    },
  };
  return {
    clock,
    outbox,
    link,
    /** What was sent has left. */
    flush() {
      link.queued = 0;
      const told = onFlushed;
      onFlushed = [];
      for (const then of told) then();
    },
    get sent() {
      return session?.sent ?? [];
    },
    get isOpen() {
      return session !== undefined;
    },
    receive: (list: readonly unknown[]) => session?.receive(list),
    open(dealerCancels = true) {
      session = recorded();
      session.roles.requests.welcome = { roles: { dealer: { features: { call_canceling: dealerCancels } } } };
      outbox.turn({ open: true, roles: session.roles, link });
    },
    /** The session ends; another is hoped for. */
    lose(why: unknown = LOST) {
      const lost = session?.roles.end(LOST) ?? [];
      session = undefined;
      outbox.turn({ open: false, ahead: true, why, state: 'down' });
      outbox.settleLost(lost, why);
    },
    park(why: unknown = LOST) {
      outbox.turn({ open: false, ahead: false, why, state: 'parked' });
    },
    call(name: string | number, wishes: RequestOptions = {}, idempotent = false) {
      const call = new Call('com.example.add', [name], {}, {}, { idempotent });
      const promise = outbox.submit(call, wishes);
      return {
        request: call as Request,
        promise,
        outcome: promise.then(
          ({ args }) => args,
          (why: unknown) => why,
        ),
      };
    },
  };
}

const names = (sent: readonly (readonly unknown[])[]) => sent.map((list) => (list[4] as unknown[])[0]);

describe('while the road is closed', () => {
  it('requests wait in their order, and leave in it when it opens', () => {
    const world = setUp();
    for (const name of ['a', 'b', 'c']) world.call(name);
    expect(world.outbox).toMatchObject({ waiting: 3, unsettled: 3 });
    world.open();
    world.call('d');
    expect(names(world.sent)).toEqual(['a', 'b', 'c', 'd']);
    expect(world.outbox).toMatchObject({ waiting: 0, unsettled: 4 });
  });

  it('one that does not want to wait is refused, with what and why', async () => {
    const world = setUp();
    world.lose();
    const error = await world.call('a', { whenDown: 'fail' }).outcome;
    expect(error).toBeInstanceOf(PeerDown);
    expect(error).toMatchObject({
      message:
        'call of com.example.add: peer "thermostat" is down: the router is gone; leave out whenDown: \'fail\' to wait',
      cause: LOST,
    });
    expect(world.clock.timers).toBe(0);
  });

  it('its default is whether requests want to wait', async () => {
    const world = setUp({ whenDown: 'fail' });
    expect(await world.call('a').outcome).toBeInstanceOf(PeerDown);
    world.call('b', { whenDown: 'wait' });
    expect(world.outbox.waiting).toBe(1);
  });

  it('one more than the limit is refused, naming the option', async () => {
    const world = setUp({ queueLimit: 1 });
    world.call('a');
    const error = await world.call('b').outcome;
    expect(error).toBeInstanceOf(QueueFull);
    expect(error).toMatchObject({
      message: expect.stringMatching(/: 1 requests wait already \(queueLimit\): peer "thermostat" is /),
    });
    expect(world.outbox).toMatchObject({ waiting: 1, unsettled: 1 });
  });

  it('all are refused when no session lies ahead any more', async () => {
    const world = setUp();
    const [a, b] = [world.call('a'), world.call('b')];
    world.park();
    for (const error of await Promise.all([a.outcome, b.outcome])) expect(error).toBeInstanceOf(PeerDown);
    expect(await world.call('c').outcome).toBeInstanceOf(PeerDown);
    expect(world.outbox).toMatchObject({ waiting: 0, unsettled: 0 });
  });
});

describe('a deadline', () => {
  it.each<[string, (world: ReturnType<typeof setUp>) => void, string]>([
    [
      'while it waits',
      (world) => world.lose(),
      'no session within 500 ms (timeout): peer "thermostat" is down: the router is gone',
    ],
    ['in flight', (world) => world.open(), 'no answer within 500 ms (timeout)'],
  ])('rejects a request %s', async (_where, prepare, where) => {
    const world = setUp();
    prepare(world);
    const { outcome } = world.call('a', { timeout: 500 });
    world.clock.increment(499);
    expect(world.outbox.unsettled).toBe(1);
    world.clock.increment(1);
    const error = await outcome;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({
      message: `call of com.example.add: ${where}`,
      timeout: 500,
    });
    expect(world.outbox).toMatchObject({ unsettled: 0, waiting: 0, givenUp: 1 });
    expect(world.clock.timers).toBe(0);
  });

  it('is not set anew by a sign of a call that has settled', async () => {
    const world = setUp();
    world.open();
    const call = new Call('com.example.add', ['a'], {}, {}, { onProgress: () => {} });
    const answered = world.outbox.submit(call, { timeout: 100 });
    // Its last part may be answered while it is put on the wire.
    world.receive([50, 1, {}]);
    call.onSign?.();
    await answered;
    expect(world.clock.timers).toBe(0);
  });

  it('covers waiting and flight together', async () => {
    const world = setUp();
    const { outcome } = world.call('a', { timeout: 500 });
    world.clock.increment(300);
    world.open();
    world.clock.increment(200);
    expect(await outcome).toBeInstanceOf(TimeoutError);
  });

  it('cancels the call if the dealer can; the reply that still comes is late', () => {
    const world = setUp();
    world.open();
    world.call('a', { timeout: 500 });
    world.clock.increment(500);
    expect(world.sent[1]).toEqual([49, 1, { mode: 'killnowait' }]);
    expect(() => world.receive([50, 1, {}])).not.toThrow();
  });

  it('sends nothing to a dealer that cannot cancel', () => {
    const world = setUp();
    world.open(false);
    world.call('a', { timeout: 500 });
    world.clock.increment(500);
    expect(world.sent).toHaveLength(1);
  });

  it('of many is watched by one timer, of none by none', () => {
    const world = setUp();
    world.open();
    for (const timeout of [300, 100, 200, Infinity]) world.call('a', { timeout });
    expect(world.clock.timers).toBe(1);
    world.clock.increment(100);
    expect(world.outbox.unsettled).toBe(3);
    world.clock.increment(200);
    expect({ unsettled: world.outbox.unsettled, timers: world.clock.timers }).toEqual({ unsettled: 1, timers: 0 });
  });

  it('of thousands that come due one after the other, is given up with its neighbours, a millisecond late for a thousand', () => {
    const open = 8 * 1_024;
    const world = setUp({ timeout: open });
    world.open();
    const oneEach = (count: number) => {
      for (let i = 0; i < count; i += 1) {
        world.call(i);
        world.clock.increment(1);
      }
    };
    oneEach(open);
    const looks = jest.spyOn(world.clock, 'setTimeout');
    oneEach(1_024);
    expect(looks.mock.calls.length).toBeLessThanOrEqual(1_024 / 8);
    expect(world.outbox.unsettled).toBeLessThanOrEqual(open + 8);
    world.clock.increment(open);
    expect({ unsettled: world.outbox.unsettled, givenUp: world.outbox.givenUp }).toEqual({
      unsettled: 0,
      givenUp: open + 1_024,
    });
  });
});

describe('a signal', () => {
  it.each([true, false])('gives a request up, in flight: %s', async (open) => {
    const world = setUp();
    if (open) world.open();
    const controller = new AbortController();
    const { outcome } = world.call('a', { signal: controller.signal });
    const why = new Error('not any more');
    controller.abort(why);
    expect(await outcome).toBe(why);
    expect(world.outbox).toMatchObject({ unsettled: 0, waiting: 0, givenUp: 1 });
  });

  it('is let go of when the request settles', () => {
    const world = setUp();
    world.open();
    const { signal } = new AbortController();
    const removed = jest.spyOn(signal, 'removeEventListener');
    world.call('a', { signal });
    world.receive([50, 1, {}]);
    expect(removed).toHaveBeenCalledWith('abort', expect.any(Function));
  });
});

describe('a lost session', () => {
  it('rejects what was in flight, which may have been carried out', async () => {
    const world = setUp();
    world.open();
    const { outcome } = world.call('a');
    world.lose();
    const error = await outcome;
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(error).toMatchObject({ mayHaveExecuted: true, cause: LOST });
    expect((error as Error).message).toBe(
      'call of com.example.add: its session ended (the router is gone); it may have been carried out',
    );
  });

  it('keeps what may be sent again, in its order and before what came later', async () => {
    const world = setUp();
    world.open();
    const again = [world.call('a', {}, true), world.call('b'), world.call('c', {}, true)];
    world.lose();
    world.call('d');
    world.open();
    expect(names(world.sent)).toEqual(['a', 'c', 'd']);
    world.receive([50, 2, {}, ['C']]);
    expect(await again[2]!.outcome).toEqual(['C']);
  });

  it('has done what UNREGISTER asked for', async () => {
    const world = setUp();
    const session = recorded();
    const request = new Unregister('com.example.add', 77);
    const promise = world.outbox.hold(request);
    session.roles.requests.send(request as Request);
    world.outbox.settleLost(session.roles.end(LOST), LOST);
    await expect(promise).resolves.toBeUndefined();
  });
});

describe('hold', () => {
  const register = () => new Register({ procedure: 'com.example.add', options: {}, endpoint: () => 5, id: undefined });

  it('keeps the deadline of a request that somebody else sends, and says when it is given up', async () => {
    const world = setUp();
    const request = register();
    let givenUp = 0;
    const promise = world.outbox.hold(request, { timeout: 500 }, () => {
      givenUp += 1;
    });
    world.open();
    expect({ sent: world.sent, unsettled: world.outbox.unsettled }).toEqual({ sent: [], unsettled: 1 });
    world.clock.increment(500);
    await expect(promise).rejects.toThrow(/^registration of com\.example\.add: it could not be sent within 500 ms/);
    expect(givenUp).toBe(1);
  });

  it('does not begin with a signal that was aborted before', async () => {
    const world = setUp();
    const why = new Error('not any more');
    await expect(world.outbox.hold(register(), { signal: AbortSignal.abort(why) })).rejects.toBe(why);
    expect(world.outbox.unsettled).toBe(0);
  });
});

describe('while more is on its way than may', () => {
  it('requests wait in their order, and leave in it once that has left', () => {
    const world = setUp();
    world.open();
    world.link.queued = 1_000;
    world.call('a');
    world.link.queued = 1_001;
    world.call('b');
    world.call('c');
    expect(names(world.sent)).toEqual(['a']);
    expect(world.outbox.waiting).toBe(2);
    world.flush();
    world.call('d');
    expect(names(world.sent)).toEqual(['a', 'b', 'c', 'd']);
    expect(world.outbox.waiting).toBe(0);
  });

  it('what comes later waits behind what waits, although there is room again', () => {
    const world = setUp();
    world.open();
    world.link.queued = 1_001;
    world.call('a');
    world.link.queued = 0;
    world.call('b');
    expect(names(world.sent)).toEqual([]);
    world.flush();
    expect(names(world.sent)).toEqual(['a', 'b']);
  });

  it('a publication that is not acknowledged is fulfilled when it has found room, not before', async () => {
    const world = setUp();
    world.open();
    world.link.queued = 1_001;
    let done = false;
    const published = world.outbox.submit(new Publication('com.example.news', [], {}, {})).then(() => {
      done = true;
    });
    await settle();
    expect(done).toBe(false);
    world.flush();
    await published;
    expect(world.sent).toEqual([[16, 1, {}, 'com.example.news']]);
  });

  it('one more than the limit is refused, naming the option', async () => {
    const world = setUp({ sendLimit: 1 });
    world.open();
    world.link.queued = 1_001;
    world.call('a');
    const error = await world.call('b').outcome;
    expect(error).toBeInstanceOf(QueueFull);
    expect(error).toMatchObject({
      message: 'call of com.example.add: 1 requests wait already (sendBuffer.limit): the router reads too slowly',
    });
  });

  it('one is given up at its deadline, and does not leave later', async () => {
    const world = setUp();
    world.open();
    world.link.queued = 1_001;
    const { outcome } = world.call('a', { timeout: 500 });
    world.clock.increment(500);
    expect(await outcome).toMatchObject({ message: expect.stringContaining('it could not be sent within 500 ms') });
    world.flush();
    expect(names(world.sent)).toEqual([]);
  });

  it('they wait on, for the next session, when this one ends: behind what is sent again, and unless they need a session', async () => {
    const world = setUp();
    world.open();
    world.call('a', {}, true);
    world.link.queued = 1_001;
    world.call('b');
    const impatient = world.call('c', { whenDown: 'fail' });
    world.lose();
    expect(await impatient.outcome).toBeInstanceOf(PeerDown);
    world.link.queued = 0;
    world.open();
    expect(names(world.sent)).toEqual(['a', 'b']);
    // What the lost session would have told of.
    world.flush();
    expect(names(world.sent)).toEqual(['a', 'b']);
  });

  it('they leave all the same before the session says its last word', () => {
    const world = setUp();
    world.open();
    world.link.queued = 1_001;
    world.call('a');
    world.outbox.close();
    expect(names(world.sent)).toEqual(['a']);
  });

  it('a transport that cannot tell is looked at no more when its session is over', () => {
    const world = setUp();
    world.link.tells = false;
    world.open();
    world.link.queued = 1_001;
    world.call('a', { timeout: Infinity });
    expect(world.clock.timers).toBe(1);
    world.lose();
    expect(world.clock.timers).toBe(0);
  });

  it('a transport that cannot tell is looked at now and then', () => {
    const world = setUp();
    world.link.tells = false;
    world.open();
    world.link.queued = 1_001;
    world.call('a', { timeout: Infinity });
    world.clock.increment(10);
    expect(names(world.sent)).toEqual([]);
    world.link.queued = 0;
    world.clock.increment(10);
    expect(names(world.sent)).toEqual(['a']);
    expect(world.clock.timers).toBe(0);
  });
});

/** What may happen to an outbox, in any order. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      idempotent: fc.boolean(),
      timeout: fc.constantFrom(10, 40, Infinity),
      whenDown: fc.constantFrom('wait' as const, 'fail' as const),
      unsendable: fc.nat(9).map((n) => n === 0),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('park' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(25) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('abort' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fill' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
);

describe('whatever happens', () => {
  it('every promise settles once, nothing is sent twice unasked, the order is kept and no timer is left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const world = setUp({ queueLimit: 6 });
        const made: { settled: number; sent: number; idempotent: boolean; abort: AbortController }[] = [];
        const promises: Promise<Result>[] = [];
        const count = () => {
          const order = names(world.sent.filter(([code]) => code === 48)) as number[];
          expect(order).toEqual([...order].sort((a, b) => a - b));
          for (const index of order) made[index]!.sent += 1;
        };
        for (const each of steps) {
          switch (each.do) {
            case 'submit': {
              const abort = new AbortController();
              const entry = { settled: 0, sent: 0, idempotent: each.idempotent, abort };
              const args = each.unsendable ? [made.length, 10n] : [made.length];
              made.push(entry);
              const call = new Call('com.example.add', args, {}, {}, { idempotent: each.idempotent });
              const { timeout, whenDown } = each;
              const promise = world.outbox.submit(call, { timeout, whenDown, signal: abort.signal });
              const settled = () => {
                entry.settled += 1;
              };
              promise.then(settled, settled);
              promises.push(promise);
              break;
            }
            case 'open':
              if (!world.isOpen) world.open();
              break;
            case 'lose':
              if (!world.isOpen) break;
              count();
              world.lose();
              break;
            case 'park':
              if (!world.isOpen) world.park();
              break;
            case 'wait':
              world.clock.increment(each.ms);
              break;
            case 'fill':
              world.link.queued = 1_001;
              break;
            case 'flush':
              world.flush();
              break;
            case 'abort':
              made[each.which % Math.max(1, made.length)]?.abort.abort(new Error('given up'));
              break;
            case 'answer': {
              const calls = world.sent.filter(([code]) => code === 48);
              const call = calls[each.which % Math.max(1, calls.length)];
              if (call !== undefined) world.receive([50, call[1], {}]); // Perhaps again: then it is late.
              break;
            }
          }
          expect(world.clock.timers).toBeLessThanOrEqual(1);
          expect(world.outbox.waiting).toBeLessThanOrEqual(made.length);
        }
        if (world.isOpen) {
          count();
          world.lose();
        }
        world.park();
        await Promise.allSettled(promises);
        expect(made.map(({ settled }) => settled)).toEqual(made.map(() => 1));
        expect(made.filter(({ sent, idempotent }) => sent > 1 && !idempotent)).toEqual([]);
        expect(world.outbox).toMatchObject({ unsettled: 0, waiting: 0 });
        expect(world.clock.timers).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
