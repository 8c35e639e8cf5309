import type { Logged } from './host/log.js';
import type { List } from './line.js';
import { logHits } from './log-hits.js';
import { PROCEDURE, type RouterWorld, TOPIC } from './router-world.js';
import { CODE, type Name, type Session } from './session.js';
import { pause } from './watch.js';

/** What has happened since the frame. */
export interface Since {
  /** What the offender heard. */
  readonly heard: readonly List[];
  /** How much each of the others had heard before. */
  readonly others: ReadonlyMap<Session, number>;
  /** What came that is no message. */
  readonly body: string;
  readonly logged: readonly Logged[];
  readonly sent: List | undefined;
}

type Test = (world: RouterWorld, since: Since) => Promise<boolean> | boolean;

/** Longer than any message that may be sent to who announced 512 octets. */
const LONG = 'x'.repeat(4_096);

/** What the others have to have, before the frame, for a token to be judged. */
export async function prepareFor(world: RouterWorld): Promise<void> {
  const tokens = world.test.must_not ?? [];
  if (tokens.includes('effect:*') && world.argOf('bystander-subscribed') !== TOPIC) {
    await world.bystander.subscribe(TOPIC);
  }
  if (tokens.includes('bystander-gets-forged-meta-event')) {
    for (const topic of META_TOPICS) {
      await world.bystander.subscribe(topic).catch(() => {}); // A router may keep these to itself.
    }
  }
}

const META_TOPICS = ['wamp.session.on_join', 'wamp.session.on_leave', 'wamp.registration.on_create', 'wamp.mine'];
const META_PROCEDURES = ['wamp.session.count', 'wamp.session.list', 'wamp.mine'];

const heardSince = (session: Session, { others }: Since): readonly List[] =>
  session.line.heard.slice(others.get(session) ?? 0).map(({ list }) => list);

const allOthers = (world: RouterWorld, since: Since): readonly List[] =>
  world.others.flatMap((each) => heardSince(each, since));

const isList = Array.isArray;
const isDict = (value: unknown): boolean => typeof value === 'object' && value !== null && !isList(value);

/** Where Arguments stand. */
const ARGS_AT: Readonly<Record<number, number>> = {
  [CODE.EVENT]: 4,
  [CODE.INVOCATION]: 4,
  [CODE.RESULT]: 3,
  [CODE.ERROR]: 5,
};

function isMalformed(list: List): boolean {
  const at = ARGS_AT[list[0] as number];
  if (at === undefined) return false;
  return (list.length > at && !isList(list[at])) || (list.length > at + 1 && !isDict(list[at + 1]));
}

async function isRegistrationFree({ bystander }: RouterWorld, procedure: string): Promise<boolean> {
  const answer = await bystander.answerTo(CODE.REGISTER, bystander.request(CODE.REGISTER, {}, procedure));
  if (answer[0] === CODE.REGISTERED) bystander.registrations.add(answer[2] as number);
  return answer[0] === CODE.REGISTERED;
}

/** Whether somebody who calls `procedure` finds nobody. */
async function isUncalled(caller: Session, procedure: string): Promise<boolean> {
  const answer = await caller.answerTo(CODE.CALL, caller.request(CODE.CALL, {}, procedure)).catch(() => undefined);
  return answer?.[4] === 'wamp.error.no_such_procedure';
}

const count = (lists: readonly List[], code: number): number => lists.filter(([each]) => each === code).length;

/** Replies to the call that waited for the offender. */
function repliesToCaller({ waiting }: RouterWorld): readonly List[] {
  if (waiting === undefined) return [];
  const { caller, call } = waiting;
  return [
    ...caller.all(CODE.RESULT).filter(([, id]) => id === call),
    ...caller.all(CODE.ERROR).filter(([, type, id]) => type === CODE.CALL && id === call),
  ];
}

const TESTS: Readonly<Record<string, Test>> = {
  'reply:*': (_world, { heard }) => heard.length > 0,
  'reply:WELCOME-as-joe': (_world, { heard }) => welcomesWith(heard, 'authid', 'joe'),
  'reply:WELCOME-as-admin': (_world, { heard }) => welcomesWith(heard, 'authid', 'admin'),
  'reply:WELCOME-authrole-trusted': (_world, { heard }) => welcomesWith(heard, 'authrole', 'trusted'),
  'send:over-512': async (world) => {
    const { offender, bystander } = world;
    if (offender.id === 0 && !offender.line.ended && offender.line.framing === 'none') {
      // It was the handshake that announced so little.
      offender.line.readAs('rawsocket', 4);
      await offender.join('realm1', { roles: { subscriber: {} } }).catch(() => {});
    }
    if (offender.id === 0 || offender.line.ended) return offender.line.longest > 512;
    await offender.subscribe('com.test.long');
    bystander.request(CODE.PUBLISH, {}, 'com.test.long', [LONG]);
    await world.isServed(1_000);
    await offender.line.watch.until(() => offender.line.longest > 512, 200);
    return offender.line.longest > 512;
  },
  'forward:malformed-payload': (world, since) => allOthers(world, since).some(isMalformed),
  'effect:*': async (world, since) => {
    const { bystander, offender } = world;
    const foreign = heardSince(bystander, since).filter(
      (list) => list[0] === CODE.INVOCATION || (list[0] === CODE.EVENT && !isOwnEvent(list)),
    );
    if (foreign.some((list) => !isEcho(list))) return true;
    // Whoever has registered or subscribed by the frame is found now.
    const from = offender.line.heard.length;
    bystander.request(CODE.PUBLISH, {}, TOPIC);
    const procedure = since.sent?.[0] === CODE.REGISTER ? String(since.sent[3]) : undefined;
    if (procedure !== undefined && !(await isUncalled(bystander, procedure))) return true;
    await world.isServed(1_000);
    return offender.line.heard.slice(from).some(({ list: [code] }) => code === CODE.EVENT || code === CODE.INVOCATION);
  },
  'registration-survives': async (world) => {
    const procedure = world.argOf('registered') ?? PROCEDURE;
    const until = performance.now() + 200;
    while (!(await isRegistrationFree(world, procedure))) {
      if (performance.now() > until) return true;
      await pause(20);
    }
    return false;
  },
  'caller-hangs': async (world) => {
    if (world.waiting === undefined) return false;
    const { caller, call } = world.waiting;
    return caller.answerTo(CODE.CALL, call, 1_000).then(
      () => false,
      () => true,
    );
  },
  'second-INVOCATION': ({ bystander }) => bystander.all(CODE.INVOCATION).filter((list) => !isEcho(list)).length > 1,
  'second-RESULT': ({ offender }) => count(offender.all(CODE.RESULT), CODE.RESULT) > 1,
  'second-reply-to-caller': (world) => repliesToCaller(world).length > 1,
  'timeout-before-1s': async ({ offender }, { heard }) => {
    const from = offender.line.heard.length;
    const isEarly = (list: List) =>
      list[0] === CODE.ERROR && ['wamp.error.timeout', 'wamp.error.canceled'].includes(String(list[4]));
    return heard.some(isEarly) || (await offender.line.hear(isEarly, { ms: 600, from })) !== undefined;
  },
  'subscribed-as-prefix': async ({ bystander, offender }) => {
    const from = offender.line.heard.length;
    await bystander.ask(CODE.PUBLISH, { acknowledge: true }, 'com.other');
    return (await offender.line.hear(([code]) => code === CODE.EVENT, { ms: 200, from })) !== undefined;
  },
  'caller-disclosed': (world, since) =>
    allOthers(world, since).some(([code, , , details]) => code === CODE.INVOCATION && 'caller' in (details as object)),
  'bystander-crash': ({ bystander }) => bystander.line.ended,
  'bystander-killed': ({ bystander }) => bystander.line.ended,
  'bystander-unregistered': async (world) => {
    const procedure = world.argOf('bystander-registered') ?? PROCEDURE;
    return isUncalled(await world.third(), procedure);
  },
  'bystander-unsubscribed': async (world) => {
    const { bystander } = world;
    const from = bystander.line.heard.length;
    (await world.third()).request(CODE.PUBLISH, {}, world.argOf('bystander-subscribed') ?? TOPIC);
    return (await bystander.line.hear(([code]) => code === CODE.EVENT, { ms: 1_000, from })) === undefined;
  },
  'bystander-call-answered': async (world) => {
    // Its own call, or that which it is asked to answer: nobody else may.
    const third = await world.third();
    const own = world.values['OTHER_CALL'];
    const isAnswer = ([code, first, second]: List) =>
      code === CODE.RESULT || (code === CODE.ERROR && first === CODE.CALL && second !== undefined);
    if (own !== undefined && world.bystander.line.heard.some(({ list }) => isAnswer(list) && list.includes(own)))
      return true;
    const asked = world.values['thirds-call'];
    return asked !== undefined && third.line.heard.some(({ list }) => isAnswer(list) && list.includes(asked));
  },
  'bystander-call-canceled': async (world) => {
    const call = world.values['OTHER_CALL'];
    const third = await world.third();
    const isCanceled = world.bystander.all(CODE.ERROR).some(([, type, id]) => type === CODE.CALL && id === call);
    return isCanceled || third.all(CODE.INTERRUPT).length > 0;
  },
  'bystander-meta-call-hijacked': async (world) => {
    const { bystander, offender } = world;
    const from = offender.line.heard.length;
    for (const procedure of META_PROCEDURES) {
      await bystander.answerTo(CODE.CALL, bystander.request(CODE.CALL, {}, procedure), 500).catch(() => {});
    }
    return offender.all(CODE.INVOCATION, from).length > 0;
  },
  'bystander-gets-forged-meta-event': (world, since) =>
    heardSince(world.bystander, since).some(
      (list) => list[0] === CODE.EVENT && !isOwnEvent(list) && isOf(since.sent, list),
    ),
  'body:outside-asset-root': (_world, { body }) =>
    /^HTTP\/1\.[01] 2/.test(body) && /root:.*:0:0:|\[fonts\]|"name": "respell"/s.test(body),
};

const welcomesWith = (heard: readonly List[], key: string, value: string): boolean =>
  heard.some(([code, , details]) => code === CODE.WELCOME && (details as Record<string, unknown>)[key] === value);

/** What the runner itself makes the bystander do. */
const isOwnEvent = ([, , , , args]: List): boolean => String((args as List | undefined)?.[0]).startsWith('token-');
const isEcho = ([code, , , , args]: List): boolean =>
  (code === CODE.INVOCATION || code === CODE.EVENT) && String((args as List | undefined)?.[0]).startsWith('token-');

/** Whether an event carries what the frame published. */
function isOf(sent: List | undefined, event: List): boolean {
  return sent?.[0] === CODE.PUBLISH && JSON.stringify(sent[4] ?? []) === JSON.stringify(event[4] ?? []);
}

/** Invariants that a token names once more; they are looked at for every case. */
const INVARIANTS: readonly string[] = ['prototype-changed', 'process-crash', 'event-loop-blocked-over-200ms'];

/** The tokens of a case's `must_not` that happened. @throws {Error} for one that is not known */
export async function hitsOfRouter(world: RouterWorld, since: Since): Promise<readonly string[]> {
  const hits = [];
  for (const token of world.test.must_not ?? []) {
    if (INVARIANTS.includes(token)) continue;
    if (await happened(token, world, since)) hits.push(token);
  }
  return [...hits, ...logHits(world.test.must_not ?? [], since.logged, world.process.output)];
}

function happened(token: string, world: RouterWorld, since: Since): Promise<boolean> | boolean {
  if (token.startsWith('log:')) return false;
  const test = Object.hasOwn(TESTS, token) ? TESTS[token] : undefined;
  if (test !== undefined) return test(world, since);
  const [kind, name] = token.split(':');
  if ((kind === 'reply' || kind === 'send') && name !== undefined && Object.hasOwn(CODE, name)) {
    return count(since.heard, CODE[name as Name]) > 0;
  }
  throw new Error(`no such token of must_not for a router: ${token}`);
}
