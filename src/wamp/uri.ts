import type { Uri } from './values.js';

/** How a URI that was registered or subscribed to is compared with one that is called or published to. */
export type UriPattern = 'exact' | 'prefix' | 'wildcard';

/** The longest URI that is accepted, in UTF-16 code units. The standard names no limit; a scanner of hostile input needs one. */
export const MAX_URI_LENGTH = 1_024;

const DOT = 0x2e;

/**
 * What is wrong with `uri`, or `undefined` when nothing is. A sentence without its subject: `component 2 of 3 is empty`.
 *
 * By the standard's loose rule a component holds anything but `.`, `#` and whitespace, and is not empty; empty
 * components are what patterns are made of. The strict rule, which the standard recommends, leaves lower-case letters,
 * digits and `_`. Read by hand and not by the standard's regular expressions, which exhaust V8's stack on a long URI.
 *
 * @param options `pattern` is how it will be matched, `exact` by default; `strict` is false by default
 * @see WAMP Basic Profile, "URIs"; WAMP Advanced Profile, "Pattern-based Subscription"
 */
export function checkUri(
  uri: Uri,
  options: { readonly pattern?: UriPattern; readonly strict?: boolean } = {},
): string | undefined {
  if (uri.length > MAX_URI_LENGTH) return `is ${uri.length} characters long, the limit is ${MAX_URI_LENGTH}`;
  const mayBeEmpty = options.pattern === 'prefix' || options.pattern === 'wildcard';
  if (uri === '') return mayBeEmpty ? undefined : 'is empty';
  const strict = options.strict === true;
  let component = 1;
  let start = 0;
  for (let at = 0; at <= uri.length; at += 1) {
    const code = at === uri.length ? DOT : uri.charCodeAt(at);
    if (code === DOT) {
      if (at === start && !mayBeEmpty) return `has an empty component: number ${component} of ${uri.split('.').length}`;
      component += 1;
      start = at + 1;
    } else if (code === 0x23) {
      return `holds "#", which is reserved, at position ${at}`;
    } else if (isWhitespace(code)) {
      return `holds whitespace (U+${hex(code)}) at position ${at}`;
    } else if (strict && !isStrict(code)) {
      return `holds U+${hex(code)} at position ${at}, where only lower-case letters, digits and "_" may stand`;
    }
  }
  return undefined;
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

function isStrict(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x5f;
}

/** What Unicode calls White_Space, and U+FEFF, which JavaScript's `\s` adds. */
function isWhitespace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000 ||
    code === 0xfeff
  );
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}
