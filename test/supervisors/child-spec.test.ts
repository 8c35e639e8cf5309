import { type ChildSpec, fullSpec, fullSpecs, supervisor } from '../../supervisors/index.js';
import { idle } from './support/workers.js';

describe('fullSpec', () => {
  it('has the defaults of OTP for a worker', () => {
    expect(fullSpec({ id: 'a', start: idle })).toMatchObject({ restart: 'permanent', shutdown: 5_000, type: 'worker' });
  });

  it('recognises a supervisor and gives it all the time it wants to stop', () => {
    const start = supervisor({ children: [] });
    expect(fullSpec({ id: 'a', start })).toMatchObject({ shutdown: 'infinity', type: 'supervisor' });
  });

  test.each([
    [undefined, 'child spec: expected an object, received undefined'],
    [{ start: idle }, "child spec: id: expected a string that is not empty and has no '/', received undefined"],
    [{ id: '', start: idle }, "child spec: id: expected a string that is not empty and has no '/', received ''"],
    [{ id: 'a/b', start: idle }, "child spec: id: expected a string that is not empty and has no '/', received 'a/b'"],
    [{ id: 'a' }, "child 'a': start: expected an actor logic, such as a machine, received undefined"],
    [
      { id: 'a', start: idle, restart: 'always', shutdown: -1 },
      "child 'a': restart: expected permanent, transient, temporary, received 'always'",
    ],
    [{ id: 'a', start: idle, type: 'boss' }, "child 'a': type: expected worker or supervisor, received 'boss'"],
    [
      { id: 'a', start: idle, shutdown: -1 },
      "child 'a': shutdown: expected milliseconds, brutal_kill or infinity, received -1",
    ],
    [
      { id: 'a', start: idle, backoff: { max: 'long' } },
      "child 'a': backoff.max: expected milliseconds, received 'long'",
    ],
    [
      { id: 'a', start: idle, budget: { intensity: 1.5, period: 1 } },
      "child 'a': budget: intensity: expected an integer of at least 0, received 1.5",
    ],
    [{ id: 'a', start: idle, judge: 'park' }, "child 'a': judge: expected a function, received 'park'"],
    [{ id: { ...idle, text: 'x'.repeat(99) } }, "is not empty and has no '/', received an object"],
    [{ id: Array(99).fill(0) }, "is not empty and has no '/', received a list"],
    [{ id: { shutdown: 5 } }, `is not empty and has no '/', received {"shutdown":5}`],
  ])('refuses %j', (spec, message) => {
    expect(() => fullSpec(spec as unknown as ChildSpec)).toThrow(message);
  });
});

describe('fullSpecs', () => {
  it('says where in the list the fault is', () => {
    const spec = { id: 'a', start: idle };
    const refusal = (other: unknown) => () => fullSpecs([spec, other as ChildSpec]);
    expect(refusal(undefined)).toThrow('children[1]: expected an object, received undefined');
    expect(refusal({ start: idle })).toThrow("children[1]: id: expected a string that is not empty and has no '/'");
  });

  it('says how a supervisor, or another logic, becomes a child', () => {
    for (const logic of [supervisor({ children: [] }), idle]) {
      expect(() => fullSpecs([logic as unknown as ChildSpec])).toThrow(
        "children[0]: expected a child spec, received an actor logic; write { id: 'its-name', start: … } around it",
      );
    }
  });

  it('refuses a second child with the same id', () => {
    const spec = { id: 'a', start: idle };
    expect(() => fullSpecs([spec, spec])).toThrow("child 'a': expected an id of its own, received one used before");
  });
});

describe('supervisor', () => {
  test.each([
    [{ strategy: 'all' }, "supervisor: strategy: expected one_for_one, one_for_all, rest_for_one, received 'all'"],
    [{ intensity: -1 }, 'supervisor: intensity: expected an integer of at least 0, received -1'],
    [{ period: 0 }, 'supervisor: period: expected milliseconds, more than 0, received 0'],
    [{ children: {} }, 'children: expected a list of child specs, received {}'],
    [{ intensty: 3 }, "supervisor: unknown option 'intensty'; did you mean 'intensity'?"],
    [{ max_seconds: 3 }, "supervisor: unknown option 'max_seconds'; known are strategy, intensity, period, children"],
  ])('refuses %j', (options, message) => {
    expect(() => supervisor({ children: [], ...options } as never)).toThrow(message);
  });

  it.each([
    [undefined, 'undefined'],
    [[], '[]'],
  ])('refuses %j for its options', (options, received) => {
    expect(() => supervisor(options as never)).toThrow(
      `supervisor: expected options, an object with children, received ${received}`,
    );
  });

  it('takes an option that is undefined for one that is not given', () => {
    expect(() => supervisor({ children: [], intensity: undefined } as never)).not.toThrow();
  });
});
