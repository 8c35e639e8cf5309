import { recorded } from './recorded.js';

const EVENT = [36, 101, 1, {}] as const;
const INVOCATION = (id: number) => [68, id, 201, {}] as const;

/** Handlers whose work ends when the test says so. */
async function atWork(handle: () => unknown) {
  const world = recorded();
  const { Subscribe } = await import('../../src/roles/subscriber.js');
  const { Register } = await import('../../src/roles/registering.js');
  const { requests, load } = world.roles;
  requests.send(new Subscribe({ topic: 'com.example.news', options: {}, handler: handle, id: undefined }));
  requests.send(new Register({ procedure: 'com.example.add', options: {}, endpoint: handle, id: undefined }));
  world.receive([33, 1, 101], [65, 2, 201]);
  return Object.assign(world, { load });
}

describe('a session', () => {
  it('counts the handlers whose promise has not settled, and tells when one has', async () => {
    const ends: (() => void)[] = [];
    const world = await atWork(() => new Promise<void>((resolve) => ends.push(resolve)));
    let told = 0;
    world.load.onSettled = () => {
      told += 1;
    };
    world.receive([...EVENT], [...INVOCATION(1)]);
    expect([world.load.running, told]).toEqual([2, 0]);
    for (const end of ends) end();
    await new Promise(setImmediate);
    expect([world.load.running, told]).toEqual([0, 2]);
  });

  it('counts none that is done at once, and each that fails once', async () => {
    const world = await atWork(() => 7);
    world.receive([...EVENT], [...INVOCATION(1)]);
    expect(world.load.running).toBe(0);
    const failing = await atWork(async () => {
      throw new Error('no');
    });
    failing.receive([...EVENT], [...INVOCATION(1)]);
    expect(failing.load.running).toBe(2);
    await new Promise(setImmediate);
    expect([failing.load.running, failing.failures.length]).toEqual([0, 2]);
  });

  it('counts an endpoint that was interrupted until it has returned', async () => {
    const ends: (() => void)[] = [];
    const world = await atWork(() => new Promise<void>((resolve) => ends.push(resolve)));
    world.receive([...INVOCATION(1)], [69, 1, { mode: 'killnowait' }]);
    expect(world.load.running).toBe(1);
    ends[0]?.();
    await new Promise(setImmediate);
    expect(world.load.running).toBe(0);
  });
});

describe('a call for which there is no place', () => {
  const part = (id: number, more: boolean) => [68, id, 201, more ? { progress: true } : {}, ['x']];

  it('is refused, and what still comes of it is swallowed', async () => {
    const world = await atWork(() => 7);
    const { callee } = world.roles;
    const first = { type: 'INVOCATION', request: 1, registration: 201, details: { progress: true } } as const;
    callee.cancel(first, false, 'wamp.error.unavailable', ['try again later']);
    expect(callee.knows(1)).toBe(true);
    world.receive(part(1, true), part(1, false));
    expect(world.sent.slice(2)).toEqual([[8, 68, 1, {}, 'wamp.error.unavailable', ['try again later']]]);
    expect(callee.knows(1)).toBe(false);
  });

  it('is canceled, and answered unless the dealer waits for no word', async () => {
    const world = await atWork(() => 7);
    const of = (request: number) => ({ type: 'INVOCATION', request, registration: 201, details: {} }) as const;
    world.roles.callee.cancel(of(1), false);
    world.roles.callee.cancel(of(2), true);
    expect(world.sent.slice(2)).toEqual([[8, 68, 1, {}, 'wamp.error.canceled']]);
  });
});
