import type { FrameCase } from './case.js';
import { codec, hasMethod, hasRawSocket } from './codecs.js';
import { lengthOf, payloadOf } from './frame.js';
import type { Logged } from './host/log.js';
import type { List } from './line.js';
import { outcomeOf, type Reaction, type Seen } from './outcome.js';
import type { PeerProcess } from './peer-process.js';
import { hitsOfRouter, prepareFor } from './router-must-not.js';
import { makeConditions, offenderDetails } from './router-setup.js';
import { RouterWorld } from './router-world.js';
import { CODE, Session, shown } from './session.js';
import { Unfit } from './unfit.js';
import { pause } from './watch.js';
import { OPCODE, type WebSocketFrame, webSocketFrames } from './websocket-frames.js';

/** How long nothing may come before that counts as an answer. */
export const QUIET_MS = 500;
/** The same where it is the silence that the peer has to end. */
export const SILENCE_MS = 10_000;
const PROBE_MS = 2_000;
const SERVED_MS = 1_000;

/** Why a case cannot be run, or `undefined`. */
export function skipsRouter({ serializer, transport, setup }: FrameCase): string | undefined {
  if (codec(serializer) === undefined) return `the project has no serializer ${serializer} yet`;
  if (transport === 'rawsocket' && !hasRawSocket()) return 'the project has no RawSocket yet';
  for (const each of setup) {
    const [name, what = ''] = each.split(':');
    if (name === 'hello' && !hasMethod(what)) return `the project has no authentication by ${what} yet`;
    if (name === 'bystander-serializer' && codec(what) === undefined)
      return `the project has no serializer ${what} yet`;
  }
  return undefined;
}

/** Sends one case's frame to a router of its own, and looks what comes of it. */
export async function runRouterCase(
  test: FrameCase,
  process: PeerProcess,
  key: string,
): Promise<Seen | { readonly skipped: string }> {
  const spoken = codec(test.serializer);
  if (spoken === undefined) throw new Error(`the runner does not speak ${test.serializer}`);
  const world = new RouterWorld(test, process, key, spoken);
  await world.open();
  try {
    await world.joinBystander();
    await connect(world);
    await makeConditions(world);
    await prepareFor(world);
    return await provoke(world);
  } catch (error) {
    if (error instanceof Unfit) return { skipped: error.message };
    throw error;
  } finally {
    await world.close();
  }
}

/** The offender, as far as its state says. One that authenticates is connected by its conditions. */
async function connect(world: RouterWorld): Promise<void> {
  const { test } = world;
  if (world.has('hello')) return;
  const line = await world.line();
  world.offender = new Session(line);
  const isConnecting = test.session_state === 'connecting';
  if (test.transport === 'http' || test.transport === 'http-upgrade') return;
  if (isConnecting && test.transport !== 'websocket') return;
  if (test.transport === 'rawsocket') await line.shake();
  else await line.upgrade(world.port, world.path);
  if (isConnecting) return;
  await world.offender.join(world.realm, offenderDetails(world));
  world.values['SELF'] = world.offender.id;
}

async function provoke(world: RouterWorld): Promise<Seen> {
  const { test, offender } = world;
  const { line } = offender;
  world.values['REQ'] = offender.next;
  await world.process.ask('router.mark', world.key);
  const from = { heard: line.heard.length, head: line.head.length, control: line.control.length };
  const at = new Map(world.others.map((each) => [each, each.line.heard.length]));
  const messages = await send(world);
  const sent = messages.at(-1);
  const patience = test.then === 'silence' || world.has('wait') || world.has('send-nothing') ? SILENCE_MS : QUIET_MS;
  const isAwaited = () => line.ended || (patience === SILENCE_MS && line.heard.length > from.heard);
  await line.watch.until(isAwaited, patience);
  const alive = await isAlive(world, from, messages);
  const octets = line.head.subarray(from.head);
  const reaction: Reaction = {
    heard: line.heard.slice(from.heard, alive.until).map(({ list }) => list),
    octets: line.control.slice(from.control),
    ...readHead(test, octets, line.ended),
    ended: line.ended && alive.answer !== true,
    closeCode: line.closeCode,
    effect: false,
    alive: alive.answer,
    sent,
  };
  const outcome = outcomeOf(withoutPong(test, reaction));
  if (world.has('then-leave')) line.drop();
  const unserved = await world.isServed(SERVED_MS);
  const logged = await world.process.ask<readonly Logged[]>('router.log', world.key);
  const since = { heard: reaction.heard, others: at, body: octets.toString('latin1'), logged, sent };
  const hits = await hitsOfRouter(world, since);
  const leftover = line.ended || world.has('then-leave') ? await leftOf(world) : undefined;
  return {
    outcome,
    hits,
    broken: [unserved, leftover].filter((each) => each !== undefined),
    came: came(reaction, octets),
  };
}

/** @returns the messages that were sent, as far as there are any */
async function send(world: RouterWorld): Promise<readonly List[]> {
  const { test, offender, codec: spoken } = world;
  if (world.has('send-nothing')) return [];
  const payload = payloadOf(test, { ...world.values });
  const { line } = offender;
  if (test.transport === 'http' || test.transport === 'http-upgrade') {
    const text = String(payload).replace(/^GET \/ /, `GET ${world.path} `);
    await writeTo(world, Buffer.from(text, 'latin1'));
  } else if (test.transport === 'websocket') {
    line.sayPayload(payload);
  } else await writeTo(world, Buffer.from(payload));
  if (test.then === 'fin') line.fin();
  if (lengthOf(test) > 100_000) return [];
  return payloadsIn(test, payload).flatMap((each) => {
    try {
      const list = spoken.decode(each);
      return Array.isArray(list) ? [list as List] : [];
    } catch {
      return [];
    }
  });
}

/** What a peer that judges nothing would take for messages. */
function payloadsIn({ transport, session_state }: FrameCase, sent: string | Buffer): readonly (string | Buffer)[] {
  if (transport === 'websocket') return [sent];
  if (session_state === 'connecting' || typeof sent === 'string') return [];
  if (transport === 'websocket-raw') return messagesOf(webSocketFrames(sent).frames);
  const payloads: Buffer[] = [];
  for (let rest = sent; rest.length >= 4; ) {
    const end = 4 + rest.readUIntBE(1, 3);
    if (rest[0] === 0 && rest.length >= end) payloads.push(rest.subarray(4, end));
    rest = rest.subarray(end);
  }
  return payloads;
}

function messagesOf(frames: readonly WebSocketFrame[]): readonly (string | Buffer)[] {
  const payloads: (string | Buffer)[] = [];
  let parts: Buffer[] = [];
  let isText = false;
  for (const { opcode, final, payload } of frames) {
    if (opcode > OPCODE.binary) continue;
    if (opcode !== 0) isText = opcode === OPCODE.text;
    parts.push(payload);
    if (!final) continue;
    const whole = Buffer.concat(parts);
    payloads.push(isText ? whole.toString() : whole);
    parts = [];
  }
  return payloads;
}

async function writeTo({ test: { pace }, offender: { line } }: RouterWorld, octets: Buffer): Promise<void> {
  if (pace === undefined) {
    line.write(octets);
    return;
  }
  for (let at = 0; at < octets.length && !line.ended; at += pace.octets) {
    line.write(octets.subarray(at, at + pace.octets));
    await Promise.race([pause(pace.ms), line.watch.until(() => line.ended, pace.ms)]);
  }
}

/** Whether the session answers the next valid request, where nothing has said yet that it is over. */
async function isAlive(
  world: RouterWorld,
  from: { readonly heard: number; readonly head: number },
  sent: readonly List[],
): Promise<{ readonly answer: boolean | undefined; readonly until: number | undefined }> {
  const { test, offender } = world;
  const { line } = offender;
  const until = line.heard.length;
  const isPlain = test.transport === 'http' || test.transport === 'http-upgrade';
  const isHalf = test.then === 'fin' || test.then === 'silence' || world.has('peer-does-not-read');
  if (line.ended || isPlain || line.framing === 'none') return { answer: undefined, until: undefined };
  const decided = line.heard
    .slice(from.heard)
    .some(({ list: [code] }) => code === CODE.ABORT || code === CODE.GOODBYE || code === CODE.CHALLENGE);
  if (decided || isHalf) return { answer: undefined, until: undefined };
  if (test.session_state === 'closing') return { answer: true, until };
  if (test.session_state === 'connecting') {
    if (line.heard.length > from.heard || test.setup.length > 0) return { answer: undefined, until: undefined };
    offender.hello('realm1', offenderDetails(world));
    const welcome = await line.hear(() => true, { ms: PROBE_MS, from: until });
    return { answer: welcome?.[0] === CODE.WELCOME, until: welcome?.[0] === CODE.WELCOME ? until : undefined };
  }
  for (const each of sent) if (isRequest(each) && each[1] === offender.next) offender.used();
  const id = offender.request(CODE.SUBSCRIBE, {}, 'com.test.alive');
  const answer = await line.hear(([code, request]) => code === CODE.SUBSCRIBED && request === id, {
    ms: PROBE_MS,
    from: until,
  });
  return { answer: answer !== undefined, until: answer === undefined ? undefined : until };
}

const REQUESTS: readonly unknown[] = [
  CODE.PUBLISH,
  CODE.SUBSCRIBE,
  CODE.UNSUBSCRIBE,
  CODE.CALL,
  CODE.REGISTER,
  CODE.UNREGISTER,
];
const isRequest = ([code]: List): boolean => REQUESTS.includes(code);

function readHead({ transport, session_state }: FrameCase, octets: Buffer, ended: boolean): Partial<Reaction> {
  if (octets.length === 0) return {};
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(octets.toString('latin1'))?.[1];
  if (status !== undefined) return { http: Number(status) };
  if (transport !== 'rawsocket' || session_state !== 'connecting') return {};
  const isRefusal = octets[0] === 0x7f && ((octets[1] ?? 0) & 0x0f) === 0;
  if (isRefusal) return { rawsocketError: (octets[1] ?? 0) >> 4 };
  // A handshake that is taken is no outcome if it was what came behind it that ended the connection.
  return ended ? {} : { octets: [octets.subarray(0, 4).toString('hex')] };
}

/** A WebSocket's PONG is no outcome that has a name; a RawSocket's is. */
function withoutPong({ transport }: FrameCase, reaction: Reaction): Reaction {
  if (transport === 'rawsocket') return reaction;
  // A pong that nobody asked for is taken in silence, as it has to be.
  const isPong = transport === 'websocket-raw' && reaction.alive === true && reaction.heard.length === 0;
  return { ...reaction, octets: [], effect: isPong };
}

/** What the router still holds of a session that is over. */
async function leftOf(world: RouterWorld): Promise<string | undefined> {
  type Stats = Record<'registrations' | 'subscriptions' | 'callsInFlight', number> & { sessions: readonly number[] };
  const wanted = world.keepers();
  let found = '';
  for (let tries = 0; tries < 40; tries += 1) {
    const stats = await world.process.ask<Stats>('router.stats', world.key);
    const registrations = wanted.reduce((sum, { registrations: { size } }) => sum + size, 0);
    const subscriptions = wanted.reduce((sum, { subscriptions: { size } }) => sum + size, 0);
    found = [
      stats.sessions.includes(world.offender.id) ? 'the session' : '',
      stats.registrations > registrations ? `${stats.registrations - registrations} registrations` : '',
      stats.subscriptions > subscriptions ? `${stats.subscriptions - subscriptions} subscriptions` : '',
      stats.callsInFlight > world.othersCalls ? `${stats.callsInFlight - world.othersCalls} calls` : '',
    ]
      .filter((each) => each !== '')
      .join(', ');
    if (found === '') return undefined;
    await pause(25);
  }
  return `the router still holds of the session that is over: ${found}`;
}

function came({ heard, ended, closeCode, alive }: Reaction, octets: Buffer): string {
  return [
    ...heard.slice(0, 5).map(shown),
    octets.length > 0 ? JSON.stringify(octets.subarray(0, 100).toString('latin1')) : '',
    ended ? `the transport was closed${closeCode === undefined ? '' : ` with ${closeCode}`}` : '',
    alive === undefined ? '' : alive ? 'the session answers the next request' : 'the session answers nothing any more',
  ]
    .filter((each) => each !== '')
    .join('; ');
}
