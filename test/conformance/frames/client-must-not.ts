import type { ClientWorld } from './client-world.js';
import type { Notice } from './host/clients.js';
import type { Logged } from './host/log.js';
import type { List } from './line.js';
import { logHits } from './log-hits.js';
import { CODE, type Name } from './session.js';

/** What has happened since the frame. */
export interface Since {
  readonly heard: readonly List[];
  /** What happened in the application until the outcome was clear. */
  readonly effects: readonly Notice[];
  readonly logged: readonly Logged[];
  /** How much had happened in the application before. */
  readonly fromNotices: number;
}

type Test = (world: ClientWorld, since: Since) => Promise<boolean> | boolean;

/** How long a promise may stay open after the transport was dropped. */
const SETTLING_MS = 1_000;
const RAN: readonly string[] = ['handled', 'invoked', 'progressed'];
const LONG = 'x'.repeat(4_096);

/** The value that a request of this kind is fulfilled with. */
const KINDS: Readonly<Record<string, string>> = { publish: 'number', call: 'object' };

const TESTS: Readonly<Record<string, Test>> = {
  'reply:*': (_world, { heard }) => heard.length > 0,
  'send:over-512': async (world) => {
    const { line } = world;
    if (line.framing === 'none') line.readAs('rawsocket', 4);
    const hello = await line.hear(([code]) => code === CODE.HELLO, { ms: 500 });
    if (hello === undefined) return line.longest > 512;
    if (!world.notices.some(({ event }) => event === 'joined')) await world.welcome().catch(() => {});
    const tag = await world.do({ do: 'call', uri: 'com.test.long', args: [LONG], timeout: 500 });
    await world.settling(tag, 1_000);
    return line.longest > 512;
  },
  'state:joined': ({ notices }) => notices.some(({ event }) => event === 'joined'),
  'handler-called': (_world, { effects }) => effects.some(({ event }) => RAN.includes(event)),
  'handler-called-twice': ({ notices }) => notices.filter(({ event }) => event === 'invoked').length > 1,
  'promise-never-settles': async (world) => {
    world.line.drop();
    for (const tag of world.pending) {
      if ((await world.settling(tag, SETTLING_MS)) === undefined) return true;
    }
    return false;
  },
  'close-never-settles': async (world) => {
    world.line.drop();
    const leave = world.values['leave'] ?? (await world.do({ do: 'leave' }));
    return (await world.settling(String(leave), SETTLING_MS)) === undefined;
  },
  'promise-settled-twice': ({ notices }) => {
    const tags = notices.flatMap((each) => (each.event === 'settled' ? [each.tag] : []));
    return new Set(tags).size < tags.length;
  },
  'promise-resolved-with-wrong-kind': (world, { effects }) =>
    effects.some(
      (each) =>
        each.event === 'settled' &&
        each.how === 'fulfilled' &&
        world.pending.includes(each.tag) &&
        // Fulfilled by an answer to something else, whatever it was fulfilled with.
        (isForeign(world, each.tag) || each.kind !== (KINDS[each.tag.split('-')[0] ?? ''] ?? each.kind)),
    ),
};

/** What each request is answered by. */
const ANSWERS: Readonly<Record<string, number>> = {
  call: CODE.RESULT,
  publish: CODE.PUBLISHED,
  subscribe: CODE.SUBSCRIBED,
  unsubscribe: CODE.UNSUBSCRIBED,
  register: CODE.REGISTERED,
  unregister: CODE.UNREGISTERED,
};

/** Whether the frame is no answer to what was asked. */
function isForeign({ test }: ClientWorld, tag: string): boolean {
  const code = /^\s*\[\s*(\d+)/.exec(typeof test.frame === 'string' ? test.frame : '')?.[1];
  return code !== undefined && Number(code) !== ANSWERS[tag.split('-')[0] ?? ''];
}

/** Invariants that a token names once more, and what only a router can do. */
const ELSEWHERE: readonly string[] = ['prototype-changed', 'process-crash', 'event-loop-blocked-over-200ms'];

/** The tokens of a case's `must_not` that happened. @throws {Error} for one that is not known */
export async function hitsOfClient(world: ClientWorld, since: Since): Promise<readonly string[]> {
  const tokens = world.test.must_not ?? [];
  const hits = [];
  // The promises come last: for them the transport is dropped.
  for (const token of [...tokens].sort(
    (one, other) => Number(one.includes('never')) - Number(other.includes('never')),
  )) {
    if (ELSEWHERE.includes(token) || token.startsWith('log:') || token.startsWith('bystander-')) continue;
    if (await happened(token, world, since)) hits.push(token);
  }
  return [...hits, ...logHits(tokens, since.logged, world.process.output)];
}

function happened(token: string, world: ClientWorld, since: Since): Promise<boolean> | boolean {
  const test = Object.hasOwn(TESTS, token) ? TESTS[token] : undefined;
  if (test !== undefined) return test(world, since);
  const [kind, name] = token.split(':');
  if ((kind === 'reply' || kind === 'send') && name !== undefined && Object.hasOwn(CODE, name)) {
    return since.heard.some(([code]) => code === CODE[name as Name]);
  }
  throw new Error(`no such token of must_not for a client: ${token}`);
}
