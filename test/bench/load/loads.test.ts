import { type Router, router } from '../../../src/router/router.js';
import type { Ports, Way } from './load-session.js';
import { LoadSession } from './load-session.js';
import { type Begin, calls, events, joins, publications } from './loads.js';

const WAYS = (['websocket', 'rawsocket'] as const).flatMap((transport) =>
  (['json', 'msgpack', 'cbor'] as const).map((serializer): Way => ({ transport, serializer })),
);

let house: Router;
let ports: Ports;
beforeAll(async () => {
  house = await router({ port: 0 });
  const port = Number(new URL(house.url ?? '').port);
  ports = { websocket: port, rawsocket: port };
});
afterAll(() => house.stop());

async function run(begin: Begin, way: Way): Promise<number> {
  const load = await begin(ports, way);
  while (load.done < 100) await new Promise((resolve) => setTimeout(resolve, 1));
  await load.stop();
  return load.done;
}

describe.each(WAYS)('a load over $transport in $serializer', (way) => {
  it('counts each call once, and ends when all are answered', async () => {
    const before = house.stats().calls;
    const done = await run(calls(8), way);
    expect(house.stats().calls).toBe(before + done);
  });

  it('counts each event to each subscriber, and ends when all have come', async () => {
    const before = house.stats().events;
    const done = await run(events(3, 4), way);
    expect(house.stats().events).toBe(before + done);
    expect(done % 3).toBe(0);
  });

  it('counts each publication that is acknowledged', async () => {
    const before = house.stats().publications;
    const done = await run(publications(8), way);
    expect(house.stats().publications).toBe(before + done);
  });

  it('counts each session that has come and gone', async () => {
    const before = house.stats().joined;
    const done = await run(joins(4), way);
    expect(house.stats()).toMatchObject({ joined: before + done });
  });
});

describe('LoadSession', () => {
  const way: Way = { transport: 'websocket', serializer: 'json' };

  it('says so when what it asked for is refused', async () => {
    const session = await LoadSession.open(ports, way);
    await expect(session.ask([66, 1, 99], 67)).rejects.toThrow('the router answered with ERROR');
    session.drop();
  });

  it('says so when the router goes', async () => {
    const session = await LoadSession.open(ports, way);
    const asked = session.ask([], 67);
    await expect(asked).rejects.toThrow(/the router (has closed the connection|answered with ABORT)/);
    await expect(session.leave()).rejects.toThrow();
    session.drop();
  });
});
