import type { FrameCase } from './case.js';
import { hitsOfClient } from './client-must-not.js';
import { makeConditions } from './client-setup.js';
import { ClientWorld } from './client-world.js';
import { codec, hasMethod, hasRawSocket } from './codecs.js';
import { lengthOf, payloadOf } from './frame.js';
import type { Notice } from './host/clients.js';
import type { Logged } from './host/log.js';
import type { List } from './line.js';
import { outcomeOf, type Seen } from './outcome.js';
import type { PeerProcess } from './peer-process.js';
import { QUIET_MS, SILENCE_MS } from './router-case.js';
import { CODE, shown } from './session.js';
import { Unfit } from './unfit.js';
import { pause } from './watch.js';
import { acceptOf } from './websocket-frames.js';

const PROBE_MS = 2_000;
const SERVED_MS = 1_000;
/** How long a client has to try again, at a delay of 50 ms at most. */
const RETRY_MS = 1_000;

/** Why a case cannot be run, or `undefined`. */
export function skipsClient({ serializer, transport, setup }: FrameCase): string | undefined {
  if (codec(serializer) === undefined) return `the project has no serializer ${serializer} yet`;
  if (transport === 'rawsocket' && !hasRawSocket()) return 'the project has no RawSocket yet';
  const method = setup.find((each) => each.startsWith('client-auth:'))?.slice('client-auth:'.length);
  if (method !== undefined && !hasMethod(method)) return `the project has no authentication by ${method} yet`;
  return undefined;
}

/** Sends one case's frame to a client, as its router, and looks what comes of it. */
export async function runClientCase(
  test: FrameCase,
  process: PeerProcess,
  key: string,
): Promise<Seen | { readonly skipped: string }> {
  const spoken = codec(test.serializer);
  if (spoken === undefined) throw new Error(`the runner does not speak ${test.serializer}`);
  const world = new ClientWorld(test, process, key, spoken);
  try {
    await world.open();
    await prepare(world);
    return await provoke(world);
  } catch (error) {
    if (error instanceof Unfit) return { skipped: error.message };
    throw error;
  } finally {
    await world.close();
    process.notices.delete(key);
  }
}

const isHandshake = ({ test: { transport, session_state } }: ClientWorld): boolean =>
  session_state === 'connecting' && transport !== 'websocket';

/** The session, as far as the case's state says. */
async function prepare(world: ClientWorld): Promise<void> {
  const { test } = world;
  if (isHandshake(world)) {
    const framing = test.transport === 'rawsocket' ? 'rawsocket' : 'websocket';
    world.asked = await world.line.take(framing, { answers: false });
    world.values['ACCEPT'] = acceptOf(world.asked);
    return;
  }
  await world.greet();
  if (test.session_state !== 'connecting') await world.welcome();
  await makeConditions(world);
}

async function provoke(world: ClientWorld): Promise<Seen> {
  const { test, line, process } = world;
  await process.ask('client.mark', world.key);
  const from = { heard: line.heard.length, notices: world.notices.length, control: line.control.length };
  const sent = await send(world);
  const patience = test.then === 'silence' || world.has('wait') || world.has('send-nothing') ? SILENCE_MS : QUIET_MS;
  await line.watch.until(() => line.ended, patience);
  const heardUntil = line.heard.length;
  const ended = line.ended;
  const effects = world.notices.slice(from.notices).filter(({ event }) => event !== 'left' && event !== 'exited');
  const alive = await isAlive(world, from.heard);
  const heard = line.heard.slice(from.heard, heardUntil).map(({ list }) => list);
  const outcome = outcomeOf({
    heard,
    octets: test.transport === 'rawsocket' ? line.control.slice(from.control) : [],
    ended,
    closeCode: line.closeCode,
    effect: effects.length > 0,
    alive,
    sent,
  });
  const unserved = await isServed(process);
  const retried = await retriedIn(world);
  const logged = await process.ask<readonly Logged[]>('client.log', world.key);
  const hits = await hitsOfClient(world, { heard, effects, logged, fromNotices: from.notices });
  return {
    outcome,
    hits,
    broken: unserved === undefined ? [] : [unserved],
    came: came(heard, { ended, closeCode: line.closeCode, effects, alive }),
    retried,
  };
}

async function send(world: ClientWorld): Promise<List | undefined> {
  const { test, line, codec: spoken } = world;
  if (world.has('send-nothing')) return undefined;
  const payload = payloadOf(test, { ...world.values });
  const isMessage = test.transport === 'websocket';
  if (isMessage) line.sayPayload(payload);
  else await writePaced(world, Buffer.from(payload as string));
  if (test.then === 'fin') line.fin();
  if (!isMessage || lengthOf(test) > 100_000) return undefined;
  try {
    const list = spoken.decode(payload);
    return Array.isArray(list) ? (list as List) : undefined;
  } catch {
    return undefined;
  }
}

async function writePaced({ test: { pace }, line }: ClientWorld, octets: Buffer): Promise<void> {
  if (pace === undefined) {
    line.write(octets);
    return;
  }
  for (let at = 0; at < octets.length && !line.ended; at += pace.octets) {
    line.write(octets.subarray(at, at + pace.octets));
    await Promise.race([pause(pace.ms), line.watch.until(() => line.ended, pace.ms)]);
  }
}

/** Whether a call that the application makes next is sent, and its answer taken. */
async function isAlive(world: ClientWorld, from: number): Promise<boolean | undefined> {
  const { test, line } = world;
  if (line.ended || isHandshake(world) || test.then !== undefined) return undefined;
  if (test.session_state === 'closing') return true;
  if (line.heard.slice(from).some(({ list: [code] }) => code === CODE.ABORT || code === CODE.GOODBYE)) return undefined;
  if (test.session_state === 'connecting' && !world.notices.some(({ event }) => event === 'joined')) {
    if (line.heard.length > from) return undefined;
    return world.welcome().then(
      () => true,
      () => false,
    );
  }
  const before = line.heard.length;
  const tag = await world.do({ do: 'call', uri: 'com.test.alive', timeout: PROBE_MS });
  const call = await line.hear(([code]) => code === CODE.CALL, { ms: PROBE_MS, from: before });
  if (call === undefined) return false;
  line.say([CODE.RESULT, call[1], {}, ['alive']]);
  return (await world.settling(tag, PROBE_MS))?.how === 'fulfilled';
}

/** Another session of the same process is served all the while. */
async function isServed(process: PeerProcess): Promise<string | undefined> {
  let served = false;
  void process.ask('bystander').then(
    () => {
      served = true;
      process.watch.changed();
    },
    () => {},
  );
  await process.watch.until(() => served, SERVED_MS);
  return served ? undefined : 'the bystander had no answer to its call, or no event, in time';
}

/** Whether the client connects again by itself, where the case has something to say about it. */
async function retriedIn({ test, lines, process, line }: ClientWorld): Promise<boolean | undefined> {
  if (test.client_retry === undefined) return undefined;
  line.drop();
  await process.watch.until(() => lines.length > 1, RETRY_MS);
  return lines.length > 1;
}

function came(
  heard: readonly List[],
  facts: {
    readonly ended: boolean;
    readonly closeCode: number | undefined;
    readonly effects: readonly Notice[];
    readonly alive: boolean | undefined;
  },
): string {
  const { ended, closeCode, effects, alive } = facts;
  return [
    ...heard.slice(0, 5).map(shown),
    ...effects.slice(0, 5).map((each) => `in the application ${shown(each)}`),
    ended ? `the transport was closed${closeCode === undefined ? '' : ` with ${closeCode}`}` : '',
    alive === undefined ? '' : alive ? 'the session goes on' : 'the session does nothing any more',
  ]
    .filter((each) => each !== '')
    .join('; ');
}
