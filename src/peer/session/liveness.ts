import { LAST_ID } from '../../roles/requests.js';
import type { SessionRoles } from '../../roles/session-roles.js';
import { Unsubscribe } from '../../roles/subscriber.js';

/**
 * Sends what every router has to answer and what changes nothing: the end of a subscription that there is not. A router's
 * ids are random or small, so none is ever the largest of all. The answer, an ERROR, is nobody's to look at.
 */
export function askForLife({ requests }: SessionRoles): void {
  requests.send(new Unsubscribe('no topic', LAST_ID));
}
