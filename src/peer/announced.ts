import { announcement, type FeatureTable } from '../wamp/features.js';
import type { Dict } from '../wamp/values.js';

const CLIENT_ROLES = ['caller', 'callee', 'publisher', 'subscriber'] as const;

/** What HELLO announces: each of these is covered by a test. */
const CLIENT_FEATURES: FeatureTable = {
  caller: ['callCanceling', 'callerIdentification', 'progressiveCallInvocations', 'progressiveCallResults'],
  callee: [
    'callCanceling',
    'callerIdentification',
    'progressiveCallInvocations',
    'progressiveCallResults',
    'registrationRevocation',
  ],
  publisher: ['publisherExclusion', 'publisherIdentification', 'subscriberBlackwhiteListing'],
  subscriber: ['publisherIdentification', 'subscriptionRevocation'],
};

/** `HELLO.Details.roles` of every peer. */
export function announced(): Dict {
  return announcement(CLIENT_ROLES, CLIENT_FEATURES);
}
