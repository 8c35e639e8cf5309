import type { AnyActorRef } from 'xstate';
import type { Clock } from '../../supervisors/clock.js';
import type { Router } from '../router/router.js';
import type { Leftover } from './errors.js';
import { actorsOf, type Residents } from './residents.js';
import { duration } from './time.js';
import { VirtualClock } from './virtual-clock.js';

/** The timers that are set on a virtual clock. Of real time nobody can say. */
export function timersLeft(clock: Clock): Leftover[] {
  if (!(clock instanceof VirtualClock)) return [];
  const now = clock.now();
  return clock
    .pending()
    .map(({ at, owner }) => ({ kind: 'timer', what: `due at ${duration(at)}, in ${duration(at - now)}`, owner }));
}

export function transportsLeft({ links }: Residents): Leftover[] {
  return [...links].flatMap(({ name, address, openTransports: count }) =>
    count === 0 ? [] : [{ kind: 'transport' as const, what: `to ${address}${times(count)}`, owner: name }],
  );
}

/** What the router holds, and what peers wait for. */
export function heldLeft(router: Router, residents: Residents): Leftover[] {
  const left: Leftover[] = [];
  for (const { id, realm, agent, address } of router.sessions()) {
    const link = [...residents.links].find(({ sessions }) => sessions.includes(id));
    left.push({
      kind: 'session',
      what: `${id} in ${realm}`,
      owner: link?.name ?? `${agent ?? 'somebody'} at ${address}`,
    });
  }
  const counts = { registration: 0, subscription: 0 };
  for (const { name, me } of residents.peers()) {
    for (const { kind, uri, active } of me.declared) {
      if (!active) continue;
      counts[kind] += 1;
      left.push({ kind, what: uri, owner: name });
    }
    const { unsettled } = me.stats();
    if (unsettled > 0) left.push({ kind: 'request', what: `${unsettled} that has not settled`, owner: name });
  }
  const { registrations, subscriptions } = router.stats();
  for (const [kind, held] of [
    ['registration', registrations],
    ['subscription', subscriptions],
  ] as const) {
    const count = held - counts[kind];
    if (count > 0)
      left.push({ kind, what: `${count} at the router`, owner: 'somebody that was not started on the bed' });
  }
  return left;
}

/** @param beside those by where they were that are in no tree, or not any more */
export function actorsLeft(residents: Residents, beside: ReadonlyMap<AnyActorRef, string>): Leftover[] {
  const all = new Map(beside);
  for (const tree of residents.trees()) for (const [actor, name] of actorsOf(tree)) all.set(actor, name);
  return [...all]
    .filter(([actor]) => actor.getSnapshot().status === 'active')
    .map(([, owner]) => ({ kind: 'actor', what: 'active', owner }));
}

const times = (count: number): string => (count === 1 ? '' : ` (${count} times)`);
