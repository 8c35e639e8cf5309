import type { Uri } from '../wamp/values.js';
import type { RolesHost } from './roles-host.js';

/** The payloads of one session that came and were not opened, or came plain where that is refused. */
export class Unopened {
  count = 0;
  readonly #host: RolesHost;
  readonly #told = new Set<object>();

  constructor(host: RolesHost) {
    this.#host = host;
  }

  /**
   * One has reached no handler: the host is told, once for each owner.
   *
   * @param owner the registration or subscription that it was for
   */
  report(owner: object, what: string, uri: Uri, error: Error): void {
    this.count += 1;
    if (this.#told.has(owner)) return;
    this.#told.add(owner);
    this.#host.unopened?.(what, uri, error);
  }
}
