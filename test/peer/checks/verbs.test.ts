import { UsageError } from '../../../src/errors.js';
import { VERB_CHECKS } from '../../../src/peer/checks/verbs.js';

const handler = () => 5;

describe('what a peer is asked for is refused', () => {
  it.each([
    [{ mach: 'prefix' }, "unknown option 'mach' of REGISTER: did you mean 'match'?"],
    [{ concurrency: 0 }, "option 'concurrency' of REGISTER: expected an integer from 1, received 0"],
    [{ concurrency: 1, queueLimit: -1 }, "option 'queueLimit' of REGISTER: expected an integer from 0, received -1"],
    [{ queueLimit: 5 }, 'registration of a.b: queueLimit has a meaning only together with concurrency'],
    [{ idempotent: true }, "unknown option 'idempotent' of REGISTER"],
    [{ timeout: '5s' }, 'register: expected timeout to be milliseconds above 0, received "5s"'],
  ])('register with %j', (options, message) => {
    const run = () => VERB_CHECKS.register('a.b', handler, options as never);
    expect(run).toThrow(UsageError);
    expect(run).toThrow(message);
  });

  it('with an option of another request, which would do nothing here', () => {
    expect(() => VERB_CHECKS.subscribe('a.b', handler, { kwargs: {} } as never)).toThrow(/unknown option 'kwargs'/);
    expect(() => VERB_CHECKS.events('a.b', { kwargs: {} } as never)).toThrow(/unknown option 'kwargs'/);
    expect(() => VERB_CHECKS.progress('a.b', { onProgress: handler } as never)).toThrow(/unknown option 'onProgress'/);
    expect(() => VERB_CHECKS.stream('a.b', { idempotent: true } as never)).toThrow(/unknown option 'idempotent'/);
    expect(() => VERB_CHECKS.call('call', 'a.b', { buffer: 5 } as never)).toThrow(/unknown option 'buffer'/);
    expect(() => VERB_CHECKS.publish('emit', 'a.b', { idempotent: true } as never)).toThrow(/unknown option/);
  });

  it('where it is no function, or no URI', () => {
    expect(() => VERB_CHECKS.register('a.b', 5, {})).toThrow('register: expected an endpoint (a function) for a.b');
    expect(() => VERB_CHECKS.subscribe(5 as never, handler, {})).toThrow('subscribe: expected a URI such as');
    expect(() => VERB_CHECKS.abort('a b', '')).toThrow('abort: expected a URI such as');
  });

  it('but not what makes sense', () => {
    VERB_CHECKS.register('a.b', handler, {
      match: 'prefix',
      concurrency: 1,
      queueLimit: 5,
      partsBuffer: 5,
      timeout: 5,
    });
    VERB_CHECKS.events('a.b', { match: 'prefix', buffer: 5, overflow: 'fail' });
    VERB_CHECKS.stream('a.b', { kwargs: {}, parts: [], receiveProgress: false, buffer: 5, _mine: 1 });
    VERB_CHECKS.call('call', 'a.b', { kwargs: {}, dealerTimeout: 5, idempotent: true, discloseMe: true });
    VERB_CHECKS.publish('publish', 'a.b', { kwargs: {}, acknowledge: true, excludeMe: false });
  });
});
