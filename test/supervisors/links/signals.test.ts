import { type AnyActorLogic, type AnyActorRef, createActor, fromCallback, setup } from 'xstate';
import {
  type ChildSpec,
  type Report,
  StartFailed,
  sendExit,
  start,
  supervised,
  supervisor,
} from '../../../supervisors/index.js';
import { CountingClock } from '../../support/counting-clock.js';
import { settle } from '../support/settle.js';
import { idle, worker } from '../support/workers.js';

function house(children: readonly ChildSpec[], options: object = {}) {
  const clock = new CountingClock();
  const reports: Report[] = [];
  const tree = start(supervisor({ intensity: 100, children, ...options }), {
    clock,
    onReport: (report) => reports.push(report),
  });
  const actor = (path: string): AnyActorRef => {
    const found = tree.find(path);
    if (found === undefined) throw new Error(`nothing runs at ${path}`);
    return found.actor;
  };
  const ids = () =>
    tree.view().supervisor?.children.map(({ id, incarnation, status }) => `${id}#${incarnation} ${status}`);
  const exits = () =>
    reports.flatMap((report) => (report.type === 'exited' ? [`${report.path} ${report.reason}`] : []));
  const exit = async (path: string, reason: unknown): Promise<AnyActorRef> => {
    const found = actor(path);
    sendExit(found, reason);
    await settle();
    return found;
  };
  return { tree, clock, reports, actor, ids, exits, exit };
}

describe('sendExit', () => {
  const log: string[] = [];
  test.each<[string, string, AnyActorLogic, string, readonly string[]]>([
    ['a worker that takes supervisor.shutdown', 'boom', worker('obey', log), 'boom', ['asked a', 'end a']],
    ['a worker that takes supervisor.shutdown', 'kill', worker('obey', log), 'killed', []],
    ['a worker that does not', 'boom', idle, 'boom', []],
    ['a worker that does not', 'kill', idle, 'killed', []],
    ['a worker that does not', 'killed', idle, 'killed', []],
  ])('ends %s, with %s', async (_title, reason, logic, seen, told) => {
    const { tree, ids, exits, exit } = house([{ id: 'a', start: logic, input: { id: 'a' } }]);
    log.length = 0;
    const actor = await exit('a', reason);
    expect(actor.getSnapshot().status).not.toBe('active');
    expect(exits()).toEqual([`a ${seen}`]);
    expect(log.filter((line) => !line.startsWith('start'))).toEqual(told);
    expect(ids()).toEqual(['a#2 running']);
    await tree.stop();
  });

  it('tells the supervisor by an event in its mailbox, behind those that are there already', async () => {
    const { tree, actor } = house([
      { id: 'a', start: idle },
      { id: 'b', start: idle },
    ]);
    const mailbox: unknown[] = [];
    tree.inspect((event) => {
      if (event.type === '@xstate.event' && event.actorRef === tree.root) mailbox.push(event.event);
    });
    sendExit(actor('a'), 'boom');
    sendExit(actor('b'), 'kill');
    expect(mailbox).toEqual([
      { type: 'xstate.error.actor.a#1', actorId: 'a#1', error: 'boom' },
      { type: 'xstate.error.actor.b#1', actorId: 'b#1', error: 'killed' },
    ]);
    await tree.stop();
  });

  it('asks a worker, which ends in its own time and as it likes', async () => {
    const { tree, clock, ids, exits, exit } = house([{ id: 'a', start: worker({ slow: 50 }) }]);
    const actor = await exit('a', 'boom');
    expect(actor.getSnapshot().value).toBe('closing');
    expect(ids()).toEqual(['a#1 running']);
    clock.increment(50);
    await settle();
    expect(exits()).toEqual(['a boom']);
    expect(ids()).toEqual(['a#2 running']);
    sendExit(tree.root, 'kill');
  });

  it('with shutdown or normal lets a transient child rest', async () => {
    for (const reason of ['normal', 'shutdown', { shutdown: 'tired' }]) {
      const { tree, ids, exit } = house([{ id: 'a', start: idle, restart: 'transient' }]);
      await exit('a', reason);
      expect(ids()).toEqual(['a#1 stopped']);
      await tree.stop();
    }
  });

  it('asks a supervisor, which stops its children in reverse and ends with that reason', async () => {
    const log: string[] = [];
    const inner = supervisor({
      children: ['b', 'c'].map((id) => ({ id, start: worker('obey', log), input: { id } })),
    });
    const { tree, ids, exits, exit } = house([{ id: 'a', start: inner }]);
    log.length = 0;
    await exit('a', 'boom');
    expect(log).toEqual(['asked c', 'end c', 'asked b', 'end b', 'start b', 'start c']);
    expect(exits()).toEqual(['a/c shutdown', 'a/b shutdown', 'a boom']);
    expect(ids()).toEqual(['a#2 running']);
    await tree.stop();
  });

  it('kills a supervisor: its children hear so and end in their own time, while it is restarted', async () => {
    const inner = supervisor({
      children: [
        { id: 'quick', start: worker() },
        { id: 'slow', start: worker({ slow: 50 }), shutdown: 100 },
        { id: 'stubborn', start: worker('ignore'), shutdown: 100 },
        { id: 'endless', start: worker('ignore'), shutdown: 0 },
        { id: 'brutal', start: worker({ slow: 50 }), shutdown: 'brutal_kill' },
        { id: 'deaf', start: idle },
        { id: 'deeper', start: supervisor({ children: [{ id: 'slow', start: worker({ slow: 70 }) }] }) },
      ],
    });
    const { tree, clock, actor, ids, exit } = house([{ id: 'a', start: inner }]);
    const before = clock.timers;
    const paths = ['quick', 'slow', 'stubborn', 'endless', 'brutal', 'deaf', 'deeper', 'deeper/slow'];
    const old = paths.map((id) => actor(`a/${id}`));
    const status = () => old.map((each) => each.getSnapshot().status);
    await exit('a', 'kill');
    expect(ids()).toEqual(['a#2 running']);
    expect(paths.map((id) => actor(`a/${id}`).getSnapshot().status)).toEqual(paths.map(() => 'active'));
    expect(status()).toEqual(['done', 'active', 'active', 'stopped', 'stopped', 'stopped', 'active', 'active']);
    clock.increment(50);
    expect(status().slice(1, 3)).toEqual(['done', 'active']);
    clock.increment(20);
    await settle();
    expect(status().slice(6)).toEqual(['done', 'done']);
    clock.increment(30);
    await settle();
    expect(status()).not.toContain('active');
    expect(old.map((each) => (each.getSnapshot().output as { reason?: unknown } | undefined)?.reason)).toEqual([
      'killed',
      'killed',
      undefined,
      undefined,
      undefined,
      undefined,
      'killed',
      // Its own supervisor was asked to end, and stops it as always.
      'shutdown',
    ]);
    expect(clock.timers).toBe(before);
    expect(ids()).toEqual(['a#2 running']);
    sendExit(tree.root, 'kill');
  });

  it('ends a tree from its root: asked, as by stop; killed, all that takes its time is given it', async () => {
    const asked = house([{ id: 'a', start: worker() }]);
    sendExit(asked.tree.root, 'enough');
    expect(await asked.tree.exited).toBe('enough');
    expect(asked.exits()).toEqual(['a shutdown']);

    const killed = house([{ id: 'a', start: worker({ slow: 50 }), shutdown: 100 }]);
    const a = killed.actor('a');
    sendExit(killed.tree.root, 'kill');
    expect(await killed.tree.exited).toBe('killed');
    expect(killed.exits()).toEqual(['a killed']);
    expect(a.getSnapshot().status).toBe('active');
    killed.clock.increment(50);
    expect(a.getSnapshot().status).toBe('done');
    expect(killed.clock.timers).toBe(0);
  });

  it('to a child that is starting makes its start fail', async () => {
    const slow = Object.assign(Object.create(idle), { [Symbol.for('respell.starting')]: () => true }) as AnyActorLogic;
    for (const [reason, seen] of [
      ['boom', 'boom'],
      ['kill', 'killed'],
    ]) {
      const { tree, clock, actor, exits } = house([{ id: 'a', start: slow, startTimeout: 100 }]);
      sendExit(actor('a'), reason);
      expect(await tree.exited).toMatchObject({ cause: seen });
      expect(await tree.exited).toBeInstanceOf(StartFailed);
      expect(exits()).toEqual([]);
      expect(clock.timers).toBe(0);
    }
  });

  it('to one that has ended does nothing, neither to it nor to the next incarnation', async () => {
    const { tree, ids, exits, exit } = house([{ id: 'a', start: worker() }]);
    const old = await exit('a', 'boom');
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
    for (const reason of ['again', 'kill', 'normal']) sendExit(old, reason);
    await settle();
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
    expect(exits()).toEqual(['a boom']);
    expect(ids()).toEqual(['a#2 running']);
    await tree.stop();
  });

  it('twice, with a crash between, counts one end: news of an old incarnation is not acted on', async () => {
    const { tree, actor, ids } = house([{ id: 'a', start: worker() }]);
    const old = actor('a');
    sendExit(old, 'kill');
    sendExit(old, 'boom');
    await settle();
    expect(ids()).toEqual(['a#2 running']);
    // What XState would say of the old one, had it ended by an error.
    tree.root.send({ type: `xstate.error.actor.${old.id}`, error: 'late', actorId: old.id } as never);
    await settle();
    expect(ids()).toEqual(['a#2 running']);
    expect(tree.view().supervisor?.recentRestarts).toBe(1);
    await tree.stop();
  });

  it.each(['boom', 'kill'])(
    'to itself, with %s, ends the actor after what it does, and its supervisor sees it',
    async (reason) => {
      const done: string[] = [];
      const selfish = setup({}).createMachine({
        on: { go: { actions: [({ self }) => sendExit(self, reason), () => done.push('went on')] } },
      });
      const { tree, actor, ids, exits } = house([{ id: 'a', start: selfish }]);
      actor('a').send({ type: 'go' });
      await settle();
      expect(done).toEqual(['went on']);
      expect(exits()).toEqual([`a ${reason === 'kill' ? 'killed' : reason}`]);
      expect(ids()).toEqual(['a#2 running']);
      await tree.stop();
    },
  );

  it('to an actor that a machine has invoked is an error to that machine', async () => {
    const parent = setup({ actors: { idle } }).createMachine({
      initial: 'busy',
      states: {
        busy: {
          invoke: {
            id: 'job',
            src: 'idle',
            onError: { target: 'told', actions: ({ event }) => heard.push(event.error) },
          },
        },
        told: {},
      },
    });
    const heard: unknown[] = [];
    const actor = createActor(parent).start();
    sendExit(actor.getSnapshot().children['job'] as AnyActorRef, 'boom');
    expect(heard).toEqual(['boom']);
    expect(actor.getSnapshot().value).toBe('told');
    actor.stop();
  });

  it('to an actor of no tree ends it, and what is below it', () => {
    let open = 0;
    const socket = fromCallback(() => {
      open += 1;
      return () => {
        open -= 1;
      };
    });
    const machine = supervised(setup({ actors: { socket } }).createMachine({ invoke: { src: 'socket' } }));
    const actor = createActor(machine).start();
    sendExit(actor, 'boom');
    expect([open, actor.getSnapshot().status]).toEqual([0, 'stopped']);
  });
});
