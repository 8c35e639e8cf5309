/** The option `url`: one router or several, each as a URL, a URL with options of its own, or a connector. */

import { connectorFor, type TransportOptions } from '../transports/connector.js';
import type { Connector } from '../transports/transport.js';
import { AN_OBJECT, came, checkOptions, type Kinds, unfit } from '../wamp/given.js';

/** A router whose transport has options of its own, in place of the peer's. */
export interface RouterAddress extends TransportOptions {
  readonly url: string;
}

/** One router. */
export type RouterChoice = string | Connector | RouterAddress;

/** One router of a peer: as its options have it, its place among them, and the connector that it stands for. */
export interface Leg {
  readonly choice: RouterChoice;
  /** 0 for the most wanted. */
  readonly index: number;
  readonly connector: Connector;
}

/** At least one, the most wanted first. */
export type Connectors = readonly [Connector, ...Connector[]];

const KINDS: Kinds<RouterAddress> = {
  url: { expected: 'a URL', fits: (value) => typeof value === 'string' },
  websocket: AN_OBJECT,
  rawsocket: AN_OBJECT,
};

/**
 * The connectors that a peer's option `url` stands for.
 *
 * @param shared the options for URLs that have none of their own
 * @param route what to take in place of one; `undefined` leaves it
 * @throws {UsageError} when one of them cannot be meant
 */
export function connectorsFor(
  given: RouterChoice | readonly RouterChoice[],
  shared: TransportOptions,
  route: (leg: Leg) => Connector | undefined = () => undefined,
): Connectors {
  const [first, ...others] = isList(given) ? given : [given];
  if (first === undefined) throw unfit('url', 'its list', { expected: 'at least one router' }, given);
  const one = (choice: RouterChoice, index: number): Connector => {
    const connector = connectorOf(choice, shared);
    return route({ choice, index, connector }) ?? connector;
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

function connectorOf(choice: RouterChoice, shared: TransportOptions): Connector {
  if (typeof choice === 'string') return connectorFor(choice, shared);
  if (isConnector(choice)) return choice;
  checkOptions<RouterAddress>('a router of url', choice, KINDS);
  const { url, websocket = shared.websocket, rawsocket = shared.rawsocket } = choice;
  return connectorFor(url, { websocket, rawsocket });
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
