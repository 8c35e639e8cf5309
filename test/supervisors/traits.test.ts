import { type AnyActorLogic, createMachine, fromCallback } from 'xstate';
import { supervisor } from '../../supervisors/kinds/supervisor.js';
import { isReady, isStarting, isSupervisor, SHUTDOWN_TRAIT, takesShutdown } from '../../supervisors/traits.js';

const plain = fromCallback(() => {});

describe('takesShutdown', () => {
  it.each<[string, AnyActorLogic, boolean]>([
    ['a logic that has the trait', { ...plain, ...SHUTDOWN_TRAIT }, true],
    [
      'a machine with a transition for it',
      createMachine({ on: { 'supervisor.shutdown': { actions: () => {} } } }),
      true,
    ],
    ['a supervisor', supervisor({ children: [] }), true],
    ['a machine without one', createMachine({ on: { other: {} } }), false],
    ['any other logic', plain, false],
  ])('of %s is told', (_, logic, expected) => {
    expect(takesShutdown(logic)).toBe(expected);
  });
});

describe('a logic without traits', () => {
  it('is no supervisor, is up at once, and is ready then', () => {
    expect([isSupervisor(plain), isStarting(plain, {}), isReady(plain, {})]).toEqual([false, false, true]);
  });
});

describe('a supervisor', () => {
  it.each([
    ['starting', false, true, false],
    ['running', true, false, true],
  ])('that is %s says so', (value, ready, starting, isUp) => {
    const logic = supervisor({ children: [] });
    const snapshot = { value, isReady: ready };
    expect([isSupervisor(logic), isStarting(logic, snapshot), isReady(logic, snapshot)]).toEqual([
      true,
      starting,
      isUp,
    ]);
  });
});
