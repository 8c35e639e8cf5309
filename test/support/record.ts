import type { ConnectionLost } from '../../src/errors.js';
import type { Frame, Transport } from '../../src/transports/transport.js';

/** What a transport has brought. */
export interface Record {
  readonly frames: Frame[];
  /** Every end that it told of; there may be one only. */
  readonly ends: ConnectionLost[];
  readonly closed: Promise<ConnectionLost>;
  /** Resolves when `count` frames have come. */
  has(count: number): Promise<void>;
}

/** Listens to a transport and keeps what it brings. */
export function record(transport: Transport, onFrame?: (frame: Frame) => void): Record {
  const frames: Frame[] = [];
  const ends: ConnectionLost[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let settle: (why: ConnectionLost) => void;
  const closed = new Promise<ConnectionLost>((resolve) => {
    settle = resolve;
  });
  transport.listen({
    frame(frame) {
      frames.push(frame);
      for (const { count, resolve } of waiting) if (frames.length >= count) resolve();
      onFrame?.(frame);
    },
    closed(why) {
      ends.push(why);
      settle(why);
    },
  });
  return {
    frames,
    ends,
    closed,
    has: (count) =>
      new Promise((resolve) => {
        if (frames.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
  };
}

/** Lets everything that is due in this turn of the loop, and in `turns` more, happen. */
export async function turns(turns = 3): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits, turn by turn of the loop, until `condition` holds. The test's own deadline ends it if it never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turns(1);
}
