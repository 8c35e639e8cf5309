/** The format of hostile frames: what one file of cases holds. */

export type Frame = string | { readonly parts: readonly (readonly [text: string, times: number])[] };

/** One frame, or a burst, that is sent to a peer in a given state, and what must happen. */
export interface FrameCase {
  readonly id: string;
  readonly sent_to: 'router' | 'client';
  readonly session_state: 'connecting' | 'established' | 'closing';
  readonly category: string;
  readonly transport: 'websocket' | 'websocket-raw' | 'rawsocket' | 'http' | 'http-upgrade';
  readonly serializer: string;
  readonly encoding: 'text' | 'hex';
  readonly setup: readonly string[];
  readonly frame: Frame;
  readonly why: string;
  readonly expected: string | readonly string[];
  readonly accept?: readonly string[];
  readonly must_not?: readonly string[];
  readonly client_retry?: 'transient' | 'permanent';
  readonly then?: 'fin' | 'silence';
  readonly pace?: { readonly octets: number; readonly ms: number };
  readonly spec_strength?: string;
  readonly spec_section?: string;
}

/** One condition of a case's `setup`: `registered:com.test.p(2)` is `registered`, `['com.test.p']` and 2. */
export interface Condition {
  readonly text: string;
  readonly name: string;
  readonly args: readonly string[];
  /** The request id that the condition has to take. */
  readonly request: number | undefined;
}

const ONE_OF: Readonly<Record<string, readonly string[]>> = {
  sent_to: ['router', 'client'],
  session_state: ['connecting', 'established', 'closing'],
  transport: ['websocket', 'websocket-raw', 'rawsocket', 'http', 'http-upgrade'],
  encoding: ['text', 'hex'],
};

export function condition(text: string): Condition {
  const request = /\((\d+)\)/.exec(text)?.[1];
  const [name = '', ...args] = text.replace(/\(\d+\)/, '').split(':');
  return { text, name, args, request: request === undefined ? undefined : Number(request) };
}

/** @throws {Error} that says which case has what is no part of the format */
export function parseCases(text: string): readonly FrameCase[] {
  const parsed = JSON.parse(text) as { readonly frames?: unknown };
  if (!Array.isArray(parsed?.frames)) throw new Error('expected { frames: [...] }');
  return parsed.frames.map((given: Partial<FrameCase>, index) => {
    const fault = faultIn(given);
    if (fault !== undefined) throw new Error(`frames[${index}] (${String(given?.id)}): ${fault}`);
    return { setup: [], why: '', category: '', ...given } as FrameCase;
  });
}

function faultIn(given: Partial<FrameCase>): string | undefined {
  if (typeof given !== 'object' || given === null) return 'expected an object';
  if (typeof given.id !== 'string') return 'expected an id';
  for (const [key, values] of Object.entries(ONE_OF)) {
    const value = given[key as keyof FrameCase];
    if (!values.includes(value as string)) return `${key}: expected one of ${values.join(', ')}, received ${value}`;
  }
  const { frame } = given;
  const isFrame = typeof frame === 'string' || Array.isArray((frame as { parts?: unknown } | undefined)?.parts);
  if (!isFrame) return 'frame: expected a string or { parts }';
  return given.expected === undefined ? 'expected an outcome that is expected' : undefined;
}
