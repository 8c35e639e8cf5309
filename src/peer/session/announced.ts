import type { ClientRole, Feature } from '../../wamp/features.js';
import type { Dict } from '../../wamp/values.js';

/** What HELLO announces: each of these is covered by a test. */
const FEATURES: { readonly [R in ClientRole]: { readonly [F in Feature]?: true } } = {
  caller: {
    call_canceling: true,
    caller_identification: true,
    progressive_call_invocations: true,
    progressive_call_results: true,
  },
  callee: {
    call_canceling: true,
    call_reroute: true,
    call_timeout: true,
    call_trustlevels: true,
    caller_identification: true,
    pattern_based_registration: true,
    progressive_call_invocations: true,
    progressive_call_results: true,
    registration_revocation: true,
    shared_registration: true,
  },
  publisher: {
    publisher_exclusion: true,
    publisher_identification: true,
    subscriber_blackwhite_listing: true,
  },
  subscriber: {
    pattern_based_subscription: true,
    publication_trustlevels: true,
    publisher_identification: true,
    subscription_revocation: true,
  },
};

/**
 * `HELLO.Details.roles` of a peer.
 *
 * @param added features of a user's roles, by role: one of the standard's, or another
 * @param ofAll what each of the standard's roles has besides
 */
export function announced(added: Readonly<Record<string, Dict>> = {}, ofAll: Dict = {}): Dict {
  const roles: Record<string, Dict> = {};
  for (const [role, features] of Object.entries(FEATURES)) roles[role] = { features: { ...features, ...ofAll } };
  for (const [role, features] of Object.entries(added)) {
    const all = { ...(roles[role]?.['features'] as Dict | undefined), ...features };
    roles[role] = Object.keys(all).length === 0 ? {} : { features: all };
  }
  return roles;
}
