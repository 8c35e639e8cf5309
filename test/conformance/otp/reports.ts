import { isNormal, type Report } from '../../../supervisors/index.js';
import type { Processes } from './processes.js';
import type { OtpReport, Term } from './scenario.js';
import { toTerm } from './terms.js';

/** What our supervisors report, as OTP's reports of a supervisor. What OTP does not report is left out. */
export class Reports {
  readonly #processes: Processes;
  #reports: OtpReport[] = [];

  constructor(processes: Processes) {
    this.#processes = processes;
  }

  /** The reports since the last call. */
  take(): readonly OtpReport[] {
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  add(report: Report): void {
    const found = this.#otp(report);
    if (found !== undefined) this.#reports.push(found);
  }

  #otp(report: Report): OtpReport | undefined {
    const { path } = report;
    const above = this.#processes.at(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    const process = this.#processes.at(path);
    const of = (kind: OtpReport['kind'], reason?: Term): OtpReport => ({
      kind,
      sup: above?.id ?? '',
      child: process?.id ?? path,
      ...(reason === undefined ? {} : { reason }),
    });
    switch (report.type) {
      case 'started':
        return above?.template === undefined ? of('progress') : undefined;
      case 'start failed':
        // Whoever asked for it has the answer.
        return report.isAsked ? undefined : of('start_error', toTerm(report.error, path));
      case 'exited': {
        // Of those that are not restarted only an abnormal end is worth a report.
        const isTold = !report.isStopped && (process?.restart === 'permanent' || !isNormal(report.reason));
        return isTold ? of('child_terminated', toTerm(report.reason)) : undefined;
      }
      case 'shutdown error': {
        const reason = toTerm(report.reason);
        if (report.count === undefined || process?.template === undefined) return of('shutdown_error', reason);
        // Of children that were stopped together their supervisor tells.
        return { kind: 'shutdown_error', sup: process.id, child: process.template, reason, count: report.count };
      }
      case 'gave up': {
        const child = this.#processes.at(report.error.child)?.id ?? '';
        return { kind: 'shutdown', sup: process?.id ?? '', child, reason: 'reached_max_restart_intensity' };
      }
      default:
        return undefined;
    }
  }
}
