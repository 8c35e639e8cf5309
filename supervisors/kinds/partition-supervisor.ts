import type { SupervisorLogic } from '../engine/supervisor-logic.js';
import { BadSpec } from '../errors.js';
import type { ChildSpec } from '../spec/child-spec.js';
import { locate } from '../tree/locate.js';
import type { Tree } from '../tree/tree.js';
import { type SupervisorOptions, supervisor } from './supervisor.js';

/** How many partitions the logic has: a property under a well-known symbol, as the other traits of a logic are. */
const PARTITIONS = Symbol.for('respell.partitions');

/** More are a mistake rather than a wish. */
const MOST = 65_536;

/** An integer, or a text: an id, a name, a URI. */
export type PartitionKey = string | number | bigint;

/** A child spec without `id`: the ids are the numbers of the partitions. */
export type PartitionChild = Omit<ChildSpec, 'id'>;

/** What `partitionSupervisor` takes: one child, and how many copies of it; else a supervisor's options. */
export interface PartitionSupervisorOptions extends Omit<SupervisorOptions, 'children'> {
  /** What runs in each partition. Its `input`, and a start function, are told which by the `id` of their argument. */
  readonly child: PartitionChild;
  /** How many there are, from 1 to 65,536. */
  readonly partitions: number;
}

/**
 * A supervisor of several copies of one child, with ids `0`, `1` and so on, so that work is shared out by a key and what
 * fails under one key disturbs only those of its partition. The flags are those of {@link supervisor}.
 *
 * @throws {BadSpec} when an option or the child spec makes no sense
 * @see Elixir `PartitionSupervisor`
 */
export function partitionSupervisor(options: PartitionSupervisorOptions): SupervisorLogic {
  if (typeof options !== 'object' || options === null) {
    throw BadSpec.expected('partitionSupervisor', 'options, an object with child and partitions', options);
  }
  const { child, partitions, ...flags } = options;
  checkPartitions('partitionSupervisor: partitions', partitions);
  const template: unknown = child;
  if (typeof template !== 'object' || template === null || 'transition' in template) {
    throw BadSpec.expected('partitionSupervisor: child', 'a child spec without id, such as { start: … }', template);
  }
  if ('id' in template) {
    throw BadSpec.expected(
      'partitionSupervisor: child',
      `no id, since the children are named '0' to '${partitions - 1}'`,
      template.id,
    );
  }
  const children = Array.from({ length: partitions }, (_, index) => ({ ...child, id: String(index) }));
  return Object.assign(supervisor({ ...flags, children }), { [PARTITIONS]: partitions });
}

/**
 * The path of the child that serves `key`, for `tree.find` and `tree.handle`. The same key has the same path for as long
 * as the number of partitions is the same, in every process.
 *
 * @param idOrPath of the partition supervisor
 * @throws {BadSpec} when that is another kind of child, or for a key that is neither text nor integer
 * @throws {UnknownChild} {@link AmbiguousChild} {@link NotRunning}
 * @example `tree.find(partition(tree, 'sessions', user.id))?.actor.send(…)`
 */
export function partition(tree: Pick<Tree, 'find' | 'view'>, idOrPath: string, key: PartitionKey): string {
  const { path, logic } = locate(tree, idOrPath);
  const { [PARTITIONS]: partitions } = logic as { readonly [PARTITIONS]?: number };
  if (partitions === undefined) {
    throw BadSpec.expected(`child '${path}'`, 'a partition supervisor', 'another kind of child');
  }
  const id = String(partitionOf(key, partitions));
  return path === '' ? id : `${path}/${id}`;
}

/**
 * Which of so many partitions serves a key: of an integer the remainder, without its sign; of a text a hash.
 *
 * The hash is that of the text's UTF-8, so that a program in any language can have the same: 32-bit FNV-1a, finished by
 * the finalizer of MurmurHash3, since the last bits of FNV-1a alone tell little more than those of the text.
 *
 * @returns from 0 to `partitions - 1`
 * @throws {BadSpec}
 */
export function partitionOf(key: PartitionKey, partitions: number): number {
  checkPartitions('partitions', partitions);
  if (typeof key === 'string') return hash(key) % partitions;
  if (typeof key === 'bigint') return Math.abs(Number(key % BigInt(partitions)));
  // 2^53 is one more than the safe integers, and yet a WAMP id.
  if (Number.isInteger(key) && Math.abs(key) <= 2 ** 53) return Math.abs(key % partitions);
  throw BadSpec.expected('partition key', 'a string, an integer up to 2^53, or a bigint', key);
}

function checkPartitions(where: string, partitions: unknown): void {
  if (Number.isInteger(partitions) && Number(partitions) >= 1 && Number(partitions) <= MOST) return;
  throw BadSpec.expected(where, `an integer from 1 to ${MOST}`, partitions);
}

/** @returns an unsigned integer of 32 bits */
function hash(text: string): number {
  let state = 0x811c9dc5;
  const take = (octet: number): void => {
    state = Math.imul(state ^ octet, 0x01000193);
  };
  for (let index = 0; index < text.length; index++) {
    const point = text.codePointAt(index) ?? 0;
    if (point < 0x80) {
      take(point);
    } else {
      if (point > 0xffff) index += 1;
      for (const octet of utf8(point)) take(octet);
    }
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** The octets of a code point beyond ASCII. Half a surrogate pair becomes U+FFFD, as it does in `TextEncoder`. */
function utf8(point: number): readonly number[] {
  const last = 0x80 | (point & 0x3f);
  if (point < 0x800) return [0xc0 | (point >> 6), last];
  if (point >= 0xd800 && point <= 0xdfff) return [0xef, 0xbf, 0xbd];
  const third = 0x80 | ((point >> 6) & 0x3f);
  if (point < 0x10000) return [0xe0 | (point >> 12), third, last];
  return [0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), third, last];
}
