import { lineOf } from '../src/report-line.js';
import type { Report } from '../supervisors/index.js';

const at = { path: 'hall/lamp', at: 0 };

describe('lineOf', () => {
  it.each<[Report, string, string]>([
    [{ ...at, type: 'started', incarnation: 2 }, 'debug', 'started'],
    [{ ...at, type: 'exited', reason: 'normal', cause: 'normal', fate: 'stopped', isStopped: false }, 'info', 'ended'],
    [
      { ...at, type: 'exited', reason: 'killed', cause: 'killed', fate: 'restarting', isStopped: false },
      'warn',
      'ended',
    ],
    [
      { ...at, type: 'exited', reason: new Error('x'), cause: new Error('x'), fate: 'stopped', isStopped: false },
      'warn',
      'ended',
    ],
    [{ ...at, type: 'restarting', in: 12.3, attempt: 1 }, 'info', 'will be restarted'],
    [{ ...at, type: 'probing' }, 'info', 'parked, and tried once more'],
    [{ ...at, type: 'parked', reason: 'x' }, 'error', 'parked: mend its cause, then restart it'],
    [{ ...at, type: 'start failed', incarnation: 1, error: new Error('x'), isAsked: false }, 'error', 'start failed'],
    [{ ...at, type: 'hook failed', hook: 'judge', error: new Error('x') }, 'error', 'hook failed'],
    [{ ...at, type: 'shutdown error', count: 1, reason: 'killed' }, 'warn', 'did not stop as asked'],
  ])('of %j is a line at %s: %s', (report, level, message) => {
    expect(lineOf(report)).toMatchObject({ level, message, fields: { child: 'hall/lamp' } });
  });

  it('gives the true reason of an end, in words', () => {
    const reason = new Error('no such realm');
    const line = lineOf({ ...at, type: 'exited', reason, cause: reason, fate: 'parked', isStopped: false });
    expect(line.fields).toEqual({ child: 'hall/lamp', reason: 'Error: no such realm', fate: 'parked' });
  });

  it('calls the root by that name', () => {
    expect(lineOf({ path: '', at: 0, type: 'started', incarnation: 1 }).fields).toMatchObject({ child: 'root' });
  });
});
