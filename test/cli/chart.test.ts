import { fromPromise } from 'xstate';
import { renderChart } from '../../src/cli/chart.js';
import { flatMachine } from '../support/charts.js';

const logics = { session: flatMachine, promise: fromPromise(async () => 1) };

describe('renderChart', () => {
  it.each([
    ['mermaid', /^stateDiagram-v2\n/],
    ['svg', /^<svg /],
  ])('draws a chart as %s', (format, expected) => {
    expect(renderChart('session', format, logics)).toMatch(expected);
  });

  it.each([
    ['sesion', 'svg', "expected a chart, one of session, promise; received 'sesion'; did you mean 'session'?"],
    ['Session', 'svg', "did you mean 'session'?"],
    ['toString', 'svg', "received 'toString'"],
    ['session', 'mermade', "expected a format, one of mermaid, svg; received 'mermade'; did you mean 'mermaid'?"],
    ['promise', 'svg', "'promise' has no state chart"],
  ])('refuses %s as %s', (name, format, message) => {
    expect(() => renderChart(name, format, logics)).toThrow(message);
  });

  it('guesses nothing where nothing is near', () => {
    expect(() => renderChart('unheard-of', 'svg', logics)).toThrow(/received 'unheard-of'$/);
  });
});
