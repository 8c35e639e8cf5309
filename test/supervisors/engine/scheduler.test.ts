import { type AnyActorRef, createActor, fromCallback, SimulatedClock, setup } from 'xstate';
import { installScheduler } from '../../../supervisors/engine/scheduler.js';

function system() {
  const clock = new SimulatedClock();
  const heard: string[] = [];
  const listener = () =>
    createActor(
      fromCallback(({ receive }) => receive(({ type }) => heard.push(type))),
      { clock },
    );
  const a = listener().start();
  const b = listener().start();
  installScheduler(a.system);
  const later = (source: AnyActorRef, type: string, delay: number, id?: string) =>
    a.system.scheduler.schedule(source, a, { type }, delay, id);
  return { clock, heard, a, b, later, scheduler: a.system.scheduler };
}

describe('installScheduler', () => {
  it('delivers in time, in order', () => {
    const { clock, heard, a, later } = system();
    later(a, 'second', 20);
    later(a, 'first', 10, 'x');
    clock.increment(10);
    expect(heard).toEqual(['first']);
    clock.increment(10);
    expect(heard).toEqual(['first', 'second']);
  });

  it('cancels one event of one actor, or all of it', () => {
    const { clock, heard, a, b, later, scheduler } = system();
    later(a, 'a1', 10, '1');
    later(a, 'a2', 10, '2');
    later(b, 'b1', 10, '1');
    later(b, 'b2', 10, '2');
    scheduler.cancel(a, '1');
    scheduler.cancel(a, 'unknown');
    scheduler.cancelAll(b);
    clock.increment(10);
    expect(heard).toEqual(['a2']);
  });

  it('drives a machine that waits and stops', () => {
    const clock = new SimulatedClock();
    const machine = setup({}).createMachine({
      initial: 'a',
      states: { a: { after: { 10: 'b' }, on: { go: 'c' } }, b: {}, c: { after: { 5: 'b' } } },
    });
    const actor = createActor(machine, { clock });
    installScheduler(actor.system);
    actor.start().send({ type: 'go' });
    clock.increment(5);
    expect(actor.getSnapshot().value).toBe('b');
    actor.stop();
  });
});
