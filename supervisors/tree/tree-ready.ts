import type { Clock, Milliseconds } from '../clock.js';
import type { Engine } from '../engine/engine.js';
import type { Memory } from '../engine/memory.js';
import { NotReady, StartFailed } from '../errors.js';
import { describeExit, type ExitReason } from '../exit-reason.js';
import type { Fate } from '../spec/child-spec.js';
import { Deferred } from './deferred.js';
import { obstaclesBelow } from './obstacles.js';

/** Whether a whole tree is ready: all its children once were, and all their handles are. */
export class TreeReady {
  readonly promise: Promise<void>;
  readonly #outcome = new Deferred<void>();
  /** Children whose handle is not ready yet. Called without an error, one is not waited for any more. */
  readonly #awaited = new Map<Memory, (error?: NotReady) => void>();
  /** One for each handle that has to get ready, or had to. */
  readonly #handles = new Map<Memory, Promise<unknown>>();
  #areChildrenReady = false;

  constructor() {
    this.promise = this.#outcome.promise;
    // Nobody needs to look at it.
    this.promise.catch(() => {});
  }

  /** The root has started: waits for the handles that there are by now. */
  started(root: Engine): void {
    for (const memory of root.place.memory.below()) {
      const { path, handle } = memory;
      if (handle?.ready === undefined || memory.isIgnored || this.#handles.has(memory)) continue;
      const down = new Promise<void>((resolve, reject) => {
        this.#awaited.set(memory, (error) => (error === undefined ? resolve() : reject(error)));
      });
      const isReady = Promise.resolve(handle.ready).then(
        () => this.#awaited.delete(memory),
        (cause: unknown) => {
          throw new NotReady(`child '${path}' did not get ready: ${describeExit(cause)}`, { cause, children: [path] });
        },
      );
      const wait = Promise.race([isReady, down]);
      wait.catch((error: unknown) => this.#outcome.reject(error));
      this.#handles.set(memory, wait);
    }
  }

  /** All children were ready. */
  ready(root: Engine): void {
    this.#areChildrenReady = true;
    // There may be more of them by now.
    this.started(root);
    // One that rejects has done so to the outcome, too.
    Promise.all(this.#handles.values()).then(
      () => this.#outcome.resolve(),
      () => {},
    );
  }

  /** A child does not come back by itself. */
  down(memory: Memory, fate: Fate, reason: ExitReason): void {
    const giveUp = this.#awaited.get(memory);
    this.#awaited.delete(memory);
    if (memory.isIgnored) giveUp?.();
    else if (giveUp !== undefined) giveUp(missed(memory, fate, 'and was never ready', reason));
    else if (!this.#areChildrenReady && fate === 'parked') {
      this.#outcome.reject(missed(memory, fate, 'and the tree was not ready yet', reason));
    }
  }

  /** The tree has ended. */
  ended({ reason, cause }: { readonly reason: ExitReason; readonly cause: unknown }): void {
    const message =
      cause instanceof StartFailed ? cause.message : `the tree ended before it was ready: ${describeExit(reason)}`;
    const error = new NotReady(message, { cause });
    for (const giveUp of this.#awaited.values()) giveUp(error);
    // Behind what a child that ended before has to say, which tells more.
    void Promise.allSettled(this.#handles.values()).then(() => this.#outcome.reject(error));
  }

  /** From now on it may take that long. @param root while there is one */
  limit(within: Milliseconds, clock: Clock, root: () => Engine | undefined): void {
    const timer = clock.setTimeout(() => {
      const engine = root();
      if (engine !== undefined) this.#outcome.reject(this.#late(within, engine));
    }, within);
    const clear = (): void => clock.clearTimeout(timer);
    this.promise.then(clear, clear);
  }

  #late(within: Milliseconds, root: Engine): NotReady {
    const { holding, waiting } = obstaclesBelow(root);
    for (const { path } of this.#awaited.keys()) {
      if (!holding.has(path) && !waiting.has(path)) holding.set(path, 'runs, and has yet to say that it is ready');
    }
    return NotReady.within(within, holding, waiting);
  }
}

function missed({ path }: Memory, fate: Fate, what: string, cause: ExitReason): NotReady {
  return new NotReady(`child '${path}' is ${fate} ${what}: ${describeExit(cause)}`, { cause, children: [path] });
}
