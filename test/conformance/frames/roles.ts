/** Details of HELLO and WELCOME, as the format has them. */

const CALLER = ['call_canceling', 'progressive_call_results', 'call_timeout', 'caller_identification'];
const SHARED = ['shared_registration', 'pattern_based_registration'];
const BROKER = ['pattern_based_subscription', 'publisher_exclusion', 'subscriber_blackwhite_listing'];
const MORE = [
  ...['progressive_call_invocations', 'payload_passthru_mode', 'call_trustlevels', 'registration_revocation'],
  ...['subscription_revocation', 'publisher_identification', 'publication_trustlevels', 'session_meta_api'],
  ...['subscription_meta_api', 'registration_meta_api', 'event_history', 'event_retention', 'testament_meta_api'],
  ...['call_reroute', 'call_cancelling'],
];

const BASE = [...CALLER, ...SHARED, ...BROKER];

const features = (names: readonly string[]) => ({ features: Object.fromEntries(names.map((name) => [name, true])) });

/** The HELLO of who breaks the rules: the usual features, `more`, and not those of `without`. */
export function offenderRoles(more: readonly string[], without: readonly string[]): object {
  const names = [...BASE, ...more].filter((name) => !without.includes(name));
  return roles(['caller', 'callee', 'publisher', 'subscriber'], names);
}

export function bystanderRoles(without: readonly string[] = []): object {
  const names = [...BASE, ...MORE].filter((name) => !without.includes(name));
  return roles(['caller', 'callee', 'publisher', 'subscriber'], names);
}

export function routerRoles(): object {
  return roles(['broker', 'dealer'], [...BASE, ...MORE]);
}

function roles(which: readonly string[], names: readonly string[]): object {
  return Object.fromEntries(which.map((role) => [role, features(names)]));
}

/** Whether the HELLO that a client sent announces a feature for a role, or, without a role, for any. */
export function announced(details: unknown, feature: string, role?: string): boolean {
  const all = (details as { roles?: Record<string, { features?: Record<string, unknown> }> }).roles ?? {};
  return Object.entries(all).some(
    ([name, { features: given }]) => (role === undefined || name === role) && given?.[feature] === true,
  );
}
