import { systemClock } from '../../supervisors/clock.js';

describe('systemClock', () => {
  it('does not go back, nor follow the wall clock', () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(0);
    try {
      const first = systemClock.now();
      expect(first).toBeGreaterThan(0);
      expect(systemClock.now()).toBeGreaterThanOrEqual(first);
      expect(now).not.toHaveBeenCalled();
    } finally {
      now.mockRestore();
    }
  });

  describe('with timers', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    it('calls once, after the delay, unless it is taken back', () => {
      const heard: string[] = [];
      systemClock.setTimeout(() => heard.push('kept'), 50);
      systemClock.clearTimeout(systemClock.setTimeout(() => heard.push('taken back'), 50));
      systemClock.clearTimeout(undefined);
      jest.advanceTimersByTime(49);
      expect(heard).toEqual([]);
      jest.advanceTimersByTime(1_000);
      expect(heard).toEqual(['kept']);
    });

    it.each([2 ** 31, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
      'waits long for a delay of %d, which Node would take for one millisecond',
      (delay) => {
        const node = jest.spyOn(globalThis, 'setTimeout');
        systemClock.setTimeout(() => {}, delay);
        expect(node).toHaveBeenCalledWith(expect.any(Function), 2 ** 31 - 1);
      },
    );
  });
});
