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
  const child = report.path === '' ? 'root' : report.path;
  switch (report.type) {
    case 'started':
      return { level: 'debug', fields: { child, incarnation: report.incarnation }, message: 'started' };
    case 'ignored':
      return { level: 'debug', fields: { child }, message: 'nothing to start' };
    case 'exited': {
      const asWished = report.fate === 'stopped' && !(report.reason instanceof Error);
      const fields = { child, reason: describeExit(report.cause), fate: report.fate };
      return { level: asWished ? 'info' : 'warn', fields, message: 'ended' };
    }
    case 'restarting':
      return {
        level: 'info',
        fields: { child, in: Math.round(report.in), attempt: report.attempt },
        message: 'will be restarted',
      };
    case 'parked':
      return {
        level: 'error',
        fields: { child, reason: describeExit(report.reason) },
        message: 'parked: restart it by hand once its cause is mended',
      };
    case 'probing':
      return { level: 'info', fields: { child }, message: 'parked until now: it is tried once more' };
    case 'gave up':
      return { level: 'error', fields: { child, err: report.error }, message: 'the supervisor gave up' };
    case 'start failed':
    case 'hook failed':
      return { level: 'error', fields: { child, err: report.error }, message: report.type };
    case 'shutdown error':
      return {
        level: 'warn',
        fields: {
          child,
          reason: describeExit(report.reason),
          ...(report.count === undefined ? {} : { children: report.count }),
        },
        message: 'did not stop as asked',
      };
  }
}
