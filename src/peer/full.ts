import { peerMachine } from '../../actors/peer.js';
import { supervised } from '../../supervisors/engine/supervised.js';
import { checkPeerOptions } from './checks/peer-options.js';
import { VERB_CHECKS } from './checks/verbs.js';
import type { PeerKind } from './child.js';
import { Finishing } from './drain.js';
import { guardOf } from './guard/guard.js';
import type { FullParts } from './parts.js';
import { Peer } from './peer.js';
import { Passage } from './relay/passage.js';
import { vocabularyOf } from './relay/role.js';
import { connectorsFor } from './routers/router-choice.js';
import { Routers } from './routers/routers.js';
import { Sealing } from './sealing.js';
import { inboxOf } from './session/inbox.js';

/** A peer with all that a peer can do, its incarnations state charts. */
export const FULL: PeerKind<FullParts> = {
  logic: supervised(peerMachine),
  check(id, options, transports) {
    checkPeerOptions(id, options, transports);
    vocabularyOf(`peer "${id}": roles`, options.roles ?? []);
  },
  routers: (url, shared, platform, route) => new Routers(connectorsFor(url, shared, platform, route)),
  seals: ({ passthru }) => new Sealing(passthru),
  parts(life, options, logger) {
    const { contract, validate, roles = [] } = options;
    return {
      checks: VERB_CHECKS,
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
