import type { Milliseconds } from '../../supervisors/clock.js';
import type { Message, MessageType } from '../wamp/message.js';
import type { List, Uri } from '../wamp/values.js';
import type { End } from './crossing.js';

/** One way only. Default: both. */
export interface OneWay {
  readonly from?: End;
}

/** Which messages. Default: any, from either end. */
export interface Which extends OneWay {
  readonly type?: MessageType;
}

/** What becomes of a connection after so many messages. */
export interface After extends Which {
  /** `drop` (default), `close`, or `silence`. */
  readonly end?: 'drop' | 'close' | 'silence';
}

/** What a fault may say: a message, or the list that it is on the wire, which need not make sense. */
export type Said = Message | List;

/**
 * What can go wrong between a peer and its router. Of one peer these are said to its link, of all peers to the weather.
 *
 * What lasts (refusal, silence, delay, what is held) lasts over reconnections, until its inverse or {@link clear}.
 */
export interface Faults {
  /** Breaks the connection at once, as a reset does: what was on its way is lost, both ways. @returns how many there were */
  drop(): number;
  /** Ends the connection in good order, as a router does that was told to. @returns how many there were */
  close(): number;
  /** From now on nobody can connect: there is nothing that listens. */
  refuse(): void;
  /** From now on whoever connects waits for an answer, until his own deadline. */
  stall(): void;
  /** The inverse of {@link refuse} and {@link stall}. */
  accept(): void;
  /**
   * A half-open connection: from now on nothing arrives any more, and nobody is told. The pings of either end find it out, after
   * 15 s at most unless they were set otherwise.
   */
  silence(which?: OneWay): void;
  /** The inverse of {@link silence}. A connection whose end was not heard of ends now. */
  speak(): void;
  /** From now on each message takes so long. Order is kept. 0 takes it back. */
  delay(latency: Milliseconds, which?: OneWay): void;
  /** From now on messages wait, until {@link release}. */
  hold(which?: OneWay): void;
  release(): void;
  /** The connection ends behind the `count`th message from now on. */
  after(count: number, what?: After): void;
  /** The next `count` messages of that kind get lost. Default 1. */
  lose(which?: Which, count?: number): void;
  /** The next message of that kind arrives twice. */
  duplicate(which?: Which): void;
  /** The next message of that kind arrives as a frame that is no WAMP message. */
  corrupt(which?: Which): void;
  /**
   * The next message of that type from the peer does not get to the router: it is answered with ABORT. After `HELLO` it refuses the
   * session, after `AUTHENTICATE` the answer to the CHALLENGE.
   */
  abortOn(type: MessageType, reason: Uri, message?: string): void;
  /** Says ABORT to the peer, as if the router had, and ends the connection. @returns how many were told */
  abort(reason: Uri, message?: string): number;
  /** Says GOODBYE to the peer, as if the router had. The peer's answer ends the connection. @returns how many were told */
  goodbye(reason: Uri, message?: string): number;
  /** Says anything to the peer, as if the router had. @returns how many were told */
  say(...messages: Said[]): number;
  /** No fault is in force any more. */
  clear(): void;
}

/** A verb for the next messages of one kind. */
export interface Rule {
  readonly which: Which;
  /** How many of them it is for. */
  count: number;
  /** How many pass before. */
  spare: number;
  readonly act: 'lose' | 'duplicate' | 'corrupt' | 'drop' | 'close' | 'silence' | { readonly answer: Message };
}

/** The faults that last, and those that wait for their message. */
export class Conditions {
  opening: 'open' | 'refused' | 'stalled' = 'open';
  readonly silent: Record<End, boolean> = { peer: false, router: false };
  readonly latency: Record<End, Milliseconds> = { peer: 0, router: 0 };
  readonly held: Record<End, boolean> = { peer: false, router: false };
  rules: Rule[] = [];

  get isSilent(): boolean {
    return this.silent.peer || this.silent.router;
  }

  /** What is to become of a message, if a rule is for it. */
  take(type: MessageType | undefined, from: End): Rule['act'] | undefined {
    for (const rule of this.rules) {
      const { which } = rule;
      if (which.from !== undefined && which.from !== from) continue;
      if (which.type !== undefined && which.type !== type) continue;
      if (rule.spare > 0) {
        rule.spare -= 1;
        continue;
      }
      rule.count -= 1;
      if (rule.count === 0) this.rules = this.rules.filter((each) => each !== rule);
      return rule.act;
    }
    return undefined;
  }

  /** In words, for somebody who wonders why nothing happens. */
  words(): string[] {
    const ways = (set: Record<End, unknown>): string =>
      set.peer && set.router ? 'both ways' : set.peer ? 'from the peer' : 'from the router';
    const words: string[] = [];
    if (this.opening !== 'open') words.push(`connections are ${this.opening}`);
    if (this.isSilent) words.push(`silence ${ways(this.silent)}`);
    if (this.held.peer || this.held.router) words.push(`messages are held ${ways(this.held)}`);
    if (this.latency.peer > 0 || this.latency.router > 0) {
      words.push(`messages take ${this.latency.peer} ms there and ${this.latency.router} ms back`);
    }
    return words;
  }
}

/** The ends that a fault is for. */
export function endsOf({ from }: OneWay = {}): readonly End[] {
  return from === undefined ? ['peer', 'router'] : [from];
}
