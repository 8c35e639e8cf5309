import { describeExit } from '../supervisors/exit-reason.js';
import type { Report } from '../supervisors/report.js';
import type { Logger } from './logger.js';

export interface Line {
  readonly level: keyof Logger;
  readonly fields: object;
  readonly message: string;
}

/** A supervisor's report as one line of a log, at the level at which somebody should look. */
export function lineOf(report: Report): Line {
  const { path, type } = report;
  const line = (level: Line['level'], message: string, facts: object = {}): Line => ({
    level,
    fields: { child: path === '' ? 'root' : path, ...facts },
    message,
  });
  switch (type) {
    case 'started':
      return line('debug', type, { incarnation: report.incarnation });
    case 'ignored':
      return line('debug', 'nothing to start');
    case 'exited': {
      const { reason, cause, fate } = report;
      const asWished = fate === 'stopped' && !(reason instanceof Error);
      return line(asWished ? 'info' : 'warn', 'ended', { reason: describeExit(cause), fate });
    }
    case 'restarting':
      return line('info', 'will be restarted', { in: Math.round(report.in), attempt: report.attempt });
    case 'parked':
      return line('error', 'parked: restart it by hand once its cause is mended', {
        reason: describeExit(report.reason),
      });
    case 'probing':
      return line('info', 'parked until now: it is tried once more');
    case 'gave up':
      return line('error', 'the supervisor gave up', { err: report.error });
    case 'start failed':
    case 'hook failed':
      return line('error', type, { err: report.error });
    case 'shutdown error': {
      const { reason, count: children } = report;
      return line('warn', 'did not stop as asked', {
        reason: describeExit(reason),
        ...(children !== undefined && { children }),
      });
    }
  }
}
