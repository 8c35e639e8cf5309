import { type Deadlined, Deadlines } from '../deadlines.js';
import { LONGEST_DELAY, type Timers } from './timers.js';

interface Waiting extends Deadlined {
  readonly fn: () => void;
}

/**
 * The same time with one timer of `timers` behind all that is set: a server has a heartbeat for each connection, and an engine's
 * timer for each would be looked after for nothing but that.
 *
 * What throws is not caught, and holds up nothing else.
 */
export function oneTimer(timers: Timers): Timers {
  const waiting = new Deadlines<Waiting>();
  let isFiring = false;
  let timer: { readonly id: unknown; readonly due: number } | undefined;

  const set = (): void => {
    const due = waiting.next();
    if (due === undefined) return;
    const delay = Math.min(Math.max(0, due - timers.now()), LONGEST_DELAY);
    timer = { id: timers.setTimeout(fire, delay), due };
  };
  const fire = (): void => {
    timer = undefined;
    isFiring = true;
    const now = timers.now();
    try {
      // No more than there were: what is due at once, and sets the like again, would hold up the rest of the program.
      for (let left = waiting.size; left > 0; left--) {
        const one = waiting.takeDue(now);
        if (one === undefined) break;
        one.fn();
      }
    } finally {
      isFiring = false;
      set();
    }
  };

  return {
    now: () => timers.now(),
    setTimeout(fn, delay) {
      const one: Waiting = { fn, deadline: timers.now() + Math.max(0, delay), position: -1 };
      waiting.add(one);
      if (isFiring) return one; // Set when all that is due has been done.
      if (timer === undefined) set();
      else if (one.deadline < timer.due) {
        timers.clearTimeout(timer.id);
        set();
      }
      return one;
    },
    clearTimeout(id) {
      if (id === undefined) return;
      waiting.remove(id as Waiting);
      // Left as it is where others wait: it finds nothing due, and is set anew. A handshake that succeeds, as nearly all do, so moves none.
      if (waiting.size === 0 && timer !== undefined) {
        timers.clearTimeout(timer.id);
        timer = undefined;
      }
    },
  };
}
