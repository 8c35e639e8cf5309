// biome-ignore-all lint/suspicious/noThenProperty: the format calls it so, for what a sender does last
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { condition, type FrameCase, parseCases } from './frames/case.js';
import { announcedFeature } from './frames/client-world.js';
import { expand, payloadOf } from './frames/frame.js';
import { logHits } from './frames/log-hits.js';
import { judge, matches, outcomeOf, type Reaction, type Seen } from './frames/outcome.js';
import { PeerProcess, ProcessDied } from './frames/peer-process.js';
import { faultsOf, type Report, runAll } from './frames/run.js';
import { shownFailure } from './frames/show.js';
import { webSocketFrame, webSocketFrames } from './frames/websocket-frames.js';
import { main } from './main.js';

const DATA = join(__dirname, 'data', 'frames.json');
/** In the same format: this project's own. */
const MORE = join(__dirname, 'data', 'more-frames.json');

const faultsIn = (reports: readonly Report[]) =>
  reports.flatMap(({ test, verdict }) => (verdict.is === 'failed' ? [[test.id, ...verdict.faults]] : []));

/** A case that sends nothing that means anything, in a situation that is worth a look. */
const make = (id: string, given: Partial<FrameCase>): FrameCase => ({
  id,
  sent_to: 'router',
  session_state: 'established',
  category: '',
  transport: 'websocket',
  serializer: 'json',
  encoding: 'text',
  setup: [],
  frame: '[]',
  why: '',
  expected: 'abort:wamp.error.protocol_violation',
  accept: ['close'],
  ...given,
});

function framed(transport: string, text: string): string {
  const payload = Buffer.from(text);
  if (transport === 'websocket-raw') return webSocketFrame(1, payload, true).toString('hex');
  const head = Buffer.alloc(4);
  head.writeUInt32BE(payload.length);
  return Buffer.concat([head, payload]).toString('hex');
}

describe('the corpus of hostile frames', () => {
  it('is met as it should be by the embedded router and by the client, and nobody else feels it', async () => {
    const reports = await runAll(parseCases(readFileSync(DATA, 'utf8')));
    expect(reports).toHaveLength(627);
    expect(faultsIn(reports)).toEqual([]);
    const skipped = reports.flatMap(({ verdict }) => (verdict.is === 'skipped' ? [verdict.why] : []));
    const EXPECTED = /^the (project has no .+ yet|(client|router) does not announce .+|client does not know how: .+)$/;
    expect(skipped.filter((why) => !EXPECTED.test(why))).toEqual([]);
    expect(reports.length - skipped.length).toBeGreaterThan(620);
  }, 120_000);
});

describe('more hostile frames', () => {
  it('are met as they should be: octets of WebSocket, RawSocket and HTTP, and fields of binary messages', async () => {
    const reports = await runAll(parseCases(readFileSync(MORE, 'utf8')));
    expect(reports.length).toBeGreaterThan(600);
    expect(faultsIn(reports)).toEqual([]);
    expect(reports.filter(({ verdict }) => verdict.is === 'skipped')).toEqual([]);
  }, 120_000);
});

/** Each condition and each token of the format, whether a case of the corpus uses it or not. */
describe('every condition', () => {
  const GOODBYE = ['router-sent-goodbye', 'client-sent-goodbye', 'goodbye-exchanged'];
  const PENDING = ['call', 'publish', 'subscribe', 'unsubscribe', 'register', 'unregister'];
  const BOTH: readonly (readonly string[])[] = [
    ...['fresh-session', 'registered', 'registered:com.test.q', 'subscribed', 'subscribed:com.test.u'].map((one) => [
      one,
    ]),
    ['registered:com.test.q(1)', 'subscribed:com.test.u(2)'],
    ['subscribed', 'unsubscribed'],
    ['registered', 'unregistered'],
    ...['unsubscribed', 'unregistered', 'pending-invocation', 'pending-call', 'pending-call(1):com.test.slow'].map(
      (one) => [one],
    ),
    ['registered:com.test.q', 'pending-invocation(1)'],
    ['registered', 'pending-invocation', 'caller-canceled:killnowait'],
    ['pending-invocation', 'caller-gone'],
    ['answered-invocation'],
    ['canceled-call'],
    ['unacked-publish'],
    ...PENDING.map((what) => [`completed-${what}`]),
    ['completed-call(1)'],
  ];
  const ROUTER: readonly (readonly string[])[] = [
    ...BOTH,
    ['bystander'],
    ['bystander-registered'],
    ['bystander-registered:com.test.q'],
    ['bystander-registered:com.test.q:roundrobin'],
    ['bystander-registered-without-feature:com.test.q'],
    ['bystander-subscribed'],
    ['bystander-subscribed:com.test.u', 'bystander-serializer:msgpack'],
    ['bystander-pending-call'],
    ['bystander-pending-invocation'],
    ['registered', 'pending-invocation', 'pending-call', 'bystander-pending-call', 'bystander-pending-invocation'],
    ['bystander-pending-call', 'bystander-pending-invocation', 'bystander-registered:com.test.slow', 'canceled-call'],
    ['registered', 'completed-register', 'completed-unregister', 'completed-call'],
    ['unregistered', 'pending-invocation', 'registered:com.test.q', 'answered-invocation'],
    ['pending-invocation', 'caller-gone', 'registered', 'bystander-pending-call'],
    ['feature:payload_passthru_mode', 'hello-without:call_canceling'],
    ['pending-progressive-call'],
    ['feature:progressive_call_invocations', 'progressive-call(1)'],
    ['feature:progressive_call_invocations', 'progressive-call(1):com.test.q'],
    ['feature:progressive_call_invocations', 'completed-progressive-call(1)'],
    ['feature:progressive_call_invocations', 'bystander-registered-without-feature'],
    ['router:disclosure-disallowed'],
    ['max-length:65536'],
    ['registered', 'then-leave'],
    ['peer-does-not-read'],
  ];
  const CLIENT: readonly (readonly string[])[] = [
    ...BOTH,
    ...PENDING.map((what) => [`pending-${what}`]),
    ['locally-timed-out-call'],
    ['progressive-call(1)'],
    ['progressive-call(1):com.test.q'],
    ['bystander', 'max-length:65536'],
  ];
  const METHODS = ['ticket', 'wampcra', 'wamp-scram'];
  const wrong: Partial<FrameCase> = { session_state: 'connecting', frame: '[5,7,{}]' };
  const closing: Partial<FrameCase> = { session_state: 'closing', expected: 'any-but-alive' };
  const cases = [
    ...ROUTER.map((setup) => make(setup.join(' '), { setup, accept: ['close', 'any-but-alive'] })),
    ...CLIENT.map((setup) => make(setup.join(' '), { sent_to: 'client', setup })),
    ...METHODS.flatMap((method) => [
      make(`router: ${method}`, { ...wrong, setup: ['realm:secure', `hello:${method}:joe`, 'challenge-received'] }),
      make(`client: ${method}`, {
        sent_to: 'client',
        session_state: 'connecting',
        setup: [`client-auth:${method}`, 'authenticate-sent'],
        must_not: ['state:joined'],
      }),
      make(`client, challenged first: ${method}`, {
        sent_to: 'client',
        session_state: 'connecting',
        setup: [`client-auth:${method}`, 'challenge-received', 'authenticate-sent'],
        must_not: ['state:joined'],
      }),
    ]),
    ...GOODBYE.flatMap((one) => [
      make(`router: ${one}`, { ...closing, setup: [one] }),
      make(`client: ${one}`, { ...closing, setup: [one], sent_to: 'client' }),
    ]),
    make('RawSocket: a handshake', {
      ...{ transport: 'rawsocket', session_state: 'connecting', encoding: 'hex', frame: '7f010000' },
      ...{ expected: 'ok:7ff10000', accept: ['ok'], must_not: ['send:over-512'] },
    }),
    make('RawSocket: a handshake, and what is none behind it', {
      ...{ transport: 'rawsocket', session_state: 'connecting', encoding: 'hex', frame: '7ff10000ff000000' },
      ...{ expected: 'close', accept: [] },
    }),
    make('RawSocket: octet by octet', {
      ...{ transport: 'rawsocket', session_state: 'connecting', encoding: 'hex', frame: '7ff10000' },
      ...{ pace: { octets: 1, ms: 20 }, expected: 'ok', accept: [] },
    }),
    make('RawSocket: a client told to be short', {
      ...{ sent_to: 'client', transport: 'rawsocket', session_state: 'connecting', encoding: 'hex', frame: '7f010000' },
      ...{ expected: 'any-but-alive', must_not: ['send:over-512'] },
    }),
    make('RawSocket: MessagePack', {
      ...{ transport: 'rawsocket', serializer: 'msgpack', encoding: 'hex', frame: '0000000190' },
      ...{ setup: ['registered', 'pending-invocation', 'bystander-serializer:cbor'], must_not: ['caller-hangs'] },
    }),
    make('RawSocket: a client that speaks CBOR', {
      ...{ sent_to: 'client', transport: 'rawsocket', serializer: 'cbor', encoding: 'hex', frame: '0000000180' },
      ...{ setup: ['registered', 'pending-call'], must_not: ['promise-never-settles'] },
    }),
    ...['rawsocket', 'websocket-raw'].map((transport) =>
      make(`octets that make a request: ${transport}`, {
        ...{ transport: transport as FrameCase['transport'], encoding: 'hex', setup: ['fresh-session'] },
        ...{ frame: framed(transport, '[16,1,{"acknowledge":true},"com.test.t"]'), expected: 'ok', accept: [] },
      }),
    ),
    make('nobody answers', {
      ...{ session_state: 'connecting', expected: 'abort:*', must_not: ['reply:WELCOME'] },
      setup: ['realm:secure', 'hello:ticket:joe', 'challenge-received', 'wait:auth-timeout', 'send-nothing'],
    }),
    make('nobody says HELLO', {
      session_state: 'connecting',
      setup: ['send-nothing'],
      then: 'silence',
      expected: 'abort:*',
    }),
    make('octet by octet', {
      transport: 'websocket-raw',
      encoding: 'hex',
      frame: '818200000000',
      pace: { octets: 2, ms: 5 },
      then: 'fin',
      expected: 'close',
    }),
  ];

  /** What must not happen, and does not: each is looked for. */
  const NOWHERE = [
    'log:contains-secret',
    'log:raw-control-characters',
    'log:over-8kB',
    'prototype-changed',
    'process-crash',
  ];
  const harmless = (sent_to: FrameCase['sent_to'], tokens: readonly string[], setup: readonly string[]) =>
    [...tokens, ...NOWHERE].map((one) =>
      make(`${sent_to}, not ${one}`, {
        ...{ sent_to, setup, must_not: [one], expected: 'any-but-alive' },
        frame: sent_to === 'router' ? '[34,$REQ,999]' : '[36,999,5,{}]',
      }),
    );
  const MUST_NOT = [
    ...harmless(
      'router',
      [
        ...['reply:WELCOME', 'reply:WELCOME-as-joe', 'reply:WELCOME-as-admin', 'reply:WELCOME-authrole-trusted'],
        ...['reply:CHALLENGE', 'forward:malformed-payload', 'effect:*', 'registration-survives', 'caller-hangs'],
        ...['second-INVOCATION', 'second-RESULT', 'second-reply-to-caller', 'timeout-before-1s', 'caller-disclosed'],
        ...['subscribed-as-prefix', 'bystander-crash', 'bystander-killed', 'bystander-unregistered'],
        ...['bystander-unsubscribed', 'bystander-call-answered', 'bystander-call-canceled', 'body:outside-asset-root'],
        ...['bystander-meta-call-hijacked', 'bystander-gets-forged-meta-event', 'event-loop-blocked-over-200ms'],
      ],
      ['bystander-registered:com.test.q', 'bystander-subscribed'],
    ).map((test) => ({
      ...test,
      setup: test.setup.map((each) => (test.id.endsWith('bystander-unregistered') ? each.replace('.q', '.p') : each)),
    })),
    ...harmless(
      'client',
      [
        ...['send:AUTHENTICATE', 'reply:*', 'handler-called', 'handler-called-twice', 'promise-settled-twice'],
        'promise-resolved-with-wrong-kind',
      ],
      ['registered', 'subscribed', 'pending-call'],
    ),
    make('a call that ends with its session', {
      sent_to: 'client',
      setup: ['pending-call'],
      must_not: ['promise-never-settles'],
    }),
    make('a farewell without an answer', {
      ...{ sent_to: 'client', session_state: 'closing', setup: ['client-sent-goodbye'], frame: '[33,9,9]' },
      ...{ must_not: ['close-never-settles'], expected: 'any-but-alive' },
    }),
  ];

  it('comes true, and what must not be is looked for', async () => {
    const reports = await runAll([...cases, ...MUST_NOT]);
    expect(faultsIn(reports)).toEqual([]);
    const skipped = reports.flatMap(({ test, verdict }) => (verdict.is === 'skipped' ? [[test.id, verdict.why]] : []));
    expect(skipped).toEqual([]);
  }, 60_000);
});

/** What is wrong is told: a runner that lets everything pass would be worth nothing. */
describe('the judgement', () => {
  const token = (must_not: string, given: Partial<FrameCase>) =>
    make(must_not, { expected: 'any-but-alive', must_not: [must_not], ...given });
  const harmful: readonly FrameCase[] = [
    make('other outcome', { frame: '[32,$REQ,{},"com.test.t"]', accept: [] }),
    make('other error', { frame: '[34,$REQ,999]', expected: 'error:wamp.error.no_such_procedure', accept: [] }),
    make('not ignored', { expected: 'ignored', accept: [] }),
    make('unknown condition', { setup: ['moonlight'] }),
    make('unknown token', { must_not: ['sing'] }),
    make('wrong id', { setup: ['registered(7)'] }),
    make('client joins', { sent_to: 'client', session_state: 'connecting', frame: '[2,1,{"roles":{"broker":{}}}]' }),
    make('client: unknown condition', { sent_to: 'client', setup: ['moonlight'] }),
    token('reply:ABORT', {}),
    token('reply:*', { frame: '[32,$REQ,{},"com.test.t"]' }),
    token('effect:*', { setup: ['bystander-subscribed:com.test.t'], frame: '[16,$REQ,{},"com.test.t",["x"]]' }),
    token('effect:*', { frame: '[64,$REQ,{},"com.test.p9"]' }),
    token('effect:*', { frame: '[32,$REQ,{},"com.test.t"]' }),
    token('second-INVOCATION', { setup: ['bystander-registered', 'pending-call'], frame: '[48,$REQ,{},"com.test.p"]' }),
    token('caller-hangs', { setup: ['pending-invocation'], frame: '[34,$REQ,999]' }),
    token('registration-survives', { setup: ['registered'], frame: '[34,$REQ,999]' }),
    token('subscribed-as-prefix', { frame: '[32,$REQ,{"match":"prefix"},"com"]' }),
    token('caller-disclosed', {
      setup: ['bystander-registered'],
      frame: '[48,$REQ,{"disclose_me":true},"com.test.p"]',
    }),
    token('timeout-before-1s', {
      setup: ['bystander-registered:com.test.slow'],
      frame: '[48,$REQ,{"timeout":50},"com.test.slow"]',
    }),
    token('handler-called', { sent_to: 'client', setup: ['subscribed'], frame: '[36,$SUB,1,{}]' }),
    token('handler-called-twice', { sent_to: 'client', setup: ['answered-invocation'], frame: '[68,2,$REG,{}]' }),
    token('state:joined', { sent_to: 'client', setup: ['pending-call'], frame: '[50,$PENDING,{}]' }),
    token('send:over-512', { frame: '[32,$REQ,{},"com.test.t"]' }),
    token('send:over-512', { sent_to: 'client', setup: ['subscribed'], frame: '[36,$SUB,1,{}]' }),
  ];

  it('finds every harm that is done', async () => {
    const reports = await runAll(harmful);
    const found = new Map(faultsIn(reports).map(([id = '', ...faults]) => [id, faults]));
    expect(harmful.filter(({ id }) => !found.has(id)).map(({ id }) => id)).toEqual([]);
    const tokens = harmful.filter(({ id, must_not = [] }) => must_not.includes(id));
    expect(tokens.map(({ id }) => found.get(id))).toEqual(tokens.map(({ id }) => [`it must not: ${id}`]));
    expect(tokens.length).toBeGreaterThan(12);
    expect(shownFailure(reports[0] as Report)).toMatch(
      /^FAILED other outcome: .*\n {2}sent {6}.*\n {2}expected {2}abort:wamp\.error\.protocol_violation\n {2}but {7}the outcome was ok\n {2}came {6}\[33,1,\d+\]; the session answers the next request\n\n$/,
    );
  }, 60_000);

  const seen: Seen = { outcome: 'close:1002', hits: [], broken: [], came: '' };

  test.each<[string, Partial<FrameCase>, Partial<Seen>, readonly string[]]>([
    ['what is expected', { expected: 'close:1002' }, {}, []],
    ['what is accepted', { expected: 'ok', accept: ['close'] }, {}, []],
    ['another outcome', { expected: 'ok', accept: [] }, {}, ['the outcome was close:1002']],
    ['what must not be', { expected: 'close' }, { hits: ['reply:*'] }, ['it must not: reply:*']],
    ['a broken invariant', { expected: 'any-but-alive' }, { broken: ['it is gone'] }, ['it is gone']],
  ])('of %s', (_, test, more, faults) => {
    const verdict = judge({ expected: 'ok', ...test }, { ...seen, ...more });
    expect(verdict).toEqual(faults.length === 0 ? { is: 'passed' } : { is: 'failed', faults, came: '' });
  });

  test.each([
    ['close:1002', 'close', true],
    ['close', 'close:1002', false],
    ['abort:wamp.error.no_such_realm', 'abort:*', true],
    ['error:wamp.error.no_such_realm', 'abort:*', false],
    ['http:404', 'http:4xx', true],
    ['http:500', 'http:4xx', false],
    ['ok:02000000', 'ok', true],
    ['ok', 'ok:02000000', false],
    ['stuck', 'any-but-alive', true],
    ['ignored', 'ok', false],
  ])('%s is what %s asks for: %s', (outcome, pattern, expected) => {
    expect(matches(outcome, pattern)).toBe(expected);
  });

  const nothing: Reaction = { heard: [], ended: false, effect: false, alive: true };

  test.each<[string, Partial<Reaction>]>([
    ['abort:com.x', { heard: [[3, {}, 'com.x']], ended: true, closeCode: 1_000 }],
    ['goodbye-reply', { heard: [[6, {}, 'com.x']], ended: true }],
    ['challenge', { heard: [[4, 'ticket', {}]] }],
    ['error:com.e', { heard: [[8, 48, 2, {}, 'com.e']], sent: [48, 2, {}, 'com.p'] }],
    ['ok', { heard: [[8, 48, 1, {}, 'com.e']], sent: [48, 2, {}, 'com.p'] }],
    ['error:com.e', { heard: [[8, 48, 1, {}, 'com.e']] }],
    ['rawsocket-error:1', { rawsocketError: 1, ended: true }],
    ['http:404', { http: 404, ended: true }],
    ['ok', { http: 101 }],
    ['ok:02000000', { octets: ['02000000'] }],
    ['close:1002', { ended: true, closeCode: 1_002 }],
    ['close', { ended: true }],
    ['ok', { heard: [[33, 1, 2]] }],
    ['ok', { effect: true }],
    ['ok', { sent: [16, 1, {}, 'com.t'] }],
    ['ok', { sent: [48, 1, {}, 'com.test.slow'] }],
    ['ok', { sent: [67, 0, { registration: 9 }] }],
    ['ignored', { sent: [67, 9] }],
    ['ignored', { sent: [16, 1, { acknowledge: true }, 'com.t'] }],
    ['ignored', {}],
    ['stuck', { alive: false }],
  ])('the outcome is called %s for %j', (expected, more) => {
    expect(outcomeOf({ ...nothing, ...more })).toBe(expected);
  });

  test.each([
    [{}, []],
    [{ blocked: 200 }, ['its event loop was blocked for 200 ms']],
    [{ grown: 64 * 2 ** 20 }, ['its memory grew by 64 MiB']],
    [{ kept: 17 * 2 ** 20 }, ['after 5 s 17 MiB of its memory were not given back']],
    [{ prototype: 'changed' as const }, ['the prototype of all objects was changed']],
  ])('a process of which %j is seen is told to have %j', (more, faults) => {
    expect(faultsOf({ blocked: 199, grown: 1, kept: 2 ** 24, prototype: 'unchanged', ...more })).toEqual(faults);
  });

  test.each([
    ['a secret', { text: 'it said secret', control: false }, ['log:contains-secret']],
    ['no word like it', { text: 'realm secure', control: false }, []],
    ['a control character', { text: 'x', control: true }, ['log:raw-control-characters']],
    ['9 kB', { text: 'x'.repeat(9_000), control: false }, ['log:over-8kB']],
  ])('a line with %s in a log is found', (_, line, hits) => {
    expect(logHits(['log:over-8kB'], [line], '')).toEqual(hits);
  });
});

describe('a process under test', () => {
  it('that has died says so to whoever asks', async () => {
    const peer = await PeerProcess.start();
    await expect(peer.ask('router.stats', 'nobody')).rejects.toThrow('there is no router of nobody');
    await peer.end();
    await expect(peer.ask('health.look')).rejects.toThrow(ProcessDied);
  }, 40_000);
});

describe('the format', () => {
  test.each([
    ['registered:com.test.p(2)', 'registered', ['com.test.p'], 2],
    ['pending-call(3):com.test.slow', 'pending-call', ['com.test.slow'], 3],
    ['bystander-registered:com.x:roundrobin', 'bystander-registered', ['com.x', 'roundrobin'], undefined],
    ['completed-call(1)', 'completed-call', [], 1],
    ['bystander', 'bystander', [], undefined],
  ])('%s is a condition', (text, name, args, request) => {
    expect(condition(text)).toEqual({ text, name, args, request });
  });

  test.each([
    ['[66,$REQ,$REG]', { REQ: 3, REG: 9 }, '[66,3,9]'],
    [
      {
        parts: [
          ['[', 3],
          ['$SUB,', 2],
        ] as const,
      },
      { SUB: 7 },
      '[[[7,7,',
    ],
    ['"$PROOF_OF_EARLIER_SESSION" "$PROOF"', { PROOF: 'a', PROOF_OF_EARLIER_SESSION: 'b' }, '"b" "a"'],
    ['{"$ne":1}', {}, '{"$ne":1}'],
    ['$OTHER_SUB $OTHER', { OTHER: 1, OTHER_SUB: 2 }, '2 1'],
  ])('%j is filled in', (frame, values, expected) => {
    expect(expand(frame, values)).toBe(expected);
  });

  it('has no value for what no condition gives', () => {
    expect(() => expand('[49,$CALL,{}]')).toThrow('nothing in the setup gives $CALL a value');
    expect(() => payloadOf({ frame: 'xyz', encoding: 'hex' }, {})).toThrow('the frame is no hex');
    expect(payloadOf({ frame: { parts: [['ff0', 2]] }, encoding: 'hex' }, {})).toEqual(Buffer.from('ff0ff0', 'hex'));
  });

  it.each([126, 70_000])('cuts WebSocket frames of %i octets, however they come', (length) => {
    const octets = Buffer.concat([
      webSocketFrame(1, Buffer.alloc(length, 'x'), true),
      webSocketFrame(10, Buffer.alloc(0), false),
    ]);
    const first = webSocketFrames(octets.subarray(0, 20));
    expect(first.frames).toEqual([]);
    const { frames, rest } = webSocketFrames(Buffer.concat([first.rest, octets.subarray(20)]));
    expect(frames.map(({ opcode, payload }) => [opcode, payload.length])).toEqual([
      [1, length],
      [10, 0],
    ]);
    expect(rest).toHaveLength(0);
  });

  it('reads a feature off the HELLO for the role that receives the message', () => {
    const hello = { roles: { callee: { features: { call_canceling: true } }, caller: {} } };
    expect(announcedFeature(hello, 'call_canceling', '[69,1,{}]')).toBe(true);
    expect(announcedFeature(hello, 'call_canceling', '[50,1,{}]')).toBe(false);
    expect(announcedFeature(hello, 'call_canceling', '')).toBe(true);
  });
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'frames-'));
  const at = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const run = async (...args: readonly string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await main(
      ['frames', ...args],
      (text) => out.push(text),
      (text) => err.push(text),
    );
    return { code, out: out.join(''), err: err.join('') };
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['no file', [], /expected a file of hostile frames, received none; usage: frames FILE/],
    ['an option that nobody knows', ['--loud'], /Unknown option/],
    ['a file that is not there', ['/nowhere.json'], /nowhere\.json: ENOENT/],
    ['a file of something else', [at('else.json', '[]')], /else\.json: expected \{ frames: \[\.\.\.\] \}/],
    [
      'a case of something else',
      [at('odd.json', '{"frames":[{"id":"X","sent_to":"moon"}]}')],
      /frames\[0\] \(X\): sent_to: expected one of router, client, received moon/,
    ],
  ])('wants %s mended', async (_, args, message) => {
    const { code, err } = await run(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  it('counts, shows what failed, and writes what came', async () => {
    const frames = [
      make('PASSES', {}),
      make('FAILS', { expected: 'ok', accept: [] }),
      make('SKIPPED', { serializer: 'smoke' }),
      make('RETRIED', {
        sent_to: 'client',
        session_state: 'connecting',
        frame: '[3,{},"com.x"]',
        expected: 'close',
        client_retry: 'transient',
      }),
    ];
    const to = join(folder, 'out.json');
    const { code, out, err } = await run(at('mixed.json', JSON.stringify({ frames })), '--out', to);
    expect(code).toBe(1);
    expect(out).toMatch(
      /FAILED FAILS[\s\S]*the outcome was abort:wamp\.error\.protocol_violation[\s\S]*\n2 passed, 1 failed, 1 skipped\n$/,
    );
    expect(err).toContain('skipped 1: the project has no serializer smoke yet (SKIPPED)\n');
    expect(err).toContain('client_retry: 1 as told, 0 otherwise\n');
    const written = JSON.parse(readFileSync(to, 'utf8')) as { id: string; is: string }[];
    expect(written.map(({ id, is }) => [id, is])).toEqual([
      ['PASSES', 'passed'],
      ['FAILS', 'failed'],
      ['SKIPPED', 'skipped'],
      ['RETRIED', 'passed'],
    ]);
  }, 40_000);
});
