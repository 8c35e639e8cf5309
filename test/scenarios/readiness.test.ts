/** Peers in trees that wait for readiness, and parked peers that are tried again. */
import { createMachine } from 'xstate';
import { peer, supervisor } from '../../src/index.js';
import { testBed } from '../../src/testing/index.js';

it('a peer is ready when it has joined: a supervisor that waits for that starts the next child then', async () => {
  const bed = await testBed({ realm: 'house' });
  const seen: string[] = [];
  const house = bed.start(
    supervisor({
      strategy: 'rest_for_one',
      waitFor: 'ready',
      children: [
        peer('thermostat', { url: 'ws://127.0.0.1:8080/ws', realm: 'house' }),
        {
          id: 'display',
          start: () => {
            seen.push(house.peer('thermostat').status);
            return createMachine({});
          },
        },
      ],
    }),
  );
  expect(house.view().supervisor?.children.map(({ status, isReady }) => [status, isReady])).toEqual([
    ['running', false],
    ['waiting', false],
  ]);
  await bed.runUntil(house.ready);
  const again = bed.nextReport('started', { child: 'display' });
  bed.router.abort(() => true, 'wamp.error.unavailable');
  await again;
  expect(seen).toEqual(['joined', 'joined']);
  await bed.assertNothingLeft();
});

it('a parked peer with a probe comes back by itself once its realm is there, and not before', async () => {
  const bed = await testBed({ realm: 'attic' });
  const house = bed.start(
    supervisor({ children: [peer('attic', { url: 'ws://127.0.0.1:8080/ws', realm: 'attic', probe: 600_000 })] }),
  );
  const link = bed.link('attic');
  // Until then the router knows no such realm.
  for (let session = 0; session < 100; session += 1) link.abortOn('HELLO', 'wamp.error.no_such_realm');
  const parkedAt: number[] = [];
  for (let times = 0; times < 3; times += 1) parkedAt.push((await bed.nextReport('parked')).at);
  const [first = 0, second = 0, third = 0] = parkedAt;
  expect([second - first, third - second]).toEqual([600_000, 600_000]);
  link.clear();
  await bed.joined(await probed());
  expect(house.peer('attic').status).toBe('joined');
  await bed.assertNothingLeft();

  /** A parked peer has no session ahead until it is probed. */
  async function probed() {
    expect((await bed.nextReport('probing')).at).toBe(third + 600_000);
    await bed.settled();
    return house.peer('attic');
  }
});
