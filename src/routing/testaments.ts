import { type Dict, dict, type List, list, oneOf, type Uri, uri } from '../wamp/values.js';
import type { Allowed } from './authorization.js';
import type { Broker, Publication } from './broker.js';
import { weightOfEvent } from './kept-event.js';
import { LIMITS, LimitReached } from './limits.js';
import { NOTHING } from './refusal.js';
import type { RouterPeer } from './router-peer.js';
import {
  argumentAt,
  type IfAllowed,
  maybeAt,
  maybeIn,
  type RouterAnswer,
  type RouterProcedure,
} from './router-procedure.js';

/** When a testament is published. Without resumption of sessions both are the end of the session, this one first. */
type Scope = 'detached' | 'destroyed';

const scope = oneOf('detached', 'destroyed');

/** What one session may leave. */
export interface TestamentLimits {
  /** How many testaments. Default 100. */
  readonly testaments?: number;
  /** How much memory they may take together, in octets, roughly. Default 1 MiB. */
  readonly octets?: number;
}

interface Testament extends Publication {
  /** What the session was allowed when it added this. */
  readonly allowed: Allowed;
}

type Estate = Readonly<Record<Scope, Testament[]>>;

/**
 * What the sessions of a realm want published when they have ended, in whatever way.
 *
 * @see WAMP Advanced Profile, "Session Testament"
 */
export class Testaments {
  readonly #broker: Broker;
  readonly #maxPerSession: number;
  readonly #maxOctets: number;
  /** Only of sessions that have had any. */
  readonly #of = new Map<RouterPeer, Estate>();
  #size = 0;

  constructor(broker: Broker, limits: TestamentLimits = {}) {
    this.#broker = broker;
    this.#maxPerSession = limits.testaments ?? LIMITS.testaments.fallback;
    this.#maxOctets = limits.octets ?? LIMITS.testamentOctets.fallback;
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  procedures(): readonly (readonly [Uri, RouterProcedure])[] {
    return [
      ['wamp.session.add_testament', (caller, args, kwargs) => this.#add(caller, args, kwargs)],
      ['wamp.session.flush_testaments', (caller, _, kwargs) => this.#flush(caller, kwargs)],
    ];
  }

  /** The session has gone: publishes what it left, in the order in which it was added. */
  execute(session: RouterPeer): void {
    const estate = this.#of.get(session);
    if (estate === undefined) return;
    this.forget(session);
    for (const testament of [...estate.detached, ...estate.destroyed]) {
      this.#broker.publishFor(session, testament, testament.allowed);
    }
  }

  /** The session has gone, and nobody is told of it. */
  forget(session: RouterPeer): void {
    const estate = this.#of.get(session);
    if (estate === undefined) return;
    this.#of.delete(session);
    this.#size -= sizeOf(estate);
  }

  /**
   * Whatever would keep a PUBLISH from being accepted is found now: later there is nobody to be told.
   *
   * @throws {ApplicationError} it would not be accepted, or there are too many
   */
  #add(caller: RouterPeer, args: List, kwargs: Dict): IfAllowed {
    const positional = maybeAt(args, 1, list) ?? [];
    const named = maybeAt(args, 2, dict) ?? {};
    const publication: Publication = {
      topic: argumentAt(args, 0, uri),
      ...(positional.length > 0 && { args: positional }),
      ...(Object.keys(named).length > 0 && { kwargs: named }),
      options: maybeIn(kwargs, 'publish_options', dict) ?? {},
    };
    const when = maybeIn(kwargs, 'scope', scope) ?? 'destroyed';
    return {
      decision: this.#broker.check(caller, publication),
      answer: (allowed) => {
        this.#broker.checkDisclosure(publication, allowed);
        this.#leave(caller, when, { ...publication, allowed });
        return NOTHING;
      },
    };
  }

  #leave(caller: RouterPeer, when: Scope, testament: Testament): void {
    const estate = this.#of.get(caller) ?? { detached: [], destroyed: [] };
    const octets = [...estate.detached, ...estate.destroyed, testament].reduce((sum, each) => sum + weightOf(each), 0);
    const isFull = sizeOf(estate) >= this.#maxPerSession;
    if (isFull || octets > this.#maxOctets) {
      throw new LimitReached(
        isFull ? 'testaments' : 'testamentOctets',
        `a session may leave ${this.#maxPerSession} testaments of ${this.#maxOctets} octets together: flush some first`,
      );
    }
    estate[when].push(testament);
    this.#of.set(caller, estate);
    this.#size += 1;
  }

  #flush(caller: RouterPeer, kwargs: Dict): RouterAnswer {
    const when = maybeIn(kwargs, 'scope', scope) ?? 'destroyed';
    const estate = this.#of.get(caller);
    if (estate === undefined) return NOTHING;
    this.#size -= estate[when].length;
    estate[when].length = 0;
    return NOTHING;
  }
}

const sizeOf = ({ detached, destroyed }: Estate): number => detached.length + destroyed.length;

const weightOf = ({ options, topic, args, kwargs }: Testament): number =>
  weightOfEvent({ topic, args, kwargs, details: options });
