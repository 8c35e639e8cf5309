import * as project from '../../../../src/index.js';
import { Log } from './log.js';

export interface RouterWish {
  readonly maxPayload?: number;
  readonly handshakeTimeout?: number;
  /** The realm does not allow `disclose_me`. */
  readonly undisclosed?: boolean;
}

const has = project as unknown as Readonly<Record<string, unknown>>;

/** joe, who authenticates by every method that there is. */
async function joe(): Promise<object> {
  const secret = 'secret';
  const make = has['scramCredential'] as ((password: string, options: object) => unknown) | undefined;
  credential ??= Promise.resolve(make?.(secret, { kdf: 'pbkdf2', iterations: 4_096 }));
  const scram = await credential;
  return { ticket: secret, wampcra: secret, ...(scram !== undefined && { scram }) };
}

/** Made once: it is meant to take its time. */
let credential: Promise<unknown> | undefined;

/** The routers under test: one for each case, so that cases that run at the same time know nothing of each other. */
export class Routers {
  readonly #open = new Map<string, { readonly router: project.Router; readonly log: Log }>();

  async open(key: string, { undisclosed, ...wish }: RouterWish): Promise<{ port: number; path: string }> {
    const log = new Log();
    const router = await project.router({
      port: 0,
      realms: {
        realm1: undisclosed === true ? { disclosure: false } : {},
        secure: { auth: { users: { joe: await joe() } } },
      },
      logger: log.logger,
      ...wish,
    });
    this.#open.set(key, { router, log });
    const { port, pathname } = new URL(router.url ?? '');
    return { port: Number(port), path: pathname };
  }

  /** Who is there, and what they hold. */
  stats(key: string): object {
    const { router } = this.#of(key);
    const { registrations, subscriptions, callsInFlight } = router.stats();
    return { sessions: router.sessions().map(({ id }) => id), registrations, subscriptions, callsInFlight };
  }

  goodbye(key: string, session: number): number {
    return this.#of(key).router.goodbye(session);
  }

  mark(key: string): void {
    this.#of(key).log.lines.splice(0);
  }

  log(key: string): readonly object[] {
    return this.#of(key).log.lines;
  }

  async close(key: string): Promise<void> {
    await this.#open.get(key)?.router.kill();
    this.#open.delete(key);
  }

  #of(key: string) {
    const found = this.#open.get(key);
    if (found === undefined) throw new Error(`there is no router of ${key}`);
    return found;
  }
}
