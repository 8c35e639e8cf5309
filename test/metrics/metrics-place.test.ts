import { METRICS } from '../../src/metrics/metrics-place.js';

describe('METRICS', () => {
  test.each([
    [0, true],
    [65_535, true],
    [{ port: 9_090 }, true],
    [{ port: 9_090, host: '::1' }, true],
    ['9090', false],
    [-1, false],
    [65_536, false],
    [{ host: '::1' }, false],
    [{ port: 9_090, host: '' }, false],
    [{ port: 9_090, path: '/' }, false],
    [null, false],
  ])('takes %j: %s', (value, fits) => {
    expect(METRICS.fits(value)).toBe(fits);
  });
});
