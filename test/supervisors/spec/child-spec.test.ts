import {
  type AutoShutdown,
  BadSpec,
  type ChildSpec,
  checkChildSpecs,
  fullSpec,
  fullSpecs,
  supervisor,
} from '../../../supervisors/index.js';
import { idle } from '../support/workers.js';

const a = { id: 'a', start: idle };

/** What OTP calls it. */
function problemOf(check: () => unknown): unknown {
  try {
    check();
  } catch (error) {
    if (error instanceof BadSpec) return error.problem;
    throw error;
  }
  return undefined;
}

describe('fullSpec', () => {
  it('has the defaults of OTP for a worker', () => {
    const { input, backoff, budget, judge, handle, startTimeout, ready, probe, ...full } = fullSpec(a);
    expect(full).toEqual({
      ...a,
      restart: 'permanent',
      shutdown: 5_000,
      type: 'worker',
      significant: false,
      args: [],
      modules: undefined,
    });
    expect([input, backoff, budget, judge, handle, startTimeout, ready, probe].every((one) => one === undefined)).toBe(
      true,
    );
  });

  it('recognises a supervisor and gives it all the time it wants to stop', () => {
    const start = supervisor({ children: [] });
    expect(fullSpec({ id: 'a', start })).toMatchObject({ shutdown: 'infinity', type: 'supervisor' });
  });

  it('takes what a start function makes for a worker, unless told otherwise', () => {
    const start = () => supervisor({ children: [] });
    expect(fullSpec({ id: 'a', start })).toMatchObject({ shutdown: 5_000, type: 'worker' });
    expect(fullSpec({ id: 'a', start, type: 'supervisor' })).toMatchObject({
      shutdown: 'infinity',
      type: 'supervisor',
    });
  });

  it('keeps whatever is given, also when it is checked a second time', () => {
    const given: Required<Omit<ChildSpec, symbol>> = {
      ...a,
      input: { celsius: 21 },
      restart: 'transient',
      shutdown: 'brutal_kill',
      type: 'worker',
      significant: true,
      modules: ['thermostat'],
      args: [1, 2],
      startTimeout: 50,
      ready: () => true,
      backoff: { first: 0, base: 1, max: 2, resetAfter: 3 },
      budget: { intensity: 0, period: 1 },
      judge: () => 'park',
      probe: 1_000,
      handle: () => ({}),
    };
    expect(fullSpec(given)).toEqual(given);
    expect(fullSpec(fullSpec(given) as ChildSpec)).toEqual(given);
    expect(fullSpec(fullSpec(a) as ChildSpec)).toEqual(fullSpec(a));
  });

  test.each([
    [undefined, 'child spec: expected an object, received undefined', 'invalid_child_spec'],
    [[], 'child spec: expected an object, received []', 'invalid_child_spec'],
    [
      { start: idle },
      "child spec: id: expected a string that is not empty and has no '/', received undefined",
      'missing_id',
    ],
    [
      { id: '', start: idle },
      "child spec: id: expected a string that is not empty and has no '/', received ''",
      'invalid_id',
    ],
    [
      { id: 'a/b', start: idle },
      "child spec: id: expected a string that is not empty and has no '/', received 'a/b'",
      'invalid_id',
    ],
    [{ id: { ...idle, text: 'x'.repeat(99) } }, "is not empty and has no '/', received an object", 'invalid_id'],
    [{ id: Array(99).fill(0) }, "is not empty and has no '/', received a list", 'invalid_id'],
    [{ id: { shutdown: 5 } }, `is not empty and has no '/', received {"shutdown":5}`, 'invalid_id'],
    [
      { id: 'a' },
      "child 'a': start: expected an actor logic, such as a machine, or a function that returns one, received undefined",
      'missing_start',
    ],
    [
      { id: 'a', start: 'mfa' },
      "child 'a': start: expected an actor logic, such as a machine, or a function that returns one, received 'mfa'",
      'invalid_mfa',
    ],
    [
      { ...a, restart: 'always' },
      "child 'a': restart: expected permanent, transient, temporary, received 'always'",
      'invalid_restart_type',
    ],
    [
      { ...a, restart: null },
      "child 'a': restart: expected permanent, transient, temporary, received null",
      'invalid_restart_type',
    ],
    [
      { ...a, significant: 'maybe' },
      "child 'a': significant: expected true or false, received 'maybe'",
      'invalid_significant',
    ],
    [
      { ...a, significant: true },
      "child 'a': significant: expected false, since a permanent child never ends for good, received true; make it restart: 'transient' or 'temporary'",
      'bad_combination',
    ],
    [{ ...a, type: 'boss' }, "child 'a': type: expected worker or supervisor, received 'boss'", 'invalid_child_type'],
    [{ ...a, type: null }, "child 'a': type: expected worker or supervisor, received null", 'invalid_child_type'],
    [
      { ...a, shutdown: -1 },
      "child 'a': shutdown: expected milliseconds, brutal_kill or infinity, received -1",
      'invalid_shutdown',
    ],
    [
      { ...a, shutdown: null },
      "child 'a': shutdown: expected milliseconds, brutal_kill or infinity, received null",
      'invalid_shutdown',
    ],
    [
      { ...a, modules: 'dy' },
      "child 'a': modules: expected a list of strings, or dynamic, received 'dy'",
      'invalid_modules',
    ],
    [{ ...a, modules: ['x', 1] }, "child 'a': modules[1]: expected a string, received 1", 'invalid_module'],
    [{ ...a, args: 'sesame' }, "child 'a': args: expected a list, received a string", 'invalid_option'],
    [{ ...a, args: {} }, "child 'a': args: expected a list, received an object", 'invalid_option'],
    [
      { ...a, startTimeout: 0 },
      "child 'a': startTimeout: expected milliseconds, more than 0, received 0",
      'invalid_option',
    ],
    [
      { ...a, probe: 'often' },
      "child 'a': probe: expected milliseconds, more than 0, received 'often'",
      'invalid_option',
    ],
    [
      { ...a, probe: Number.POSITIVE_INFINITY },
      "child 'a': probe: expected milliseconds, more than 0, received Infinity",
      'invalid_option',
    ],
    [{ ...a, ready: true }, "child 'a': ready: expected a function, received true", 'invalid_option'],
    [{ ...a, judge: 'park' }, "child 'a': judge: expected a function, received 'park'", 'invalid_option'],
    [{ ...a, handle: {} }, "child 'a': handle: expected a function, received {}", 'invalid_option'],
    [{ ...a, backoff: 250 }, "child 'a': backoff: expected an object, received 250", 'invalid_option'],
    [
      { ...a, backoff: { max: 'long' } },
      "child 'a': backoff.max: expected milliseconds, received 'long'",
      'invalid_option',
    ],
    [
      { ...a, backoff: { frist: 1 } },
      "child 'a': backoff: unknown option 'frist'; did you mean 'first'?",
      'invalid_option',
    ],
    [
      { ...a, budget: 3 },
      "child 'a': budget: expected an object with intensity and period, received 3",
      'invalid_option',
    ],
    [
      { ...a, budget: { intensity: 1.5, period: 1 } },
      "child 'a': budget: intensity: expected an integer of at least 0, received 1.5",
      'invalid_intensity',
    ],
    [
      { ...a, budget: { intensity: 1, period: 0 } },
      "child 'a': budget: period: expected milliseconds, more than 0, received 0",
      'invalid_period',
    ],
    [{ ...a, restat: 'temporary' }, "child 'a': unknown option 'restat'; did you mean 'restart'?", 'invalid_option'],
    [{ id: 'a', satrt: idle }, "child 'a': unknown option 'satrt'; did you mean 'start'?", 'invalid_option'],
    [{ di: 'a', start: idle }, "child spec: unknown option 'di'; did you mean 'id'?", 'invalid_option'],
    [
      { ...a, color: 'red' },
      "child 'a': unknown option 'color'; known are id, start, input, restart",
      'invalid_option',
    ],
    [
      { ...a, strategy: 'one_for_all' },
      "child 'a': unknown option 'strategy'; a supervisor's options go into its logic, start: supervisor({ … })",
      'invalid_option',
    ],
  ])('refuses %j', (spec, message, name) => {
    const check = () => fullSpec(spec as unknown as ChildSpec);
    expect(check).toThrow(message);
    expect(problemOf(check)).toMatchObject({ name });
  });

  it('tells the first thing that is wrong, in the order of OTP, then of what OTP lacks', () => {
    let wrong: Record<string, unknown> = {
      id: '',
      start: 'mfa',
      restart: 'always',
      significant: 'maybe',
      type: 'boss',
      shutdown: 'soon',
      modules: 'dy',
      args: 5,
    };
    const mended = {
      ...a,
      restart: 'transient',
      significant: true,
      type: 'worker',
      shutdown: 5,
      modules: [],
      args: [],
    };
    const told: unknown[] = [];
    for (const [name, value] of Object.entries(mended)) {
      told.push((problemOf(() => fullSpec(wrong as unknown as ChildSpec)) as { name: unknown }).name);
      wrong = { ...wrong, [name]: value };
    }
    expect(told).toEqual([
      'invalid_id',
      'invalid_mfa',
      'invalid_restart_type',
      'invalid_significant',
      'invalid_child_type',
      'invalid_shutdown',
      'invalid_modules',
      'invalid_option',
    ]);
    expect(problemOf(() => fullSpec(wrong as unknown as ChildSpec))).toBeUndefined();
  });

  it('gives programs the value that came, unless it was an argument', () => {
    expect(problemOf(() => fullSpec({ ...a, shutdown: -10 }))).toEqual({ name: 'invalid_shutdown', value: -10 });
    expect(problemOf(() => fullSpec({ ...a, args: 'sesame' } as never))).toEqual({ name: 'invalid_option' });
    expect(problemOf(() => fullSpec({ start: idle } as never))).toEqual({ name: 'missing_id' });
  });

  const significant: ChildSpec = { ...a, significant: true, restart: 'transient' };

  test.each([
    [undefined, undefined],
    ['any_significant', undefined],
    ['all_significant', undefined],
    [
      'never',
      {
        name: 'bad_combination',
        value: [
          ['auto_shutdown', 'never'],
          ['significant', true],
        ],
      },
    ],
  ] as const)('where autoShutdown is %s, finds with a significant child: %j', (autoShutdown, problem) => {
    expect(problemOf(() => fullSpec(significant, { autoShutdown }))).toEqual(problem);
  });

  it('finds a significant child out of place before it finds it permanent', () => {
    const both: ChildSpec = { ...significant, restart: 'permanent' };
    expect(() => fullSpec(both, { autoShutdown: 'never' })).toThrow(
      "child 'a': significant: expected false, since its supervisor's autoShutdown is never, received true; give the supervisor autoShutdown: 'any_significant' or 'all_significant'",
    );
    expect(problemOf(() => fullSpec(both, { autoShutdown: 'any_significant' }))).toEqual({
      name: 'bad_combination',
      value: [
        ['restart', 'permanent'],
        ['significant', true],
      ],
    });
  });
});

describe('fullSpecs', () => {
  it('says where in the list the fault is', () => {
    const refusal = (other: unknown) => () => fullSpecs([a, other as ChildSpec]);
    expect(refusal(undefined)).toThrow('children[1]: expected an object, received undefined');
    expect(refusal({ start: idle })).toThrow("children[1]: id: expected a string that is not empty and has no '/'");
  });

  it('sees a gap in the list', () => {
    const gap: ChildSpec[] = [];
    gap[1] = a;
    expect(() => fullSpecs(gap)).toThrow('children[0]: expected an object, received undefined');
  });

  it('says how a supervisor, or another logic, becomes a child', () => {
    for (const logic of [supervisor({ children: [] }), idle]) {
      expect(() => fullSpecs([logic as unknown as ChildSpec])).toThrow(
        "children[0]: expected a child spec, received an actor logic; write { id: 'its-name', start: … } around it",
      );
    }
  });

  it('refuses a second child with the same id', () => {
    expect(() => fullSpecs([a, a])).toThrow("child 'a': expected an id of its own, received one used before");
    expect(problemOf(() => fullSpecs([a, a]))).toEqual({ name: 'duplicate_child_name', value: 'a' });
  });

  it('checks every child against the autoShutdown of its supervisor', () => {
    const specs: ChildSpec[] = [a, { ...a, id: 'b', restart: 'temporary', significant: true }];
    expect(fullSpecs(specs, 'all_significant')).toHaveLength(2);
    expect(problemOf(() => fullSpecs(specs, 'never'))).toMatchObject({ name: 'bad_combination' });
  });
});

describe('checkChildSpecs', () => {
  const check = (specs: unknown, autoShutdown?: unknown) => () => checkChildSpecs(specs, autoShutdown as AutoShutdown);
  const significant = { ...a, restart: 'transient', significant: true };

  test.each([
    [[], undefined, undefined],
    [[a, { ...a, id: 'b' }], undefined, undefined],
    [[{ ...a, shutdown: 'infinity', modules: 'dynamic' }], undefined, undefined],
    [[significant], undefined, undefined],
    [[significant], 'any_significant', undefined],
    [
      [significant],
      'never',
      {
        name: 'bad_combination',
        value: [
          ['auto_shutdown', 'never'],
          ['significant', true],
        ],
      },
    ],
    [
      [{ ...significant, restart: 'permanent' }],
      undefined,
      {
        name: 'bad_combination',
        value: [
          ['restart', 'permanent'],
          ['significant', true],
        ],
      },
    ],
    [['hej'], undefined, { name: 'invalid_child_spec', value: 'hej' }],
    [[a, a], undefined, { name: 'duplicate_child_name', value: 'a' }],
    ['notalist', undefined, { name: 'badarg', value: 'notalist' }],
    ['notalist', 'sometimes', { name: 'badarg', value: 'notalist' }],
    [[a], 'sometimes', { name: 'badarg', value: 'sometimes' }],
    [[a, { ...a, shutdown: -10 }, 'hej'], 'never', { name: 'invalid_shutdown', value: -10 }],
  ])('of %j with autoShutdown %j finds %j', (specs, autoShutdown, problem) => {
    expect(problemOf(check(specs, autoShutdown))).toEqual(problem);
  });

  it('says what was expected', () => {
    expect(check('notalist')).toThrow("checkChildSpecs: expected a list of child specs, received 'notalist'");
    expect(check([], 'sometimes')).toThrow(
      "checkChildSpecs: autoShutdown: expected never, any_significant, all_significant, received 'sometimes'",
    );
  });
});

describe('supervisor', () => {
  test.each([
    [{ strategy: 'all' }, "supervisor: strategy: expected one_for_one, one_for_all, rest_for_one, received 'all'"],
    [{ intensity: -1 }, 'supervisor: intensity: expected an integer of at least 0, received -1'],
    [{ period: 0 }, 'supervisor: period: expected milliseconds, more than 0, received 0'],
    [{ children: {} }, 'children: expected a list of child specs, received {}'],
    [{ intensty: 3 }, "supervisor: unknown option 'intensty'; did you mean 'intensity'?"],
    [{ max_seconds: 3 }, "supervisor: unknown option 'max_seconds'; here it is period, in milliseconds"],
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
