import { inspect } from 'node:util';
import { createActor, createMachine } from 'xstate';
import { BadSpec, MaxChildren, NotReady, StartFailed, StartTimedOut } from '../../supervisors/index.js';

describe('BadSpec', () => {
  it.each([
    [BadSpec.unknownOption('supervisor', 'max_restarts', ['intensity', 'period']), 'here it is intensity'],
    [BadSpec.unknownOption('supervisor', 'maxSeconds', ['intensity', 'period']), 'here it is period, in milliseconds'],
    [BadSpec.unknownOption('dynamicSupervisor', 'max_restarts', ['args']), 'known are args'],
    [BadSpec.expected("child 'a': start", 'a logic', Promise.resolve()), 'expected a logic, received a promise'],
    [
      BadSpec.expected("child 'a': start", 'a logic', createActor(createMachine({}))),
      'expected a logic, received an actor that was made already',
    ],
  ])('says what came, and what Elixir’s names are here: %s', ({ message }, said) => {
    expect(message).toContain(said);
  });

  it('has a problem for programs, of an unknown kind if nothing else is said', () => {
    expect(new BadSpec('no').problem).toEqual({ name: 'invalid_option' });
    expect(BadSpec.expected('supervisor: strategy', 'another', 'all').problem).toEqual({
      name: 'invalid_option',
      value: 'all',
    });
    const problem = { name: 'invalid_strategy', value: 'all' } as const;
    expect(BadSpec.expected('supervisor: strategy', 'another', 'all', problem).problem).toEqual(problem);
    expect(BadSpec.unknownOption('supervisor', 'strtegy', ['strategy']).problem).toEqual({
      name: 'invalid_option',
      value: 'strtegy',
    });
  });

  it('does not print the value with the error: it may be a whole machine', () => {
    expect(inspect(BadSpec.expected('start', 'a logic', { deep: 'x'.repeat(99) }))).not.toContain('xxx');
  });
});

describe('StartTimedOut', () => {
  it('keeps the path and the time, also as the cause of a start that failed', () => {
    const error = new StartTimedOut('up/slow', 50);
    expect(error).toMatchObject({ path: 'up/slow', timeout: 50 });
    expect(StartFailed.from('up/slow', error)).toMatchObject({ path: 'up/slow', cause: error });
  });
});

describe('MaxChildren', () => {
  it.each([
    ['', 1, 'the root supervisor has 1 child, all that maxChildren allows: try again when one has ended, or raise it'],
    [
      'pool',
      0,
      "supervisor 'pool' has 0 children, all that maxChildren allows: try again when one has ended, or raise it",
    ],
  ])('names the supervisor %j and its limit %i', (path, maxChildren, message) => {
    expect(new MaxChildren(path, maxChildren)).toMatchObject({ path, maxChildren, message });
  });
});

describe('NotReady', () => {
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  it.each<[string[], string[], string]>([
    [[], [], ''],
    [['a'], [], ": 'a' is slow"],
    [['up/a'], ['b'], ": 'up/a' is slow; 'b' waits for it"],
    [['a', 'b'], ['c', 'd'], ": 'a' is slow; 'b' is slow; 'c', 'd' wait for them"],
    [[], ['c'], ": 'c' waits"],
    [
      all,
      all,
      ": 'a' is slow; 'b' is slow; 'c' is slow; 'd' is slow; 'e' is slow; and 2 more; 'a', 'b', 'c', 'd', 'e', and 2 more wait for them",
    ],
  ])('names the children that are waited for, and those that wait, not too many: %j, %j', (children, waiting, why) => {
    const message = `the tree is not ready within 500 ms${why}`;
    const holding = new Map(children.map((path) => [path, 'is slow']));
    expect(NotReady.within(500, holding, waiting)).toMatchObject({ message, children });
  });

  it('keeps its cause, and the children that it is about', () => {
    const cause = new Error('no fuel');
    expect(new NotReady('no', { cause, children: ['a'] })).toMatchObject({ cause, children: ['a'] });
    expect(new NotReady('no').children).toEqual([]);
  });
});
