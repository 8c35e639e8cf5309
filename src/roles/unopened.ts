import type { PassthruError } from '../errors.js';
import type { Uri } from '../wamp/values.js';

/** The payloads of one session that came and were not opened, or came plain where that is refused. */
export class Unopened {
  count = 0;
  readonly #report: (what: string, uri: Uri, error: PassthruError) => void;
  readonly #told = new Set<object>();

  /** @param report is told of those that reached no handler: of each registration or subscription once */
  constructor(report: (what: string, uri: Uri, error: PassthruError) => void) {
    this.#report = report;
  }

  /** One has reached no handler. @param owner the registration or subscription that it was for */
  report(owner: object, what: string, uri: Uri, error: PassthruError): void {
    this.count += 1;
    if (this.#told.has(owner)) return;
    this.#told.add(owner);
    this.#report(what, uri, error);
  }
}
