import { type ChildHandle, type ChildSpec, NotReady, start, supervisor } from '../../../supervisors/index.js';
import { house } from '../support/house.js';
import { settle } from '../support/settle.js';
import { slowStart } from '../support/slow-start.js';
import { warming } from '../support/warming.js';
import { worker } from '../support/workers.js';

const waitFor = 'ready' as const;
const plain = (id: string): ChildSpec => ({ id, start: worker() });
const floor = (id: string, children: readonly ChildSpec[]): ChildSpec => ({
  id,
  start: supervisor({ children, waitFor }),
});
const within = { readyWithin: 10_000 };

describe('readyWithin', () => {
  it('rejects ready when it is over; the tree goes on', async () => {
    const { tree, wait, send, picture, clock } = house([warming('a')], {}, within);
    await wait(9_999);
    let error: unknown;
    tree.ready.catch((reason: unknown) => {
      error = reason;
    });
    await settle();
    expect(error).toBeUndefined();
    await wait(1);
    expect(error).toBeInstanceOf(NotReady);
    expect(clock.timers).toBe(0);
    await send('a', 'warm');
    expect(picture()).toBe('a running*');
    await tree.stop();
  });

  it('names who holds it up, how, and who waits for that', async () => {
    const { tree, wait } = house(
      [floor('upstairs', [{ id: 'db', start: slowStart() }, plain('cache')]), plain('api'), plain('web')],
      { waitFor },
      within,
    );
    await wait(10_000);
    await expect(tree.ready).rejects.toMatchObject({
      message:
        "the tree is not ready within 10000 ms: 'upstairs/db' has been starting for 10000 ms; " +
        "'upstairs/cache', 'api', 'web' wait for it",
      children: ['upstairs/db'],
    });
    tree.root.send({ type: 'supervisor.kill' });
    await tree.exited;
  });

  it('names who is not started since a start takes long', async () => {
    const { tree, wait } = house([{ id: 'db', start: slowStart() }, plain('api')], {}, within);
    await wait(10_000);
    await expect(tree.ready).rejects.toThrow("'db' has been starting for 10000 ms; 'api' waits for it");
    tree.root.send({ type: 'supervisor.kill' });
    await tree.exited;
  });

  const crash = async ({ send }: ReturnType<typeof house>, ...ids: string[]): Promise<void> => {
    for (const id of ids) await send(id, 'crash');
  };
  it.each<[string, ChildSpec[], (home: ReturnType<typeof house>) => unknown, string]>([
    ['runs', [warming('a')], () => {}, "'a' has been running for 10000 ms and is not ready"],
    [
      'waits for a restart',
      [warming('a', [], { backoff: { first: 60_000 } }), plain('b')],
      (home) => crash(home, 'a'),
      "'a' will be restarted in 5000 ms: Error: crashed; 'b' waits for it",
    ],
    [
      'did not start by hand',
      [warming('x'), { id: 'a', start: () => undefined }, plain('b')] as never,
      (home) => home.tree.restartChild('a').catch(() => {}),
      "'x' has been running for 10000 ms and is not ready; 'a' is stopped: BadSpec",
    ],
    [
      'is a supervisor whose spec says when it is ready',
      [{ id: 'up', start: supervisor({ children: [warming('a')] }), ready: () => false }],
      () => {},
      "'up' has been running for 10000 ms and is not ready",
    ],
    [
      'has a handle that is not ready',
      [{ ...plain('a'), handle: (): ChildHandle => ({ ready: new Promise(() => {}) }) }],
      () => {},
      "'a' runs, and has yet to say that it is ready",
    ],
  ])('says what is the case with a child that %s', async (_title, children, act, message) => {
    const home = house(children, { waitFor }, within);
    await act(home);
    await home.wait(10_000);
    await expect(home.tree.ready).rejects.toThrow(`the tree is not ready within 10000 ms: ${message}`);
    await home.tree.stop();
  });

  it.each<[string, (home: ReturnType<typeof house>) => unknown]>([
    ['is ready in time', ({ send }) => send('a', 'warm')],
    ['is stopped', ({ tree }) => tree.stop()],
    ['does not get ready', ({ send }) => send('a', 'crash')],
    [
      'ends at the very moment',
      ({ tree, clock }) => {
        tree.root.send({ type: 'supervisor.kill' });
        clock.increment(10_000);
      },
    ],
  ])('has no effect and leaves no timer when the tree %s', async (_title, act) => {
    const home = house([warming('a', [], { judge: () => 'park' })], {}, within);
    expect(home.clock.timers).toBe(1);
    await act(home);
    await settle();
    expect(home.clock.timers).toBe(0);
    const outcome = await home.tree.ready.then(
      () => 'ready',
      (error: Error) => error.message,
    );
    expect(outcome).not.toContain('within');
    await home.tree.stop();
  });

  it.each([0, -1, Number.NaN, '10'])('refuses %p', (readyWithin) => {
    expect(() => start(supervisor({ children: [] }), { readyWithin: readyWithin as never })).toThrow(
      'start: readyWithin: expected milliseconds, more than 0',
    );
  });
});
