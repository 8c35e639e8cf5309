import type { WriteStream } from 'node:tty';
import { Screen } from '../../../src/cli/demo/screen.js';

/** A terminal that remembers what it is sent, with ESC as `^`. */
function terminal(size: { columns?: number; rows?: number } = {}) {
  let sent = '';
  const out = { ...size, write: (text: string) => (sent += text) } as unknown as WriteStream;
  const take = () => {
    const text = sent.replaceAll('\u001B', '^');
    sent = '';
    return text;
  };
  return { out, take };
}

describe('Screen', () => {
  it('hides the cursor while it draws, and gives it back at the end', () => {
    const { out, take } = terminal();
    const screen = new Screen(out);
    expect(take()).toBe('^[?25l');
    screen.close();
    expect(take()).toBe('^[?25h');
  });

  it('draws over its last drawing, and wipes what the last one had more', () => {
    const { out, take } = terminal();
    const screen = new Screen(out);
    take();
    screen.draw(['one', 'two']);
    expect(take()).toBe('one^[K\ntwo^[K\n^[J');
    screen.draw(['three']);
    expect(take()).toBe('^[2A\rthree^[K\n^[J');
    screen.draw(['four']);
    expect(take()).toBe('^[1A\rfour^[K\n^[J');
  });

  it('draws no more lines than there are rows: a drawing that scrolls cannot be drawn over', () => {
    const { out, take } = terminal({ rows: 3 });
    const screen = new Screen(out);
    take();
    screen.draw(['one', 'two', 'three', 'four']);
    expect(take()).toBe('one^[K\ntwo^[K\n^[J');
  });

  it('draws over lines that were too long for one row, colours not counted', () => {
    const { out, take } = terminal({ columns: 10, rows: 5 });
    const screen = new Screen(out);
    take();
    screen.draw(['\u001B[31m0123456789\u001B[39m', '0123456789a', 'b']);
    take();
    screen.draw(['one', '0123456789a0123456789', 'not any more']);
    expect(take()).toBe('^[4A\rone^[K\n0123456789a0123456789^[K\n^[J');
  });

  it.each([
    [{ columns: 132 }, 132],
    [{}, 80],
  ])('of %j has %i columns', (size, columns) => {
    expect(new Screen(terminal(size).out).columns).toBe(columns);
  });
});
