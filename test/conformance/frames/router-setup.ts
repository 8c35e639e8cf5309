import type { Condition } from './case.js';
import { announced, bystanderRoles, offenderRoles } from './roles.js';
import { PROCEDURE, type RouterWorld, SLOW, TOPIC } from './router-world.js';
import { almostRight, craSignature, SECRET, scramProof } from './secrets.js';
import { CODE, Session, shown } from './session.js';
import { Unfit } from './unfit.js';

/** The conditions of cases that are sent to a router: each makes one come true, from left to right. */

type Make = (world: RouterWorld, given: Condition) => Promise<void> | void;

const NOTHING_TO_DO: Make = () => {};

const RESULT_OR_ERROR: readonly unknown[] = [CODE.RESULT, CODE.ERROR];

/** The details of the offender's HELLO. */
export function offenderDetails(world: RouterWorld): object {
  const named = (name: string) => world.conditions.flatMap((each) => (each.name === name ? each.args : []));
  return { roles: offenderRoles(named('feature'), named('hello-without')) };
}

function expectId({ request, text }: Condition, id: number): void {
  if (request !== undefined && request !== id) throw new Error(`${text}: its request id is ${id}`);
}

async function registered(world: RouterWorld, given: Condition): Promise<void> {
  const procedure = given.args[0] ?? PROCEDURE;
  const held = world.offender.registrationOf(procedure);
  if (held === undefined) {
    expectId(given, world.offender.next);
    const shared = world.conditions.find(({ name, args }) => name === 'bystander-registered' && args[0] === procedure);
    const invoke = shared?.args[1];
    world.values['REG'] = await world.offender.register(procedure, invoke === undefined ? {} : { invoke });
  } else world.values['REG'] = held;
  // The offender answers when its case says so.
  world.offender.holds.add(procedure);
}

async function subscribed(world: RouterWorld, given: Condition): Promise<void> {
  expectId(given, world.offender.next);
  world.values['SUB'] = await world.offender.subscribe(given.args[0] ?? TOPIC);
}

/** The bystander is the callee, once. */
async function offered(world: RouterWorld, procedure: string, options: object = {}): Promise<void> {
  const key = `offered:${procedure}`;
  if (world.values[key] !== undefined) return;
  world.values[key] = await world.bystander.register(procedure, options);
}

/** Conditions that have the offender hold a registration. */
const HOLDING = ['registered', 'unregistered', 'pending-invocation', 'answered-invocation'];

/** Conditions for which the bystander does. */
const OFFERING = ['bystander-registered', 'completed-call', 'completed-progressive-call', 'progressive-call'];

/** Where the case names no URI: not that which the offender holds, at whatever time, and nobody else can offer then. */
function free({ conditions }: RouterWorld, procedure: string): string {
  const isHeld = conditions.some(({ name, args }) => HOLDING.includes(name) && (args[0] ?? PROCEDURE) === procedure);
  return isHeld ? `${procedure}.other` : procedure;
}

async function pendingInvocation(world: RouterWorld, given: Condition): Promise<void> {
  const { offender } = world;
  const procedure = offender.lastRegistered ?? PROCEDURE;
  if (offender.lastRegistered === undefined) {
    const former = world.values['REG'];
    await registered(world, { ...given, args: [procedure], request: undefined });
    // `$REG` of a case that has given one up is that one.
    if (former !== undefined) world.values['REG'] = former;
  }
  // The bystander has to live on when its call's other end is tried out.
  const caller = world.has('caller-gone') ? await world.third() : world.bystander;
  const from = offender.line.heard.length;
  const call = caller.request(CODE.CALL, {}, procedure, ['invoked']);
  const invocation = await offender.line.hear(([code]) => code === CODE.INVOCATION, { from });
  if (invocation === undefined) throw new Error(`${given.text}: no INVOCATION came`);
  expectId(given, invocation[1] as number);
  world.values['INV'] = invocation[1] as number;
  world.waiting = { caller, call };
}

async function callInFlight(world: RouterWorld, given: Condition, options: object, fallback = SLOW): Promise<void> {
  const { offender, bystander } = world;
  const procedure = given.args[0] ?? free(world, fallback);
  bystander.holds.add(procedure);
  await offered(world, procedure);
  expectId(given, offender.next);
  const from = bystander.line.heard.length;
  world.values['CALL'] = offender.request(CODE.CALL, options, procedure, ['called']);
  world.values['PENDING'] = world.values['CALL'];
  const invocation = await bystander.line.hear(([code]) => code === CODE.INVOCATION, { from });
  if (invocation === undefined) throw new Error(`${given.text}: the bystander was not invoked`);
  world.values['invoked'] = invocation[1] as number;
}

/**
 * A call in parts. "The following cases, where a Caller sends a CALL message with progress := true, MUST be treated as
 * protocol errors [...]: The Dealer did not announce the progressive call invocations feature": such a dealer has no such call.
 */
const inParts =
  (make: Make): Make =>
  (world, given) => {
    const feature = 'progressive_call_invocations';
    if (announced(world.bystander.details, feature, 'dealer')) return make(world, given);
    throw new Unfit(`the router does not announce ${feature}: a call in parts "MUST be treated as protocol errors"`);
  };

async function completedCall(world: RouterWorld, given: Condition, options: object): Promise<void> {
  const from = world.offender.line.heard.length;
  await callInFlight(world, given, options, PROCEDURE);
  world.bystander.line.say([CODE.YIELD, world.values['invoked'], {}, ['done']]);
  const result = await world.offender.line.hear(([code]) => RESULT_OR_ERROR.includes(code), { from });
  if (result === undefined) throw new Error(`${given.text}: no RESULT came`);
}

/** Whatever was on its way to the offender has come: what comes later has to do with the frame. */
async function settled({ offender }: RouterWorld): Promise<void> {
  await offender.ask(CODE.SUBSCRIBE, {}, 'com.test.settled');
}

/** A request of the offender's that is answered at once. */
const completed =
  (code: number, ...rest: readonly unknown[]): Make =>
  async (world, given) => {
    expectId(given, world.offender.next);
    world.values['PENDING'] = world.offender.next;
    await world.offender.ask(code, ...rest);
  };

async function bystanderRegistered(world: RouterWorld, { args }: Condition): Promise<void> {
  const [procedure = free(world, PROCEDURE), policy] = args;
  await offered(world, procedure, policy === undefined ? {} : { invoke: policy });
  world.values['OTHER_REG'] = world.values[`offered:${procedure}`] ?? 0;
}

async function callee(world: RouterWorld, { args: [procedure = PROCEDURE] }: Condition): Promise<void> {
  const roles = bystanderRoles(['progressive_call_invocations']);
  const session = await world.joined({ roles });
  world.keep(session);
  world.values['OTHER_REG'] = await session.register(procedure);
}

const TAKES_SLOW = ['pending-call', 'pending-progressive-call', 'canceled-call', 'bystander-pending-invocation'];

/** What the bystander calls: that which is never answered, unless the case has it be the bystander's own. */
function calledByBystander({ conditions }: RouterWorld): string {
  const isTaken = conditions.some(({ name, args }) => TAKES_SLOW.includes(name) || args[0] === SLOW);
  return isTaken ? `${SLOW}.third` : SLOW;
}

async function challenged(world: RouterWorld, method: string): Promise<void> {
  world.earlier = await loggedInBefore(world, method);
  const { line, extra, clientNonce } = await hello(world, method);
  world.offender = new Session(line);
  Object.assign(world.values, answersTo(method, extra, clientNonce), world.earlier, { CNONCE: clientNonce });
}

async function hello(world: RouterWorld, method: string) {
  const line = await world.line();
  if (world.test.transport === 'rawsocket') await line.shake();
  else await line.upgrade(world.port, world.path);
  const clientNonce = Buffer.from(`nonce of ${world.key}-${world.lines.length}`).toString('base64');
  const authextra = method === 'wamp-scram' ? { nonce: clientNonce, channel_binding: null } : {};
  line.say([CODE.HELLO, world.realm, { ...offenderDetails(world), authmethods: [method], authid: 'joe', authextra }]);
  const challenge = await line.hear(() => true);
  if (challenge?.[0] !== CODE.CHALLENGE) throw new Error(`expected CHALLENGE, received ${shown(challenge)}`);
  return { line, extra: challenge[2] as Readonly<Record<string, unknown>>, clientNonce };
}

function answersTo(method: string, extra: Readonly<Record<string, unknown>>, clientNonce: string) {
  if (method === 'wamp-scram') return { PROOF: scramProof(extra, clientNonce), NONCE: String(extra['nonce']) };
  if (method !== 'wampcra') return {};
  return { SIG_WITH_FIRST_BYTE_RIGHT: almostRight(craSignature(extra)) };
}

/** What logs joe in on a connection of its own: the runner's own proofs are then known to be right. */
async function loggedInBefore(world: RouterWorld, method: string): Promise<Readonly<Record<string, string>>> {
  if (method !== 'wamp-scram' && method !== 'wampcra' && method !== 'ticket') return {};
  const { line, extra, clientNonce } = await hello(world, method);
  const signature =
    method === 'ticket'
      ? SECRET
      : method === 'wampcra'
        ? craSignature(extra).toString('base64')
        : scramProof(extra, clientNonce);
  const nonce = String(extra['nonce']);
  const more = method === 'wamp-scram' ? { nonce, channel_binding: null, cbind_data: null } : {};
  line.say([CODE.AUTHENTICATE, signature, more]);
  const welcome = await line.hear(([code]) => code === CODE.WELCOME || code === CODE.ABORT);
  if (welcome?.[0] !== CODE.WELCOME) throw new Error(`joe could not log in: ${shown(welcome)}`);
  line.drop();
  if (method === 'wampcra') return { SIG_OF_EARLIER_CHALLENGE: signature };
  return method === 'wamp-scram' ? { PROOF_OF_EARLIER_SESSION: signature, OLD_NONCE: nonce } : {};
}

async function routerSaysGoodbye(world: RouterWorld): Promise<void> {
  await world.process.ask('router.goodbye', world.key, world.offender.id);
  const came = await world.offender.line.hear(([code]) => code === CODE.GOODBYE);
  if (came === undefined) throw new Error('the router did not say GOODBYE');
}

const MAKE: Readonly<Record<string, Make>> = {
  // Always there, or seen to where a session or a router is opened, or while the frame is sent.
  bystander: NOTHING_TO_DO,
  'fresh-session': ({ offender }) => {
    if (offender.next !== 1) throw new Error('the session is not fresh any more');
  },
  realm: NOTHING_TO_DO,
  feature: NOTHING_TO_DO,
  'hello-without': NOTHING_TO_DO,
  'bystander-serializer': NOTHING_TO_DO,
  router: NOTHING_TO_DO,
  'max-length': NOTHING_TO_DO,
  'send-nothing': NOTHING_TO_DO,
  'then-leave': NOTHING_TO_DO,
  wait: NOTHING_TO_DO,
  hello: (world, { args: [method = ''] }) => challenged(world, method),
  'challenge-received': NOTHING_TO_DO,

  registered,
  subscribed,
  unregistered: async (world, given) => {
    if (world.values['REG'] === undefined) await registered(world, given);
    await world.offender.unregister(Number(world.values['REG']));
  },
  unsubscribed: async (world, given) => {
    if (world.values['SUB'] === undefined) await subscribed(world, given);
    await world.offender.ask(CODE.UNSUBSCRIBE, world.values['SUB']);
    world.offender.subscriptions.clear();
  },

  'pending-invocation': pendingInvocation,
  'answered-invocation': async (world, given) => {
    if (world.values['INV'] === undefined) await pendingInvocation(world, given);
    world.offender.line.say([CODE.YIELD, world.values['INV'], {}, ['answered']]);
    const { caller, call } = world.waiting ?? {};
    await caller?.answerTo(CODE.CALL, call ?? 0);
  },
  'caller-gone': async (world) => {
    const { caller } = world.waiting ?? {};
    caller?.line.drop();
    const isGone = async () =>
      !(await world.process.ask<{ sessions: readonly number[] }>('router.stats', world.key)).sessions.includes(
        caller?.id ?? 0,
      );
    for (let tries = 0; tries < 100 && !(await isGone()); tries += 1) await world.isServed(1_000);
    world.waiting = undefined;
    world.forgetThird();
    await settled(world);
  },
  'caller-canceled': async (world, { args: [mode = 'killnowait'] }) => {
    const { waiting } = world;
    waiting?.caller.line.say([CODE.CANCEL, waiting.call, { mode }]);
    if (mode !== 'kill') await waiting?.caller.answerTo(CODE.CALL, waiting.call);
    await settled(world);
  },

  'pending-call': (world, given) => callInFlight(world, given, {}),
  'pending-progressive-call': (world, given) => callInFlight(world, given, { receive_progress: true }),
  'progressive-call': inParts((world, given) => callInFlight(world, given, { progress: true }, PROCEDURE)),
  'completed-call': (world, given) => completedCall(world, given, {}),
  'completed-progressive-call': inParts((world, given) =>
    completedCall(world, given, { progress: true, receive_progress: true }),
  ),
  'completed-publish': completed(CODE.PUBLISH, { acknowledge: true }, TOPIC),
  'completed-subscribe': completed(CODE.SUBSCRIBE, {}, TOPIC),
  'completed-register': (world, given) => {
    const isOffered = world.conditions.some(({ name }) => OFFERING.includes(name));
    const isFree = !isOffered && free(world, PROCEDURE) === PROCEDURE;
    return completed(CODE.REGISTER, {}, isFree ? PROCEDURE : `${PROCEDURE}.more`)(world, given);
  },
  'completed-unsubscribe': async (world, given) => {
    const subscription = await world.offender.subscribe(TOPIC);
    await completed(CODE.UNSUBSCRIBE, subscription)(world, given);
  },
  'completed-unregister': async (world, given) => {
    const registration = await world.offender.register(`${PROCEDURE}.gone`);
    await completed(CODE.UNREGISTER, registration)(world, given);
  },
  'canceled-call': async (world, given) => {
    await callInFlight(world, given, {});
    world.offender.line.say([CODE.CANCEL, world.values['CALL'], { mode: 'killnowait' }]);
    await world.offender.answerTo(CODE.CALL, Number(world.values['CALL']));
  },
  'unacked-publish': (world, given) => {
    expectId(given, world.offender.next);
    world.values['PENDING'] = world.offender.request(CODE.PUBLISH, {}, TOPIC);
  },

  'bystander-registered': bystanderRegistered,
  'bystander-registered-without-feature': callee,
  'bystander-subscribed': async (world, { args: [topic = TOPIC] }) => {
    world.values['OTHER_SUB'] = await world.bystander.subscribe(topic);
  },
  'bystander-pending-call': async (world) => {
    const third = await world.third();
    const procedure = calledByBystander(world);
    third.holds.add(procedure);
    await third.register(procedure);
    world.values['OTHER_CALL'] = world.bystander.request(CODE.CALL, {}, procedure);
    if ((await third.line.hear(([code]) => code === CODE.INVOCATION)) === undefined) throw new Error('not invoked');
    world.othersCalls += 1;
  },
  'bystander-pending-invocation': async (world) => {
    const third = await world.third();
    await offered(world, SLOW);
    const from = world.bystander.line.heard.length;
    world.values['thirds-call'] = third.request(CODE.CALL, {}, SLOW);
    const invocation = await world.bystander.line.hear(([code]) => code === CODE.INVOCATION, { from });
    if (invocation === undefined) throw new Error('the bystander was not invoked');
    world.values['OTHER_INV'] = invocation[1] as number;
    world.othersCalls += 1;
  },

  'router-sent-goodbye': routerSaysGoodbye,
  'client-sent-goodbye': ({ offender }) => offender.line.say([CODE.GOODBYE, {}, 'wamp.close.close_realm']),
  'goodbye-exchanged': async ({ offender }) => {
    offender.line.say([CODE.GOODBYE, {}, 'wamp.close.close_realm']);
    const came = await offender.line.hear(([code]) => code === CODE.GOODBYE);
    if (came === undefined) throw new Error('the router did not answer GOODBYE');
  },
  'peer-does-not-read': ({ offender }) => offender.line.deafen(),
};

/** @throws {Error} when a condition is not known, or does not come true */
export async function makeConditions(world: RouterWorld): Promise<void> {
  for (const given of world.conditions) {
    const make = Object.hasOwn(MAKE, given.name) ? MAKE[given.name] : undefined;
    if (make === undefined) throw new Error(`no such condition of a router's case: ${given.text}`);
    await make(world, given);
  }
}
