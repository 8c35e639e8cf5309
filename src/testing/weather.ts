import type { Milliseconds } from '../../supervisors/clock.js';
import type { MessageType } from '../wamp/message.js';
import type { Uri } from '../wamp/values.js';
import type { After, Faults, OneWay, Said, Which } from './faults.js';
import type { Link } from './link.js';

/**
 * The faults of all peers at once: of those that are there, and, as far as they last, of those that are still to come. What waits
 * for a message (`lose`, `after` …) waits on each link for its own.
 */
export class Weather implements Faults {
  readonly #links: ReadonlySet<Link>;
  /** What lasts, to be said to each link that comes. */
  readonly #lasting = new Map<string, (link: Link) => void>();

  constructor(links: ReadonlySet<Link>) {
    this.#links = links;
  }

  /** A link is there from now on: the weather is as it is. */
  reaches(link: Link): void {
    for (const say of this.#lasting.values()) say(link);
  }

  drop(): number {
    return this.#count((link) => link.drop());
  }

  close(): number {
    return this.#count((link) => link.close());
  }

  refuse(): void {
    this.#last('opening', (link) => link.refuse());
  }

  stall(): void {
    this.#last('opening', (link) => link.stall());
  }

  accept(): void {
    this.#pass('opening', (link) => link.accept());
  }

  silence(which?: OneWay): void {
    this.#last(`silence ${which?.from}`, (link) => link.silence(which));
  }

  speak(): void {
    this.#pass('silence', (link) => link.speak());
  }

  delay(latency: Milliseconds, which?: OneWay): void {
    this.#last(`delay ${which?.from}`, (link) => link.delay(latency, which));
  }

  hold(which?: OneWay): void {
    this.#last(`hold ${which?.from}`, (link) => link.hold(which));
  }

  release(): void {
    this.#pass('hold', (link) => link.release());
  }

  after(count: number, what?: After): void {
    this.#all((link) => link.after(count, what));
  }

  lose(which?: Which, count?: number): void {
    this.#all((link) => link.lose(which, count));
  }

  duplicate(which?: Which): void {
    this.#all((link) => link.duplicate(which));
  }

  corrupt(which?: Which): void {
    this.#all((link) => link.corrupt(which));
  }

  abortOn(type: MessageType, reason: Uri, message?: string): void {
    this.#all((link) => link.abortOn(type, reason, message));
  }

  abort(reason: Uri, message?: string): number {
    return this.#count((link) => link.abort(reason, message));
  }

  goodbye(reason: Uri, message?: string): number {
    return this.#count((link) => link.goodbye(reason, message));
  }

  say(...messages: Said[]): number {
    return this.#count((link) => link.say(...messages));
  }

  clear(): void {
    this.#lasting.clear();
    this.#all((link) => link.clear());
  }

  #all(say: (link: Link) => void): void {
    for (const link of [...this.#links]) say(link);
  }

  #count(say: (link: Link) => number): number {
    return [...this.#links].reduce((sum, link) => sum + say(link), 0);
  }

  #last(what: string, say: (link: Link) => void): void {
    this.#lasting.delete(what); // What was said last is said last.
    this.#lasting.set(what, say);
    this.#all(say);
  }

  #pass(what: string, say: (link: Link) => void): void {
    for (const lasting of [...this.#lasting.keys()]) if (lasting.startsWith(what)) this.#lasting.delete(lasting);
    this.#all(say);
  }
}
