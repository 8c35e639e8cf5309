import { createMachine } from 'xstate';
import { chartOf } from '../../src/inspector/chart.js';
import { layoutOf } from '../../src/inspector/layout.js';
import { type SvgOptions, toSvg } from '../../src/inspector/svg.js';
import { flatMachine } from '../support/charts.js';

function draw(logic: unknown, options?: SvgOptions): string {
  const chart = chartOf(logic) ?? { id: '', nodes: [], edges: [] };
  return toSvg(chart, layoutOf(chart), options);
}

describe('toSvg', () => {
  it('marks each state with its id, and lights the active ones', () => {
    const svg = draw(flatMachine, { active: ['', 'established'] });
    expect(svg).toContain('<g class="state atomic active" data-state="established">');
    expect(svg).toContain('<g class="state atomic" data-state="closed">');
    expect(svg).toContain('<g class="state final" data-state="lost">');
  });

  it('is the same for the same chart', () => {
    expect(draw(flatMachine)).toBe(draw(flatMachine));
  });

  it('brings its style along, unless the page has it already', () => {
    expect(draw(flatMachine)).toContain('prefers-color-scheme: dark');
    expect(draw(flatMachine, { isStandalone: false })).not.toContain('<style>');
  });

  it('holds names as text, whatever they are', () => {
    const svg = draw(createMachine({ initial: '<b>"&\u0000', states: { '<b>"&\u0000': { on: { '<script>': {} } } } }));
    expect(svg).not.toMatch(/<b>|<script>/);
    expect(svg).not.toContain('\u0000');
    expect(svg).toContain('&#60;b&#62;&#34;&#38;\ufffd');
  });
});
