import type { Milliseconds } from '../clock.js';
import type { Child } from '../engine/child.js';
import type { Engine } from '../engine/engine.js';
import { engineOf } from '../engine/supervisor-logic.js';

/** What a tree that is not ready waits for. */
export interface Obstacles {
  /** The children that it is up to, and what is the case with each: `has been starting for 500 ms`. */
  readonly holding: Map<string, string>;
  /** The paths of those that are not started yet because of them. */
  readonly waiting: Set<string>;
}

/** Of all below a supervisor. */
export function obstaclesBelow(
  engine: Engine,
  found: Obstacles = { holding: new Map(), waiting: new Set() },
): Obstacles {
  const now = engine.children.clock.now();
  for (const child of engine.children.byId.values()) {
    if (!child.isHoldingUp) continue;
    const { memory } = child;
    if (isYetToStart(child, engine)) {
      found.waiting.add(memory.path);
      continue;
    }
    // Of a supervisor it is rather those below it that are to be named.
    const below = child.actor === undefined || child.spec.ready !== undefined ? undefined : engineOf(child.actor);
    const before = found.holding.size;
    if (below !== undefined) obstaclesBelow(below, found);
    if (found.holding.size === before) found.holding.set(memory.path, whatOf(child, now));
  }
  return found;
}

function isYetToStart({ status, memory }: Child, engine: Engine): boolean {
  if (status === 'waiting') return true;
  return status === 'stopped' && (engine.value === 'starting' || memory.awaitsRestart);
}

function whatOf(child: Child, now: Milliseconds): string {
  const { lastExit, retryAt, status } = child.view(undefined);
  const since = `${Math.round(now - child.startedAt)} ms`;
  const reason = lastExit === undefined ? '' : `: ${lastExit.reason}`;
  switch (status) {
    case 'starting':
      return `has been starting for ${since}`;
    case 'running':
      return `has been running for ${since} and is not ready`;
    case 'restarting':
      return `will be restarted${retryAt === undefined ? '' : ` in ${Math.round(retryAt - now)} ms`}${reason}`;
    default:
      return `is ${status}${reason}`;
  }
}
