/** `npm run soak`, in short: every phase with a router in a process of its own. Rates are for the long run, on a quiet machine. */
import { audit, churn, idle, ledger, sleeper, slope, warmUp } from './phases.js';
import { faults, report, type Soaked } from './report.js';
import { SoakedRouter } from './router-process.js';
import { requestFrom } from './soak.js';

const MIB = 2 ** 20;

describe('the embedded router', () => {
  let router: SoakedRouter;
  beforeAll(async () => {
    router = await SoakedRouter.start();
    await warmUp(router, 100);
  }, 60_000);
  afterAll(() => router.stop());

  it('has no timer for a session that is idle, and little memory', async () => {
    const figures = await idle(router, 300, 100);
    expect(figures).toMatchObject({ sessions: 300 });
    expect(figures.timers).toBeLessThan(15);
    expect(figures.memory.map(({ transport }) => transport)).toEqual(['rawsocket', 'websocket']);
    for (const { heap } of figures.memory) expect(heap).toBeLessThan(40 * 1_024);
    expect(figures.leftPerSession * 300).toBeLessThan(4 * MIB);
  }, 60_000);

  it('keeps nothing of sessions that have come and gone', async () => {
    const figures = await churn(router, 100, 2);
    expect(figures).toMatchObject({ failed: 0, asked: 100 });
    expect(figures.growth * figures.sessions).toBeLessThan(4 * MIB);
  }, 60_000);

  it('aborts who does not read, takes no memory for it, and the others go on', async () => {
    const figures = await sleeper(router, 2, 200, 8);
    expect(figures).toMatchObject({ asleep: 2, aborted: 2 });
    expect(figures.grown).toBeLessThan(64 * MIB);
    expect(figures.during).toBeGreaterThan(0);
  }, 60_000);

  it('loses nothing that it has acknowledged, and keeps each publisher’s order', async () => {
    const figures = await ledger(router, 4, 250, 4);
    expect(figures).toMatchObject({ acknowledged: 1_000, lost: 0, doubled: 0, disordered: 0, spoilt: 0 });
  }, 60_000);
});

describe('what the phases count', () => {
  it('is the slope of the line through the looks', () => {
    expect(
      slope([
        [0, 5],
        [10, 25],
        [20, 45],
      ]),
    ).toBeCloseTo(2);
    expect(slope([[3, 5]])).toBe(0);
  });

  it.each([
    ['nothing, of a book that is complete', [1, 2, 3], { lost: 0, doubled: 0, disordered: 0 }],
    ['what is lost', [1, 3], { lost: 1, doubled: 0, disordered: 0 }],
    ['what came twice', [1, 2, 2, 3], { lost: 0, doubled: 1, disordered: 0 }],
    ['what came late', [1, 3, 2], { lost: 0, doubled: 0, disordered: 1 }],
  ])('is %s', (_, numbers, counted) => {
    expect(audit([new Map([[0, numbers]])], 1, 3)).toEqual(counted);
  });
});

describe('npm run soak', () => {
  const good: Soaked = {
    idle: {
      sessions: 10_000,
      memory: [
        { transport: 'rawsocket', heap: 1_024, rss: 2_048 },
        { transport: 'websocket', heap: 3_072, rss: 4_096 },
      ],
      timers: 0,
      cpuPerSecond: 1,
      leftPerSession: 0,
      opened: 1,
    },
    churn: { sessions: 60_000, rate: 1_000, asked: 1_000, failed: 0, growth: 3, late: 1, cpuPerSession: 1 },
    sleeper: { asleep: 2, before: 500, during: 490, grown: MIB, aborted: 2 },
    ledger: {
      acknowledged: 9,
      subscribers: 1,
      lost: 0,
      doubled: 0,
      disordered: 0,
      spoilt: 0,
      perSecond: 1,
      cpuPerEvent: 1,
    },
  };

  it('has all figures in its report, and finds no fault where there is none', () => {
    expect(faults(good)).toEqual([]);
    expect(report(good)).toContain('98 % of 500 a second');
    expect(report(good)).toMatch(/over WebSocket: .* 3\.0 KiB, 4\.0 KiB/);
  });

  it.each([
    ['a timer for each session', { idle: { ...good.idle, timers: 10_000 } }, '10000 idle sessions have 10000 timers'],
    ['what is kept', { churn: { ...good.churn, growth: 900 } }, 'the heap grows by 900 octets'],
    ['one that is not aborted', { sleeper: { ...good.sleeper, aborted: 1 } }, '1 sessions were aborted where 2'],
    ['others that are held up', { sleeper: { ...good.sleeper, during: 400 } }, 'others had 80 % of their events'],
    [
      'an event that is lost',
      { ledger: { ...good.ledger, lost: 1 } },
      '1 events of acknowledged publications were lost',
    ],
  ])('finds %s', (_, worse, said) => {
    expect(faults({ ...good, ...worse })).toEqual([expect.stringContaining(said)]);
  });

  it('knows its options', () => {
    expect(requestFrom([])).toEqual({
      transports: ['rawsocket', 'websocket'],
      sessions: 10_000,
      rate: 1_000,
      seconds: 60,
      json: undefined,
    });
    expect(requestFrom(['--transport', 'websocket'])).toMatchObject({ transports: ['websocket'] });
    expect(() => requestFrom(['--transport', 'http'])).toThrow(
      '--transport: expected both, rawsocket, websocket, received http',
    );
    expect(() => requestFrom(['--rate', 'much'])).toThrow(
      '--rate: expected a whole number from 1 to 999999, received much',
    );
  });
});
