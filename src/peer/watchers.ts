import type { ExitReason } from '../../supervisors/exit-reason.js';
import type { Fate } from '../../supervisors/spec/child-spec.js';
import type { Session } from './options.js';
import type { PeerStatus } from './status.js';

/** What a peer tells of itself. */
export interface PeerEvents {
  /** A session is there, registrations and subscriptions being back. */
  joined: Session;
  /** A session that was joined has ended; the value is why. */
  left: ExitReason;
  /** An incarnation has ended, joined or not; `fate` says whether there will be another. */
  exited: { readonly reason: ExitReason; readonly fate: Fate };
  /** `peer.status` is another. */
  status: PeerStatus;
}

/** What is told within the peer, too. */
interface Told extends PeerEvents {
  /** Nothing more will be heard of it. */
  disposed: undefined;
}

/** Who wants to hear of a peer. A listener that throws is reported and disturbs nobody. */
export class Watchers {
  readonly #listeners = new Map<keyof Told, Set<(value: never) => void>>();
  readonly #failed: (error: unknown, event: string) => void;
  readonly #joinWaiters: { resolve: (session: Session) => void; reject: (why: Error) => void }[] = [];

  constructor(failed: (error: unknown, event: string) => void) {
    this.#failed = failed;
  }

  on<E extends keyof Told>(event: E, listener: (value: Told[E]) => void): () => void {
    let listeners = this.#listeners.get(event);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(event, listeners);
    }
    // A wrapper, so that the same function added twice is called twice and taken away once.
    const entry = (value: never) => listener(value);
    listeners.add(entry);
    return () => {
      listeners.delete(entry);
    };
  }

  /** The next session; rejects when there will be none. */
  nextJoin(): Promise<Session> {
    return new Promise((resolve, reject) => this.#joinWaiters.push({ resolve, reject }));
  }

  refuseJoin(why: Error): void {
    for (const { reject } of this.#joinWaiters.splice(0)) reject(why);
  }

  tell<E extends keyof Told>(event: E, value: Told[E]): void {
    if (event === 'joined') {
      for (const { resolve } of this.#joinWaiters.splice(0)) resolve(value as Session);
    }
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        listener(value as never);
      } catch (error) {
        this.#failed(error, event);
      }
    }
  }
}
