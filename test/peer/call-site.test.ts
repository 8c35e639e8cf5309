import { createMachine } from 'xstate';
import { connect } from '../../src/connect.js';
import { ApplicationError } from '../../src/errors.js';
import { fromCallSite } from '../../src/peer/call-site.js';
import type { CallOptions } from '../../src/peer/options.js';
import type { Peer } from '../../src/peer/peer.js';
import { type Router, router } from '../../src/router/router.js';
import { start, supervisor, type Tree } from '../../supervisors/index.js';

describe('fromCallSite', () => {
  const stackOf = (error: Error): string => String(error.stack);

  it("takes the stack of one of Respell's errors anew, and leaves its message and class as they are", async () => {
    const error = new ApplicationError('com.example.no');
    const before = error.stack;
    const whoAwaits = async () => {
      await null;
      throw fromCallSite(error, undefined);
    };
    await expect(whoAwaits()).rejects.toBe(error);
    expect(error.stack).not.toBe(before);
    expect(stackOf(error)).toMatch(/^ApplicationError: com\.example\.no\n {4}at whoAwaits /);
  });

  it.each([
    ['an error of the user', new Error('mine'), undefined],
    ['what is no error', 'a text', undefined],
    [
      'the reason of the signal',
      ...((reason) => [reason, AbortSignal.abort(reason)] as const)(new ApplicationError('a.b')),
    ],
  ])('leaves %s alone', (_what, error, signal) => {
    const before = error instanceof Error ? error.stack : undefined;
    expect(fromCallSite(error, signal)).toBe(error);
    if (error instanceof Error) expect(error.stack).toBe(before);
  });
});

describe('the stack of a request that fails', () => {
  let house: Router;
  let peer: Peer;
  let tree: Tree;

  beforeAll(async () => {
    house = await router({ port: 0, realms: { realm1: { limits: { subscriptions: 1 } } } });
    tree = start(supervisor({ children: [{ id: 'lamp', start: createMachine({}) }] }));
    peer = await connect(house, { realm: 'realm1' });
    await peer.register('com.example.refuse', () => {
      throw new ApplicationError('com.example.no');
    });
    await peer.register('com.example.sleep', () => new Promise(() => {}));
    await peer.subscribe('com.example.first', () => {});
  });
  afterAll(async () => {
    await tree.stop();
    await peer.leave();
    await house.stop();
  });

  // Each awaits in a function of its name: that is what a user looks for.
  const requests = {
    async refused() {
      await peer.call('com.example.refuse');
    },
    async unknown() {
      await peer.call('com.example.nobody');
    },
    async late() {
      await peer.call('com.example.sleep', [], { timeout: 1 });
    },
    async unfit() {
      await peer.call('com.example.refuse', [10n ** 30n]);
    },
    async senseless() {
      await peer.call('com.example.refuse', [], { timeuot: 1 } as CallOptions);
    },
    async published() {
      await peer.publish('wamp.mine', [], { acknowledge: true });
    },
    async registered() {
      await peer.register('wamp.mine', () => 1);
    },
    async subscribed() {
      await peer.subscribe('com.example.news', () => {}, { match: 'never' as 'exact' });
    },
    async beyond() {
      await peer.subscribe('com.example.second', () => {});
    },
    async resulted() {
      await peer.progress('com.example.refuse').result;
    },
    async looped() {
      for await (const part of peer.progress('com.example.refuse')) expect(part).toBeUndefined();
    },
    async looksLate() {
      const report = peer.progress('com.example.refuse');
      await peer.call('com.example.nobody').catch(() => {});
      for await (const part of report) expect(part).toBeUndefined();
    },
    async heard() {
      await peer.events('com.example.third').next();
    },
    async elsewhere() {
      await connect(house, { realm: 'realm2' });
    },
    async nowhere() {
      await connect('ws://127.0.0.1:9/ws', { realm: 'realm1' });
    },
    async misspelt() {
      await connect(house, { realm: 'realm1', backoff: { frist: 1 } as object });
    },
    async taken() {
      await router({ port: Number(new URL(String(house.urls[0])).port) });
    },
    async present() {
      await tree.startChild({ id: 'lamp', start: createMachine({}) });
    },
    async running() {
      await tree.restartChild('lamp');
    },
  };

  it.each(Object.keys(requests) as (keyof typeof requests)[])('leads to the line that awaits it: %s', async (name) => {
    const error = await requests[name]().then(
      () => new Error('it was answered'),
      (reason: unknown) => reason as Error,
    );
    expect(error.stack).toMatch(new RegExp(`at .*\\b${name}\\]? \\(.*call-site\\.test\\.ts:\\d+:\\d+\\)`));
  });
});
