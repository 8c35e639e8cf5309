import { nearest } from '../wamp/nearest.js';
import type { Uri } from '../wamp/values.js';

/** How many URIs are looked at: whoever calls what is not there, on purpose or not, must not cost others their turn. */
const MOST = 1_024;

/** Longer ones are not mistyped by hand. */
const LONGEST = 128;

/**
 * The URI that was probably meant by one that is not there: it differs in one component, by a few letters.
 *
 * @param uris those that are there, in the order in which they came to be
 * @param mayKnow whether whoever asks may be told of it. Asked of the one that was found only
 */
export function meantBy(uri: Uri, uris: Iterable<Uri>, mayKnow: (uri: Uri) => boolean): Uri | undefined {
  if (uri.length > LONGEST) return undefined;
  const asked = uri.split('.');
  /** By the place of the component that differs: what stands there, and where. */
  const places = new Map<number, Map<string, Uri>>();
  let looked = 0;
  for (const each of uris) {
    looked += 1;
    if (looked > MOST) break;
    if (Math.abs(each.length - uri.length) > 2) continue;
    const components = each.split('.');
    const place = onlyDifference(asked, components);
    if (place === undefined) continue;
    const there = places.get(place) ?? new Map<string, Uri>();
    there.set(components[place] ?? '', each);
    places.set(place, there);
  }
  for (const [place, there] of places) {
    const meant = there.get(nearest(asked[place] ?? '', there.keys()) ?? '');
    if (meant !== undefined) return mayKnow(meant) ? meant : undefined;
  }
  return undefined;
}

function onlyDifference(one: readonly string[], other: readonly string[]): number | undefined {
  if (one.length !== other.length) return undefined;
  const first = one.findIndex((component, place) => component !== other[place]);
  return first === -1 || one.some((component, place) => place > first && component !== other[place])
    ? undefined
    : first;
}
