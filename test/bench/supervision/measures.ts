/** How much of everything a run does. Both sides do the same. */
export interface Sizes {
  readonly rounds: number;
  /** Restarts for each of the next three measures, in as many bursts as that takes. */
  readonly restarts: number;
  /** How many of them are in the window together. Each window is of a supervisor of its own. */
  readonly shortWindow: number;
  readonly longWindow: number;
  readonly hugeWindow: number;
  /** Restarts that are timed one by one. A multiple of `shortWindow`: that many have a supervisor of their own. */
  readonly latencies: number;
  readonly children: number;
  /** How often they are started and stopped in one process: it takes so little time that one garbage collection shows. */
  readonly repeats: number;
}

export const FULL: Sizes = {
  rounds: 5,
  restarts: 20_000,
  shortWindow: 100,
  longWindow: 1_000,
  hugeWindow: 20_000,
  latencies: 10_000,
  children: 10_000,
  repeats: 3,
};

export const QUICK: Sizes = {
  rounds: 2,
  restarts: 2_000,
  shortWindow: 100,
  longWindow: 500,
  hugeWindow: 2_000,
  latencies: 500,
  children: 1_000,
  repeats: 1,
};

export type MeasureId =
  | 'restartsShortWindow'
  | 'restartsLongWindow'
  | 'restartsHugeWindow'
  | 'latencyMedian'
  | 'latencyP99'
  | 'starts'
  | 'memory'
  | 'stop'
  | 'stopTimed';

/** One figure for each measure, from one process in one round. */
export type Figures = Readonly<Record<MeasureId, number>>;

export interface Measure {
  readonly id: MeasureId;
  readonly title: string;
  readonly unit: '1/s' | 'µs' | 'ms' | 'B';
  readonly better: 'more' | 'less';
}

const count = (value: number): string => value.toLocaleString('en');

/** What is measured, in the order of the table. */
export function measuresOf(sizes: Sizes): readonly Measure[] {
  const { shortWindow, longWindow, hugeWindow, children } = sizes;
  const restarts = (inWindow: number): string => `restarts a second, up to ${count(inWindow)} of them in the window`;
  return [
    { id: 'restartsShortWindow', title: restarts(shortWindow), unit: '1/s', better: 'more' },
    { id: 'restartsLongWindow', title: restarts(longWindow), unit: '1/s', better: 'more' },
    { id: 'restartsHugeWindow', title: restarts(hugeWindow), unit: '1/s', better: 'more' },
    { id: 'latencyMedian', title: 'from crash to restarted, one at a time: median', unit: 'µs', better: 'less' },
    { id: 'latencyP99', title: 'from crash to restarted, one at a time: 99th percentile', unit: 'µs', better: 'less' },
    { id: 'starts', title: 'dynamic children started a second, one at a time', unit: '1/s', better: 'more' },
    {
      id: 'memory',
      title: 'memory of an idle dynamic child, with what its supervisor holds',
      unit: 'B',
      better: 'less',
    },
    { id: 'stop', title: `stop of ${count(children)} dynamic children`, unit: 'ms', better: 'less' },
    {
      id: 'stopTimed',
      title: `stop of ${count(children)} dynamic children with a timer each`,
      unit: 'ms',
      better: 'less',
    },
  ];
}
