import { leanPeer } from '../../../actors/lean-peer.js';
import { UsageError } from '../../errors.js';
import type { PeerKind } from '../../peer/child.js';
import { CorePeer } from '../../peer/core-peer.js';
import { STRAIGHT } from '../../peer/relay/crossings.js';
import { oneRouter } from '../../peer/routers/one-router.js';
import { noSeals } from '../../peer/seals.js';
import { SEALED_IS_REFUSED } from '../../roles/sealed-is-refused.js';
import { json } from '../../serializers/page-json.js';
import type { Connector } from '../../transports/transport.js';

const sealing = /* @__PURE__ */ noSeals(SEALED_IS_REFUSED);

/** What a peer that can do all is told, and what would be missed here: a payload that leaves in the clear, for one. */
const BEYOND = ['contract', 'validate', 'passthru', 'roles', 'receiveBuffer'] as const;

/**
 * A peer with what every peer needs and nothing else, for pages. What its user writes is taken as it is: the compiler has seen it, and
 * whoever wants it looked at while it is tried takes the peer that can do all, which is asked for in the same way.
 */
export const CORE: PeerKind = {
  logic: leanPeer,
  check(id, options) {
    const name = BEYOND.find((option) => options[option]) ?? (Array.isArray(options.url) && 'a list of routers');
    if (name) throw new UsageError(`peer "${id}": ${name} is beyond respell/browser; import respell`);
  },
  seals: () => sealing,
  routers(url, shared, { connectorFor }, route) {
    const choice = url as string | Connector;
    const connector = typeof choice === 'string' ? connectorFor(choice, shared) : choice;
    return oneRouter(route?.({ choice, index: 0, connector }) ?? connector);
  },
  parts: () => ({
    serializer: json(),
    checks: undefined,
    foreign: undefined,
    remedyFor: undefined,
    sealing,
    guard: undefined,
    passage: STRAIGHT,
    inbox: undefined,
    finishing: undefined,
  }),
  handle: (life) => new CorePeer(life),
};
