import { SimulatedClock } from 'xstate';
import { house, ROOMS } from '../../../src/cli/demo/house.js';
import { Ledger } from '../../../src/cli/demo/ledger.js';
import { Workload } from '../../../src/cli/demo/workload.js';
import { type Router, router } from '../../../src/router/router.js';
import { start, type Tree } from '../../../src/start.js';
import { settle } from '../../supervisors/support/settle.js';
import { eventually } from '../../support/house.js';

let local: Router;
let tree: Tree;
let ledger: Ledger;
let clock: SimulatedClock;
let workload: Workload;

beforeEach(async () => {
  local = await router({ realm: 'house' });
  ledger = new Ledger();
  clock = new SimulatedClock();
  tree = start(house({ url: local, realm: 'house', ledger, onCelsius: (celsius) => workload.regulate(celsius) }));
  workload = new Workload(tree, ledger, clock);
  await tree.ready;
});

afterEach(async () => {
  await workload.finish();
  await tree.stop();
  await local.stop();
});

describe('Workload', () => {
  it('measures each room every 200 ms, for which the heater is set, and looks at it every 400 ms', async () => {
    workload.start();
    clock.increment(199);
    await settle();
    expect(local.stats().publications).toBe(0);
    clock.increment(1);
    await eventually(() => ledger.events === ROOMS.length && ledger.calls === ROOMS.length);
    clock.increment(200);
    // Two measurements of each room, each heard by the thermostat, and a look.
    await eventually(() => ledger.events === 2 * ROOMS.length && ledger.calls === 2 * ROOMS.length + 1);
    await workload.finish();
    expect(ledger).toMatchObject({ failures: 0, lostEvents: 0 });
  });

  it('begins nothing new once it has finished, and waits for what was begun', async () => {
    workload.start();
    clock.increment(200);
    await workload.finish();
    const { publications, calls } = local.stats();
    workload.regulate(18);
    clock.increment(1_000);
    await settle();
    expect(publications).toBe(ROOMS.length);
    expect(local.stats()).toMatchObject({ publications, calls, callsInFlight: 0 });
  });

  it('counts what fails, and goes on', async () => {
    await tree.terminateChild('heater');
    workload.start();
    clock.increment(400);
    await eventually(() => ledger.failures > 0);
    await tree.restartChild('heater');
    await tree.peer('heater').joined();
    clock.increment(400);
    await eventually(() => ledger.calls > 0);
  });
});
