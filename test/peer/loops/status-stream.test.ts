import type { StatusStream } from '../../../src/peer/loops/status-stream.js';
import { settle } from '../../actors/scripted.js';
import { NOTHING_LEFT, scripted } from '../scripted-router.js';

let world: Awaited<ReturnType<typeof scripted>>;
beforeEach(async () => {
  world = await scripted();
});
afterEach(async () => expect(await world.end()).toEqual(NOTHING_LEFT));

/** Takes what comes, as a loop does. */
function loopOver(statuses: StatusStream) {
  const seen: string[] = [];
  const ended = (async () => {
    for await (const status of statuses) seen.push(status);
    seen.push('the end');
  })();
  return { seen, ended };
}

const NOT_TO_BE_HEALED = [3, {}, 'wamp.error.no_such_realm'];

describe('a loop over statuses', () => {
  it('begins with the present one, and tells each change once', async () => {
    const { seen } = loopOver(world.me.statuses());
    await world.welcome();
    await world.reconnect();
    await world.welcome();
    expect(seen).toEqual(['connecting', 'joined', 'down', 'connecting', 'joined']);
    await world.router.say([6, {}, 'wamp.close.goodbye_and_out']);
  });

  it('goes on over a restart by hand of a peer that was parked', async () => {
    const { seen, ended } = loopOver(world.me.statuses());
    for (let tries = 0; world.me.status !== 'parked' && tries < 10; tries += 1) {
      await world.router.say(NOT_TO_BE_HEALED);
      world.clock.increment(100);
      await settle();
    }
    expect(seen.at(-1)).toBe('parked');
    await world.tree.restartChild('me');
    await settle();
    await world.welcome();
    const left = world.me.leave();
    await world.router.say([6, {}, 'wamp.close.goodbye_and_out']);
    await Promise.all([left, ended]);
    expect(seen.slice(-6)).toEqual(['parked', 'connecting', 'joined', 'down', 'stopped', 'the end']);
  });

  it('ends with the tree of a peer that is parked, at once if that is past', async () => {
    const { seen, ended } = loopOver(world.me.statuses());
    for (let tries = 0; world.me.status !== 'parked' && tries < 10; tries += 1) {
      await world.router.say(NOT_TO_BE_HEALED);
      world.clock.increment(100);
      await settle();
    }
    await world.tree.stop();
    await ended;
    expect(seen.slice(-2)).toEqual(['parked', 'the end']);
    const late = loopOver(world.me.statuses());
    await late.ended;
    expect(late.seen).toEqual(['parked', 'the end']);
  });

  it.each<[string, (statuses: StatusStream, stop: AbortController) => unknown]>([
    ['is left', (statuses) => statuses.return()],
    ['sees its signal abort', (_statuses, stop) => stop.abort()],
    ['leaves its block', (statuses) => statuses[Symbol.asyncDispose]()],
  ])('hears nothing more when it %s', async (_how, leave) => {
    const stop = new AbortController();
    const statuses = world.me.statuses({ signal: stop.signal });
    const { seen, ended } = loopOver(statuses);
    await settle();
    await leave(statuses, stop);
    await ended;
    await world.welcome();
    expect({ seen, buffered: statuses.buffered }).toEqual({ seen: ['connecting', 'the end'], buffered: 0 });
  });

  it('that does not keep up drops the oldest: counted, and logged once', async () => {
    const statuses = world.me.statuses({ buffer: 2 });
    await world.welcome();
    await world.reconnect();
    await world.welcome();
    expect({ dropped: statuses.dropped, counted: world.me.stats().dropped }).toEqual({ dropped: 3, counted: 3 });
    expect((await statuses.next()).value).toBe('connecting');
    expect((await statuses.next()).value).toBe('joined');
    expect(world.log.lines.filter(({ message }) => message.startsWith('statuses are dropped'))).toHaveLength(1);
    await statuses.return();
  });

  it('whose signal has aborted before sees nothing', async () => {
    const { seen, ended } = loopOver(world.me.statuses({ signal: AbortSignal.abort() }));
    await ended;
    expect(seen).toEqual(['the end']);
  });

  it('has its options checked', () => {
    expect(() => world.me.statuses({ bufer: 3 } as object)).toThrow('did you mean "buffer"');
    expect(() => world.me.statuses({ buffer: 0 })).toThrow('expected buffer to be a whole number from 1, received 0');
  });
});

it('is told to a listener, too', async () => {
  const heard: string[] = [];
  world.me.on('status', (status) => heard.push(status));
  await world.welcome();
  await world.reconnect();
  expect(heard).toEqual(['joined', 'down', 'connecting']);
});
