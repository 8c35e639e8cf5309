import { createHook } from 'node:async_hooks';
import { type Leftover, type LeftoverKind, SomethingLeft } from './errors.js';
import { type Listened, Listeners } from './listeners.js';
import { quiet } from './quiet.js';
import { isOnlyOthers, ownerOf, traced } from './trace.js';

/** Node's names for what keeps a process alive. */
const KINDS: Readonly<Record<string, { readonly kind: LeftoverKind; readonly what: string }>> = {
  Timeout: { kind: 'timer', what: 'a timer of the event loop' },
  TCPWRAP: { kind: 'socket', what: 'a TCP socket' },
  TCPSERVERWRAP: { kind: 'server', what: 'a TCP server' },
  PIPEWRAP: { kind: 'socket', what: 'a pipe or Unix socket' },
  PIPESERVERWRAP: { kind: 'server', what: 'a server on a Unix socket' },
  UDPWRAP: { kind: 'socket', what: 'a UDP socket' },
  PROCESSWRAP: { kind: 'process', what: 'a process' },
  WORKER: { kind: 'process', what: 'a worker thread' },
  FSEVENTWRAP: { kind: 'listener', what: 'a watched file' },
};

/** Where else is looked for what is left, and how long it gets to go. */
export interface LeaksOptions {
  /** Whose listeners are to be counted, by a name for each, beside those of `process`: an `AbortSignal`, an emitter. */
  readonly watch?: Readonly<Record<string, Listened>>;
  /** How long what is on its way to its end gets for that, in real milliseconds. Default 1,000. */
  readonly within?: number;
}

/** What was there when it began, so that only what came later counts. */
export interface LeakCheck {
  /** What is there now and was not then: timers, sockets, servers, processes that keep this one alive, and listeners. */
  left(): readonly Leftover[];
  /**
   * Waits until all of it is gone, though not for long, and looks no further.
   *
   * @throws {SomethingLeft} when something is left: its message has what, and the line that made it
   */
  assertNothingLeft(): Promise<void>;
  /** Looks no further. */
  end(): void;
}

/**
 * Remembers what there is in this process, for a test without a test bed: over real sockets, in real time.
 *
 * What the test runner itself makes does not count. While it looks, everything asynchronous costs a little more.
 *
 * @example
 * const check = leaks();
 * const me = await connect('ws://127.0.0.1:8080/ws', { realm: 'realm1' });
 * await me.leave();
 * await check.assertNothingLeft();
 */
export function leaks({ watch = {}, within = 1_000 }: LeaksOptions = {}): LeakCheck {
  const made = new Map<number, { readonly type: string; readonly trace: Error; readonly resource: object }>();
  let isOwn = false;
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (!isOwn && Object.hasOwn(KINDS, type)) made.set(id, { type, trace: traced(24), resource });
    },
    destroy(id) {
      made.delete(id);
    },
  }).enable();
  const listeners = new Listeners();
  listeners.watch('process', process);
  for (const [name, target] of Object.entries(watch)) listeners.watch(name, target);

  const left = (): Leftover[] => {
    const resources = [...made.values()].flatMap(({ type, trace, resource }) => {
      const known = KINDS[type];
      if (known === undefined || !isHolding(resource)) return [];
      // Test runners have timers of their own.
      if (known.kind === 'timer' && isOnlyOthers(trace)) return [];
      return [{ kind: known.kind, what: `${known.what}${placeOf(resource)}`, owner: ownerOf(trace) }];
    });
    return [...resources, ...listeners.left()];
  };

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      isOwn = true;
      setTimeout(resolve, 2);
      isOwn = false;
    });

  return {
    left,
    async assertNothingLeft() {
      const until = performance.now() + within;
      await quiet();
      while (left().length > 0 && performance.now() < until) await pause();
      hook.disable();
      const rest = left();
      if (rest.length > 0) throw new SomethingLeft(rest);
    },
    end() {
      hook.disable();
    },
  };
}

/** Whether it keeps the process alive. */
function isHolding(resource: object): boolean {
  const { hasRef } = resource as { readonly hasRef?: () => boolean };
  return typeof hasRef !== 'function' || hasRef.call(resource);
}

/** The address of a socket or server, if it has one: often it is made when nobody of the user's is on the stack any more. */
function placeOf(resource: object): string {
  const { getsockname } = resource as { readonly getsockname?: (out: object) => unknown };
  const place: { address?: string; port?: number } = {};
  try {
    getsockname?.call(resource, place);
  } catch {
    // It has none.
  }
  return place.port === undefined ? '' : ` at ${place.address}:${place.port}`;
}
