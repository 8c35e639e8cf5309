import type { Dict } from './values.js';

export type ClientRole = 'caller' | 'callee' | 'publisher' | 'subscriber';
export type RouterRole = 'broker' | 'dealer';
export type Role = ClientRole | RouterRole;

/**
 * The features of the advanced profile, and how each is called on the wire: as the standard announces it first, then
 * what else is in the field or in another chapter of the standard. The first is sent, each is understood.
 *
 * @see WAMP Advanced Profile, "Feature Announcement"
 */
const WIRE_KEYS = {
  progressiveCallResults: ['progressive_call_results'],
  progressiveCallInvocations: ['progressive_call_invocations', 'progressive_calls'],
  callTimeout: ['call_timeout'],
  callCanceling: ['call_canceling', 'call_cancelling'],
  callerIdentification: ['caller_identification'],
  callTrustlevels: ['call_trustlevels'],
  callReroute: ['call_reroute'],
  registrationMetaApi: ['registration_meta_api'],
  patternBasedRegistration: ['pattern_based_registration'],
  sharedRegistration: ['shared_registration'],
  registrationRevocation: ['registration_revocation'],
  subscriberBlackwhiteListing: ['subscriber_blackwhite_listing'],
  publisherExclusion: ['publisher_exclusion'],
  publisherIdentification: ['publisher_identification'],
  publicationTrustlevels: ['publication_trustlevels'],
  patternBasedSubscription: ['pattern_based_subscription'],
  subscriptionMetaApi: ['subscription_meta_api'],
  subscriptionRevocation: ['subscription_revocation'],
  eventHistory: ['event_history'],
  eventRetention: ['event_retention'],
  sessionMetaApi: ['session_meta_api'],
  testamentMetaApi: ['testament_meta_api'],
  payloadPassthruMode: ['payload_passthru_mode'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>;

export type Feature = keyof typeof WIRE_KEYS;

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
    const keys = (features[role] ?? []).map((feature) => [WIRE_KEYS[feature][0], true]);
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
  return WIRE_KEYS[feature].some((key) => own(features, key) === true);
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Dict)[key];
}
