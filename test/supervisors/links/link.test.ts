import { type AnyActorRef, createActor, fromCallback, setup } from 'xstate';
import {
  BadSpec,
  type ChildSpec,
  link,
  monitor,
  sendExit,
  start,
  supervisor,
  unlink,
} from '../../../supervisors/index.js';
import { settle } from '../support/settle.js';
import { idle, worker } from '../support/workers.js';

const run = (): AnyActorRef => createActor(idle).start();

/** A worker that is told to end takes its time for ever, as it takes the request and does nothing. */
const stubborn = (): AnyActorRef => createActor(worker('ignore')).start();

const asked = (): AnyActorRef => createActor(worker()).start();

function reasonsOf(...actors: readonly AnyActorRef[]): Map<AnyActorRef, unknown> {
  const reasons = new Map<AnyActorRef, unknown>();
  for (const actor of actors) monitor(actor, ({ reason }) => reasons.set(actor, reason));
  return reasons;
}

describe('a link', () => {
  test.each<[string, unknown, unknown]>([
    ['an error', new Error('boom'), new Error('boom')],
    ['any other reason', 'boom', 'boom'],
    ['shutdown', 'shutdown', 'shutdown'],
    ['a shutdown with a reason', { shutdown: 'tired' }, { shutdown: 'tired' }],
    ['being killed', 'kill', 'killed'],
  ])('ends the other actor with the same reason: %s', async (_title, reason, same) => {
    for (const swap of [false, true]) {
      const [a, b] = [run(), run()];
      const reasons = reasonsOf(a, b);
      if (swap) link(b, a);
      else link(a, b);
      sendExit(a, reason);
      expect(b.getSnapshot().status).toBe('active');
      await settle();
      expect([...reasons]).toEqual([
        [a, same],
        [b, same],
      ]);
    }
  });

  it('asks the other, where that takes it, and leaves it to decide', async () => {
    const [a, b, c] = [run(), asked(), stubborn()];
    const reasons = reasonsOf(b, c);
    link(a, b);
    link(a, c);
    sendExit(a, 'kill');
    await settle();
    expect([...reasons]).toEqual([[b, 'killed']]);
    c.send({ type: 'exit', reason: 'at last' });
    await settle();
    expect(reasons.get(c)).toBe('at last');
  });

  it('asks with a reason kill that was no kill, as in OTP', async () => {
    const [a, b, c] = [asked(), stubborn(), run()];
    const reasons = reasonsOf(a, b, c);
    link(a, b);
    link(a, c);
    a.send({ type: 'exit', reason: 'kill' });
    await settle();
    expect([...reasons]).toEqual([
      [a, 'kill'],
      [c, 'kill'],
    ]);
    expect(b.getSnapshot().status).toBe('active');
  });

  it('does nothing when one ends normally, and is gone then', async () => {
    const [a, b] = [asked(), run()];
    link(a, b);
    a.send({ type: 'exit', reason: 'normal' });
    await settle();
    expect(b.getSnapshot().status).toBe('active');
  });

  it('reaches whatever is linked to what it reaches, in a ring too', async () => {
    const ring = Array.from({ length: 5 }, run);
    const reasons = reasonsOf(...ring);
    for (const [at, actor] of ring.entries()) link(actor, ring[(at + 1) % 5] as AnyActorRef);
    sendExit(ring[2] as AnyActorRef, 'boom');
    await settle();
    expect([...reasons.values()]).toEqual(Array.from({ length: 5 }, () => 'boom'));
  });

  it('is one however often it is made, and gone when it is taken back once, from either side', async () => {
    const [a, b] = [run(), run()];
    link(a, b);
    link(b, a);
    link(a, a);
    unlink(b, a);
    unlink(b, a);
    unlink(a, a);
    sendExit(a, 'boom');
    await settle();
    expect(b.getSnapshot().status).toBe('active');
  });

  it('that is taken back says nothing any more, even if it was on its way', async () => {
    const [a, b] = [run(), run()];
    link(a, b);
    sendExit(a, 'boom');
    unlink(a, b);
    await settle();
    expect(b.getSnapshot().status).toBe('active');
  });

  it('to an actor that has ended, however it did, ends the other with noproc', async () => {
    const [normal, failed] = [asked(), run()];
    normal.send({ type: 'exit', reason: 'normal' });
    sendExit(failed, 'boom');
    const [a, b, c] = [run(), run(), run()];
    const reasons = reasonsOf(a, b, c);
    link(a, normal);
    link(failed, b);
    link(c, failed);
    unlink(c, failed);
    link(normal, failed);
    expect(a.getSnapshot().status).toBe('active');
    await settle();
    expect([...reasons]).toEqual([
      [a, 'noproc'],
      [b, 'noproc'],
    ]);
  });

  it('leaves nothing behind: neither an observer, nor a second end', async () => {
    const [a, b] = [run(), run()];
    const observers = (actor: AnyActorRef) => (actor as unknown as { observers: Set<unknown> }).observers.size;
    link(a, b);
    expect([observers(a), observers(b)]).toEqual([1, 1]);
    unlink(a, b);
    expect([observers(a), observers(b)]).toEqual([0, 0]);
    link(a, b);
    a.send({ type: 'xstate.stop' });
    await settle();
    expect(observers(b)).toBe(0);
  });

  it('is refused for what is no actor', () => {
    const nothing = {} as AnyActorRef;
    for (const call of [() => link(nothing, run()), () => link(run(), nothing), () => unlink(run(), nothing)]) {
      expect(call).toThrow(BadSpec);
    }
    expect(() => unlink(run())).toThrow('expected a child of a supervisor');
  });
});

describe('a link in a tree', () => {
  const spec = (id: string, more: Partial<ChildSpec> = {}): ChildSpec => ({ id, start: worker(), ...more });

  function house(...children: readonly ChildSpec[]) {
    const tree = start(supervisor({ intensity: 100, children }));
    const actor = (id: string): AnyActorRef => tree.find(id)?.actor as AnyActorRef;
    const ids = () =>
      tree.view().supervisor?.children.map(({ id, incarnation, status }) => `${id}#${incarnation} ${status}`);
    return { tree, actor, ids };
  }

  it('has both restarted by their supervisors; the new incarnations are not linked', async () => {
    const { tree, actor, ids } = house(spec('a'), spec('b', { start: idle }), spec('c'));
    link(actor('a'), actor('b'));
    actor('a').send({ type: 'exit', reason: 'boom' });
    await settle();
    expect(ids()).toEqual(['a#2 running', 'b#2 running', 'c#1 running']);
    actor('a').send({ type: 'exit', reason: 'boom' });
    await settle();
    expect(ids()).toEqual(['a#3 running', 'b#2 running', 'c#1 running']);
    await tree.stop();
  });

  it('may be made by an actor itself, also to one outside of its tree', async () => {
    const outside = run();
    const start = fromCallback(({ self }) => link(self, outside));
    const { tree, ids } = house(spec('a', { start, restart: 'transient' }));
    sendExit(outside, 'boom');
    await settle();
    // Each new incarnation finds the other gone.
    expect(tree.view().supervisor?.children[0]?.restarts).toBeGreaterThan(1);
    expect(ids()).toHaveLength(1);
    await tree.stop();
  });

  it('between a child and its supervisor is that of the supervisor: taken back, its end is not noticed', async () => {
    for (const by of [
      (child: AnyActorRef) => unlink(child),
      (child: AnyActorRef, root: AnyActorRef) => unlink(child, root),
      (child: AnyActorRef, root: AnyActorRef) => unlink(root, child),
    ]) {
      const { tree, actor, ids } = house(spec('a'));
      by(actor('a'), tree.root);
      actor('a').send({ type: 'exit', reason: 'boom' });
      await settle();
      expect(ids()).toEqual(['a#1 running']);
      expect(await tree.countChildren()).toMatchObject({ active: 0 });
      await tree.terminateChild('a');
      await tree.restartChild('a');
      actor('a').send({ type: 'exit', reason: 'boom' });
      await settle();
      expect(ids()).toEqual(['a#3 running']);
      await tree.stop();
    }
  });

  it('between a child and its supervisor is brought back, and tells then what happened meanwhile', async () => {
    const { tree, actor, ids } = house(spec('a'), spec('b'));
    const [a, b] = [actor('a'), actor('b')];
    for (const child of [a, b]) unlink(child, tree.root);
    b.send({ type: 'exit', reason: 'boom' });
    await settle();
    expect(ids()).toEqual(['a#1 running', 'b#1 running']);
    link(a, tree.root);
    link(tree.root, b);
    a.send({ type: 'exit', reason: 'boom' });
    await settle();
    expect(ids()).toEqual(['a#2 running', 'b#2 running']);
    await tree.stop();
  });
});

describe('an error of an actor without a parent', () => {
  const failing = setup({}).createMachine({
    on: {
      fail: {
        actions: () => {
          throw new Error('mine');
        },
      },
    },
  });

  /** What XState would throw at the process. */
  async function thrown(before: (actor: AnyActorRef) => void): Promise<readonly unknown[]> {
    const errors: unknown[] = [];
    const spy = jest.spyOn(globalThis, 'setTimeout').mockImplementation(((fn: () => void) => {
      try {
        fn();
      } catch (error) {
        errors.push(error);
      }
    }) as unknown as typeof setTimeout);
    const actor = createActor(failing).start();
    before(actor);
    actor.send({ type: 'fail' });
    await settle();
    spy.mockRestore();
    return errors;
  }

  test.each<[string, boolean, (actor: AnyActorRef) => void]>([
    ['nobody', true, () => {}],
    ['a link', true, (actor) => link(actor, run())],
    ['several links', true, (actor) => [link(actor, run()), link(actor, run())]],
    ['a monitor that it listens to', true, (actor) => monitor(run(), actor)],
    ['a monitor', false, (actor) => monitor(actor, () => {})],
    ['a link and a monitor', false, (actor) => [link(actor, run()), monitor(actor, () => {})]],
    ['a link and an observer', false, (actor) => [link(actor, run()), actor.subscribe({ error: () => {} })]],
  ])('that concerns %s: it is thrown as XState does: %s', async (_title, isThrown, before) => {
    expect(await thrown(before)).toEqual(isThrown ? [new Error('mine')] : []);
  });
});
