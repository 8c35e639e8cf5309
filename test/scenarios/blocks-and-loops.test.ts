/** What a user writes every day: resources that end with their block, loops that end by themselves, options by one spelling. */
import { connect } from '../../src/connect.js';
import type { PublishOptions } from '../../src/peer/options.js';
import { peer } from '../../src/peer/spec.js';
import { router } from '../../src/router/router.js';
import { start } from '../../src/start.js';
import { supervisor } from '../../supervisors/index.js';

describe('a block', () => {
  it('A7: await using takes a router, a tree, a peer, a registration and a subscription, and ends them, the last first', async () => {
    let held: unknown;
    let back: unknown;
    let ended: () => unknown;
    {
      await using house = await router();
      await using tree = start(supervisor({ children: [peer('works', { url: house, realm: 'realm1' })] }));
      await tree.ready;
      {
        await using me = await connect(house, { realm: 'realm1' });
        await using registration = await me.register('com.example.add', ({ args: [a, b] }) => Number(a) + Number(b));
        {
          await using subscription = await me.subscribe('com.example.news', () => {});
          held = [registration.active, subscription.active, house.sessions().length];
          back = () => [registration.active, subscription.active, me.declared.map(({ uri }) => uri)];
        }
        back = (back as () => unknown)();
        expect((await tree.peer('works').call('com.example.add', [2, 3])).args).toEqual([5]);
        ended = () => [me.status, registration.active, tree.peer('works').status, house.sessions().length];
      }
      expect(ended()).toEqual(['stopped', false, 'joined', 1]);
      const { exited } = tree;
      ended = () => Promise.all([exited, house.tree]);
    }
    expect(held).toEqual([true, true, 2]);
    expect(back).toEqual([true, false, ['com.example.add']]);
    expect(await ended()).toEqual(['shutdown', undefined]);
  });

  it('A8: for await over the statuses of a peer sees it come, go, come back and stop, and ends', async () => {
    await using house = await router();
    const me = await connect(house, { realm: 'realm1', backoff: { first: 0, base: 0, max: 0 } });
    const seen: string[] = [];
    for await (const status of me.statuses()) {
      seen.push(status);
      if (seen.length === 1) house.abort(() => true, 'wamp.error.unavailable');
      else if (status === 'joined') await me.leave();
    }
    expect(seen).toEqual(['joined', 'down', 'connecting', 'joined', 'down', 'stopped']);
  });
});

describe('options', () => {
  it('A10: a publisher hears its own event with excludeMe: false, and not without it', async () => {
    await using house = await router();
    await using me = await connect(house, { realm: 'realm1' });
    await using events = me.events('com.example.news');
    await events.ready;
    await me.publish('com.example.news', ['not to me'], { acknowledge: true });
    await me.publish('com.example.news', ['to me, too'], { acknowledge: true, excludeMe: false });
    expect((await events.next()).value?.args).toEqual(['to me, too']);
  });

  it('A11: WAMP’s spelling of an option is answered with the one that is meant', async () => {
    await using house = await router();
    await using me = await connect(house, { realm: 'realm1' });
    await expect(me.publish('com.example.news', [], { exclude_me: false } as PublishOptions)).rejects.toThrow(
      "unknown option 'exclude_me' of PUBLISH: it is 'excludeMe' here",
    );
  });
});
