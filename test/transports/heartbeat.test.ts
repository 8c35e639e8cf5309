import { SimulatedClock } from 'xstate';
import { TimeoutError } from '../../src/errors.js';
import { type Beat, Heartbeat } from '../../src/transports/heartbeat.js';
import type { Timers } from '../../src/transports/timers.js';

/** A simulated clock that is late for nothing: in one large step it would be late for what was due within it. */
function pass(clock: SimulatedClock, milliseconds: number): void {
  for (let passed = 0; passed < milliseconds; passed += 1) clock.increment(1);
}

function started(clock: Timers, options: Beat = { interval: 10_000, timeout: 5_000 }) {
  const log: unknown[] = [];
  const heartbeat = new Heartbeat(
    clock,
    options,
    () => log.push('ping'),
    (why) => log.push(why),
  );
  heartbeat.start();
  return { heartbeat, log };
}

describe('Heartbeat', () => {
  it('notices silence interval + timeout after the last sign of life, and then does nothing more', () => {
    const clock = new SimulatedClock();
    const { log } = started(clock);
    pass(clock, 9_999);
    expect(log).toEqual([]);
    pass(clock, 1);
    expect(log).toEqual(['ping']);
    pass(clock, 4_999);
    expect(log).toEqual(['ping']);
    pass(clock, 1);
    expect(log).toHaveLength(2);
    expect(log[1]).toBeInstanceOf(TimeoutError);
    expect(log[1]).toMatchObject({ message: 'no pong within 5000 ms', operation: 'ping', timeout: 5_000 });
    pass(clock, 60_000);
    expect(log).toHaveLength(2);
  });

  it('pings at every interval for as long as something comes after each', () => {
    const clock = new SimulatedClock();
    const { heartbeat, log } = started(clock);
    for (let ping = 1; ping <= 5; ping += 1) {
      pass(clock, 10_000);
      expect(log).toEqual(Array(ping).fill('ping'));
      heartbeat.heard();
    }
  });

  it('does not count what came before the ping', () => {
    const clock = new SimulatedClock();
    const { heartbeat, log } = started(clock);
    pass(clock, 9_999);
    heartbeat.heard();
    pass(clock, 5_001);
    expect(log).toHaveLength(2);
  });

  it('is silent once stopped', () => {
    const clock = new SimulatedClock();
    const { heartbeat, log } = started(clock);
    pass(clock, 10_000);
    heartbeat.stop();
    pass(clock, 60_000);
    expect(log).toEqual(['ping']);
  });

  describe('that asks only when nothing came', () => {
    it.each([
      { interval: 10_000, timeout: 5_000 },
      { interval: 10_000, timeout: 1_000 },
      { interval: 10_000, timeout: 9_000 },
    ])('notices silence interval + timeout after the last sign of life at the latest: %j', (options) => {
      // A sign of life at every half second of the first twenty seconds, and then silence.
      for (let last = 0; last <= 20_000; last += 500) {
        const clock = new SimulatedClock();
        const { heartbeat, log } = started(clock, { ...options, onlyWhenIdle: true });
        for (let now = 0; now < last; now += 500) {
          heartbeat.heard();
          clock.increment(500);
        }
        heartbeat.heard();
        let silence = 0;
        for (; !(log.at(-1) instanceof TimeoutError); silence += 500) clock.increment(500);
        expect(silence).toBeLessThanOrEqual(options.interval + options.timeout);
        expect(log).toHaveLength(2);
      }
    });

    it('asks nothing for as long as something comes, and every interval when only pongs do', () => {
      const clock = new SimulatedClock();
      const { heartbeat, log } = started(clock, { interval: 10_000, timeout: 5_000, onlyWhenIdle: true });
      for (let second = 0; second < 60; second += 4) {
        heartbeat.heard();
        pass(clock, 4_000);
      }
      expect(log).toEqual([]);
      while (log.length === 0) pass(clock, 1);
      for (let ping = 1; ping <= 5; ping += 1) {
        expect(log).toHaveLength(ping);
        heartbeat.heard();
        pass(clock, 10_000);
      }
    });
  });

  describe('when this process itself was late', () => {
    /** Runs one timer, whenever its test says so. */
    const lateClock = () => {
      const clock = { time: 0, fn: (): void => {}, delay: 0 };
      const timers: Timers = {
        now: () => clock.time,
        setTimeout: (fn, delay) => Object.assign(clock, { fn, delay }),
        clearTimeout: () => {},
      };
      return { clock, timers };
    };

    it('gives the answer as much longer, once', () => {
      const { clock, timers } = lateClock();
      const { log } = started(timers);
      clock.fn();
      clock.time = 5_300;
      clock.fn();
      expect([log, clock.delay]).toEqual([['ping'], 300]);
      clock.time = 5_900;
      clock.fn();
      expect(log).toHaveLength(2);
    });

    it('goes on when the answer was waiting to be read', () => {
      const { clock, timers } = lateClock();
      const { heartbeat, log } = started(timers);
      clock.fn();
      clock.time = 5_300;
      clock.fn();
      heartbeat.heard();
      clock.fn();
      clock.fn();
      expect(log).toEqual(['ping', 'ping']);
    });
  });
});
