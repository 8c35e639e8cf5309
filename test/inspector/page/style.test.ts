/** Whether the page can be read: the contrasts of its colours, as WCAG 2.2 measures them (1.4.3 and 1.4.11). */
import { CHART_STYLE } from '../../../src/inspector/page/chart-style.js';
import { PAGE_STYLE } from '../../../src/inspector/page/style.js';

type Theme = 'light' | 'dark';
type Colours = ReadonlyMap<string, string>;

/** A colour of a theme, by the name of its property. */
function coloursOf(style: string, theme: Theme): Colours {
  const [light = '', dark = ''] = style.split('@media (prefers-color-scheme: dark)');
  const block = theme === 'light' ? light : dark.slice(0, dark.indexOf('\n}\n'));
  const found = block.matchAll(/--([\w-]+): (?:var\(--chart-[\w-]+, )?(#[0-9a-f]{6})/g);
  return new Map([...found].map(([, name = '', value = '']) => [name, value]));
}

/** Relative luminance, from 0 to 1. */
function luminance(colour: string): number {
  const linear = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const [red = 0, green = 0, blue = 0] = linear;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(colours: Colours, one: string, other: string): number {
  const [dark = 0, light = 0] = [one, other]
    .map((name) => luminance(colours.get(name) ?? '#invalid'))
    .sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** What stands on what, and how far apart the two have to be. */
const ON_THE_PAGE: readonly (readonly [string, readonly string[], number])[] = [
  ['ink', ['ground', 'paper', 'raised', 'accent-soft', 'flash'], 4.5],
  ['soft', ['ground', 'paper', 'raised', 'accent-soft', 'flash'], 4.5],
  ['accent', ['paper'], 4.5],
  ['good', ['ground', 'paper'], 4.5],
  ['warn', ['ground', 'paper', 'raised', 'accent-soft', 'flash'], 4.5],
  ['bad', ['ground', 'paper', 'raised', 'accent-soft', 'bad-soft', 'flash'], 4.5],
  ['idle', ['ground', 'paper'], 4.5],
  // Icons, the ring of the focus, the edge of the search.
  ['good', ['raised', 'accent-soft', 'flash'], 3],
  ['accent', ['ground', 'raised', 'accent-soft', 'flash'], 3],
  ['idle', ['raised', 'accent-soft', 'flash'], 3],
  ['field', ['paper', 'raised'], 3],
];

const IN_A_CHART: typeof ON_THE_PAGE = [
  ['ink', ['paper', 'frame', 'bar'], 4.5],
  ['soft', ['paper', 'frame', 'bar'], 4.5],
  ['on-ink', ['on-soft', 'frame'], 4.5],
  ['line', ['paper', 'frame', 'bar', 'on-soft'], 3],
  ['on', ['paper', 'frame', 'bar', 'on-soft'], 3],
];

describe.each(['light', 'dark'] as const)('the colours, %s', (theme) => {
  it.each([
    ['the page', PAGE_STYLE, ON_THE_PAGE],
    ['a chart', CHART_STYLE, IN_A_CHART],
  ])('can be told from what they stand on: %s', (_what, style, pairs) => {
    const colours = coloursOf(style, theme);
    const tooClose = pairs.flatMap(([name, grounds, least]) =>
      grounds
        .map((ground) => ({ name, ground, least, is: contrast(colours, name, ground) }))
        .filter(({ is }) => !(is >= least)),
    );
    expect(tooClose).toEqual([]);
  });
});

describe('contrast', () => {
  it('is 21 between black and white, and 1 between equals', () => {
    const colours = new Map([
      ['black', '#000000'],
      ['white', '#ffffff'],
    ]);
    expect(contrast(colours, 'black', 'white')).toBeCloseTo(21);
    expect(contrast(colours, 'white', 'white')).toBe(1);
  });
});
