import { ApplicationError } from '../errors.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import * as ERROR from '../wamp/uris/error.js';
import { id, type Uri } from '../wamp/values.js';
import type { EntryTable } from './entry.js';
import { type EventStore, toldEvent } from './event-store.js';
import { historyFilter } from './history.js';
import { argumentAt, type RouterProcedure } from './router-procedure.js';

/**
 * The procedure that tells of events that were: each is an argument of its result.
 *
 * @see WAMP Advanced Profile, "Event History"
 */
export function historyProcedures(
  subscriptions: EntryTable,
  store: EventStore,
): readonly (readonly [Uri, RouterProcedure])[] {
  return [
    [
      'wamp.subscription.get_events',
      (caller, args, kwargs) => {
        const wanted = argumentAt(args, 0, id);
        const filter = historyFilter(kwargs);
        const subscription = subscriptions.byId(wanted);
        if (subscription === undefined) {
          throw new ApplicationError(ERROR.noSuchSubscription, [`there is no subscription ${wanted} in this realm`]);
        }
        const { match, uri } = subscription;
        return {
          // What somebody may not subscribe to, he may not read of either.
          decision: caller.rights.of('subscribe', uri, { match }),
          answer: () => {
            const events = store.read(match, uri, caller, filter);
            if (events !== undefined) return { args: events.map((event) => toldEvent(event, wanted, match)) };
            throw new ApplicationError(ADVANCED_ERROR.featureNotSupported, [
              `this realm keeps no events of subscription ${wanted}: its topic has to be named in the realm's history`,
            ]);
          },
        };
      },
    ],
  ];
}
