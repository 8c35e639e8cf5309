import { type AnyActorLogic, createActor, fromCallback } from 'xstate';
import { engineOf } from '../../../supervisors/engine/supervisor-logic.js';
import { BadSpec } from '../../../supervisors/errors.js';
import { dynamicSupervisor } from '../../../supervisors/kinds/dynamic-supervisor.js';
import { type SupervisorOptions, supervisor } from '../../../supervisors/kinds/supervisor.js';
import { ACTOR_NAME, type ChildSpec } from '../../../supervisors/spec/child-spec.js';
import { type Actors, childFrom, type TreeSpec, treeFrom } from '../../../supervisors/spec/tree-spec.js';
import { idle } from '../support/workers.js';

const other = fromCallback(() => {});
const actors = { idle, other };

/** A tree as it comes out of a file: whatever is no JSON is lost. */
const json = (value: unknown): TreeSpec => JSON.parse(JSON.stringify(value)) as TreeSpec;

/** Starts a supervisor, and shows what it was made with. */
function optionsOf(logic: AnyActorLogic) {
  const actor = createActor(logic);
  actor.subscribe({ error: () => {} });
  actor.start();
  const options = engineOf(actor)?.options;
  actor.stop();
  if (options === undefined) throw new Error('it was not started');
  return options;
}

const refusal = (spec: unknown, given: unknown = actors): unknown => {
  try {
    treeFrom(spec as TreeSpec, given as Actors);
  } catch (error) {
    if (error instanceof BadSpec) return error.message;
    throw error;
  }
  return undefined;
};

describe('treeFrom', () => {
  it('makes of data what supervisor makes of the same in code', () => {
    const flags = { strategy: 'rest_for_one', intensity: 3, period: 10_000, autoShutdown: 'all_significant' } as const;
    const child = {
      id: 'a',
      restart: 'transient',
      shutdown: 'brutal_kill',
      significant: true,
      modules: ['thermostat'],
      input: { celsius: 21 },
      args: [1, { two: 2 }],
      startTimeout: 50,
      backoff: { first: 0, max: 10 },
      budget: { intensity: 1, period: 1_000 },
      probe: 60_000,
    } as const;
    const data = optionsOf(treeFrom(json({ ...flags, children: [{ ...child, start: 'idle' }] }), actors));
    const code = optionsOf(supervisor({ ...flags, children: [{ ...child, start: idle, [ACTOR_NAME]: 'idle' }] }));
    expect(data).toEqual(code);
  });

  it('makes supervisors of branches, at any depth', () => {
    const spec = {
      children: [
        { id: 'first', start: 'idle' },
        {
          id: 'up',
          restart: 'transient',
          shutdown: 1_000,
          strategy: 'one_for_all',
          children: [{ id: 'upper', intensity: 7, children: [{ id: 'leaf', start: 'other' }] }],
        },
      ],
    };
    const root = optionsOf(treeFrom(json(spec), actors));
    expect(root.children[0]).toMatchObject({ id: 'first', start: idle, type: 'worker' });
    expect(root.children[1]).toMatchObject({ id: 'up', restart: 'transient', shutdown: 1_000, type: 'supervisor' });
    const up = optionsOf(root.children[1]?.start as AnyActorLogic);
    expect(up).toMatchObject({ strategy: 'one_for_all', children: [{ id: 'upper', shutdown: 'infinity' }] });
    const upper = optionsOf(up.children[0]?.start as AnyActorLogic);
    expect(upper).toMatchObject({ intensity: 7, children: [{ id: 'leaf', start: other }] });
  });

  it('makes dynamic supervisors, with a template and without, at the root too', () => {
    const dynamic = { maxChildren: 3, args: ['a'], restore: true, intensity: 5 };
    const start = { ...dynamic, child: { start: 'idle', restart: 'transient' } };
    const root = optionsOf(treeFrom(json({ children: [{ id: 'pool', dynamic: start }] }), actors));
    const pool = optionsOf(root.children[0]?.start as AnyActorLogic);
    const code = dynamicSupervisor({ ...dynamic, child: { start: idle, restart: 'transient', [ACTOR_NAME]: 'idle' } });
    expect(pool).toEqual(optionsOf(code));
    expect(optionsOf(treeFrom(json({ dynamic: {} })))).toEqual(optionsOf(dynamicSupervisor()));
  });

  it('takes a branch for the template of a dynamic supervisor', () => {
    const child = { strategy: 'one_for_all', children: [{ id: 'a', start: 'idle' }] };
    const { dynamic } = optionsOf(treeFrom(json({ dynamic: { child } }), actors));
    expect(dynamic?.template).toMatchObject({ id: 'child', type: 'supervisor' });
    expect(optionsOf(dynamic?.template?.start as AnyActorLogic)).toMatchObject({ strategy: 'one_for_all' });
  });

  it('takes logics and start functions themselves, too', () => {
    const start = (): AnyActorLogic => idle;
    const children = [
      { id: 'a', start: other },
      { id: 'b', start },
      { id: 'c', start: 'named' },
    ];
    const root = optionsOf(treeFrom({ children }, { named: start }));
    expect(root.children.map((child) => child.start)).toEqual([other, start, start]);
  });

  it('fills in what a prepared spec says and the tree does not, but for its id', () => {
    const judge = () => 'park' as const;
    const prepared = { id: 'thermostat', start: idle, restart: 'transient', shutdown: 100, judge } as const;
    const spec = {
      children: [
        { id: 'attic', start: 'thermostat', shutdown: 200 },
        { id: 'cellar', start: 'thermostat' },
      ],
    };
    const root = optionsOf(treeFrom(json(spec), { thermostat: prepared }));
    expect(root.children).toMatchObject([
      { id: 'attic', start: idle, restart: 'transient', shutdown: 200, judge },
      { id: 'cellar', start: idle, restart: 'transient', shutdown: 100, judge },
    ]);
    expect(childFrom({ start: 'thermostat' }, { thermostat: prepared })).not.toHaveProperty('id');
  });

  it('takes an option that is undefined for one that is not given', () => {
    const spec = {
      dynamic: undefined,
      strategy: undefined,
      children: [
        { id: 'a', start: 'idle', children: undefined, restart: undefined },
        { id: 'b', start: undefined, dynamic: undefined, children: [] },
      ],
    };
    const prepared = { start: idle, restart: 'temporary' } as const;
    const root = optionsOf(treeFrom(spec as unknown as TreeSpec, { idle: prepared }));
    expect(root.children).toMatchObject([{ restart: 'temporary' }, { type: 'supervisor' }]);
  });

  test.each([
    [undefined, 'start: expected a tree: an object with children, received undefined'],
    [{ id: 'a' }, `start: expected a tree: an object with children, received {"id":"a"}`],
    [{ children: {} }, 'children: expected a list of child specs, received {}'],
    [{ children: [null] }, 'children[0]: expected an object, received null'],
    [{ children: [[]] }, 'children[0]: expected an object, received []'],
    [
      { children: [{ start: 'idle' }] },
      "children[0]: id: expected a string that is not empty and has no '/', received undefined",
    ],
    [
      { children: [{ id: 'a' }] },
      "children[0]: child 'a': start: expected an actor logic, such as a machine, or a function that returns one, received undefined",
    ],
    [
      { children: [{ id: 'a', start: 'idel' }] },
      "children[0]: child 'a': start: expected the name of one of the actors, received 'idel'; did you mean 'idle'? (there are: idle, other)",
    ],
    [
      { children: [{ id: 'a', start: 'constructor' }] },
      "children[0]: child 'a': start: expected the name of one of the actors, received 'constructor'; (there are: idle, other)",
    ],
    [
      { children: [{ id: 'a', start: 'idle', restart: 'allways' }] },
      "children[0]: child 'a': restart: expected permanent, transient, temporary, received 'allways'",
    ],
    [
      {
        children: [
          { id: 'a', start: 'idle' },
          { id: 'a', start: 'idle' },
        ],
      },
      "child 'a': expected an id of its own, received one used before",
    ],
    [{ childern: [], children: [] }, "supervisor: unknown option 'childern'; did you mean 'children'?"],
    [
      { children: [], strategy: 'all' },
      "supervisor: strategy: expected one_for_one, one_for_all, rest_for_one, received 'all'",
    ],
    [
      {
        children: [
          {
            id: 'up',
            children: [
              { id: 'a', start: 'idle' },
              { id: 'a', start: 'idle' },
            ],
          },
        ],
      },
      "children[0]: child 'a': expected an id of its own, received one used before",
    ],
    [{ children: [{ id: 'up', children: 5 }] }, 'children[0]: children: expected a list of child specs, received 5'],
    [
      { children: [{ id: 'up', children: null }] },
      'children[0]: children: expected a list of child specs, received null',
    ],
    [
      { children: [{ id: 'up', children: [], period: 0 }] },
      'children[0]: supervisor: period: expected milliseconds, more than 0, received 0',
    ],
    [
      { children: [{ id: 'up', children: [], strtegy: 'x' }] },
      "children[0]: child 'up': unknown option 'strtegy'; did you mean 'strategy'?",
    ],
    [
      { children: [{ id: 'up', children: [], start: 'idle' }] },
      "children[0]: child 'up': unknown option 'start'; it is for one child, and this is a supervisor with children of its own",
    ],
    [
      { children: [{ id: 'up', children: [{ id: 'x' }], significant: true }] },
      "children[0].children[0]: child 'x': start: expected an actor logic",
    ],
    [
      { children: [{ id: 'up', restart: 'transient', significant: true, children: [] }] },
      "children[0]: child 'up': significant: expected false, since its supervisor's autoShutdown is never",
    ],
    [
      {
        children: [
          { id: 'l', start: 'idle' },
          { id: 'up', children: [{ id: 'upper', children: [{ id: 'a', start: 5 }] }] },
        ],
      },
      "children[1].children[0].children[0]: child 'a': start: expected an actor logic, such as a machine, or a function that returns one, received 5",
    ],
    [{ dynamic: 5 }, 'dynamic: expected an object with options, received 5'],
    [
      { dynamic: {}, intensity: 3 },
      "tree: unknown option 'intensity'; a dynamic supervisor's options stand in dynamic: { … }",
    ],
    [
      { dynamic: { maxChildren: -1 } },
      'dynamic: dynamicSupervisor: maxChildren: expected an integer of at least 0, received -1',
    ],
    [
      { children: [{ id: 'pool', dynamic: { maxChildern: 1 } }] },
      "children[0].dynamic: dynamicSupervisor: unknown option 'maxChildern'; did you mean 'maxChildren'?",
    ],
    [
      { children: [{ id: 'pool', dynamic: { child: 'idle' } }] },
      "children[0].dynamic.child: expected an object, received 'idle'",
    ],
    [
      { children: [{ id: 'pool', dynamic: { child: { start: 'idel' } } }] },
      "children[0].dynamic.child: start: expected the name of one of the actors, received 'idel'",
    ],
    [
      { children: [{ id: 'pool', dynamic: {}, children: [] }] },
      "children[0]: child 'pool': unknown option 'children'; a dynamic supervisor's options stand in dynamic: { … }",
    ],
  ])('refuses %j, and says where', (spec, message) => {
    expect(refusal(spec)).toMatch(message);
  });

  it('says what to do when no actors are given at all', () => {
    expect(refusal({ children: [{ id: 'a', start: 'idle' }] }, {})).toMatch(
      "received 'idle'; (none are given: start(tree, { actors: { … } }))",
    );
  });

  test.each([
    [5, 'start: actors: expected an object with a logic for each name, received 5'],
    [idle, 'start: actors: expected an object with a logic for each name, received'],
    [
      { idle, other: 'other' },
      "start: actors: other: expected an actor logic, a function that returns one, or a child spec, received 'other'",
    ],
  ])('refuses %j for its actors', (given, message) => {
    expect(refusal({ children: [] }, given)).toMatch(message);
  });

  it('keeps what is wrong for programs', () => {
    const problemOf = (spec: unknown): unknown => {
      try {
        treeFrom(spec as TreeSpec, actors);
      } catch (error) {
        return (error as BadSpec).problem;
      }
      return undefined;
    };
    const up = (child: unknown) => ({ children: [{ id: 'up', children: [child] }] });
    expect(problemOf(up({ id: 'a', start: 'idle', shutdown: -1 }))).toEqual({ name: 'invalid_shutdown', value: -1 });
    expect(problemOf(up({ id: 'a', start: 'idel' }))).toEqual({ name: 'invalid_mfa', value: 'idel' });
  });

  it('refuses a tree that is a part of itself', () => {
    const branch: { id: string; children: unknown[] } = { id: 'up', children: [] };
    branch.children.push(branch);
    expect(refusal({ children: branch.children })).toBe(
      'expected at most 100 supervisors one below the other; is one of them its own child?',
    );
  });

  it('is not misled by what JSON may call a key', () => {
    const spec: unknown = JSON.parse(
      '{ "children": [{ "id": "a", "start": "idle", "__proto__": { "restart": "temporary" } }] }',
    );
    expect(refusal(spec)).toMatch("children[0]: child 'a': unknown option '__proto__'");
  });
});

describe('childFrom', () => {
  it('makes a spec of one that names its logic', () => {
    expect(childFrom({ id: 'a', start: 'idle', restart: 'temporary' }, actors)).toEqual({
      id: 'a',
      start: idle,
      restart: 'temporary',
      [ACTOR_NAME]: 'idle',
    });
  });

  it('makes a spec of a branch', () => {
    const { start, ...spec } = childFrom(
      { children: [{ id: 'a', start: 'idle' }], restart: 'transient' },
      actors,
    ) as ChildSpec;
    expect(spec).toEqual({ restart: 'transient' });
    expect(optionsOf(start as AnyActorLogic)).toMatchObject({ children: [{ id: 'a' }] });
  });

  it.each([[{ args: [1] }], [{ id: 'a', start: idle }], [undefined], [5], [[]]])('leaves %j as it is', (spec) => {
    expect(childFrom(spec, actors)).toBe(spec);
  });

  it('says which name there is not, and what is wrong below a branch', () => {
    expect(() => childFrom({ start: 'idel' }, actors)).toThrow(
      "child spec: start: expected the name of one of the actors, received 'idel'; did you mean 'idle'?",
    );
    expect(() => childFrom({ id: 'a', children: [{}] }, actors)).toThrow('children[0]: id: expected a string');
  });
});

/** What data can say, code can say, and the other way round: the compiler looks. */
const _options: SupervisorOptions extends TreeSpec ? true : never = true;
void _options;
