import { createActor, type InspectionEvent, SimulatedClock } from 'xstate';
import type { Admission } from '../../actors/admission.js';
import { type ListenerInput, listenerMachine, noEnds } from '../../actors/listener.js';
import type { LimitName } from '../../src/routing/limits.js';
import { json } from '../../src/serializers/json.js';
import { linkedPair } from '../../src/transports/linked.js';
import type { Transport } from '../../src/transports/transport.js';
import type { Message } from '../../src/wamp/message.js';
import { exit } from '../../supervisors/exit-reason.js';

const HELLO = '[1,"realm1",{"roles":{"caller":{}}}]';

interface Guest {
  readonly transport: Transport;
  readonly heard: unknown[];
  closed: boolean;
}

/** A listener that lets everybody in, but crashes over realm `crash`. It counts who holds a place. */
function start(input: Partial<ListenerInput> = {}, inspect: (event: InspectionEvent) => void = () => {}) {
  const places = new Set<number>();
  const admission: Admission = {
    admit: async (hello: Message<'HELLO'>) => {
      if (hello.realm === 'crash') return undefined as never;
      const session = places.size + 1;
      return {
        verdict: 'accept',
        session,
        details: { roles: { dealer: {} } },
        open: () => {
          places.add(session);
          return { table: {}, left: () => places.delete(session) };
        },
      };
    },
  };
  const ends = noEnds();
  const clock = new SimulatedClock();
  const actor = createActor(listenerMachine, {
    clock,
    inspect,
    input: {
      admission,
      serializers: [json()],
      farewell: () => ({ reason: 'wamp.close.system_shutdown', message: 'good night' }),
      ends,
      ...input,
    },
  }).start();
  const accept = (subprotocol = 'wamp.2.json'): Guest => {
    const [transport, routers] = linkedPair({ subprotocol });
    const guest: Guest = { transport, heard: [], closed: false };
    transport.listen({
      frame: (frame) => guest.heard.push(JSON.parse(String(frame))),
      closed: () => {
        guest.closed = true;
      },
    });
    actor.send({ type: 'transport.accepted', transport: routers });
    return guest;
  };
  const join = async (): Promise<Guest> => {
    const guest = accept();
    guest.transport.send(HELLO);
    await settled();
    expect(guest.heard.splice(0)).toEqual([[2, expect.any(Number), expect.any(Object)]]);
    return guest;
  };
  return { actor, clock, ends, places, accept, join };
}

/** Until all that is on its way in this process has arrived. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('listenerMachine', () => {
  it('knows as many kinds of ends as there were sessions at a time, however many come and go', async () => {
    const kinds = new Set<string>();
    const { join, ends } = start({}, (event) => {
      if (event.type === '@xstate.event' && event.event.type.startsWith('xstate.done.actor.session')) {
        kinds.add(event.event.type);
      }
    });
    for (let round = 0; round < 5; round += 1) {
      const guests = [await join(), await join()];
      for (const { transport } of guests) transport.destroy();
      await settled();
    }
    expect({ lost: ends.lost, kinds: kinds.size }).toEqual({ lost: 10, kinds: 2 });
  });

  it('takes no more than so many that have not joined, and counts the others', async () => {
    const reached: LimitName[] = [];
    const { accept, join } = start({ maxUnjoined: 2, reached: (limit) => reached.push(limit) });
    accept();
    await join();
    await join();
    const last = accept();
    const over = accept();
    await new Promise((resolve) => setImmediate(resolve));
    expect([last.closed, over.closed, reached]).toEqual([false, true, ['unjoined']]);
    expect(over.heard).toEqual([
      [3, { message: expect.stringMatching(/^2 clients have not/) }, 'wamp.error.unavailable'],
    ]);
    last.transport.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    const next = accept();
    await new Promise((resolve) => setImmediate(resolve));
    expect([next.closed, reached]).toEqual([false, ['unjoined']]);
  });

  it('reads no long message before WELCOME, and any after it', async () => {
    const reached: LimitName[] = [];
    const { accept, join } = start({ maxHelloLength: 100, reached: (limit) => reached.push(limit) });
    const joined = await join();
    joined.transport.send(`[48,1,{},"com.${'x'.repeat(200)}"]`);
    const guest = accept();
    guest.transport.send(HELLO.replace('}]', `,"agent":"${'x'.repeat(100)}"}]`));
    await new Promise((resolve) => setImmediate(resolve));
    expect(guest.heard).toEqual([
      [
        3,
        { message: 'expected a message of at most 100 octets before WELCOME, received one of 147' },
        'wamp.error.protocol_violation',
      ],
    ]);
    expect(reached).toEqual(['helloLength']);
  });

  it('runs a session on each transport', async () => {
    const { actor, join, places } = start();
    await join();
    await join();
    expect(places.size).toBe(2);
    expect(JSON.stringify(actor.getSnapshot().context.guests)).toBe('{"sessions":2}');
    actor.stop();
  });

  it('lets a session that crashes end alone', async () => {
    const { actor, ends, join, accept, places } = start();
    const bystander = await join();
    const offender = accept();
    offender.transport.send(HELLO.replace('realm1', 'crash'));
    await settled();
    expect(offender.closed).toBe(true);
    expect(ends).toEqual({ left: 0, aborted: 0, failed: 0, lost: 0, crashed: 1 });
    expect(actor.getSnapshot().value).toBe('listening');
    bystander.transport.send('[6,{},"wamp.close.close_realm"]');
    await settled();
    expect(bystander.heard).toEqual([[6, {}, 'wamp.close.goodbye_and_out']]);
    expect(places.size).toBe(0);
    expect(ends.left).toBe(1);
    actor.stop();
  });

  test.each([
    ['failed', '[1,"realm1",{"roles":{"caller":{}}}]'],
    ['failed', 'no JSON'],
    ['aborted', '[3,{},"com.example.enough"]'],
    ['left', '[6,{},"wamp.close.close_realm"]'],
  ] as const)('counts a session that has %s', async (end, frame) => {
    const { actor, ends, join } = start();
    const guest = await join();
    guest.transport.send(frame);
    await settled();
    expect(ends[end]).toBe(1);
    actor.stop();
  });

  it('counts a session whose transport is lost', async () => {
    const { actor, ends, join, places } = start();
    (await join()).transport.destroy();
    await settled();
    expect([ends.lost, places.size]).toEqual([1, 0]);
    actor.stop();
  });

  it('drops a transport whose subprotocol nobody speaks', async () => {
    const { actor, accept } = start();
    const guest = accept('wamp.2.msgpack');
    await settled();
    expect(guest.closed).toBe(true);
    actor.stop();
  });

  it('asked to shut down says GOODBYE, takes no more, and ends when all have answered', async () => {
    const { actor, join, accept, places } = start();
    const [a, b] = [await join(), await join()];
    actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' });
    const late = accept();
    await settled();
    expect(late.closed).toBe(true);
    expect(places.size).toBe(0);
    for (const guest of [a, b]) {
      expect(guest.heard).toEqual([[6, { message: 'good night' }, 'wamp.close.system_shutdown']]);
      expect(actor.getSnapshot().value).toBe('draining');
      guest.transport.send('[6,{},"wamp.close.goodbye_and_out"]');
      await settled();
    }
    expect(actor.getSnapshot()).toMatchObject({ status: 'done', value: 'closed', output: exit('shutdown') });
  });

  it('refuses those who have not joined yet when it shuts down', async () => {
    const { actor, accept } = start();
    const guest = accept();
    actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' });
    await settled();
    expect(guest.heard).toEqual([[3, { message: 'good night' }, 'wamp.close.system_shutdown']]);
    expect(actor.getSnapshot().status).toBe('done');
  });

  it('ends at once when nobody is there', () => {
    const { actor } = start();
    actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' });
    expect(actor.getSnapshot().status).toBe('done');
  });

  it('waits for an answer as long as a session may take, and no longer', async () => {
    const { actor, clock, join } = start({ goodbyeTimeout: 100 });
    const guest = await join();
    actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' });
    clock.increment(99);
    expect(actor.getSnapshot().value).toBe('draining');
    clock.increment(1);
    expect(actor.getSnapshot().status).toBe('done');
    await settled();
    expect(guest.closed).toBe(true);
  });

  test.each([
    ['killed', (actor: ReturnType<typeof start>['actor']) => actor.stop()],
    ['told to drop all', (actor: ReturnType<typeof start>['actor']) => actor.send({ type: 'listener.kill' })],
  ])('when it is %s leaves no transport and no place behind, and says nothing', async (_, end) => {
    const { actor, accept, join, places } = start();
    const guests = [await join(), accept()];
    end(actor);
    expect(places.size).toBe(0);
    await settled();
    for (const { closed, heard } of guests) expect([closed, heard]).toEqual([true, []]);
    actor.stop();
  });
});
