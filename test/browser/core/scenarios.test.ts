/** The scenarios of the suite with the core of a peer, in Node: by whatever connector, since a page's WebSocket is not the point here. */
import { connect } from '../../../src/browser/core/connect.js';
import { peer } from '../../../src/browser/core/peer.js';
import { start } from '../../../src/browser/core/start.js';
import { connectorFor } from '../../../src/transports/connector.js';
import type { Connector } from '../../../src/transports/transport.js';
import { scenarios } from '../../scenarios/suite.js';
import type { Entry } from '../../support/house.js';
import { LINKED, WEBSOCKET } from '../../support/worlds.js';

const connectorOf = (url: unknown): Connector => (typeof url === 'string' ? connectorFor(url, {}) : (url as Connector));

/** As Node's entry: the compiler does not know that a scenario uses no more than the core has. */
const CORE = {
  connect: (url: unknown, options: never) => connect(connectorOf(url), options),
  peer: (id: string, options: { readonly url: unknown }) =>
    peer(id, { ...options, url: connectorOf(options.url) } as never),
  start,
} as unknown as Entry;

describe.each([
  ['linked', LINKED],
  ['over WebSocket', WEBSOCKET],
])('the core of a peer, %s', (_way, world) => scenarios(world, CORE));
