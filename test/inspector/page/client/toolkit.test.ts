import { runInNewContext } from 'node:vm';
import { type Toolkit, toolkit } from '../../../../src/inspector/page/client/toolkit.js';

/** As the page gets it: its text, in a world that has nothing of this one. */
const kit = runInNewContext(`(${String(toolkit)})()`, { Math }) as Toolkit;

describe('toolkit', () => {
  it.each([
    [-5, '0 ms'],
    [0, '0 ms'],
    [849.6, '850 ms'],
    [1_000, '1 s'],
    [4_230, '4.2 s'],
    [5_000, '5 s'],
    [59_400, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [3_600_000, '1 h'],
    [86_399_999, '23 h'],
    [200_000_000, '2 d'],
  ])('writes %d milliseconds as %s', (milliseconds, expected) => {
    expect(kit.duration(milliseconds)).toBe(expected);
  });

  it('sets a text only if it is another one: a selection in it survives', () => {
    const written: string[] = [];
    const element = {
      get textContent() {
        return written.at(-1) ?? '';
      },
      set textContent(text: string) {
        written.push(text);
      },
    } as Element;
    for (const text of ['joined', 'joined', 'left']) kit.setText(element, text);
    expect(written).toEqual(['joined', 'left']);
  });
});
