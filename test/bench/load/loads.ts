/** What a router is loaded with. Each load keeps so much under way, and counts what has come of it. */

import { LoadSession, type Ports, type Way } from './load-session.js';
import { HOLE } from './octets.js';
import { PAYLOAD } from './payload.js';

const RESULT = 50;
const INVOCATION = 68;
const REGISTERED = 65;
const PUBLISHED = 17;
const SUBSCRIBED = 33;
const EVENT = 36;

export interface Load {
  /** What has been carried out so far: calls answered, publications acknowledged, events received, sessions that came and went. */
  readonly done: number;
  /** Ends it, when nothing is under way any more. */
  stop(): Promise<void>;
}

/** Begins, at a router in which nothing else is going on. */
export type Begin = (ports: Ports, way: Way) => Promise<Load>;

/** Counts, and knows when it is over. */
class Tally implements Load {
  done = 0;
  isOver = false;
  #underWay = 0;
  #idle: () => void = () => {};
  readonly #sessions: readonly LoadSession[];

  constructor(sessions: readonly LoadSession[]) {
    this.#sessions = sessions;
  }

  begin(): void {
    this.#underWay += 1;
  }

  end(): void {
    this.#underWay -= 1;
    if (this.isOver && this.#underWay === 0) this.#idle();
  }

  async stop(): Promise<void> {
    this.isOver = true;
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    await Promise.all(this.#sessions.map((session) => session.leave()));
  }
}

/** Calls of one session's to another's, so many of them in flight. */
export const calls =
  (inFlight: number): Begin =>
  async (ports, way) => {
    const [caller, callee] = [await LoadSession.open(ports, way), await LoadSession.open(ports, way)];
    await callee.ask([64, 1, {}, 'com.example.echo'], REGISTERED);
    const yields = callee.template([70, HOLE, {}, PAYLOAD]);
    callee.onMessage = (type, request) => {
      if (type === INVOCATION) callee.put(yields.with(request));
    };
    const tally = new Tally([caller, callee]);
    const asks = caller.template([48, HOLE, {}, 'com.example.echo', PAYLOAD]);
    let request = 0;
    const more = (): void => {
      if (tally.isOver) return;
      tally.begin();
      caller.put(asks.with(++request));
    };
    caller.onMessage = (type) => {
      if (type !== RESULT) return;
      tally.done += 1;
      more();
      tally.end();
    };
    for (let n = 0; n < inFlight; n += 1) more();
    return tally;
  };

/** Publications that are acknowledged, and that nobody hears. */
export const publications =
  (inFlight: number): Begin =>
  async (ports, way) => {
    const publisher = await LoadSession.open(ports, way);
    const tally = new Tally([publisher]);
    const says = publisher.template([16, HOLE, { acknowledge: true }, 'com.example.unheard', PAYLOAD]);
    let request = 0;
    const more = (): void => {
      if (tally.isOver) return;
      tally.begin();
      publisher.put(says.with(++request));
    };
    publisher.onMessage = (type) => {
      if (type !== PUBLISHED) return;
      tally.done += 1;
      more();
      tally.end();
    };
    for (let n = 0; n < inFlight; n += 1) more();
    return tally;
  };

/** Events to subscribers, of which the slowest sets the pace: so many publications are on their way to it. */
export const events =
  (subscribers: number, inFlight: number): Begin =>
  async (ports, way) => {
    const publisher = await LoadSession.open(ports, way);
    const hearing: LoadSession[] = [];
    for (let n = 0; n < subscribers; n += 1) hearing.push(await LoadSession.open(ports, way));
    for (const session of hearing) await session.ask([32, 1, {}, 'com.example.heard'], SUBSCRIBED);
    const tally = new Tally([publisher, ...hearing]);
    const says = publisher.template([16, HOLE, {}, 'com.example.heard', PAYLOAD]);
    let request = 0;
    const more = (): void => {
      if (tally.isOver) return;
      tally.begin();
      publisher.put(says.with(++request));
    };
    // Of each publication under way, how many have not heard it yet: all hear them in their order.
    const missing: number[] = [];
    for (const session of hearing) {
      let heard = 0;
      session.onMessage = (type) => {
        if (type !== EVENT) return;
        tally.done += 1;
        const slot = heard % inFlight;
        heard += 1;
        const left = (missing[slot] ?? subscribers) - 1;
        missing[slot] = left === 0 ? subscribers : left;
        if (left > 0) return;
        more();
        tally.end();
      };
    }
    for (let n = 0; n < inFlight; n += 1) more();
    return tally;
  };

/** Sessions that connect, join and leave, so many at the same time. */
export const joins =
  (atOnce: number): Begin =>
  async (ports, way) => {
    const tally = new Tally([]);
    const lane = async (): Promise<void> => {
      tally.begin();
      while (!tally.isOver) {
        const session = await LoadSession.open(ports, way);
        await session.leave();
        tally.done += 1;
      }
      tally.end();
    };
    let failed: unknown;
    const lanes = Promise.all(Array.from({ length: atOnce }, lane)).catch((error: unknown) => {
      failed = error;
    });
    return {
      get done() {
        return tally.done;
      },
      async stop() {
        tally.isOver = true;
        await lanes;
        if (failed !== undefined) throw failed;
      },
    };
  };
