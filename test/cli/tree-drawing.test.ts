import { drawTree, stateOf } from '../../src/cli/tree-drawing.js';
import type { ChildView } from '../../supervisors/index.js';

const worker = (id: string, more: Partial<ChildView> = {}): ChildView => ({
  id,
  path: id,
  type: 'worker',
  status: 'running',
  isReady: true,
  incarnation: 1,
  restarts: 0,
  state: { connected: 'joined' },
  lastExit: undefined,
  retryAt: undefined,
  supervisor: undefined,
  ...more,
});

const supervising = (id: string, children: readonly ChildView[], recentRestarts = 0): ChildView =>
  worker(id, {
    type: 'supervisor',
    state: 'running',
    supervisor: { strategy: 'one_for_one', intensity: 3, period: 5_000, recentRestarts, children },
  });

const plain = { columns: 100, colours: false, now: 10_000 };

describe('drawTree', () => {
  it('draws a child a line, below its supervisor, with state, incarnation, restarts and last end', () => {
    const tree = supervising(
      '',
      [
        supervising('upstairs', [worker('sensor'), worker('heater', { incarnation: 3, restarts: 2 })], 1),
        worker('logger', {
          status: 'restarting',
          incarnation: 2,
          restarts: 1,
          lastExit: { reason: 'SessionAborted: wamp.error.unavailable', at: 6_000 },
        }),
      ],
      0,
    );
    expect(drawTree(tree, 'house', plain)).toEqual([
      '● house         one_for_one      0 of 3 restarts in 5 s',
      '├─ ● upstairs   one_for_one      1 of 3 restarts in 5 s',
      '│  ├─ ● sensor  joined      #1',
      '│  └─ ● heater  joined      #3   2 restarts',
      '└─ ◍ logger     restarting  #2   1 restart    4 s ago: SessionAborted: wamp.error.unavailable',
    ]);
  });

  it('marks what has yet to get ready, and what waits for it', () => {
    const children = [worker('db', { isReady: false }), worker('api', { status: 'waiting', isReady: false })];
    expect(drawTree(supervising('', children), 'house', plain).slice(1)).toEqual([
      '├─ ◔ db   joined      #1',
      '└─ ◦ api  waiting     #1',
    ]);
  });

  it('cuts a line to the terminal, and says that it did', () => {
    const ended = worker('a', { lastExit: { reason: 'x'.repeat(200), at: 10_000 } });
    const [, line = ''] = drawTree(supervising('', [ended]), 'root', { ...plain, columns: 50 });
    expect(line).toHaveLength(50);
    expect(line.endsWith('…')).toBe(true);
  });

  it('cuts before it paints, so that no escape sequence is cut in two', () => {
    const tree = supervising('', [worker('a', { restarts: 1 })]);
    const escapeCharacter = String.fromCharCode(27);
    const bare = (line: string) => line.replaceAll(new RegExp(`${escapeCharacter}\\[\\d+m`, 'g'), '');
    for (let columns = 1; columns < 60; columns += 1) {
      const painted = drawTree(tree, 'root', { columns, colours: true, now: 0 });
      expect(painted.map((line) => bare(line).trimEnd())).toEqual(
        drawTree(tree, 'root', { columns, colours: false, now: 0 }),
      );
    }
  });
});

describe('stateOf', () => {
  it.each([
    [{ status: 'running', state: { connected: 'restoring' } }, 'restoring'],
    [{ status: 'running', state: 'connecting' }, 'connecting'],
    [{ status: 'running', state: undefined }, 'running'],
    [{ status: 'parked', state: 'failed' }, 'parked'],
    [{ status: 'stopped', state: undefined }, 'stopped'],
  ] as const)('of %j is %s', (view, expected) => {
    expect(stateOf(worker('a', view))).toBe(expected);
  });
});
