import { announcement, type FeatureTable } from '../../wamp/features.js';
import type { Dict } from '../../wamp/values.js';

const CLIENT_ROLES = ['caller', 'callee', 'publisher', 'subscriber'] as const;

/** What HELLO announces: each of these is covered by a test. */
const CLIENT_FEATURES: FeatureTable = {
  caller: ['callCanceling', 'callerIdentification', 'progressiveCallInvocations', 'progressiveCallResults'],
  callee: [
    'callCanceling',
    'callReroute',
    'callTimeout',
    'callTrustlevels',
    'callerIdentification',
    'patternBasedRegistration',
    'progressiveCallInvocations',
    'progressiveCallResults',
    'registrationRevocation',
    'sharedRegistration',
  ],
  publisher: ['publisherExclusion', 'publisherIdentification', 'subscriberBlackwhiteListing'],
  subscriber: [
    'patternBasedSubscription',
    'publicationTrustlevels',
    'publisherIdentification',
    'subscriptionRevocation',
  ],
};

/** The same for a peer that can open what passes through. */
const WITH_PASSTHRU: FeatureTable = Object.fromEntries(
  CLIENT_ROLES.map((role) => [role, [...(CLIENT_FEATURES[role] ?? []), 'payloadPassthruMode' as const]]),
);

/**
 * `HELLO.Details.roles` of a peer.
 *
 * @param added features of a user's roles, by role: one of the standard's, or another
 * @param opens whether it has a scheme for payloads that pass through
 */
export function announced(added: Readonly<Record<string, Dict>> = {}, opens = false): Dict {
  const roles = announcement(CLIENT_ROLES, opens ? WITH_PASSTHRU : CLIENT_FEATURES);
  for (const [role, features] of Object.entries(added)) {
    const all = { ...(roles[role] as { readonly features?: Dict } | undefined)?.features, ...features };
    roles[role] = Object.keys(all).length === 0 ? {} : { features: all };
  }
  return roles;
}
