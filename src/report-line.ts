import type { KeptReport } from '../supervisors/engine/keeper.js';
import { describeExit } from '../supervisors/exit-reason.js';
import type { Report } from '../supervisors/report.js';
import type { Logger } from './logger.js';

export interface Line {
  readonly level: keyof Logger;
  readonly fields: object;
  readonly message: string;
}

/** A report as one line of a log, at the level at which somebody should look. */
export function lineOf(report: Report): Line {
  switch (report.type) {
    case 'ignored':
      return line(report, 'debug', 'nothing to start');
    case 'gave up':
      return line(report, 'error', 'the supervisor gave up', { err: report.error });
    case 'start failed':
    case 'hook failed':
      return line(report, 'error', report.type, { err: report.error });
    default:
      return keptLine(report);
  }
}

/** The same, of what there is to say of a child without a supervisor. */
export function keptLine(report: KeptReport): Line {
  switch (report.type) {
    case 'started':
      return line(report, 'debug', 'started', { incarnation: report.incarnation });
    case 'exited': {
      const { reason, cause, fate } = report;
      const asWished = fate === 'stopped' && !(reason instanceof Error);
      return line(report, asWished ? 'info' : 'warn', 'ended', { reason: describeExit(cause), fate });
    }
    case 'restarting':
      return line(report, 'info', 'will be restarted', { in: Math.round(report.in), attempt: report.attempt });
    case 'parked': {
      const reason = describeExit(report.reason);
      return line(report, 'error', 'parked: mend its cause, then restart it', { reason });
    }
    case 'probing':
      return line(report, 'info', 'parked, and tried once more');
    case 'shutdown error': {
      const { reason, count: children } = report;
      const facts = { reason: describeExit(reason), ...(children !== undefined && { children }) };
      return line(report, 'warn', 'did not stop as asked', facts);
    }
  }
}

function line({ path }: Report, level: Line['level'], message: string, facts: object = {}): Line {
  return { level, fields: { child: path === '' ? 'root' : path, ...facts }, message };
}
