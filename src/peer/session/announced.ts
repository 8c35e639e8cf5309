import { announcement, type FeatureTable } from '../../wamp/features.js';
import type { Dict } from '../../wamp/values.js';

const CLIENT_ROLES = ['caller', 'callee', 'publisher', 'subscriber'] as const;

/** What HELLO announces: each of these is covered by a test. */
const CLIENT_FEATURES: FeatureTable = {
  caller: ['call_canceling', 'caller_identification', 'progressive_call_invocations', 'progressive_call_results'],
  callee: [
    'call_canceling',
    'call_reroute',
    'call_timeout',
    'call_trustlevels',
    'caller_identification',
    'pattern_based_registration',
    'progressive_call_invocations',
    'progressive_call_results',
    'registration_revocation',
    'shared_registration',
  ],
  publisher: ['publisher_exclusion', 'publisher_identification', 'subscriber_blackwhite_listing'],
  subscriber: [
    'pattern_based_subscription',
    'publication_trustlevels',
    'publisher_identification',
    'subscription_revocation',
  ],
};

/**
 * `HELLO.Details.roles` of a peer.
 *
 * @param added features of a user's roles, by role: one of the standard's, or another
 * @param opens whether it has a scheme for payloads that pass through
 */
export function announced(added: Readonly<Record<string, Dict>> = {}, opens = false): Dict {
  const roles = announcement(CLIENT_ROLES, CLIENT_FEATURES);
  if (opens) for (const role of CLIENT_ROLES) add(roles, role, { payload_passthru_mode: true });
  for (const [role, features] of Object.entries(added)) add(roles, role, features);
  return roles;
}

function add(roles: Record<string, Dict>, role: string, features: Dict): void {
  const all = { ...(roles[role] as { readonly features?: Dict } | undefined)?.features, ...features };
  roles[role] = Object.keys(all).length === 0 ? {} : { features: all };
}
