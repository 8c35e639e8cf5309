import type { Dict } from './values.js';

export type ClientRole = 'caller' | 'callee' | 'publisher' | 'subscriber';
export type RouterRole = 'broker' | 'dealer';
export type Role = ClientRole | RouterRole;

/**
 * The features of the advanced profile, as the standard announces them.
 *
 * @see WAMP Advanced Profile, "Feature Announcement"
 */
export type Feature =
  | 'progressive_call_results'
  | 'progressive_call_invocations'
  | 'call_timeout'
  | 'call_canceling'
  | 'caller_identification'
  | 'call_trustlevels'
  | 'call_reroute'
  | 'registration_meta_api'
  | 'pattern_based_registration'
  | 'shared_registration'
  | 'registration_revocation'
  | 'subscriber_blackwhite_listing'
  | 'publisher_exclusion'
  | 'publisher_identification'
  | 'publication_trustlevels'
  | 'pattern_based_subscription'
  | 'subscription_meta_api'
  | 'subscription_revocation'
  | 'event_history'
  | 'event_retention'
  | 'session_meta_api'
  | 'testament_meta_api'
  | 'payload_passthru_mode';

/** What some are called in the field, or in another chapter of the standard: understood, and never sent. */
const ALSO_CALLED: { readonly [F in Feature]?: string } = {
  progressive_call_invocations: 'progressive_calls',
  call_canceling: 'call_cancelling',
};

/** Which features each role has. A role that is left out has none, and is announced all the same. */
export type FeatureTable = { readonly [R in Role]?: readonly Feature[] };

/**
 * Builds `roles` of a HELLO's or WELCOME's details.
 *
 * @param roles those that this peer plays
 * @param features what each of them can do. Announce what works and is tested, nothing else: the other side relies on it
 * @returns `{ caller: { features: { call_canceling: true } }, callee: {} }`
 * @see WAMP Basic Profile, "HELLO"; WAMP Advanced Profile, "Feature Announcement"
 */
export function announcement(roles: readonly Role[], features: FeatureTable = {}): Record<string, Dict> {
  const announced: Record<string, Dict> = {};
  for (const role of roles) {
    const keys = (features[role] ?? []).map((feature) => [feature, true]);
    announced[role] = keys.length === 0 ? {} : { features: Object.fromEntries(keys) };
  }
  return announced;
}

/**
 * Whether the other side announced `feature` for `role`. A key of the prototype, and any value but `true`, is none.
 *
 * @param details those of the HELLO or WELCOME that came
 */
export function announces(details: Dict, role: Role, feature: Feature): boolean {
  const features = own(own(own(details, 'roles'), role), 'features');
  return own(features, feature) === true || own(features, ALSO_CALLED[feature]) === true;
}

function own(value: unknown, key: string | undefined): unknown {
  if (key === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Dict)[key];
}
