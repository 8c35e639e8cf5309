/** The cases of the corpus of hostile messages that are about RawSocket, against the embedded router and against a client. */
import { readFileSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import path from 'node:path';
import { SimulatedClock } from 'xstate';
import { connect } from '../../src/connect.js';
import { ConnectError, TimeoutError } from '../../src/errors.js';
import { type Router, router } from '../../src/router/router.js';
import { FRAME_TYPE, FrameDecoder } from '../../src/transports/rawsocket-frames.js';
import { eventually, failure } from '../support/house.js';
import { CONSENT, frame, greeting, PONG } from '../support/rawsocket-router.js';
import { turns } from '../support/record.js';
import { type RawServer, rawServer } from '../support/tcp.js';

interface Case {
  readonly id: string;
  readonly sent_to: 'router' | 'client';
  readonly session_state: 'connecting' | 'established';
  readonly transport: string;
  readonly setup: readonly string[];
  readonly frame: string | { readonly parts: readonly (readonly [hex: string, times: number])[] };
  readonly why: string;
  readonly expected: string;
  readonly accept?: readonly string[];
  readonly then?: 'silence' | 'fin';
  readonly client_retry?: 'permanent' | 'transient';
}

const file = path.join(__dirname, 'data/frames.json');
const { frames } = JSON.parse(readFileSync(file, 'utf8')) as { readonly frames: readonly Case[] };
const cases = frames.filter(({ transport }) => transport === 'rawsocket');

const of = (sentTo: Case['sent_to'], state: Case['session_state']) =>
  cases
    .filter(({ sent_to, session_state }) => sent_to === sentTo && session_state === state)
    .map((test) => [test.id, test.why, test] as const);

function octetsOf({ frame }: Case): Buffer {
  const parts = typeof frame === 'string' ? [[frame, 1] as const] : frame.parts;
  return Buffer.concat(parts.map(([hex, times]) => Buffer.from(hex.repeat(times), 'hex')));
}

const limitOf = ({ setup }: Case) => (setup.includes('max-length:65536') ? { maxPayload: 2 ** 16 } : {});

/** What came back, and whether that was the end. */
class Heard {
  octets = Buffer.alloc(0);
  ended = false;

  constructor(socket: Socket) {
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.octets = Buffer.concat([this.octets, chunk]);
    });
    for (const end of ['end', 'close'] as const) {
      socket.once(end, () => {
        this.ended = true;
      });
    }
  }

  /** The messages that came, handshake aside. */
  messages(handshake: 0 | 4): unknown[][] {
    const messages: unknown[][] = [];
    new FrameDecoder(2 ** 24).decode(this.octets.subarray(handshake), (type, payload) => {
      if (type === FRAME_TYPE.message) messages.push(JSON.parse(payload.toString()));
    });
    return messages;
  }
}

/** In the corpus' words. `octets` are those behind what came before the case. */
function outcome(heard: Heard, octets: Buffer, messages: unknown[][]): string {
  const abort = messages.find(([code]) => code === 3);
  if (abort !== undefined) return `abort:${abort[2]}`;
  if (octets[0] === 0x7f && ((octets[1] ?? 0) & 0x0f) === 0) return `rawsocket-error:${(octets[1] ?? 0) >> 4}`;
  if (octets.length > 0 && octets[0] !== 0) return `ok:${octets.toString('hex')}`;
  return heard.ended ? 'close' : 'ignored';
}

/** The expected one of several, if what came is one of them: so that a message shows both. */
const oneOf = ({ expected, accept = [] }: Case, came: string): string =>
  expected === 'any-but-alive' || accept.includes(came) ? came : expected;

describe('the router', () => {
  let house: Router;
  let clock: SimulatedClock | undefined;
  const sockets: Socket[] = [];

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    const stopping = house.stop();
    // Of a simulated clock, what waits for time has to be given some.
    while (clock !== undefined && (await Promise.race([stopping.then(() => false), turns(5).then(() => true)]))) {
      clock.increment(1_000);
    }
    await stopping;
  });

  async function visited(test: Case): Promise<{ socket: Socket; heard: Heard }> {
    clock = test.then === 'silence' && test.session_state === 'connecting' ? new SimulatedClock() : undefined;
    house = await router({ port: 0, ...limitOf(test), ...(clock !== undefined && { clock }) });
    const port = Number(new URL(house.url ?? '').port);
    const socket = connectSocket(port, '127.0.0.1');
    sockets.push(socket);
    return { socket, heard: new Heard(socket) };
  }

  /** Others are served, whatever came. */
  async function isAlive(): Promise<void> {
    if (clock !== undefined) return;
    const me = await connect(house.urls[1] ?? '', { realm: 'realm1' });
    await me.register('com.test.p', () => 'alive');
    expect((await me.call('com.test.p')).args).toEqual(['alive']);
    await me.leave();
  }

  test.each(of('router', 'connecting'))('meets %s (%s) instead of a handshake', async (_id, _why, test) => {
    const { socket, heard } = await visited(test);
    socket.write(octetsOf(test));
    if (clock === undefined) {
      await eventually(() => heard.ended || heard.octets.length > 4);
    } else {
      await turns(10);
      expect(heard.ended).toBe(false);
      clock.increment(10_000);
      await eventually(() => heard.ended);
    }
    // The consent to a handshake that was right is no answer to what came behind it.
    const octets = heard.octets.subarray(heard.octets.toString('hex').startsWith('7fb1') ? 4 : 0);
    const came = outcome(heard, octets, []);
    expect(came).toBe(oneOf(test, came));
    await isAlive();
  });

  test.each(of('router', 'established'))('meets %s (%s) in a session', async (_id, _why, test) => {
    const { socket, heard } = await visited(test);
    socket.write(Buffer.concat([Buffer.from('7ff10000', 'hex'), frame('[1,"realm1",{"roles":{"caller":{}}}]')]));
    await eventually(() => heard.octets.includes('authmethod') && heard.messages(4).length === 1);
    const before = heard.octets.length;
    if (test.setup.includes('peer-does-not-read')) socket.pause();
    socket.write(octetsOf(test));
    if (test.expected !== 'any-but-alive') await eventually(() => heard.ended || heard.octets.length > before);
    await turns(20);
    const octets = heard.octets.subarray(before);
    const messages = test.expected.startsWith('ok:') ? [] : heard.messages(4).slice(1);
    const came = outcome(heard, octets, messages);
    expect(came).toBe(oneOf(test, came));
    await isAlive();
  });
});

describe('a client', () => {
  let server: RawServer;
  afterEach(() => server.close());

  test.each(of('client', 'connecting'))(
    'meets %s (%s) instead of an answer to its handshake',
    async (_id, _why, test) => {
      const ends: Promise<unknown>[] = [];
      server = await rawServer((socket) => {
        ends.push(new Promise((resolve) => socket.once('close', resolve)));
        socket.once('data', () => {
          socket.write(octetsOf(test));
          if (test.then === 'fin') socket.end();
        });
      });
      const openTimeout = test.then === 'silence' ? 100 : 5_000;
      const error = await failure(connect(`rs://127.0.0.1:${server.port}`, { realm: 'realm1', openTimeout }));
      expect(error).toBeInstanceOf(test.then === 'silence' ? TimeoutError : ConnectError);
      if (error instanceof ConnectError) expect(error.transient).toBe(test.client_retry === 'transient');
      await Promise.all(ends);
    },
  );

  test.each(of('client', 'established'))('meets %s (%s) in a session', async (_id, _why, test) => {
    const joined: Socket[] = [];
    server = await rawServer((socket) => {
      greeting(CONSENT, `${PONG}${frame('[2,7,{"roles":{"broker":{},"dealer":{}}}]').toString('hex')}`)(socket);
      joined.push(socket);
    });
    const me = await connect(`rs://127.0.0.1:${server.port}`, {
      realm: 'realm1',
      rawsocket: limitOf(test),
      restart: 'temporary',
    });
    const [socket] = joined as [Socket];
    const heard = new Heard(socket);
    const pending = failure(me.call('com.test.p'));
    await eventually(() => heard.octets.length > 0);
    socket.write(octetsOf(test));
    if (test.then === 'fin') socket.end();
    expect(await pending).toMatchObject({ code: 'WAMP_ERR_CONNECTION_LOST' });
    await eventually(() => heard.ended);
    const came = outcome(heard, Buffer.alloc(0), heard.messages(0));
    expect(came).toBe(oneOf(test, came));
  });
});

it('has all that the corpus has about RawSocket', () => {
  const groups = (['router', 'client'] as const).flatMap((sentTo) => [
    of(sentTo, 'connecting').length,
    of(sentTo, 'established').length,
  ]);
  expect(groups.reduce((sum, count) => sum + count, 0)).toBe(cases.length);
  expect(cases.length).toBeGreaterThan(30);
});
