/** What a call takes with it from caller to callee, and its answer on the way back. */

import { ApplicationError } from '../errors.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import type { Dict } from '../wamp/values.js';
import type { Member } from './member.js';
import { notPassedTo } from './passthru.js';
import { NOTHING } from './refusal.js';
import type { Registration, Slots } from './registration.js';
import type { RouterPeer } from './router-peer.js';

export const PROGRESS: Dict = Object.freeze({ progress: true });

export function notHandedOver(what: string): ApplicationError {
  return new ApplicationError(ADVANCED_ERROR.unavailable, [`${what} could not be handed to the callee`]);
}

/** @see WAMP Advanced Profile, "Caller Identification" */
export function identityOf(peer: RouterPeer): Dict {
  return { caller: peer.session, caller_authid: peer.authid, caller_authrole: peer.authrole };
}

/** Says that more will come. Most say nothing else, and share one dictionary. */
export const inPart = (told: Dict): Dict => (told === NOTHING ? PROGRESS : { ...told, ...PROGRESS });

export const takesPassthru = ({ takesPassthru: { callee } }: Member): boolean => callee;

/** Which callees a call may go to now; `undefined` for all of them, which is the rule and costs nothing. */
export function fitFor(
  registration: Registration<Member>,
  isSealed: boolean,
): ((callee: Member) => boolean) | undefined {
  if (registration.slots === undefined) return isSealed ? takesPassthru : undefined;
  return (callee) => registration.isFree(callee) && (!isSealed || takesPassthru(callee));
}

/** Where the callee has a limit, one more call counts against it. */
export function occupied({ slots: all }: Registration<Member>, callee: Member): Slots<Member> | undefined {
  if (all === undefined) return undefined;
  const slots = all.get(callee);
  if (slots !== undefined) slots.open += 1;
  return slots;
}

/** What the message that goes on with an answer says of its payload; or why it cannot go on as it is. */
export function forCaller(
  { takesPassthru: { caller } }: Member,
  passthru: Dict | ApplicationError | undefined,
): Dict | ApplicationError {
  if (passthru === undefined) return NOTHING;
  return caller || passthru instanceof ApplicationError ? passthru : notPassedTo('caller');
}
