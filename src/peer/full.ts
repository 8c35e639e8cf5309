import { peerMachine } from '../../actors/peer.js';
import { remedyFor } from '../../actors/session-remedies.js';
import { supervised } from '../../supervisors/engine/supervised.js';
import { guardedMethod } from '../auth/guarded-method.js';
import { UsageError } from '../errors.js';
import { json } from '../serializers/json.js';
import { A_STRING, AN_OBJECT, isText, unfit } from '../wamp/given.js';
import { checkPeerOptions } from './checks/peer-options.js';
import { VERB_CHECKS } from './checks/verbs.js';
import type { PeerKind } from './child.js';
import { declare } from './declared/declare.js';
import { Finishing } from './drain.js';
import { guardOf } from './guard/guard.js';
import type { Foreign, FullParts } from './parts.js';
import { Peer } from './peer.js';
import { Passage } from './relay/passage.js';
import { vocabularyOf } from './relay/role.js';
import { connectorsFor } from './routers/router-choice.js';
import { Routers } from './routers/routers.js';
import { Sealing } from './sealing.js';
import { openTransport } from './session/given-transport.js';
import { inboxOf } from './session/inbox.js';

const FOREIGN: Foreign = { openTransport, method: guardedMethod };

/** A peer with all that a peer can do, its incarnations state charts. */
export const FULL: PeerKind<FullParts> = {
  logic: supervised(peerMachine),
  check(id, options, platform) {
    if (!isText(id)) throw unfit('peer', 'its id', A_STRING, id);
    if (typeof options !== 'object' || options === null) throw unfit(`peer "${id}"`, 'its options', AN_OBJECT, options);
    const { restart, shutdown, backoff, budget, probe, ...rest } = options;
    checkPeerOptions(id, rest, platform.transports);
    named(id, () => {
      vocabularyOf('roles', rest.roles ?? []);
      declare(rest, { sealing: FULL.seals(rest), guard: undefined });
      FULL.routers(rest.url, rest, platform);
    });
  },
  routers: (url, shared, platform, route) => new Routers(connectorsFor(url, shared, platform, route)),
  seals: ({ passthru }) => new Sealing(passthru),
  parts(life, options, logger) {
    const { contract, validate, roles = [] } = options;
    return {
      serializer: json(),
      checks: VERB_CHECKS,
      remedyFor,
      foreign: FOREIGN,
      sealing: FULL.seals(options),
      guard: guardOf(contract, validate, life),
      inbox: inboxOf,
      finishing: new Finishing(life),
      passage: new Passage(`peer "${life.name}"`, roles, () => ({
        peer: life.name,
        realm: life.realm,
        address: life.address,
        incarnation: life.incarnation,
        outbox: life.outbox,
        logger,
        failed: (role, error) => life.log.threw(`the role "${role}"`, error, 'a role failed', { role }),
        down: (operation) => life.down(operation),
        leave: (reason) => void life.leave(reason === undefined ? {} : { reason }),
        abort: (reason, message) => life.breakOff(reason, message),
      })),
    };
  },
  handle: (life) => new Peer(life),
};

/** Says whose options it is that make no sense: a tree has many peers. */
function named(id: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`peer "${id}": ${error.message}`) : error;
  }
}
