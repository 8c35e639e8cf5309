import { matchesPrefix, matchesWildcard, type UriPattern } from '../wamp/uri.js';
import type { Uri } from '../wamp/values.js';

/** A set of URIs: one, those that begin alike, or those that have certain components alike. */
export interface UriSet {
  readonly uri: Uri;
  readonly match: UriPattern;
}

/**
 * Whether every URI of `inner` is one of `outer`.
 *
 * @see WAMP Advanced Profile, "Pattern-based Subscription"
 */
export function covers(outer: UriSet, inner: UriSet): boolean {
  switch (outer.match) {
    case 'exact':
      return inner.uri === outer.uri && inner.match !== 'prefix' && !hasGap(inner);
    case 'prefix':
      return matchesPrefix(outer.uri, inner.match === 'wildcard' ? beginningOf(inner.uri) : inner.uri);
    case 'wildcard':
      return inner.match !== 'prefix' && matchesWildcard(outer.uri, inner.uri);
  }
}

/** Whether the two may have a URI in common. In doubt, which only what is no URI's pattern leaves, they do. */
export function overlap(one: UriSet, other: UriSet): boolean {
  if (one.match === 'exact') return matches(other, one.uri);
  if (other.match === 'exact') return matches(one, other.uri);
  if (one.match === 'wildcard') {
    return other.match === 'wildcard' ? canBeBoth(one.uri, other.uri) : canBegin(one.uri, other.uri);
  }
  if (other.match === 'wildcard') return canBegin(other.uri, one.uri);
  return one.uri.startsWith(other.uri) || other.uri.startsWith(one.uri);
}

/**
 * Which of two sets that a URI is in decides: below 0 for the first. An exact one before any pattern, the longest prefix before
 * any wildcard, and among wildcards the one whose first difference to the other is a component spelt out, as calls are routed.
 *
 * @see WAMP Advanced Profile, "Pattern-based Registrations"
 */
export function bySpecificity(one: UriSet, other: UriSet): number {
  const rank = RANK[one.match] - RANK[other.match];
  if (rank !== 0 || one.match === 'exact') return rank;
  if (one.match === 'prefix') return other.uri.length - one.uri.length;
  const components = one.uri.split('.');
  const others = other.uri.split('.');
  // No URI is in both: any order will do, but it has to be one, or sorting by it puts others out of order.
  if (components.length !== others.length) return others.length - components.length;
  for (const [at, component] of components.entries()) {
    const difference = Number(component === '') - Number(others[at] === '');
    if (difference !== 0) return difference;
  }
  return 0;
}

const RANK: Readonly<Record<UriPattern, number>> = { exact: 0, prefix: 1, wildcard: 2 };

function matches({ match, uri: pattern }: UriSet, uri: Uri): boolean {
  if (match === 'exact') return pattern === uri;
  return match === 'prefix' ? matchesPrefix(pattern, uri) : matchesWildcard(pattern, uri);
}

/** Whether it is a wildcard with a component that may be any. */
function hasGap({ match, uri }: UriSet): boolean {
  return match === 'wildcard' && uri.split('.').includes('');
}

/** What every URI of a wildcard begins with. */
function beginningOf(wildcard: Uri): string {
  const components = wildcard.split('.');
  const gap = components.indexOf('');
  return gap === -1
    ? wildcard
    : components
        .slice(0, gap)
        .map((component) => `${component}.`)
        .join('');
}

function canBeBoth(one: Uri, other: Uri): boolean {
  const components = one.split('.');
  const others = other.split('.');
  return (
    components.length === others.length &&
    components.every((component, at) => component === '' || others[at] === '' || others[at] === component)
  );
}

/** Whether a URI that the wildcard matches can begin with `prefix`. */
function canBegin(wildcard: Uri, prefix: Uri): boolean {
  const components = wildcard.split('.');
  const begun = prefix.split('.');
  const last = begun.length - 1;
  return (
    begun.length <= components.length &&
    begun.every((part, at) => {
      const component = components[at] ?? '';
      return component === '' || (at === last ? component.startsWith(part) : component === part);
    })
  );
}
