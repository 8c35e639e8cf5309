/** `npm run docs`: what it makes, and that the pages have it. */
import { drawCharts, withMade } from '../../scripts/docs.js';
import { settingsTable } from '../../src/cli/router/schema.js';
import { read } from '../support/source-files.js';

const page = (inside: string) => `# Title\n\n<!-- charts:begin -->${inside}<!-- charts:end -->\n\nThe rest.\n`;

describe('withMade', () => {
  it('replaces what stands between the markers, and nothing else', () => {
    expect(withMade('charts', page('\n\nstale\n\n'), 'fresh\n')).toBe(page('\n\nfresh\n\n'));
    expect(withMade('charts', withMade('charts', page(''), 'fresh\n'), 'fresh\n')).toBe(
      withMade('charts', page(''), 'fresh\n'),
    );
  });

  it.each([
    ['no marker', '# Title\n'],
    ['no end', '<!-- charts:begin -->\n'],
    ['the end first', '<!-- charts:end --><!-- charts:begin -->\n'],
    ['a second beginning', `${page('')}<!-- charts:begin -->\n`],
    ['a second end', `${page('')}<!-- charts:end -->\n`],
  ])('refuses a page with %s', (_what, text) => {
    expect(() => withMade('charts', text, 'fresh\n')).toThrow(RangeError);
  });
});

describe('drawCharts', () => {
  it('draws both halves of a session, the peer, the supervisor and a task', () => {
    const files = [...drawCharts().matchAll(/<code>(.*?)<\/code>/g)].map(([, file]) => file);
    expect(files).toEqual([
      'actors/session.ts',
      'actors/router-session.ts',
      'actors/peer.ts',
      'supervisors/engine/chart.ts',
      'supervisors/tasks/task.ts',
    ]);
    expect(drawCharts().match(/^stateDiagram-v2$/gm)).toHaveLength(5);
  });
});

describe('docs/architecture.md', () => {
  it('shows the charts of the machines as they are: if not, run `npm run docs`', () => {
    const text = read('docs/architecture.md');
    expect(text).toBe(withMade('charts', text, drawCharts()));
  });
});

describe('docs/router.md', () => {
  it('has the table of the settings as they are: if not, run `npm run docs`', () => {
    const text = read('docs/router.md');
    expect(text).toBe(withMade('settings', text, settingsTable()));
  });
});
