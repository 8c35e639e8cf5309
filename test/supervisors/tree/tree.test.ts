import { inspect } from 'node:util';
import { SimulatedClock } from 'xstate';
import {
  type ChildHandle,
  type ChildSpec,
  dynamicSupervisor,
  NotReady,
  start,
  supervisor,
} from '../../../supervisors/index.js';
import { settle } from '../support/settle.js';
import { idle, worker } from '../support/workers.js';

const child = (id: string, more: Partial<ChildSpec> = {}): ChildSpec => ({ id, start: worker(), ...more });
const tree = (...children: ChildSpec[]) =>
  start(supervisor({ intensity: 3, children }), { clock: new SimulatedClock(), random: () => 0.5 });
const floor = (id: string, ...children: ChildSpec[]): ChildSpec => ({ id, start: supervisor({ children }) });

/** A handle that gets ready when it is told to. */
function readiness() {
  let ready = (): void => {};
  let failed = (_reason: unknown): void => {};
  const handle: ChildHandle = {
    ready: new Promise<void>((resolve, reject) => {
      ready = resolve;
      failed = reject;
    }),
  };
  return { handle: () => handle, ready: () => ready(), failed: (reason: unknown) => failed(reason) };
}

it('is shown by console.log as what it is now, without its actors', async () => {
  await using house = tree(child('a'));
  expect(inspect(house, { depth: 9 })).toContain("path: 'a'");
  expect(inspect(house, { depth: 9 })).not.toContain('mailbox');
});

describe('ready', () => {
  it('waits for every handle, over restarts', async () => {
    const one = readiness();
    const house = tree(child('a', { handle: one.handle }), child('b'));
    let isReady = false;
    void house.ready.then(() => {
      isReady = true;
    });
    house.find('a')?.actor.send({ type: 'crash' });
    await settle();
    expect(isReady).toBe(false);
    one.ready();
    await house.ready;
    await house.stop();
  });

  it.each([
    [
      'is parked',
      { type: 'crash' },
      { budget: { intensity: 0, period: 1 } },
      "child 'a' is parked and was never ready",
    ],
    ['stops', { type: 'exit', reason: 'normal' }, { restart: 'transient' }, "child 'a' is stopped and was never ready"],
    ['vanishes', { type: 'exit', reason: 'bye' }, { restart: 'temporary' }, "child 'a' is stopped and was never ready"],
  ] as const)('rejects when a child %s before its handle is ready', async (_title, event, more, message) => {
    const house = tree(child('a', { handle: readiness().handle, ...more }));
    house.find('a')?.actor.send(event);
    await expect(house.ready).rejects.toThrow(message);
    await expect(house.ready).rejects.toBeInstanceOf(NotReady);
    await house.stop();
  });

  it('rejects when a handle does', async () => {
    const one = readiness();
    const house = tree(child('a', { handle: one.handle }));
    one.failed(new Error('no router'));
    await expect(house.ready).rejects.toThrow("child 'a' did not get ready: Error: no router");
    await house.stop();
  });

  it('rejects when the tree is stopped first, and names the child', async () => {
    const house = tree(floor('up', child('a', { handle: readiness().handle })));
    await house.stop();
    await expect(house.ready).rejects.toThrow("child 'up/a' is stopped and was never ready: shutdown");
  });

  it('disturbs nobody who does not look at it', async () => {
    const house = tree(child('a', { start: Object.create(worker(), { getInitialSnapshot: { value: null } }) }));
    expect(await house.exited).toMatchObject({ code: 'SUPERVISOR_ERR_START_FAILED', path: 'a' });
    await settle();
  });
});

describe('requests', () => {
  it('names children by a path, or by an id that is unique', async () => {
    const house = tree(floor('up', child('a'), child('b')), floor('down', child('a')));
    await expect(house.restartChild('a')).rejects.toMatchObject({ paths: ['up/a', 'down/a'] });
    await expect(house.restartChild('up/a')).rejects.toThrow("child 'up/a' is running: terminate it first");
    await house.terminateChild('b');
    expect((await house.whichChildren('up')).map(({ id, status }) => [id, status])).toEqual([
      ['b', 'stopped'],
      ['a', 'running'],
    ]);
    expect(await house.countChildren('up')).toEqual({ specs: 2, active: 1, supervisors: 0, workers: 2 });
    expect(await house.countChildren()).toEqual({ specs: 2, active: 2, supervisors: 2, workers: 0 });
    expect(await house.restartChild('b')).toMatchObject({ path: 'up/b', status: 'running' });
    await house.stop();
  });

  it('says what was probably meant', async () => {
    const house = tree(floor('up', child('thermostat')), child('lamp'));
    await expect(house.terminateChild('thermostast')).rejects.toThrow(
      "no child 'thermostast'; did you mean 'up/thermostat'? (there are: up, up/thermostat, lamp)",
    );
    await house.stop();
  });

  it('adds a child, refuses a second one, and removes it when it is down', async () => {
    const house = tree(floor('up'));
    expect(await house.startChild(child('a'), 'up')).toMatchObject({ path: 'up/a', status: 'running' });
    await expect(house.startChild(child('a'), 'up')).rejects.toMatchObject({ state: 'already_started' });
    await expect(house.deleteChild('a')).rejects.toMatchObject({ state: 'running' });
    await house.terminateChild('a');
    await expect(house.startChild(child('a'), 'up')).rejects.toMatchObject({ state: 'already_present' });
    await house.deleteChild('a');
    await expect(house.deleteChild('a')).rejects.toMatchObject({ code: 'SUPERVISOR_ERR_UNKNOWN_CHILD' });
    await expect(house.startChild({ id: '', start: idle })).rejects.toMatchObject({ code: 'SUPERVISOR_ERR_BAD_SPEC' });
    await house.stop();
  });

  it('says what to do with the child that is in the way', async () => {
    const house = start(supervisor({ children: [child('a'), { id: 'calls', start: dynamicSupervisor() }] }));
    await house.startChild(child('b'), 'calls');
    await expect(house.startChild(child('a'))).rejects.toThrow('running: terminate and delete it first, or');
    await house.terminateChild('a');
    await expect(house.startChild(child('a'))).rejects.toThrow('not running: delete it first, or');
    await expect(house.startChild(child('b'), 'calls')).rejects.toThrow('running: terminate it first, or');
    await house.stop();
  });

  it('forgets a child that does not start', async () => {
    const house = tree();
    const bad = Object.create(worker(), { getInitialSnapshot: { value: null } });
    await expect(house.startChild(child('a', { start: bad }))).rejects.toMatchObject({ path: 'a' });
    expect(await house.whichChildren()).toEqual([]);
    await house.stop();
  });

  it('wait behind a stop that takes its time, and are refused when the tree is down', async () => {
    const clock = new SimulatedClock();
    const slow = { id: 'a', start: worker({ slow: 50 }) };
    const house = start(supervisor({ children: [slow] }), { clock });
    const order: string[] = [];
    const terminated = house.terminateChild('a').then(() => order.push('terminated'));
    const counted = house.countChildren().then(({ active }) => order.push(`counted ${active}`));
    await settle();
    expect(order).toEqual([]);
    clock.increment(50);
    await Promise.all([terminated, counted]);
    expect(order).toEqual(['terminated', 'counted 0']);
    const stopped = house.stop();
    const late = house.countChildren();
    await stopped;
    await expect(late).rejects.toThrow('the root supervisor is not running');
    await expect(house.countChildren()).rejects.toMatchObject({ code: 'SUPERVISOR_ERR_NOT_RUNNING' });
  });

  it('refuses to ask a worker what only a supervisor knows', async () => {
    const house = tree(child('a'));
    await expect(house.whichChildren('a')).rejects.toThrow("child 'a': expected a supervisor, received 'a worker'");
    await house.stop();
  });
});

describe('looking at a tree', () => {
  it('finds the actor, the logic it was made from, and what it was told', async () => {
    const logic = worker();
    const house = tree(floor('up', child('a', { start: logic })));
    expect(house.find('up/a')).toMatchObject({ logic, identity: { path: 'up/a', incarnation: 1 } });
    expect(house.find('up/a')?.logic).toBe(logic);
    expect(house.find('')?.actor).toBe(house.root);
    expect(house.find('up/b')).toBeUndefined();
    await house.stop();
  });

  it('shows all of it as data', async () => {
    const house = tree(floor('up', child('a')));
    expect(JSON.parse(JSON.stringify(house.view()))).toMatchObject({
      path: '',
      status: 'running',
      supervisor: {
        strategy: 'one_for_one',
        children: [{ path: 'up', state: 'running', supervisor: { children: [{ path: 'up/a', state: 'working' }] } }],
      },
    });
    await house.stop();
    expect(house.view()).toMatchObject({ status: 'stopped', state: 'stopped', lastExit: { reason: 'shutdown' } });
  });

  it('is not harmed by a listener or an inspector that throws', async () => {
    const throws = (): never => {
      throw new Error('observer');
    };
    const logic = supervisor({ children: [child('a')] });
    const house = start(logic, { clock: new SimulatedClock(), onReport: throws, inspect: throws });
    house.inspect(throws);
    house.onReport(throws);
    await house.ready;
    house.find('a')?.actor.send({ type: 'crash' });
    await settle();
    expect(house.find('a')?.identity.incarnation).toBe(2);
    await house.stop();
  });

  it('stops to tell who has unsubscribed', async () => {
    const house = tree(child('a'));
    const heard: string[] = [];
    const end = house.onReport(({ type }) => heard.push(type));
    const endInspecting = house.inspect(() => heard.push('inspected'));
    end();
    endInspecting();
    await house.stop();
    expect(heard).toEqual([]);
  });
});

it('refuses to start what is no supervisor', () => {
  expect(() => start(idle as never)).toThrow(
    'start: expected what supervisor({ children: […] }) returns, or { children: […] } itself, received {}',
  );
});

it('is disposed of asynchronously', async () => {
  const house = tree(child('a'));
  await house[Symbol.asyncDispose]();
  expect(await house.exited).toBe('shutdown');
});
