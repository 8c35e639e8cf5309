import type { FrameCase } from './case.js';
import type { List } from './line.js';
import { CODE, nameOf } from './session.js';

/** What came back from the peer that a frame was sent to. */
export interface Reaction {
  /** Messages since the frame. */
  readonly heard: readonly List[];
  /** The other octets: of an HTTP answer, a RawSocket handshake, PONG. */
  readonly http?: number | undefined;
  readonly rawsocketError?: number | undefined;
  readonly octets?: readonly string[];
  readonly ended: boolean;
  readonly closeCode?: number | undefined;
  /** Whether the regular answer of a frame that is answered by none came: its effect in the application. */
  readonly effect: boolean;
  /** Whether the next valid request was answered; `undefined` when nobody asked. */
  readonly alive: boolean | undefined;
  /** What was sent, if it is a message. */
  readonly sent?: List | undefined;
}

const IS_SILENT: Readonly<Record<number, (sent: List) => boolean>> = {
  [CODE.PUBLISH]: ([, , options]) => (options as { acknowledge?: unknown } | undefined)?.acknowledge !== true,
  // A revocation is no answer to anything: nobody waits for it.
  [CODE.UNREGISTERED]: ([, request]) => request === 0,
  [CODE.UNSUBSCRIBED]: ([, request]) => request === 0,
  [CODE.CALL]: ([, , , procedure]) => procedure === 'com.test.slow',
};

/** The outcome's name: the first that holds, in the order that the format gives. */
export function outcomeOf({
  heard,
  http,
  rawsocketError,
  octets = [],
  ended,
  closeCode,
  effect,
  alive,
  sent,
}: Reaction): string {
  const abort = heard.find(([code]) => code === CODE.ABORT);
  if (abort !== undefined) return `abort:${abort[2]}`;
  if (heard.some(([code]) => code === CODE.GOODBYE)) return 'goodbye-reply';
  if (heard.some(([code]) => code === CODE.CHALLENGE)) return 'challenge';
  const request = typeof sent?.[1] === 'number' && sent[0] !== CODE.ERROR ? sent[1] : undefined;
  const error = heard.find(([code, , id]) => code === CODE.ERROR && (request === undefined || id === request));
  if (error !== undefined) return `error:${error[4]}`;
  if (rawsocketError !== undefined) return `rawsocket-error:${rawsocketError}`;
  if (http !== undefined) return http === 101 ? 'ok' : `http:${http}`;
  if (octets[0] !== undefined) return `ok:${octets[0]}`;
  if (ended) return closeCode === undefined || closeCode === 1_005 ? 'close' : `close:${closeCode}`;
  if (heard.some(([code]) => nameOf(code) !== undefined) || effect) return 'ok';
  if (alive === false) return 'stuck';
  return typeof sent?.[0] === 'number' && IS_SILENT[sent[0]]?.(sent) === true ? 'ok' : 'ignored';
}

/** Whether an outcome is one that a case names: `*` in it is for anything, and `close` for every code. */
export function matches(outcome: string, pattern: string): boolean {
  if (pattern === 'any-but-alive') return true;
  if (pattern === 'close') return outcome === 'close' || outcome.startsWith('close:');
  if (pattern === 'ok') return outcome === 'ok' || outcome.startsWith('ok:');
  if (pattern === 'http:4xx') return /^http:4\d\d$/.test(outcome);
  if (!pattern.includes('*')) return outcome === pattern;
  const [before = '', after = ''] = pattern.split('*');
  return outcome.length >= before.length + after.length && outcome.startsWith(before) && outcome.endsWith(after);
}

/** Everything there is to say of one case that was run. */
export interface Seen {
  readonly outcome: string;
  /** Tokens of `must_not` that happened. */
  readonly hits: readonly string[];
  /** Invariants that did not hold, in words. */
  readonly broken: readonly string[];
  /** For people: what came. */
  readonly came: string;
  /** Whether a client tried again, where a case says something about that. */
  readonly retried?: boolean | undefined;
}

export type Verdict =
  | { readonly is: 'passed' }
  | { readonly is: 'skipped'; readonly why: string }
  | { readonly is: 'failed'; readonly faults: readonly string[]; readonly came: string };

/** The outcomes that pass. */
export const wanted = ({ expected, accept = [] }: Pick<FrameCase, 'expected' | 'accept'>): readonly string[] => [
  ...[expected].flat(),
  ...accept,
];

export function judge(given: Pick<FrameCase, 'expected' | 'accept'>, { outcome, hits, broken, came }: Seen): Verdict {
  const fits = wanted(given).some((pattern) => matches(outcome, pattern));
  const faults = [
    ...(fits ? [] : [`the outcome was ${outcome}`]),
    ...hits.map((token) => `it must not: ${token}`),
    ...broken,
  ];
  return faults.length === 0 ? { is: 'passed' } : { is: 'failed', faults, came };
}
