import { type AnyActorLogic, createActor, createMachine, fromCallback, fromPromise, setup, waitFor } from 'xstate';
import { endOf, stopDescendants, supervised } from '../../../supervisors/engine/supervised.js';
import { GaveUp } from '../../../supervisors/errors.js';
import { exit } from '../../../supervisors/index.js';

/** A callback that notes its end. */
const noting = (log: string[], name: string): AnyActorLogic => fromCallback(() => () => void log.push(name));

/** A machine that throws on `crash`, ends on `end`, and has two children, one of which has a child of its own. */
function family(log: string[]) {
  const below = createMachine({ id: 'below', invoke: { src: noting(log, 'grandchild') } });
  return setup({
    actors: { first: noting(log, 'first'), below },
    actions: {
      crash: () => {
        throw new Error('crashed');
      },
    },
  }).createMachine({
    id: 'family',
    invoke: [
      { id: 'first', src: 'first' },
      { id: 'below', src: 'below' },
    ],
    initial: 'alive',
    states: { alive: { on: { crash: { actions: 'crash' }, end: 'over' } }, over: { type: 'final' } },
  });
}

/** Runs a logic and collects its error, which XState would throw at the process. */
function run(logic: AnyActorLogic) {
  const actor = createActor(logic);
  actor.subscribe({ error: () => {} });
  return actor.start();
}

describe('supervised', () => {
  it('stops what a machine that throws leaves running, deepest first', () => {
    const left: string[] = [];
    run(family(left)).send({ type: 'crash' });
    expect(left).toEqual([]); // As XState has it.

    const log: string[] = [];
    const actor = run(supervised(family(log)));
    actor.send({ type: 'crash' });
    expect(log).toEqual(['grandchild', 'first']);
    expect(actor.getSnapshot()).toMatchObject({ status: 'error', error: new Error('crashed') });
  });

  it.each([
    ['ends', (actor: ReturnType<typeof run>) => actor.send({ type: 'end' })],
    ['is stopped', (actor: ReturnType<typeof run>) => actor.stop()],
  ])('leaves nothing of a machine that %s, and stops each once', (_how, end) => {
    const log: string[] = [];
    end(run(supervised(family(log))));
    expect([...log].sort()).toEqual(['first', 'grandchild']);
  });

  it('changes nothing else: events, snapshots, input and config are the logic’s own', () => {
    const counter = createMachine({
      id: 'counter',
      types: {} as { context: { count: number }; input: number },
      context: ({ input }) => ({ count: input }),
      on: { up: { actions: ({ context }) => Object.assign(context, { count: context.count + 1 }) } },
    });
    const logic = supervised(counter);
    expect((logic as typeof counter).config).toBe(counter.config);
    const actor = createActor(logic, { input: 2 }).start();
    actor.send({ type: 'up' });
    expect(actor.getSnapshot().context).toEqual({ count: 3 });
    expect(actor.getPersistedSnapshot()).toMatchObject({ context: { count: 3 } });
  });

  it('wraps a logic once, and what is wrapped not again', () => {
    const logic = createMachine({});
    expect(supervised(logic)).toBe(supervised(logic));
    expect(supervised(supervised(logic))).toBe(supervised(logic));
  });

  it('takes logic that is no machine', async () => {
    const actor = run(supervised(fromPromise(async () => 42)));
    await waitFor(actor, ({ status }) => status === 'done');
    expect(actor.getSnapshot().output).toBe(42);
  });
});

describe('stopDescendants', () => {
  it.each([[{}], [{ children: null }], [{ children: { other: 'a custom logic of its own' } }]])(
    'makes nothing of %j',
    (snapshot) => {
      expect(() => stopDescendants(snapshot)).not.toThrow();
    },
  );
});

describe('endOf', () => {
  const final = (output: unknown) =>
    createMachine({ initial: 'over', states: { over: { type: 'final' } }, output: () => output });
  const throws = (error: unknown) =>
    createMachine({
      entry: () => {
        throw error;
      },
    });
  const gaveUp = new GaveUp({
    supervisor: 's',
    child: 's/c',
    exits: 2,
    total: 2,
    intensity: 1,
    period: 5_000,
    cause: new Error('boom'),
  });
  const boom = new Error('boom');

  it.each([
    ['the reason of its exit', final(exit('bored')), { reason: 'bored', cause: 'bored' }],
    ['normal without one', final({ reason: 'bored' }), { reason: 'normal', cause: 'normal' }],
    ['what it threw', throws(boom), { reason: boom, cause: boom }],
    [
      'shutdown for a supervisor that gave up, with the whole story',
      throws(gaveUp),
      { reason: 'shutdown', cause: gaveUp },
    ],
  ])('is %s', (_what, logic, expected) => {
    expect(endOf(run(logic))).toEqual(expected);
  });

  it('is nothing while it lives, and killed once it was stopped', () => {
    const actor = run(createMachine({}));
    expect(endOf(actor)).toBeUndefined();
    actor.stop();
    expect(endOf(actor)).toEqual({ reason: 'killed', cause: 'killed' });
  });
});
