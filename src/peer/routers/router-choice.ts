/** The option `url`: one router or several, each as a URL, a URL with options of its own, or a connector. */

import type { Connector } from '../../transports/transport.js';
import { AN_OBJECT, came, type Kind, unfit } from '../../wamp/given.js';
import { checkManyOptions } from '../../wamp/many-options.js';

/** What transports there are, where a peer runs. */
export interface Platform {
  /** The connector that a router's URL stands for. @throws {UsageError} when the URL or an option cannot be meant */
  readonly connectorFor: (url: string, options: object) => Connector;
  /** The names of options that belong to one transport each. */
  readonly transports: readonly string[];
}

/** A router whose transport has options of its own, in place of the peer's. */
export type RouterAddress<Transports extends object = object> = Transports & { readonly url: string };

/** One router. */
export type RouterChoice<Transports extends object = object> = string | Connector | RouterAddress<Transports>;

/** One router of a peer: as its options have it, its place among them, and the connector that it stands for. */
export interface Leg {
  readonly choice: RouterChoice;
  /** 0 for the most wanted. */
  readonly index: number;
  readonly connector: Connector;
}

/** At least one, the most wanted first. */
export type Connectors = readonly [Connector, ...Connector[]];

/** What to take in place of a router's own connector; `undefined` leaves it. */
export type Reroute = (leg: Leg) => Connector | undefined;

const A_URL: Kind = { expected: 'a URL', fits: (value) => typeof value === 'string' };

/**
 * The connectors that a peer's option `url` stands for.
 *
 * @param shared the options for URLs that have none of their own
 * @param route what to take in place of one; `undefined` leaves it
 * @throws {UsageError} when one of them cannot be meant
 */
export function connectorsFor(
  given: RouterChoice | readonly RouterChoice[],
  shared: object,
  platform: Platform,
  route?: Reroute,
): Connectors {
  const [first, ...others] = isList(given) ? given : [given];
  if (first === undefined) throw unfit('url', 'its list', { expected: 'at least one router' }, given);
  const one = (choice: RouterChoice, index: number): Connector => {
    const connector = connectorOf(choice, shared, platform);
    return route?.({ choice, index, connector }) ?? connector;
  };
  return [one(first, 0), ...others.map((choice, index) => one(choice, index + 1))];
}

/** What there is in place of a router, in words that follow "received", or `undefined`. Nothing of a URL is in them. */
export function faultInChoice(given: unknown): string | undefined {
  if (!Array.isArray(given)) return isChoice(given) ? undefined : came(given);
  if (given.length === 0) return 'an empty list';
  const wrong = given.findIndex((each) => !isChoice(each));
  return wrong === -1 ? undefined : `${came(given[wrong])} in a list, in place ${wrong}`;
}

function connectorOf(choice: RouterChoice, shared: object, { connectorFor, transports }: Platform): Connector {
  if (typeof choice === 'string') return connectorFor(choice, shared);
  if (isConnector(choice)) return choice;
  const kinds = Object.fromEntries(transports.map((name) => [name, AN_OBJECT]));
  checkManyOptions<RouterAddress>('a router of url', choice, { ...kinds, url: A_URL });
  const own = Object.entries(choice).filter(([, value]) => value !== undefined);
  return connectorFor(choice.url, { ...shared, ...Object.fromEntries(own) });
}

function isList(given: RouterChoice | readonly RouterChoice[]): given is readonly RouterChoice[] {
  return Array.isArray(given);
}

function isConnector(value: unknown): value is Connector {
  return typeof value === 'object' && value !== null && 'open' in value && typeof value.open === 'function';
}

function isChoice(value: unknown): boolean {
  if (typeof value === 'string' || isConnector(value)) return true;
  return typeof value === 'object' && value !== null && 'url' in value && typeof value.url === 'string';
}
