import type { UriPattern } from '../wamp/uri.js';
import type { Uri } from '../wamp/values.js';

interface Node<T> {
  readonly next: Map<string, Node<T>>;
  /** The branch of an empty component, which any component matches. */
  any: Node<T> | undefined;
  entry: T | undefined;
}

const NONE: readonly never[] = [];

/**
 * Entries by URI and policy: a dealer's registrations, a broker's subscriptions.
 *
 * An exact entry costs one look-up. Prefixes cost one for each distinct length in use, and wildcards a walk along the
 * components, however many entries there are.
 *
 * @see WAMP Advanced Profile, "Pattern-based Registrations" and "Pattern-based Subscription"
 */
export class UriTable<T> {
  readonly #exact = new Map<Uri, T>();
  readonly #prefix = new Map<Uri, T>();
  /** The lengths of all prefixes, longest first, and how many prefixes have each. */
  #lengths: number[] = [];
  readonly #lengthUses = new Map<number, number>();
  readonly #wildcard = new Map<Uri, T>();
  readonly #root: Node<T> = node();

  get size(): number {
    return this.#exact.size + this.#prefix.size + this.#wildcard.size;
  }

  get(match: UriPattern, uri: Uri): T | undefined {
    return this.#map(match).get(uri);
  }

  set(match: UriPattern, uri: Uri, entry: T): void {
    const isNew = !this.#map(match).has(uri);
    this.#map(match).set(uri, entry);
    if (match === 'prefix' && isNew) this.#countLength(uri.length, 1);
    if (match === 'wildcard') this.#plant(uri, entry);
  }

  delete(match: UriPattern, uri: Uri): void {
    if (!this.#map(match).delete(uri)) return;
    if (match === 'prefix') this.#countLength(uri.length, -1);
    if (match === 'wildcard') prune(this.#root, uri.split('.'), 0);
  }

  /**
   * The one entry that `uri` is routed to: an exact one before any pattern, the longest prefix before any wildcard,
   * and among wildcards the one whose first difference to the others is a component spelt out.
   */
  best(uri: Uri): T | undefined {
    const exact = this.#exact.get(uri);
    if (exact !== undefined) return exact;
    for (const length of this.#lengths) {
      if (length > uri.length) continue;
      const entry = this.#prefix.get(uri.slice(0, length));
      if (entry !== undefined) return entry;
    }
    return this.#wildcard.size === 0 ? undefined : bestBelow(this.#root, uri.split('.'), 0);
  }

  /** The entry that matches `uri` exactly. */
  exact(uri: Uri): T | undefined {
    return this.#exact.get(uri);
  }

  /** All URIs of exact entries, in the order in which they were set. */
  exactUris(): Iterable<Uri> {
    return this.#exact.keys();
  }

  /** Every prefix and wildcard entry that matches `uri`. Where there are no patterns this costs nothing. */
  patterns(uri: Uri): readonly T[] {
    if (this.#prefix.size === 0 && this.#wildcard.size === 0) return NONE;
    const found: T[] = [];
    for (const length of this.#lengths) {
      if (length > uri.length) continue;
      const entry = this.#prefix.get(uri.slice(0, length));
      if (entry !== undefined) found.push(entry);
    }
    if (this.#wildcard.size > 0) collectBelow(this.#root, uri.split('.'), 0, found);
    return found;
  }

  #map(match: UriPattern): Map<Uri, T> {
    if (match === 'exact') return this.#exact;
    return match === 'prefix' ? this.#prefix : this.#wildcard;
  }

  #countLength(length: number, change: 1 | -1): void {
    const uses = (this.#lengthUses.get(length) ?? 0) + change;
    if (uses > 0) this.#lengthUses.set(length, uses);
    else this.#lengthUses.delete(length);
    this.#lengths = [...this.#lengthUses.keys()].sort((a, b) => b - a);
  }

  #plant(uri: Uri, entry: T): void {
    let at = this.#root;
    for (const component of uri.split('.')) {
      const existing = component === '' ? at.any : at.next.get(component);
      const below = existing ?? node<T>();
      if (existing === undefined) {
        if (component === '') at.any = below;
        else at.next.set(component, below);
      }
      at = below;
    }
    at.entry = entry;
  }
}

function node<T>(): Node<T> {
  return { next: new Map(), any: undefined, entry: undefined };
}

/** Trying the spelt-out branch first at every fork is the standard's order: compare portion by portion, longest first. */
function bestBelow<T>(at: Node<T>, components: readonly string[], depth: number): T | undefined {
  const component = components[depth];
  if (component === undefined) return at.entry;
  const spelt = at.next.get(component);
  const found = spelt === undefined ? undefined : bestBelow(spelt, components, depth + 1);
  if (found !== undefined || at.any === undefined) return found;
  return bestBelow(at.any, components, depth + 1);
}

function collectBelow<T>(at: Node<T>, components: readonly string[], depth: number, found: T[]): void {
  const component = components[depth];
  if (component === undefined) {
    if (at.entry !== undefined) found.push(at.entry);
    return;
  }
  const spelt = at.next.get(component);
  if (spelt !== undefined) collectBelow(spelt, components, depth + 1, found);
  if (at.any !== undefined) collectBelow(at.any, components, depth + 1, found);
}

/** Takes the entry away and every branch that then leads nowhere. Returns whether `at` itself leads nowhere. */
function prune<T>(at: Node<T>, components: readonly string[], depth: number): boolean {
  const component = components[depth];
  if (component === undefined) at.entry = undefined;
  else {
    const below = component === '' ? at.any : at.next.get(component);
    if (below !== undefined && prune(below, components, depth + 1)) {
      if (component === '') at.any = undefined;
      else at.next.delete(component);
    }
  }
  return at.entry === undefined && at.any === undefined && at.next.size === 0;
}
