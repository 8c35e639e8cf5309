import { type ListenerEvent, type ListenerInput, listenerMachine, type SessionEnds } from '../../actors/listener.js';
import { type OpenRealms, Realm, type RealmInput, type RealmOptions, realmMachine } from '../../actors/realm.js';
import { admissionTo } from '../../actors/realm-admission.js';
import type { Clock } from '../../supervisors/clock.js';
import { describeExit } from '../../supervisors/exit-reason.js';
import { supervisor } from '../../supervisors/kinds/supervisor.js';
import { start, type Tree } from '../../supervisors/tree/tree.js';
import { FailedLogins } from '../auth/failed-logins.js';
import type { Logger } from '../logger.js';
import { LIMITS, type LimitName } from '../routing/limits.js';
import type { Serializer } from '../serializers/serializer.js';
import type { Uri } from '../wamp/values.js';
import type { RouterOptions } from './options.js';

/** What the tree of a router is made of, and what it has in common with the router. */
export interface RouterTreeInput {
  readonly realms: ReadonlyMap<Uri, RealmOptions>;
  readonly options: Pick<RouterOptions, 'strictIds' | 'handshakeTimeout' | 'goodbyeTimeout' | 'limits'>;
  readonly serializers: readonly Serializer[];
  readonly clock: Clock;
  readonly random: (() => number) | undefined;
  readonly logger: Logger;
  /** Where a realm enters itself while it is open. */
  readonly open: OpenRealms;
  /** Where the listener counts how sessions end. */
  readonly ends: SessionEnds;
  /** Told of each limit that was reached, and in which realm, where that is known. */
  readonly reached: (limit: LimitName, realm?: Uri) => void;
  /** What the sessions are told when the tree stops. */
  readonly farewell: ListenerInput['farewell'];
}

const LISTENER = 'listener';

/** Starts the tree of a router: a machine for each realm, then the listener, which has the sessions. */
export function startRouterTree(input: RouterTreeInput): Tree {
  const { options, logger, open, clock, random } = input;
  const { strictIds, handshakeTimeout, goodbyeTimeout, limits = {} } = options;
  const realms = [...input.realms].map(([name, ofRealm]) => ({
    // An id is part of a path, and a URI may hold what parts a path.
    id: `realm ${name.replaceAll('/', '%2F')}`,
    start: realmMachine,
    input: {
      name,
      make: () =>
        new Realm(name, { ...(strictIds !== undefined && { strictIds }), ...ofRealm }, clock, random, logger, open),
      open,
      logger,
    } satisfies RealmInput,
  }));
  const listener = {
    id: LISTENER,
    start: listenerMachine,
    input: {
      admission: admissionTo(open, { reached: (limit) => input.reached(limit), logins: loginsOf(input), logger }),
      serializers: input.serializers,
      farewell: input.farewell,
      ends: input.ends,
      logger,
      reached: input.reached,
      ...(limits.unjoined !== undefined && { maxUnjoined: limits.unjoined }),
      ...(limits.helloLength !== undefined && { maxHelloLength: limits.helloLength }),
      ...(handshakeTimeout !== undefined && { handshakeTimeout }),
      ...(goodbyeTimeout !== undefined && { goodbyeTimeout }),
    } satisfies ListenerInput,
    // It sees to it itself that it does not take for ever.
    shutdown: 'infinity' as const,
  };
  // The listener is last to start and first to stop: no session without its realm.
  return start(supervisor({ intensity: 3, children: [...realms, listener] }), {
    clock,
    onReport: (report) => {
      if (report.type === 'exited' && report.fate !== 'stopped') {
        logger.error({ path: report.path, reason: describeExit(report.cause) }, 'part of the router failed');
      }
    },
  });
}

/** What is remembered of failed logins, unless they may fail as often as they like. */
function loginsOf({ options, clock, reached }: RouterTreeInput): FailedLogins | undefined {
  const { limits = {}, handshakeTimeout = LIMITS.joining.fallback } = options;
  const { failedLogins = {} } = limits;
  if (failedLogins === false) return undefined;
  const {
    attempts = LIMITS.failedLogins.fallback,
    within = 60_000,
    addresses = LIMITS.loginAddresses.fallback,
    loopback = false,
  } = failedLogins;
  return new FailedLogins(
    { attempts, within, addresses, loopback },
    { now: () => clock.now(), patience: handshakeTimeout, onForgotten: () => reached('loginAddresses') },
  );
}

/**
 * Sends an event to the listener of a router's tree.
 *
 * @returns false when there is no listener to hear it
 */
export function tellListener(tree: Tree, event: ListenerEvent): boolean {
  const listener = tree.find(LISTENER);
  listener?.actor.send(event);
  return listener !== undefined;
}
