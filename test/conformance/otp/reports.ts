import type { Report } from '../../../supervisors/index.js';
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
    const sup = this.#processes.at(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    const child = this.#processes.at(path)?.id ?? path;
    const of = (kind: OtpReport['kind'], reason?: Term): OtpReport => ({
      kind,
      sup: sup?.id ?? '',
      child,
      ...(reason === undefined ? {} : { reason }),
    });
    switch (report.type) {
      case 'started':
        return sup?.template === undefined ? of('progress') : undefined;
      case 'start failed':
        return of('start_error', toTerm(report.error, path));
      case 'exited':
        return of('child_terminated', toTerm(report.reason));
      default:
        return undefined;
    }
  }
}
