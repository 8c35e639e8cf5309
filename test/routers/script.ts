/**
 * Message-level scripts: who says what to a router, in lists as they are on the wire. What each session then hears is written down
 * in lines that have no id and no router's own words in them, so that routers can be compared.
 */
import { RawClient } from '../support/raw-client.js';

type List = readonly unknown[];

/** `call`: the last one's request. `invocation`: that of the last one that anybody heard. */
export type Ids = Readonly<Record<string, number>>;

export interface Step {
  readonly who: string;
  /** The request id is put in where `$` stands. */
  readonly says: (ids: Ids) => List;
}

export interface Script {
  readonly title: string;
  /** Details that are compared, too. */
  readonly details?: readonly string[];
  /** Who takes part, and with which features of its roles. */
  readonly sessions: Readonly<Record<string, object>>;
  readonly steps: readonly Step[];
  /** What each session hears from the embedded router. */
  readonly hears: Heard;
  /** What sessions hear from others, where that is something else. */
  readonly differs?: { readonly nexus?: Heard; readonly crossbar?: Heard };
}

export type Heard = Readonly<Record<string, readonly string[]>>;

const TYPES: Readonly<Record<number, string>> = {
  3: 'ABORT',
  6: 'GOODBYE',
  8: 'ERROR',
  17: 'PUBLISHED',
  33: 'SUBSCRIBED',
  35: 'UNSUBSCRIBED',
  36: 'EVENT',
  50: 'RESULT',
  65: 'REGISTERED',
  67: 'UNREGISTERED',
  68: 'INVOCATION',
  69: 'INTERRUPT',
};
/** Of the details, what changes what a program has to do. `progress: false` says what its absence says. */
const DETAILS = ['progress', 'receive_progress', 'mode'];
/** Where details stand, and behind them what a program reads. */
const DETAILS_AT: Readonly<Record<number, number>> = { 36: 3, 50: 2, 68: 3, 69: 2 };
/** What nobody has: asked for to hear that all before it was done. */
const NOBODYS = 9_007_199_254_740_000;

/** One message without its ids: `EVENT {"topic":"com.a"} [1]`. */
export function line(list: List, also: readonly string[] = []): string {
  const type = list[0] as number;
  const name = TYPES[type] ?? String(type);
  if (type === 8) return `${name} ${list[1]} ${list[4]}`;
  if (type === 3 || type === 6) return `${name} ${list[2]}`;
  const at = DETAILS_AT[type];
  if (at === undefined) return name;
  const given = list[at] as Record<string, unknown>;
  const details = Object.fromEntries(
    [...DETAILS, ...also].filter((key) => key in given && given[key] !== false).map((key) => [key, given[key]]),
  );
  return [name, details, ...list.slice(at + 1)]
    .map((part, index) => (index === 0 ? part : JSON.stringify(part)))
    .join(' ');
}

/** A session of a script. */
class Speaker {
  readonly heard: string[] = [];
  readonly #client: RawClient;
  readonly #details: readonly string[];
  #request = 0;
  #isGone = false;

  constructor(client: RawClient, details: readonly string[]) {
    this.#client = client;
    this.#details = details;
  }

  /** @returns the id of the request, if it is one */
  say(list: List): number {
    this.#client.say(list.map((part) => (part === '$' ? ++this.#request : part)));
    return this.#request;
  }

  /** Whatever has come for it; broker and dealer are asked, since either may be a thread of its own. */
  async hear(onList: (list: List) => void): Promise<void> {
    if (this.#isGone) return;
    const open = new Set([++this.#request, ++this.#request]);
    const [first, second] = [...open];
    this.#client.say([34, first, NOBODYS]);
    this.#client.say([66, second, NOBODYS]);
    while (open.size > 0) {
      const list = await this.#client.hear();
      if (list === undefined) {
        this.#isGone = true;
        return;
      }
      if (list[0] === 8 && open.delete(list[2] as number)) continue;
      onList(list);
      this.heard.push(line(list, this.#details));
      // Behind it some close at once, some wait to be closed, and nobody answers.
      if (list[0] === 3 || list[0] === 6) {
        this.#isGone = true;
        return;
      }
    }
  }

  drop(): void {
    this.#client.drop();
  }
}

/** Plays a script at a router, and gives what everybody heard. */
export async function play(
  url: string,
  realm: string,
  { sessions, steps, details = [] }: Omit<Script, 'hears'>,
): Promise<Record<string, string[]>> {
  const speakers: Record<string, Speaker> = {};
  const ids: Record<string, number> = {};
  for (const [name, features] of Object.entries(sessions)) {
    const role = { features };
    const roles = { caller: role, callee: role, publisher: role, subscriber: role };
    speakers[name] = new Speaker(await RawClient.join(url, realm, { roles }), details);
  }
  try {
    for (const { who, says } of steps) {
      const said = says(ids);
      const request = speakers[who]!.say(said);
      if (said[0] === 48) ids['call'] = request;
      const order = [who, ...Object.keys(sessions).filter((name) => name !== who)];
      for (const name of order) {
        await speakers[name]!.hear((list) => {
          if (list[0] === 68) ids['invocation'] = list[1] as number;
        });
      }
    }
  } finally {
    for (const speaker of Object.values(speakers)) speaker.drop();
  }
  return Object.fromEntries(Object.entries(speakers).map(([name, { heard }]) => [name, heard]));
}
