/** Peers in trees that wait for readiness, and parked peers that are tried again. */
import { createMachine } from 'xstate';
import { type Connector, peer, router, start, supervisor } from '../../src/index.js';

it('a peer is ready when it has joined: a supervisor that waits for that starts the next child then', async () => {
  const embedded = await router({ realm: 'house' });
  const seen: string[] = [];
  const house = start(
    supervisor({
      strategy: 'rest_for_one',
      waitFor: 'ready',
      children: [
        peer('thermostat', { url: embedded, realm: 'house', backoff: { first: 1 } }),
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
  await house.ready;
  embedded.abort(() => true, 'wamp.error.unavailable');
  await new Promise<void>((resolve) =>
    house.onReport(({ path, type }) => void (type === 'started' && path === 'display' && resolve())),
  );
  expect(seen).toEqual(['joined', 'joined']);
  await house.stop();
  await embedded.stop();
});

it('a parked peer with a probe comes back by itself once its realm is there, and not before', async () => {
  const [without, complete] = [await router({ realm: 'house' }), await router({ realms: { house: {}, attic: {} } })];
  let present: Connector = without;
  const url: Connector = {
    address: 'router',
    open: (subprotocols, signal) => present.open(subprotocols, signal),
  };
  const house = start(
    supervisor({ children: [peer('attic', { url, realm: 'attic', backoff: { first: 1, base: 1 }, probe: 5 })] }),
  );
  const probed = new Promise<void>((resolve) => {
    let parked = 0;
    house.onReport(({ type }) => {
      if (type === 'parked') parked += 1;
      if (parked === 3) resolve();
    });
  });
  await probed;
  present = complete;
  await new Promise<void>((resolve) => house.peer('attic').on('joined', () => resolve()));
  expect(house.peer('attic').status).toBe('joined');
  await house.stop();
  await without.stop();
  await complete.stop();
});
