import { SimulatedClock } from 'xstate';
import { Feed, type FeedLine } from '../../src/inspector/feed.js';
import { type InspectedReport, type InspectedTree, Records } from '../../src/inspector/records.js';
import type { ChildView } from '../../supervisors/index.js';

const child = (id: string, facts: Partial<ChildView> = {}): ChildView => ({
  id,
  path: id,
  type: 'worker',
  status: 'running',
  isReady: true,
  incarnation: 1,
  restarts: 0,
  state: 'joined',
  lastExit: undefined,
  retryAt: undefined,
  supervisor: undefined,
  ...facts,
});

/** A tree that is only data, and counts who looks at it. */
function setUp() {
  const clock = new SimulatedClock();
  let children = [child('a'), child('b')];
  let views = 0;
  let inspectors: (() => void)[] = [];
  let listeners: ((report: InspectedReport) => void)[] = [];
  const tree: InspectedTree = {
    view: () => {
      views += 1;
      const supervisor = { strategy: 'one_for_one', intensity: 1, period: 5_000, recentRestarts: 0, children };
      return child('', { type: 'supervisor', supervisor });
    },
    find: () => undefined,
    onReport: (listener) => {
      listeners.push(listener);
      return () => {
        listeners = listeners.filter((each) => each !== listener);
      };
    },
    inspect: (inspector) => {
      const call = inspector as () => void;
      inspectors.push(call);
      return () => {
        inspectors = inspectors.filter((each) => each !== call);
      };
    },
  };
  const records = new Records(tree, clock, () => feed.mark());
  const feed = new Feed(tree, records, clock);
  const lines: FeedLine[] = [];
  const page = { isReady: () => true, write: (line: FeedLine) => void lines.push(line) };
  return {
    clock,
    feed,
    records,
    lines,
    page,
    setChildren: (next: ChildView[]) => {
      children = next;
    },
    happen: () => {
      for (const inspector of inspectors) inspector();
    },
    report: (report: object) => {
      for (const listener of listeners) listener({ type: 'exited', path: 'a', at: 1, ...report });
    },
    counts: () => ({ views, inspectors: inspectors.length, listeners: listeners.length }),
  };
}

describe('Feed', () => {
  it('observes and computes nothing without a page', () => {
    const { clock, counts, happen, feed, page } = setUp();
    happen();
    clock.increment(60_000);
    expect(counts()).toMatchObject({ views: 0, inspectors: 0 });
    const stop = feed.watchTree(page);
    expect(counts()).toMatchObject({ views: 1, inspectors: 1 });
    stop();
    clock.increment(60_000);
    expect(counts()).toMatchObject({ views: 1, inspectors: 0 });
  });

  it('sends everything first, then the rows that changed', () => {
    const { clock, feed, page, lines, happen, setChildren } = setUp();
    feed.watchTree(page);
    expect(lines).toMatchObject([{ kind: 'tree', order: ['', 'a', 'b'], rows: [{}, { path: 'a' }, { path: 'b' }] }]);
    setChildren([child('a'), child('b', { incarnation: 2, restarts: 1 })]);
    happen();
    clock.increment(80);
    expect(lines[1]).toMatchObject({ kind: 'tree', rows: [{ path: 'b', incarnation: 2, restarts: 1 }] });
    expect(lines[1]).not.toHaveProperty('order');
    setChildren([child('a')]);
    happen();
    clock.increment(80);
    expect(lines[2]).toMatchObject({ rows: [], order: ['', 'a'] });
  });

  it('gathers what happens within 80 ms, and says nothing where nothing changed', () => {
    const { clock, feed, page, lines, happen, counts } = setUp();
    feed.watchTree(page);
    for (let n = 0; n < 1_000; n += 1) happen();
    clock.increment(79);
    expect(counts().views).toBe(1);
    clock.increment(1);
    expect(counts().views).toBe(2);
    expect(lines).toHaveLength(1);
  });

  it('beats, so that a page notices what time alone changes', () => {
    const { clock, feed, page, lines, setChildren } = setUp();
    feed.watchTree(page);
    setChildren([child('a', { status: 'parked' })]);
    clock.increment(2_000);
    expect(lines.at(-1)).toMatchObject({ kind: 'beat', now: 2_000 });
    clock.increment(80);
    expect(lines.at(-1)).toMatchObject({ kind: 'tree', rows: [{ path: 'a', status: 'parked' }] });
  });

  it('computes nothing for a page that does not keep up, and all that it missed later', () => {
    const { clock, feed, lines, happen, setChildren } = setUp();
    let isReady = true;
    feed.watchTree({ isReady: () => isReady, write: (line) => void lines.push(line) });
    isReady = false;
    setChildren([child('a', { restarts: 5 }), child('b')]);
    happen();
    clock.increment(80);
    expect(lines).toHaveLength(1);
    isReady = true;
    happen();
    clock.increment(80);
    expect(lines[1]).toMatchObject({ rows: [{ path: 'a', restarts: 5 }] });
  });

  it('tells a page of a tree that cannot be read, and goes on', () => {
    const { feed, lines, page, records } = setUp();
    jest.spyOn(records, 'rows').mockImplementation(() => {
      throw new Error('no view');
    });
    feed.watchTree(page);
    expect(lines).toEqual([{ kind: 'trouble', now: 0, why: 'no view' }]);
  });
});

describe('Records', () => {
  it('keeps the last 200 reports from the start on, as sentences without secrets', () => {
    const { records, report } = setUp();
    for (let n = 1; n <= 250; n += 1) report({ reason: new Error(`reason ${n}`), fate: 'restarting' });
    const kept = records.reportsAfter(0);
    expect(kept).toHaveLength(200);
    expect(kept[0]).toEqual({
      sequence: 51,
      at: 1,
      path: 'a',
      type: 'exited',
      text: 'Error: reason 51 \u00b7 fate restarting',
    });
    expect(records.reportsAfter(249)).toHaveLength(1);
    report({ type: 'parked', reason: { ticket: 'canary' } });
    expect(records.reportsAfter(250)[0]?.text).toBe('{"ticket":"[redacted]"}');
  });

  it('tells a message to its end, where it says what to do, a wait in seconds, and nothing of what is not so', () => {
    const { records, report, setChildren } = setUp();
    const reason = `SessionAborted: ${'x'.repeat(400)}; check the realm's name`;
    report({ reason, fate: 'restarting', isStopped: false });
    report({ type: 'restarting', in: 8_105, attempt: 7 });
    expect(records.reportsAfter(0).map(({ text }) => text)).toEqual([
      `${reason} \u00b7 fate restarting`,
      'in 8.1 s \u00b7 attempt 7',
    ]);
    setChildren([child('a', { lastExit: { reason, at: 1 } })]);
    expect(records.rows()[1]?.lastExit?.reason).toBe(reason);
  });

  it('stops listening when it is closed', () => {
    const { records, counts } = setUp();
    expect(counts().listeners).toBe(1);
    records.close();
    expect(counts().listeners).toBe(0);
  });

  it.each([
    ['joined', 'joined'],
    [{ joined: 'degraded' }, 'joined.degraded'],
    [{ a: 'b', c: 'd' }, 'a.b, c.d'],
    [undefined, ''],
    [7, ''],
  ])('writes the state %j as %j', (state, text) => {
    const { records, setChildren } = setUp();
    setChildren([child('a', { state })]);
    expect(records.rows()[1]?.state).toBe(text);
  });
});
