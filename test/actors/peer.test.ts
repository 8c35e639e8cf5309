import { createActor, SimulatedClock } from 'xstate';
import { leanPeer } from '../../actors/lean-peer.js';
import { type PeerEvent, type PeerHost, peerMachine } from '../../actors/peer.js';
import type { SessionInput } from '../../actors/session.js';
import { Wire } from '../../actors/wire.js';
import { ConnectError, ConnectionLost, SessionAborted, SessionClosed, TimeoutError } from '../../src/errors.js';
import { supervised } from '../../supervisors/engine/supervised.js';
import { plainJson, ScriptedTransport, settle } from './scripted.js';

const WELCOME = [2, 7, { roles: { broker: {}, dealer: {} } }];
const GOODBYE = [6, {}, 'wamp.close.goodbye_and_out'];

describe.each([
  ['the chart', peerMachine],
  ['the lean logic', leanPeer],
] as const)('an incarnation of a peer, as %s:', (_form, logic) => {
  /** A peer's machine with a host that writes down what it is told. */
  function setUp({ others = 0, joined = (): void => {} } = {}) {
    const clock = new SimulatedClock();
    const transport = new ScriptedTransport();
    const told: unknown[] = [];
    let settled: { open: (input: SessionInput) => void; refuse: (error: unknown) => void } | undefined;
    let signal: AbortSignal | undefined;
    const host: PeerHost = {
      address: transport.address,
      openTimeout: 5_000,
      open(given) {
        signal = given;
        return new Promise((open, refuse) => {
          settled = { open, refuse };
        });
      },
      get hasNext() {
        return others > 0;
      },
      passOver(why) {
        others -= 1;
        told.push(['passed over', why]);
      },
      outcome: (why) => why,
      established: (session, details) => told.push(['established', session, Object.keys(details)]),
      joined: () => {
        told.push('joined');
        joined();
      },
      healed: () => told.push('healed'),
      leaving: () => told.push('leaving'),
      ended: (reason) => told.push(['ended', reason]),
      rejoining: () => told.push('rejoining'),
    };
    const actor = createActor(supervised(logic), { clock, input: { host } });
    const outputs: unknown[] = [];
    actor.subscribe({
      complete: () => outputs.push(actor.getSnapshot().output),
      error: (error) => outputs.push(error),
    });
    actor.start();
    const world = {
      clock,
      transport,
      told,
      actor,
      outputs,
      signal: () => signal,
      state: () => actor.getSnapshot().value,
      send: (event: PeerEvent) => actor.send(event),
      async open() {
        settled?.open({
          wire: new Wire(transport, plainJson),
          realm: 'realm1',
          details: { roles: { caller: {} } },
          auth: [],
          table: {},
        });
        await settle();
        return world;
      },
      async refuse(error: unknown) {
        settled?.refuse(error);
        await settle();
        return world;
      },
      /** What the transport heard, by its codes. */
      codes: () => transport.sent.map(([code]) => code),
    };
    return world;
  }

  async function joined() {
    const world = await setUp().open();
    world.transport.receive(WELCOME);
    world.send({ type: 'peer.restored' });
    expect(world.state()).toEqual({ connected: 'joined' });
    return world;
  }

  describe('a peer that connects', () => {
    it('opens, joins, is restored and joined, and tells its host each time', async () => {
      const world = setUp();
      expect(world.state()).toBe('connecting');
      await world.open();
      expect(world.state()).toEqual({ connected: 'joining' });
      expect(world.transport.sent).toEqual([[1, 'realm1', expect.objectContaining({ roles: { caller: {} } })]]);
      world.transport.receive(WELCOME);
      expect(world.state()).toEqual({ connected: 'restoring' });
      world.send({ type: 'peer.restored' });
      expect(world.state()).toEqual({ connected: 'joined' });
      expect(world.told).toEqual([['established', 7, ['roles']], 'joined']);
    });

    it('is degraded when something was refused, and joined once it is healed', async () => {
      const world = await setUp().open();
      world.transport.receive(WELCOME);
      world.send({ type: 'peer.degraded' });
      expect(world.state()).toEqual({ connected: 'degraded' });
      world.send({ type: 'peer.restored' });
      expect(world.state()).toEqual({ connected: 'joined' });
      expect(world.told.slice(1)).toEqual(['joined', 'healed']);
    });

    it('fails with the reason for which no transport can be opened', async () => {
      const why = new ConnectError('refused', { address: 'ws://127.0.0.1:8080/ws', transient: true });
      const world = await setUp().refuse(why);
      expect({ state: world.state(), told: world.told }).toEqual({ state: 'failed', told: [['ended', why]] });
      expect(world.outputs).toEqual([expect.objectContaining({ reason: why })]);
    });

    it('fails when the transport does not open in time, and gives the attempt up', async () => {
      const world = setUp();
      world.clock.increment(4_999);
      expect(world.state()).toBe('connecting');
      world.clock.increment(1);
      expect(world.state()).toBe('failed');
      expect(world.signal()?.aborted).toBe(true);
      expect(world.outputs).toMatchObject([
        {
          reason: {
            code: 'WAMP_ERR_TIMEOUT',
            operation: 'open',
            message: expect.stringMatching(/^no answer from ws:\/\/127\.0\.0\.1:8080\/ws within 5000 ms/),
          },
        },
      ]);
      await world.open();
      expect(world.codes()).toEqual([]);
    });

    it('fails when no WELCOME comes in time', async () => {
      const world = await setUp().open();
      world.clock.increment(5_000);
      expect(world.state()).toBe('failed');
      expect(world.outputs).toMatchObject([{ reason: expect.any(TimeoutError) }]);
      expect(world.transport.state).toBe('closed');
    });
  });

  describe('a peer with another router', () => {
    const why = new ConnectError('refused', { address: 'ws://127.0.0.1:8080/ws', transient: true });

    it('tries that one when no transport can be opened', async () => {
      const world = await setUp({ others: 1 }).refuse(why);
      expect({ state: world.state(), told: world.told }).toEqual({ state: 'connecting', told: [['passed over', why]] });
      await world.open();
      expect(world.state()).toEqual({ connected: 'joining' });
    });

    it('gives each of them its own time, and gives an attempt up that is over', () => {
      const world = setUp({ others: 1 });
      world.clock.increment(5_000);
      const first = world.signal();
      expect(world.state()).toBe('connecting');
      expect(world.told).toEqual([['passed over', expect.any(TimeoutError)]]);
      world.clock.increment(4_999);
      expect(world.state()).toBe('connecting');
      world.clock.increment(1);
      expect(world.state()).toBe('failed');
      expect([world.signal() === first, world.told.at(-1)]).toEqual([true, ['ended', expect.any(TimeoutError)]]);
    });

    it.each<[string, (world: ReturnType<typeof setUp>) => void, unknown]>([
      [
        'its HELLO is refused',
        ({ transport }) => transport.receive([3, {}, 'wamp.error.no_such_realm']),
        SessionAborted,
      ],
      ['no WELCOME comes', ({ clock }) => clock.increment(5_000), TimeoutError],
      ['the connection is lost before WELCOME', ({ transport }) => transport.lose(), ConnectionLost],
    ])('tries that one when %s', async (_how, end, kind) => {
      const world = await setUp({ others: 1 }).open();
      end(world);
      expect(world.state()).toBe('connecting');
      expect(world.told).toEqual([['passed over', expect.any(kind as typeof TimeoutError)]]);
      expect(world.transport.state).not.toBe('open');
    });

    it('tries none when it is to leave, whatever becomes of its session', async () => {
      const world = await setUp({ others: 1 }).open();
      world.send({ type: 'peer.leave' });
      expect(world.state()).toBe('left');
      expect(world.told).not.toContainEqual(['passed over', expect.anything()]);
    });
  });

  describe('a session that ends by itself', () => {
    const ends: [string, (world: Awaited<ReturnType<typeof joined>>) => void, unknown][] = [
      ['ABORT', ({ transport }) => transport.receive([3, { message: 'no' }, 'com.example.no']), SessionAborted],
      ['GOODBYE', ({ transport }) => transport.receive([6, {}, 'wamp.close.system_shutdown']), SessionClosed],
      ['a lost connection', ({ transport }) => transport.lose(), ConnectionLost],
      ['peer.abort', ({ send }) => send({ type: 'peer.abort', reason: 'com.example.no', message: '' }), SessionAborted],
    ];

    it.each(ends)('by %s makes the peer fail with the reason, its transport closed', async (_how, end, kind) => {
      const world = await joined();
      end(world);
      expect(world.state()).toBe('failed');
      expect(world.told.at(-1)).toEqual(['ended', expect.any(kind as never)]);
      expect(world.outputs).toEqual([expect.objectContaining({ reason: expect.any(kind as never) })]);
      expect(world.transport.state).not.toBe('open');
    });

    it('while it is restored fails too, and was never joined', async () => {
      const world = await setUp().open();
      world.transport.receive(WELCOME);
      world.transport.lose();
      world.send({ type: 'peer.restored' });
      expect(world.told).toEqual([
        ['established', 7, ['roles']],
        ['ended', expect.any(ConnectionLost)],
      ]);
    });
  });

  describe.each([
    ['peer.leave', { type: 'peer.leave' }, 'normal'],
    ['supervisor.shutdown', { type: 'supervisor.shutdown', reason: 'shutdown' }, 'shutdown'],
  ] as const)('%s', (_type, event, reason) => {
    it('while connecting gives the attempt up, without a word', async () => {
      const world = setUp();
      world.send(event);
      expect(world.state()).toBe('left');
      expect(world.signal()?.aborted).toBe(true);
      expect(world.outputs).toMatchObject([{ reason }]);
      await world.open();
      expect(world.codes()).toEqual([]);
    });

    it('while joining aborts the session that is not there yet', async () => {
      const world = await setUp().open();
      world.send(event);
      expect(world.state()).toBe('left');
      expect(world.transport.sent[1]).toEqual([3, expect.anything(), 'wamp.close.close_realm']);
      expect(world.outputs).toMatchObject([{ reason }]);
      expect(world.transport.state).toBe('closed');
    });

    it.each([
      ['restoring', []],
      ['joined', [{ type: 'peer.restored' }]],
      ['degraded', [{ type: 'peer.degraded' }]],
    ] as const)('while %s says GOODBYE, awaits the answer and ends', async (_state, events) => {
      const world = await setUp().open();
      world.transport.receive(WELCOME);
      for (const each of events) world.send(each);
      world.send(event);
      expect(world.state()).toEqual({ connected: 'leaving' });
      expect(world.told.at(-1)).toBe('leaving');
      expect(world.transport.sent[1]).toEqual([6, {}, 'wamp.close.close_realm']);
      world.send(event);
      world.transport.receive(GOODBYE);
      expect(world.state()).toBe('left');
      expect(world.codes()).toEqual([1, 6]);
      expect(world.told.at(-1)).toEqual(['ended', reason]);
      expect(world.outputs).toMatchObject([{ reason }]);
      expect(world.transport.state).toBe('closed');
    });

    it.each([
      ['nothing for two seconds', (world: Awaited<ReturnType<typeof joined>>) => world.clock.increment(2_000)],
      ['the end of the connection', (world: Awaited<ReturnType<typeof joined>>) => world.transport.lose()],
      ['ABORT', (world: Awaited<ReturnType<typeof joined>>) => world.transport.receive([3, {}, 'com.example.no'])],
    ])('counts %s as good an answer', async (_what, answer) => {
      const world = await joined();
      world.send(event);
      answer(world);
      expect(world.state()).toBe('left');
      expect(world.outputs).toMatchObject([{ reason }]);
      expect(world.transport.state).not.toBe('open');
    });
  });

  describe('peer.leave', () => {
    it('without waiting ends at once; a reason is said', async () => {
      const world = await joined();
      world.send({ type: 'peer.leave', wait: false, reason: 'com.example.bye' });
      expect(world.state()).toBe('left');
      expect(world.transport.sent[1]).toEqual([6, {}, 'com.example.bye']);
    });

    it('is overtaken by the supervisor: the reason is the supervisor’s', async () => {
      const world = await joined();
      world.send({ type: 'peer.leave' });
      world.send({ type: 'peer.abort', reason: 'com.example.no', message: '' });
      world.send({ type: 'supervisor.shutdown', reason: 'shutdown' });
      world.transport.receive(GOODBYE);
      expect(world.codes()).toEqual([1, 6]);
      expect(world.outputs).toMatchObject([{ reason: 'shutdown' }]);
    });
  });

  describe('peer.rejoin', () => {
    it.each([
      ['GOODBYE', (world: Awaited<ReturnType<typeof joined>>) => world.transport.receive(GOODBYE)],
      ['the end of the connection', (world: Awaited<ReturnType<typeof joined>>) => world.transport.lose()],
    ])('says GOODBYE, and after %s opens another transport', async (_what, answer) => {
      const world = await joined();
      world.send({ type: 'peer.rejoin' });
      expect(world.state()).toEqual({ connected: 'leaving' });
      expect(world.codes()).toEqual([1, 6]);
      answer(world);
      expect(world.state()).toBe('connecting');
      expect(world.transport.state).not.toBe('open');
      expect(world.told.slice(-2)).toEqual(['leaving', 'rejoining']);
      expect(world.outputs).toEqual([]);
      await world.refuse(new ConnectError('refused', { address: 'ws://127.0.0.1:8080/ws', transient: true }));
      expect(world.outputs).toMatchObject([{ reason: { message: 'refused' } }]);
    });

    it.each([
      [{ type: 'peer.leave' }, 'normal'],
      [{ type: 'supervisor.shutdown', reason: 'shutdown' }, 'shutdown'],
    ] as const)('does not outweigh %j', async (event, reason) => {
      const world = await joined();
      world.send({ type: 'peer.rejoin' });
      world.send(event);
      world.transport.receive(GOODBYE);
      expect(world.state()).toBe('left');
      expect(world.outputs).toMatchObject([{ reason }]);
    });

    it('means nothing before there is a session', async () => {
      const world = await setUp().open();
      world.send({ type: 'peer.rejoin' });
      expect(world.codes()).toEqual([1]);
      expect(world.state()).toEqual({ connected: 'joining' });
    });
  });

  describe('a peer whose supervisor was killed', () => {
    const killed: PeerEvent = { type: 'supervisor.shutdown', reason: 'killed' };

    it.each([
      ['connecting', async () => setUp()],
      ['joining', async () => setUp().open()],
      ['joined', joined],
      [
        'leaving',
        async () => {
          const world = await joined();
          world.send({ type: 'peer.leave' });
          return world;
        },
      ],
    ])('ends at once, without a word, with its transport: %s', async (_state, begin) => {
      const world = await begin();
      const before = { codes: world.codes(), told: [...world.told] };
      world.send(killed);
      expect(world.state()).toBe('left');
      expect(world.outputs).toMatchObject([{ reason: 'killed' }]);
      expect(world.codes()).toEqual(before.codes);
      // In particular not that it is leaving, after which no other session would be expected.
      expect(world.told).toEqual([...before.told, ['ended', 'killed']]);
      if (_state === 'connecting') expect(world.signal()?.aborted).toBe(true);
      else expect(world.transport.state).toBe('closed');
      world.clock.increment(60_000);
      expect(world.told).toHaveLength(before.told.length + 1);
    });
  });

  it('closes its transport when it is killed', async () => {
    const world = await joined();
    world.actor.stop();
    expect(world.transport.state).toBe('closed');
  });

  it('closes its transport when it meets a defect', async () => {
    const defect = new TypeError('a defect');
    const world = await setUp({
      joined: () => {
        throw defect;
      },
    }).open();
    world.transport.receive(WELCOME);
    world.send({ type: 'peer.restored' });
    expect([world.outputs, world.transport.state]).toEqual([[defect], 'closed']);
    world.clock.increment(60_000);
    expect(world.codes()).toEqual([1]);
  });
});
