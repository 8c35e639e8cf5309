import type { AnyActorLogic } from 'xstate';
import type { SupervisorLogic } from '../engine/supervisor-logic.js';
import { BadSpec } from '../errors.js';
import { dynamicSupervisor } from '../kinds/dynamic-supervisor.js';
import { SUPERVISOR_OPTIONS, type SupervisorOptions, supervisor } from '../kinds/supervisor.js';
import {
  ACTOR_NAME,
  type AutoShutdown,
  CHILD_OPTIONS,
  type ChildSpec,
  fullSpec,
  type StartFunction,
} from './child-spec.js';
import type { ChildTemplate, DynamicSupervisorOptions } from './dynamic-options.js';
import { checkIsSpec, checkKnown, isLogic, isObject, nameOf } from './spec-checks.js';

/**
 * A whole tree of supervisors as data, such as a JSON file: a supervisor's options, and among its children supervisors
 * with children of their own. Code is only referred to: `start` may be the name of one of the {@link Actors}, and JSON can
 * express every other value that is needed.
 *
 * @example `start(JSON.parse(text) as TreeSpec, { actors: { thermostat, heating } })`
 */
export type TreeSpec = SupervisorSpec | DynamicTreeSpec;

/** What `supervisor` takes, as data. */
export interface SupervisorSpec extends Omit<SupervisorOptions, 'children'> {
  /** In start order. */
  readonly children: readonly NodeSpec[];
}

/** What `dynamicSupervisor` takes, as data. */
export interface DynamicTreeSpec {
  readonly dynamic: Omit<DynamicSupervisorOptions, 'child'> & {
    readonly child?: Omit<LeafSpec, 'id'> | Omit<BranchSpec, 'id'>;
  };
}

/** One child in a tree that is data: a supervisor, which has children of its own, or anything else. */
export type NodeSpec = LeafSpec | BranchSpec;

/** A child spec whose logic may be given by its name. */
export interface LeafSpec extends Omit<ChildSpec, 'start'> {
  readonly start: ChildSpec['start'] | string;
}

/** A supervisor as a child: a child spec with a supervisor's options in the place of `start`. */
export type BranchSpec = Omit<ChildSpec, 'start' | 'input' | 'args'> & TreeSpec;

/**
 * What the names in a tree stand for: a logic, a start function, or a child spec, for what data cannot say: hooks, or an
 * `input` that is a function. `peer('thermostat', …)` makes such a spec. What the tree says goes before what it says, and
 * its `id` is not used: it may stand for many children.
 */
export type Actors = Readonly<Record<string, AnyActorLogic | StartFunction | PreparedSpec>>;

/** A child spec that stands behind a name of a tree that is data; where the tree gives the id, it needs none. */
export type PreparedSpec = Omit<ChildSpec, 'id'> & { readonly id?: string };

/** Something that is to be a spec, and may be anything yet. */
type Given = Readonly<Record<string, unknown>>;

/** More than anybody needs, and less than the call stack allows: what goes deeper is most likely a part of itself. */
const DEEPEST = 100;

/** Which option makes a dynamic one of a branch, and has all that its supervisor needs. */
const DYNAMIC: readonly string[] = ['dynamic'] satisfies readonly (keyof DynamicTreeSpec)[];

/** What a child spec says of its logic, which a branch says by its options. */
const OF_A_LEAF: readonly string[] = ['start', 'input', 'args'];
const OF_A_BRANCH = CHILD_OPTIONS.filter((name) => !OF_A_LEAF.includes(name));

/** Why an option that exists is none of a branch's. */
const NO_LEAF = each(OF_A_LEAF, 'it is for one child, and this is a supervisor with children of its own');
const NO_STATIC = { ...NO_LEAF, ...each(SUPERVISOR_OPTIONS, "a dynamic supervisor's options stand in dynamic: { … }") };

/**
 * Makes of a tree that is data what `supervisor` would have made of the same in code.
 *
 * @throws {BadSpec} for the first thing that is wrong; it names the place: `children[2].children[0]: …`
 */
export function treeFrom(spec: TreeSpec, actors: Actors = {}): SupervisorLogic {
  checkActors(actors);
  if (!isTreeSpec(spec)) throw BadSpec.expected('start', 'a tree: an object with children', spec);
  return new Reader(actors).logic(withoutUndefined(spec as unknown as Given), '', 0);
}

/**
 * Makes a child spec of one that names its logic, or is a branch. Any other value is left as it is, for the supervisor that
 * it is for to judge.
 *
 * @throws {BadSpec} when there is no such name, or something is wrong below a branch
 */
export function childFrom<Spec>(spec: Spec | NodeSpec, actors: Actors): Spec | ChildSpec {
  return (isObject(spec) ? new Reader(actors).child(spec, '', 0) : spec) as Spec;
}

/** Whether a value wants to be a tree, right or wrong. */
export function isTreeSpec(value: unknown): value is TreeSpec {
  return isObject(value) && !isLogic(value) && ('children' in value || 'dynamic' in value);
}

/** @throws {BadSpec} naming the first of them that nothing can be started from */
export function checkActors(actors: unknown): void {
  const where = 'start: actors';
  if (actors === undefined) return;
  if (!isObject(actors) || Array.isArray(actors) || isLogic(actors)) {
    throw BadSpec.expected(where, 'an object with a logic for each name', actors);
  }
  for (const [name, actor] of Object.entries(actors)) {
    if (typeof actor === 'function' || isLogic(actor) || (isObject(actor) && 'start' in actor)) continue;
    const expected = 'an actor logic, a function that returns one, or a child spec';
    throw BadSpec.expected(`${where}: ${name}`, expected, actor);
  }
}

/** `place` is where in the tree something stands, such as `children[2]`; the root's is `''`. */
class Reader {
  readonly #actors: Actors;

  constructor(actors: Actors) {
    this.#actors = actors;
  }

  /** @param spec without anything that is `undefined` */
  logic(spec: Given, place: string, depth: number): SupervisorLogic {
    if (depth > DEEPEST) {
      throw new BadSpec(`expected at most ${DEEPEST} supervisors one below the other; is one of them its own child?`);
    }
    return 'dynamic' in spec ? this.#dynamic(spec, place, depth) : this.#static(spec, place, depth);
  }

  /** Whatever needs no reading is left as it is. */
  child(given: Given, place: string, depth: number): Given {
    const { start: name, children, dynamic } = given;
    if (children !== undefined || dynamic !== undefined) return this.#branch(withoutUndefined(given), place, depth);
    if (typeof name !== 'string') return given;
    const spec = withoutUndefined(given);
    const prepared = at(place, () => this.#named(name, `${nameOf(spec, place || 'child spec')}: start`));
    return { ...prepared, ...spec, start: prepared['start'], [ACTOR_NAME]: name };
  }

  #branch(spec: Given, place: string, depth: number): Given {
    const isDynamic = 'dynamic' in spec;
    const names = isDynamic ? DYNAMIC : SUPERVISOR_OPTIONS;
    const child = nameOf(spec, place || 'child spec');
    at(place, () => checkKnown(spec, child, [...OF_A_BRANCH, ...names], isDynamic ? NO_STATIC : NO_LEAF));
    const entries = Object.entries(spec);
    const options = Object.fromEntries(entries.filter(([name]) => names.includes(name)));
    const own = Object.fromEntries(entries.filter(([name]) => !names.includes(name)));
    return { ...own, start: this.logic(options, place, depth) };
  }

  #static(options: Given, place: string, depth: number): SupervisorLogic {
    const { children, autoShutdown = 'never' } = options;
    const read = (child: unknown, index: number): Given =>
      this.#checked(child, inside(place, `children[${index}]`), depth + 1, { autoShutdown });
    // `map` would pass over a gap in the list.
    const specs = Array.isArray(children) ? Array.from(children, read) : children;
    return at(place, () => supervisor({ ...options, children: specs } as unknown as SupervisorOptions));
  }

  #dynamic({ dynamic, ...others }: Given, place: string, depth: number): SupervisorLogic {
    // Of a root: a branch's have been looked at.
    checkKnown(others, 'tree', DYNAMIC, NO_STATIC);
    const where = inside(place, 'dynamic');
    if (!isObject(dynamic)) throw BadSpec.expected(where, 'an object with options', dynamic);
    const { child, autoShutdown = 'never' } = dynamic;
    if (child === undefined) return at(where, () => dynamicSupervisor(dynamic));
    const template = this.#checked(child, inside(where, 'child'), depth + 1, { autoShutdown, id: 'child' });
    return at(where, () => dynamicSupervisor({ ...dynamic, child: template as unknown as ChildTemplate }));
  }

  /**
   * The supervisor checks it once more, but only here can it be said where in the tree it stands.
   *
   * @param defaults `id` for one that needs none
   */
  #checked(given: unknown, place: string, depth: number, { id, autoShutdown }: Given): Given {
    at(place, () => checkIsSpec(given, place));
    const spec = this.child(given as Given, place, depth);
    const full = { ...spec, id: spec['id'] ?? id } as unknown as ChildSpec;
    at(place, () => fullSpec(full, { where: place, autoShutdown: autoShutdown as AutoShutdown }));
    return spec;
  }

  #named(name: string, where: string): Given {
    const actor = Object.hasOwn(this.#actors, name) ? this.#actors[name] : undefined;
    if (actor === undefined) throw BadSpec.unknownActor(where, name, Object.keys(this.#actors));
    if (typeof actor === 'function' || isLogic(actor)) return { start: actor };
    // One spec may stand for many children, each with an id of its own.
    const { id: _, ...prepared } = actor as PreparedSpec;
    return prepared;
  }
}

/** What goes wrong in there is told with its place. */
function at<T>(place: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof BadSpec) || place === '' || error.message.startsWith(`${place}:`)) throw error;
    throw new BadSpec(`${place}: ${error.message}`, error.problem);
  }
}

function inside(place: string, part: string): string {
  return place === '' ? part : `${place}.${part}`;
}

function each(names: readonly string[], help: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, help]));
}

/** An option that is `undefined` is one that is not given. */
function withoutUndefined(given: Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
