import type { Uri } from './values.js';

/** How a URI that was registered or subscribed to is compared with one that is called or published to. */
export type UriPattern = 'exact' | 'prefix' | 'wildcard';

/** The longest URI that is accepted, in UTF-16 code units. The standard names no limit; a scanner of hostile input needs one. */
export const MAX_URI_LENGTH = 1_024;

const DOT = 0x2e;

/** What no component holds: `#`, which is reserved, and what Unicode or JavaScript takes for whitespace. */
const BARRED = /[#\s\u0085]/;

/**
 * What is wrong with `uri`, or `undefined` when nothing is. A sentence without its subject: `is empty`.
 *
 * By the standard's loose rule a component holds anything but `.`, `#` and whitespace, and is not empty; empty
 * components are what patterns are made of. Read by hand and not by the standard's regular expressions, which exhaust V8's
 * stack on a long URI.
 *
 * @param options `pattern` is how it will be matched, `exact` by default
 * @see WAMP Basic Profile, "URIs"; WAMP Advanced Profile, "Pattern-based Subscription"
 */
export function checkUri(uri: Uri, options: { readonly pattern?: UriPattern } = {}): string | undefined {
  if (uri.length > MAX_URI_LENGTH) return `is ${uri.length} characters long, the limit is ${MAX_URI_LENGTH}`;
  const mayBeEmpty = options.pattern === 'prefix' || options.pattern === 'wildcard';
  if (uri === '') return mayBeEmpty ? undefined : 'is empty';
  let start = 0;
  for (let at = 0; at <= uri.length; at += 1) {
    const code = at === uri.length ? DOT : uri.charCodeAt(at);
    if (code === DOT) {
      if (at === start && !mayBeEmpty) {
        const components = uri.split('.');
        return `has an empty component: number ${components.indexOf('') + 1} of ${components.length}`;
      }
      start = at + 1;
    } else if ((code <= 0x23 || code > 0x7f) && BARRED.test(uri.charAt(at))) {
      // All that is barred is out of the range of letters and digits, which need no expression.
      return code === 0x23
        ? `holds "#", which is reserved, at position ${at}`
        : `holds whitespace (U+${hex(code)}) at position ${at}`;
    }
  }
  return undefined;
}

/** Whether {@link checkUri} finds nothing wrong with `uri`, for those who do not say what: it takes a page little to load. */
export function isUri(uri: Uri): boolean {
  return uri.length <= MAX_URI_LENGTH && !BARRED.test(uri) && !uri.split('.').includes('');
}

/**
 * Whether `uri` is the protocol's own, or a pattern that would also match such a one: the prefixes `""`, `w` and
 * `wamp`, or a wildcard whose first component is empty. No application may register or publish to it.
 *
 * @see WAMP Basic Profile, "URIs": "Reserved URIs"
 */
export function isReserved(uri: Uri, pattern: UriPattern = 'exact'): boolean {
  switch (pattern) {
    case 'exact':
      return uri === 'wamp' || uri.startsWith('wamp.');
    case 'prefix':
      return uri.startsWith('wamp.') || 'wamp.'.startsWith(uri);
    case 'wildcard':
      return uri === '' || uri.startsWith('.') || uri === 'wamp' || uri.startsWith('wamp.');
  }
}

/**
 * Whether `uri` begins with `prefix`, character by character: `com.myapp.top` matches `com.myapp.topic`.
 *
 * @see WAMP Advanced Profile, "Prefix Matching"
 */
export function matchesPrefix(prefix: Uri, uri: Uri): boolean {
  return uri.startsWith(prefix);
}

/**
 * Whether `uri` has as many components as `pattern`, and the same ones wherever the pattern's is not empty.
 *
 * @see WAMP Advanced Profile, "Wildcard Matching"
 */
export function matchesWildcard(pattern: Uri, uri: Uri): boolean {
  let here = 0;
  let there = 0;
  for (;;) {
    const end = endOfComponent(pattern, here);
    const uriEnd = endOfComponent(uri, there);
    const length = end - here;
    if (length > 0 && (length !== uriEnd - there || !uri.startsWith(pattern.slice(here, end), there))) return false;
    if (end === pattern.length || uriEnd === uri.length) return end === pattern.length && uriEnd === uri.length;
    here = end + 1;
    there = uriEnd + 1;
  }
}

function endOfComponent(uri: Uri, from: number): number {
  const dot = uri.indexOf('.', from);
  return dot === -1 ? uri.length : dot;
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}
