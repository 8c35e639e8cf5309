import fc from 'fast-check';
import { SimulatedClock } from 'xstate';
import {
  type ChildIdentity,
  type PartitionKey,
  partition,
  partitionOf,
  partitionSupervisor,
  start,
  supervisor,
} from '../../../supervisors/index.js';
import { settle } from '../support/settle.js';
import { worker } from '../support/workers.js';

const clock = new SimulatedClock();
const four = (more = {}) => partitionSupervisor({ child: { start: worker() }, partitions: 4, ...more });

describe('partitionOf', () => {
  // From an implementation of its own, in another language.
  it.each([
    ['', 65_521, 34_115],
    ['a', 65_521, 16_209],
    ['foobar', 65_521, 23_470],
    ['com.example.add', 8, 4],
    ['é', 65_521, 44_392],
    ['€', 65_521, 17_700],
    ['日本', 65_521, 41_517],
    ['😀', 65_521, 42_340],
    ['\ufffd', 65_521, 64_542],
    ['\ud800', 65_521, 64_542],
    [0, 8, 0],
    [-0, 8, 0],
    [13, 8, 5],
    [-13, 8, 5],
    [-8, 8, 0],
    [2 ** 53, 10, 2],
    [13n, 8, 5],
    [-13n, 8, 5],
    [2n ** 64n + 3n, 8, 3],
    ['anything', 1, 0],
  ] as const)('%p of %d partitions is %d', (key, partitions, expected) => {
    expect(partitionOf(key, partitions)).toBe(expected);
  });

  it('is a whole number below the number of partitions, and the same again, for every key', () => {
    const keys = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.maxSafeInteger(), fc.bigInt());
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 65_536 }), (key, partitions) => {
        const found = partitionOf(key, partitions);
        expect(Number.isInteger(found) && found >= 0 && found < partitions).toBe(true);
        expect(partitionOf(key, partitions)).toBe(found);
      }),
    );
  });

  it.each([
    ['numbered', (index: number) => `user-${index}`],
    ['of doubled letters', (index: number) => [...index.toString(26)].map((digit) => digit + digit).join('')],
    ['of one letter more each', (index: number) => 'a'.repeat(index % 500) + index],
  ])('spreads texts that are %s evenly', (_title, keyOf) => {
    for (const partitions of [2, 3, 8, 16]) {
      const counts = new Array<number>(partitions).fill(0);
      for (let index = 0; index < 16_000; index++) counts[partitionOf(keyOf(index), partitions)]! += 1;
      const fair = 16_000 / partitions;
      // Five standard deviations of what chance would give.
      for (const count of counts) expect(Math.abs(count - fair)).toBeLessThan(5 * Math.sqrt(fair));
    }
  });

  it.each([
    [1.5, 4, 'partition key: expected a string, an integer up to 2^53, or a bigint, received 1.5'],
    [Number.NaN, 4, 'partition key: expected a string, an integer up to 2^53, or a bigint, received NaN'],
    [2 ** 53 + 2, 4, 'partition key: expected'],
    [undefined, 4, 'partition key: expected'],
    [{ id: 1 }, 4, 'partition key: expected a string, an integer up to 2^53, or a bigint, received {"id":1}'],
    ['a', 0, 'partitions: expected an integer from 1 to 65536, received 0'],
    ['a', 1.5, 'partitions: expected an integer from 1 to 65536, received 1.5'],
    ['a', '4', "partitions: expected an integer from 1 to 65536, received '4'"],
  ])('refuses %p of %p', (key, partitions, message) => {
    expect(() => partitionOf(key as PartitionKey, partitions as number)).toThrow(message);
  });
});

describe('partitionSupervisor', () => {
  it('has a child for each partition, told which by its id', async () => {
    const started: string[] = [];
    const inputs: string[] = [];
    const tree = start(
      partitionSupervisor({
        partitions: 3,
        child: {
          start: ({ id }) => {
            started.push(id);
            return worker();
          },
          input: ({ id, path }: ChildIdentity) => {
            inputs.push(path);
            return { id };
          },
        },
      }),
      { clock },
    );
    expect(started).toEqual(['0', '1', '2']);
    expect(inputs).toEqual(['0', '1', '2']);
    expect(tree.find('2')?.actor.getSnapshot().context.id).toBe('2');
    await tree.stop();
  });

  it('restarts one partition and no other, unless its flags say otherwise', async () => {
    for (const [flags, expected] of [
      [{}, [1, 2, 1, 1]],
      [{ strategy: 'one_for_all' }, [2, 2, 2, 2]],
    ] as const) {
      const tree = start(four(flags), { clock });
      tree.find('1')?.actor.send({ type: 'crash' });
      await settle();
      expect(tree.view().supervisor?.children.map(({ incarnation }) => incarnation)).toEqual(expected);
      await tree.stop();
    }
  });

  it.each([
    ['no options', [undefined], 'partitionSupervisor: expected options, an object with child and partitions'],
    ['no partitions', [{ child: {} }], 'partitionSupervisor: partitions: expected an integer from 1 to 65536'],
    ['too many', [{ child: {}, partitions: 1e9 }], 'partitions: expected an integer from 1 to 65536'],
    ['no child', [{ partitions: 2 }], 'partitionSupervisor: child: expected a child spec without id'],
    ['a logic as child', [{ child: worker(), partitions: 2 }], 'child: expected a child spec without id'],
    [
      'a child with an id',
      [{ child: { id: 'session', start: worker() }, partitions: 2 }],
      "partitionSupervisor: child: expected no id, since the children are named '0' to '1', received 'session'",
    ],
    ['a child without start', [{ child: {}, partitions: 2 }], "child '0': start: expected an actor logic"],
    [
      'a misspelt flag',
      [{ child: { start: worker() }, partitions: 2, intesity: 1 }],
      "unknown option 'intesity'; did you mean 'intensity'?",
    ],
  ])('refuses %s', (_title, args, message) => {
    expect(() => (partitionSupervisor as (...args: unknown[]) => unknown)(...args)).toThrow(message);
  });
});

describe('partition', () => {
  const house = () =>
    start(
      supervisor({
        children: [
          {
            id: 'up',
            start: supervisor({
              children: [
                { id: 'sessions', start: four() },
                { id: 'both', start: four() },
              ],
            }),
          },
          { id: 'both', start: four() },
          { id: 'down', start: supervisor({ children: [{ id: 'both', start: four() }] }) },
          { id: 'worker', start: worker() },
        ],
      }),
      { clock },
    );

  it('is the path of the child that serves the key', async () => {
    const tree = house();
    const path = partition(tree, 'up/sessions', 'user-1');
    expect(path).toBe(`up/sessions/${partitionOf('user-1', 4)}`);
    expect(tree.find(path)?.identity.path).toBe(path);
    expect(partition(tree, 'both', -5)).toBe('both/1');
    await tree.stop();
  });

  it('finds the supervisor by an id that is unique, too', async () => {
    const tree = house();
    expect(partition(tree, 'sessions', 2)).toBe('up/sessions/2');
    await tree.stop();
  });

  it('knows the root as one', async () => {
    const tree = start(four(), { clock });
    expect(partition(tree, '', 6)).toBe('2');
    await tree.stop();
    expect(() => partition(tree, '', 6)).toThrow('the root supervisor is not running');
  });

  it('says what is wrong', async () => {
    const tree = house();
    expect(() => partition(tree, 'sesions', 1)).toThrow("no child 'sesions'; did you mean 'up/sessions'?");
    expect(() => partition(tree, 'worker', 1)).toThrow(
      "child 'worker': expected a partition supervisor, received 'another kind of child'",
    );
    expect(() => partition(tree, 'up/sessions', undefined as never)).toThrow('partition key: expected');
    expect(() => partition({} as never, 'up/sessions', 1)).toThrow('a tree: expected what start(…) returned');
    await tree.terminateChild('both');
    expect(() => partition(tree, 'both', 1)).toThrow("supervisor 'both' is not running");
    await tree.terminateChild('up');
    expect(() => partition(tree, 'up/sessions', 1)).toThrow("no child 'up/sessions'");
    await tree.stop();
  });
});
