import { ApplicationError } from '../../src/errors.js';
import { LIMITS, type Limit, LimitReached, noHits, sumOfHits } from '../../src/routing/limits.js';
import { read } from '../support/source-files.js';

describe('LIMITS', () => {
  it('stand in docs/router.md, as they are', () => {
    const rows = Object.entries<Limit>(LIMITS).map(([name, { fallback, counts, option, answer }]) => {
      const changed = option === undefined ? '' : `\`${option}\``;
      return `| \`${name}\` | ${counts} | ${fallback.toLocaleString('en-US')} | ${changed} | ${answer} |`;
    });
    expect(read('docs/router.md')).toContain(rows.join('\n'));
  });
});

describe('sumOfHits', () => {
  it('adds up each of them', () => {
    const [one, other] = [noHits(), noHits()];
    one.calls = 2;
    other.calls = 3;
    other.queued = 1;
    expect(sumOfHits([one, other])).toEqual({ ...noHits(), calls: 5, queued: 1 });
    expect(sumOfHits([])).toEqual(noHits());
  });
});

describe('LimitReached', () => {
  it('is an error for the client that knows its limit', () => {
    const error = new LimitReached('calls', 'too many');
    expect(error).toBeInstanceOf(ApplicationError);
    expect(error).toMatchObject({ uri: 'wamp.error.unavailable', args: ['too many'], limit: 'calls' });
  });
});
