import { WampError } from '../errors.js';

/** Somebody waits for something, and no timer is set, no message on its way that could bring it. */
export class NothingLeftToHappen extends WampError {
  readonly code = 'WAMP_ERR_TEST_NOTHING_LEFT_TO_HAPPEN';
  /** What was waited for. */
  readonly waitedFor: string;

  constructor(waitedFor: string, seen: string) {
    super(`waited for ${waitedFor}, but nothing is scheduled any more, so it will never come${below(seen)}`);
    this.waitedFor = waitedFor;
  }
}

/** Somebody waits for something that has not come in the time it was given, and things go on without it. */
export class WaitedTooLong extends WampError {
  readonly code = 'WAMP_ERR_TEST_WAITED_TOO_LONG';
  readonly waitedFor: string;

  constructor(waitedFor: string, seen: string, why: string) {
    super(`waited for ${waitedFor}, but ${why}${below(seen)}`);
    this.waitedFor = waitedFor;
  }
}

/** A script expected another message, or none. */
export class OffScript extends WampError {
  readonly code = 'WAMP_ERR_TEST_OFF_SCRIPT';
}

function below(seen: string): string {
  return seen === '' ? '' : `; what there is instead:\n${seen}`;
}

/** At its end a test has left something behind. */
export class SomethingLeft extends WampError {
  readonly code = 'WAMP_ERR_TEST_SOMETHING_LEFT';
  readonly left: readonly Leftover[];

  constructor(left: readonly Leftover[]) {
    const lines = left.map(({ kind, what, owner }) => `- ${kind}: ${what}${owner === '' ? '' : `, of ${owner}`}`);
    super(`expected nothing to be left, found ${left.length}:\n${lines.join('\n')}`);
    this.left = left;
  }
}

/** What a test has left behind: of the bed's own, or of the process. */
export type LeftoverKind =
  | 'timer'
  | 'transport'
  | 'session'
  | 'registration'
  | 'subscription'
  | 'request'
  | 'wait'
  | 'actor'
  | 'listener'
  | 'socket'
  | 'server'
  | 'process';

/** Something that is still there, and whose it is. */
export interface Leftover {
  readonly kind: LeftoverKind;
  readonly what: string;
  readonly owner: string;
}
