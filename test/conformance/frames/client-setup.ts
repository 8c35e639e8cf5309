import type { Condition } from './case.js';
import type { ClientWorld } from './client-world.js';
import { CODE } from './session.js';
import { Unfit } from './unfit.js';

/** The conditions of cases that are sent to a client: the scripted router plays everybody else. */

type Make = (world: ClientWorld, given: Condition) => Promise<void> | void;

const NOTHING_TO_DO: Make = () => {};
const TOPIC = 'com.test.t';
const PROCEDURE = 'com.test.p';

const registered: Make = async (world, { args: [uri = PROCEDURE], request }) => {
  const hangs = world.has('pending-invocation');
  const { tag, list } = await world.request({ do: 'register', uri, hangs }, CODE.REGISTER);
  expectId(request, list[1]);
  const registration = world.newId();
  world.line.say([CODE.REGISTERED, list[1], registration]);
  await world.settling(tag);
  Object.assign(world.values, { REG: registration, registered: tag });
};

const subscribed: Make = async (world, { args: [uri = TOPIC], request }) => {
  const { tag, list } = await world.request({ do: 'subscribe', uri }, CODE.SUBSCRIBE);
  expectId(request, list[1]);
  const subscription = world.newId();
  world.line.say([CODE.SUBSCRIBED, list[1], subscription]);
  await world.settling(tag);
  Object.assign(world.values, { SUB: subscription, subscribed: tag });
};

function expectId(wanted: number | undefined, came: unknown): void {
  if (wanted !== undefined && wanted !== came)
    throw new Error(`the client's request has the id ${came}, not ${wanted}`);
}

const pendingInvocation: Make = async (world, given) => {
  if (world.values['REG'] === undefined) await registered(world, { ...given, args: [], request: undefined });
  const request = world.nextInvocation();
  expectId(given.request, request);
  const count = () => world.notices.filter(({ event }) => event === 'invoked').length;
  const before = count();
  world.line.say([CODE.INVOCATION, request, world.values['REG'], {}, ['invoked']]);
  const ran = await world.process.watch.until(() => count() > before, 3_000);
  if (ran !== true) throw new Error('the endpoint was not invoked');
  world.values['INV'] = request;
};

/** A request that is left unanswered: its promise is watched. */
const pending =
  (code: number, deed: Parameters<ClientWorld['request']>[0], before?: Make): Make =>
  async (world, given) => {
    await before?.(world, { ...given, args: [], request: undefined });
    const of = deed.do === 'unsubscribe' ? world.values['subscribed'] : world.values['registered'];
    const [uri] = given.args;
    const whole = { ...deed, ...(uri !== undefined && { uri }), ...(before && { of: String(of) }) };
    const { tag, list } = await world.request(whole, code);
    expectId(given.request, list[1]);
    world.pending.push(tag);
  };

/** A request that the router answers. */
const completed =
  (make: Make, ...answer: readonly unknown[]): Make =>
  async (world, given) => {
    await make(world, given);
    const [code, ...rest] = answer;
    world.line.say([code, world.values['PENDING'], ...rest]);
    const tag = world.pending.at(-1) ?? '';
    if ((await world.settling(tag)) === undefined) throw new Error(`${given.text}: the promise did not settle`);
  };

const CALL = pending(CODE.CALL, { do: 'call' });
const PROGRESSIVE = pending(CODE.CALL, { do: 'call', progress: true });
const PUBLISH = pending(CODE.PUBLISH, { do: 'publish', uri: TOPIC });
const SUBSCRIBE = pending(CODE.SUBSCRIBE, { do: 'subscribe', uri: 'com.test.more' });
const REGISTER = pending(CODE.REGISTER, { do: 'register', uri: 'com.test.more' });
const UNSUBSCRIBE = pending(CODE.UNSUBSCRIBE, { do: 'unsubscribe' }, subscribed);
const UNREGISTER = pending(CODE.UNREGISTER, { do: 'unregister' }, registered);

/** A call that asks for progress: the client has to know how. */
const progressive =
  (make: Make): Make =>
  async (world, given) => {
    await make(world, given);
    const call = world.line.heard.findLast(({ list: [code] }) => code === CODE.CALL)?.list;
    const { receive_progress } = (call?.[2] ?? {}) as { receive_progress?: unknown };
    if (receive_progress !== true) throw new Unfit('the client cannot ask for progressive results yet');
  };

async function saysGoodbye(world: ClientWorld): Promise<void> {
  const { tag } = await world.request({ do: 'leave' }, CODE.GOODBYE);
  world.values['leave'] = tag;
}

const MAKE: Readonly<Record<string, Make>> = {
  // The scripted router plays them, so there is nobody to prepare.
  bystander: NOTHING_TO_DO,
  'bystander-registered': NOTHING_TO_DO,
  'bystander-registered-without-feature': NOTHING_TO_DO,
  'bystander-subscribed': NOTHING_TO_DO,
  'bystander-serializer': NOTHING_TO_DO,
  'bystander-pending-call': NOTHING_TO_DO,
  'bystander-pending-invocation': NOTHING_TO_DO,
  // Seen to elsewhere.
  'fresh-session': NOTHING_TO_DO,
  feature: NOTHING_TO_DO,
  'hello-without': NOTHING_TO_DO,
  'client-auth': NOTHING_TO_DO,
  realm: NOTHING_TO_DO,
  router: NOTHING_TO_DO,
  'max-length': NOTHING_TO_DO,
  'send-nothing': NOTHING_TO_DO,
  'then-leave': NOTHING_TO_DO,
  wait: NOTHING_TO_DO,

  'authenticate-sent': async (world) => {
    const isChallenged = world.has('challenge-received');
    const from = isChallenged ? 0 : world.line.heard.length;
    if (!isChallenged) world.line.say(challengeFor(world));
    const answer = await world.line.hear(([code]) => code === CODE.AUTHENTICATE, { from });
    if (answer === undefined) throw new Error('the client did not answer the CHALLENGE');
  },
  'challenge-received': (world) => world.line.say(challengeFor(world)),

  registered,
  subscribed,
  unregistered: completed(UNREGISTER, CODE.UNREGISTERED),
  unsubscribed: completed(UNSUBSCRIBE, CODE.UNSUBSCRIBED),
  'pending-invocation': pendingInvocation,
  'answered-invocation': async (world, given) => {
    const from = world.line.heard.length;
    await pendingInvocation(world, given);
    const answer = await world.line.hear(([code]) => code === CODE.YIELD, { from });
    if (answer === undefined) throw new Error('the endpoint did not answer');
  },
  'caller-gone': (world) => world.line.say([CODE.INTERRUPT, world.values['INV'], { mode: 'killnowait' }]),
  'caller-canceled': (world, { args: [mode = 'killnowait'] }) =>
    world.line.say([CODE.INTERRUPT, world.values['INV'], { mode }]),

  'pending-call': CALL,
  'pending-progressive-call': progressive(PROGRESSIVE),
  'progressive-call': pending(CODE.CALL, { do: 'call', uri: PROCEDURE, inParts: true }),
  'pending-publish': PUBLISH,
  'pending-subscribe': SUBSCRIBE,
  'pending-unsubscribe': UNSUBSCRIBE,
  'pending-register': REGISTER,
  'pending-unregister': UNREGISTER,
  'completed-call': completed(CALL, CODE.RESULT, {}, ['done']),
  'completed-progressive-call': completed(progressive(PROGRESSIVE), CODE.RESULT, {}, ['done']),
  'completed-publish': completed(PUBLISH, CODE.PUBLISHED, 4_711),
  'completed-subscribe': completed(SUBSCRIBE, CODE.SUBSCRIBED, 801),
  'completed-register': completed(REGISTER, CODE.REGISTERED, 802),
  'completed-unsubscribe': completed(UNSUBSCRIBE, CODE.UNSUBSCRIBED),
  'completed-unregister': completed(UNREGISTER, CODE.UNREGISTERED),
  'canceled-call': async (world, given) => {
    await CALL(world, given);
    const of = world.pending.at(-1) ?? '';
    await world.do({ do: 'cancel', of });
    if ((await world.settling(of)) === undefined) throw new Error('the call that was cancelled is still pending');
  },
  'locally-timed-out-call': async (world, given) => {
    await pending(CODE.CALL, { do: 'call', timeout: 50 })(world, given);
    if ((await world.settling(world.pending.at(-1) ?? '')) === undefined) throw new Error('the call has no deadline');
  },
  'unacked-publish': async (world) => {
    await world.request({ do: 'publish', uri: TOPIC, acknowledge: false }, CODE.PUBLISH);
  },

  'client-sent-goodbye': saysGoodbye,
  'router-sent-goodbye': async (world) => {
    const from = world.line.heard.length;
    world.line.say([CODE.GOODBYE, {}, 'wamp.close.close_realm']);
    await world.line.hear(([code]) => code === CODE.GOODBYE, { from });
  },
  'goodbye-exchanged': async (world) => {
    await saysGoodbye(world);
    world.line.say([CODE.GOODBYE, {}, 'wamp.close.goodbye_and_out']);
  },
  'peer-does-not-read': ({ line }) => line.deafen(),
};

/** A CHALLENGE that can be answered. */
function challengeFor({ conditions, values }: ClientWorld): readonly unknown[] {
  const method = conditions.find(({ name }) => name === 'client-auth')?.args[0] ?? 'ticket';
  const extra: Readonly<Record<string, object>> = {
    wampcra: { challenge: '{"nonce":"LHRTC9zeOIrt_9U3"}' },
    'wamp-scram': {
      nonce: `${values['CNONCE']}c2VydmVy`,
      salt: 'aBc+fx0NAVA=',
      kdf: 'pbkdf2',
      iterations: 4_096,
      memory: null,
    },
    cryptosign: { challenge: 'ff'.repeat(32), channel_binding: null },
  };
  return [CODE.CHALLENGE, method, extra[method] ?? {}];
}

/** @throws {Unfit} when the client has not got what a condition takes. @throws {Error} when one does not come true */
export async function makeConditions(world: ClientWorld): Promise<void> {
  for (const given of world.conditions) {
    const make = Object.hasOwn(MAKE, given.name) ? MAKE[given.name] : undefined;
    if (make === undefined) throw new Error(`no such condition of a client's case: ${given.text}`);
    await make(world, given);
  }
  world.values['INV'] ??= world.followingInvocation;
}
