import { UsageError } from '../errors.js';
import { A_COUNT, type Kinds, oneOfThese } from '../wamp/given.js';
import { checkManyOptions } from '../wamp/many-options.js';
import { checkUri, isReserved } from '../wamp/uri.js';
import type { Histories } from './event-store.js';
import type { HistoryRule } from './history.js';

const RULE: Kinds<HistoryRule> = {
  limit: A_COUNT,
  octets: A_COUNT,
  match: oneOfThese('exact', 'prefix', 'wildcard'),
};

/**
 * Checks what a user wants kept of a realm's events.
 *
 * @throws {UsageError} that names the realm, the URI and what is wrong with either
 */
export function checkHistories(realm: string, histories: Histories = {}): void {
  for (const [uri, rule] of Object.entries(histories)) {
    const where = `realm ${realm}: history of ${JSON.stringify(uri)}`;
    checkManyOptions<HistoryRule>(where, rule, RULE);
    const { match = 'exact', limit } = rule;
    if (limit === undefined) throw new UsageError(`${where}: expected a limit, such as { limit: 100 }, received none`);
    const problem = checkUri(uri, { pattern: match });
    if (problem !== undefined) throw new UsageError(`${where}: expected a URI to match by ${match}; it ${problem}`);
    if (isReserved(uri)) throw new UsageError(`${where}: what begins with wamp. is the router's own, and is not kept`);
  }
}
