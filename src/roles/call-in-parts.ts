import { ApplicationError } from '../errors.js';
import { announces } from '../wamp/features.js';
import type { Message } from '../wamp/message.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import type { Dict, Id, List, Uri } from '../wamp/values.js';
import { Call, type CallWishes } from './caller.js';
import type { PayloadPassthru } from './payload-passthru.js';

/**
 * A call of which this is the first part; {@link Caller.sendPart} sends the others. It is never made twice: its parts are gone.
 *
 * @see WAMP Advanced Profile, "Progressive Call Invocations"
 */
export class CallInParts extends Call {
  /** @param options the wire's, for the whole call */
  constructor(procedure: Uri, args: List, kwargs: Dict, options: Dict, wishes: Omit<CallWishes, 'idempotent'> = {}) {
    super(procedure, args, kwargs, { ...options, progress: true }, wishes);
  }

  override get hasParts(): boolean {
    return true;
  }

  /** @throws {ApplicationError} `wamp.error.feature_not_supported` by a router that would end the session over it */
  override toMessage(request: Id, welcome: Dict, passthru: PayloadPassthru): Message<'CALL'> {
    if (announces(welcome, 'dealer', 'progressive_call_invocations'))
      return super.toMessage(request, welcome, passthru);
    throw new ApplicationError(
      ADVANCED_ERROR.featureNotSupported,
      ['the router announces no progressive_call_invocations; send the call as a whole'],
      {},
      { operation: this.operation },
    );
  }
}
