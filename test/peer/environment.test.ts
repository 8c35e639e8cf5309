import { DEFAULT_ENVIRONMENT, environmentOf, guarded } from '../../src/peer/environment.js';
import { recordingLogger } from '../support/recording-logger.js';

describe('environmentOf', () => {
  it('is what start() gave', () => {
    const given = { ...DEFAULT_ENVIRONMENT, random: () => 0.5 };
    expect(environmentOf(given)).toBe(given);
  });

  it.each([undefined, null, 'clock', {}, { clock: {}, logger: {} }])('of %j is the default', (given) => {
    expect(environmentOf(given)).toBe(DEFAULT_ENVIRONMENT);
  });
});

describe('guarded', () => {
  it('passes every line on, at its level', () => {
    const log = recordingLogger();
    const logger = guarded(log);
    for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level]({ peer: 'a' }, `at ${level}`);
    expect(log.lines).toEqual(
      ['debug', 'info', 'warn', 'error'].map((level) => ({ level, fields: { peer: 'a' }, message: `at ${level}` })),
    );
  });

  it('calls the logger as its own method', () => {
    class Named {
      readonly lines: string[] = [];
      info(_fields: object, message: string): void {
        this.lines.push(message);
      }
      debug = () => {};
      warn = () => {};
      error = () => {};
    }
    const named = new Named();
    guarded(named).info({}, 'hello');
    expect(named.lines).toEqual(['hello']);
  });

  it('loses the line that cannot be written, and nothing else', () => {
    const broken = () => {
      throw new Error('disk full');
    };
    const logger = guarded({ debug: broken, info: broken, warn: broken, error: broken });
    expect(() => logger.error({}, 'lost')).not.toThrow();
  });
});
