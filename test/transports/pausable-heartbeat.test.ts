import { SimulatedClock } from 'xstate';
import { TimeoutError } from '../../src/errors.js';
import { PausableHeartbeat } from '../../src/transports/pausable-heartbeat.js';

/** A simulated clock that is late for nothing: in one large step it would be late for what was due within it. */
function pass(clock: SimulatedClock, milliseconds: number): void {
  for (let passed = 0; passed < milliseconds; passed += 1) clock.increment(1);
}

function started(clock: SimulatedClock) {
  const log: unknown[] = [];
  const heartbeat = new PausableHeartbeat(
    clock,
    { interval: 10_000, timeout: 5_000 },
    () => log.push('ping'),
    (why) => log.push(why),
  );
  heartbeat.start();
  return { heartbeat, log };
}

describe('PausableHeartbeat', () => {
  it('judges nothing while nothing is read, and tells the other end time and again that somebody is there', () => {
    const clock = new SimulatedClock();
    const { heartbeat, log } = started(clock);
    pass(clock, 12_000);
    heartbeat.deafen();
    heartbeat.deafen();
    expect(log).toEqual(['ping', 'ping']);
    pass(clock, 10_000);
    expect(log).toEqual(Array(6).fill('ping'));
    heartbeat.listen();
    heartbeat.listen();
    pass(clock, 10_000);
    expect(log).toEqual(Array(7).fill('ping'));
    pass(clock, 5_000);
    expect(log.at(-1)).toBeInstanceOf(TimeoutError);
  });

  it.each(['before it is started', 'when it is stopped'])('says nothing although nothing is read %s', (when) => {
    const clock = new SimulatedClock();
    const log: string[] = [];
    const beat = new PausableHeartbeat(
      clock,
      { interval: 10, timeout: 5 },
      () => log.push('ping'),
      () => log.push('dead'),
    );
    if (when === 'when it is stopped') {
      beat.start();
      beat.stop();
    }
    beat.deafen();
    beat.listen();
    pass(clock, 100);
    expect(log).toEqual([]);
  });

  it('assures nobody any more once it is stopped while nothing is read, and is not set going by reading on', () => {
    const clock = new SimulatedClock();
    const { heartbeat, log } = started(clock);
    heartbeat.deafen();
    heartbeat.stop();
    heartbeat.listen();
    pass(clock, 60_000);
    expect(log).toEqual(['ping']);
  });
});
