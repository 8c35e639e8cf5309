import { and, createMachine, fromPromise, not } from 'xstate';
import { activeStates, chartOf, stateValue } from '../../src/inspector/chart.js';
import { supervisor } from '../../supervisors/index.js';
import { flatMachine, nestedMachine } from '../support/charts.js';

const edges = (logic: unknown) => chartOf(logic)?.edges.map(({ from, label, to }) => [from, label, to]);

describe('chartOf', () => {
  it('lists the states of a flat machine in the order of its definition, with the dot that enters it', () => {
    const nodes = chartOf(flatMachine)?.nodes.map(({ id, kind }) => [id, kind]);
    expect(nodes).toEqual([
      ['', 'compound'],
      ['#initial', 'initial'],
      ['closed', 'atomic'],
      ['establishing', 'atomic'],
      ['challenging', 'atomic'],
      ['established', 'atomic'],
      ['aborted', 'final'],
      ['lost', 'final'],
    ]);
  });

  it('labels events, delays, guards, what else is left, and the ends of invoked actors', () => {
    expect(edges(flatMachine)).toEqual([
      ['#initial', '', 'closed'],
      ['', 'ABORT', 'aborted'],
      ['', 'transport.closed', 'lost'],
      ['closed', 'session.join', 'establishing'],
      ['establishing', 'WELCOME', 'established'],
      ['establishing', 'CHALLENGE [isOffered]', 'challenging'],
      ['establishing', 'CHALLENGE [else]', 'aborted'],
      ['establishing', 'after 2 s', 'lost'],
      ['establishing', 'after welcomeTimeout', 'lost'],
      ['challenging', 'done sign', 'establishing'],
      ['challenging', 'error sign', 'aborted'],
      ['established', 'PING', undefined],
      ['established', 'AGAIN', 'established'],
    ]);
  });

  it('knows frames, regions and what is in them', () => {
    const nodes = chartOf(nestedMachine)?.nodes.map(({ id, kind, parent }) => [id, kind, parent]);
    expect(nodes).toContainEqual(['work', 'parallel', '']);
    expect(nodes).toContainEqual(['work.watch', 'compound', 'work']);
    expect(nodes).toContainEqual(['work.watch#initial', 'initial', 'work.watch']);
    expect(nodes).toContainEqual(['work.watch.alarmed', 'atomic', 'work.watch']);
    expect(edges(nestedMachine)).toContainEqual(['work', 'done', 'done']);
  });

  it('names what a state invokes', () => {
    const challenging = chartOf(flatMachine)?.nodes.find(({ id }) => id === 'challenging');
    expect(challenging?.invokes).toEqual([{ id: '0.session.challenging', src: 'sign' }]);
  });

  it.each([
    ['a name', 'isReady', '[isReady]'],
    ['an object', { type: 'isReady' }, '[isReady]'],
    ['a negation', not('isReady'), '[not isReady]'],
    ['a conjunction', and(['isReady', 'isOpen']), '[isReady and isOpen]'],
    [
      'a function without a name',
      (
        () => () =>
          true
      )(),
      '[guard]',
    ],
  ])('reads a guard that is %s', (_, guard, label) => {
    const machine = createMachine({
      initial: 'a',
      states: { a: { always: { guard: guard as never, target: 'b' } }, b: {} },
    });
    expect(edges(machine)).toContainEqual(['a', label, 'b']);
  });

  it('reads custom logic by its config: a supervisor has a chart', () => {
    const chart = chartOf(supervisor({ children: [] }));
    expect(chart?.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(['starting', 'running', 'gaveUp']));
  });

  it.each([
    ['a promise', fromPromise(async () => 1)],
    ['nothing', undefined],
    ['a wrong config', { config: { states: 1 } }],
  ])('finds no chart in %s', (_, logic) => {
    expect(chartOf(logic)).toBeUndefined();
  });
});

describe('activeStates', () => {
  it.each([
    [undefined, ['']],
    ['joined', ['', 'joined']],
    [{ joined: 'degraded' }, ['', 'joined', 'joined.degraded']],
    [{ a: { b: {} }, c: 'd' }, ['', 'a', 'a.b', 'c', 'c.d']],
  ])('of %j are %j', (value, expected) => {
    expect(activeStates(value)).toEqual(expected);
  });
});

describe('stateValue', () => {
  it.each([
    [{ value: 'a' }, 'a'],
    [{ value: 7 }, undefined],
    [{ status: 'active' }, undefined],
    [undefined, undefined],
  ])('of the snapshot %j is %j', (snapshot, expected) => {
    expect(stateValue(snapshot)).toEqual(expected);
  });
});
