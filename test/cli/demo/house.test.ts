import { celsiusOf, HEATER_STATE, house, PEERS, ROOMS, SET_HEATER } from '../../../src/cli/demo/house.js';
import { Ledger } from '../../../src/cli/demo/ledger.js';
import { type Router, router } from '../../../src/router/router.js';
import { start, type Tree } from '../../../src/start.js';
import type { ChildView } from '../../../supervisors/index.js';
import { eventually } from '../../support/house.js';

let local: Router;
let tree: Tree;
let ledger: Ledger;
let heard: number[];

beforeEach(async () => {
  local = await router({ realm: 'house' });
  ledger = new Ledger();
  heard = [];
  // No time passes between two tries.
  tree = start(house({ url: local, realm: 'house', ledger, onCelsius: (celsius) => heard.push(celsius) }), {
    random: () => 0,
  });
  await tree.ready;
});

afterEach(async () => {
  await tree.stop();
  await local.stop();
});

function* leaves(view: ChildView): Generator<string> {
  if (view.supervisor === undefined) yield view.id;
  for (const child of view.supervisor?.children ?? []) yield* leaves(child);
}

describe('house', () => {
  it('is a tree of nine peers under two levels of supervisors, each joined', () => {
    expect([...leaves(tree.view())]).toEqual([...PEERS]);
    expect(PEERS.map((id) => tree.peer(id).status)).toEqual(PEERS.map(() => 'joined'));
    expect(local.sessions()).toHaveLength(PEERS.length);
  });

  it('has a heater that is set and asked', async () => {
    await expect(tree.peer('thermostat').call(SET_HEATER, [500])).resolves.toMatchObject({ args: [500] });
    await expect(tree.peer('display').call(HEATER_STATE)).resolves.toMatchObject({ args: [{ power: 500 }] });
  });

  it('tells the thermostat each temperature, and the ledger each event', async () => {
    for (const [index, room] of ROOMS.entries()) {
      await tree.peer(room).publish(celsiusOf(room), [1, 20 + index], { acknowledge: true });
      ledger.acknowledge(celsiusOf(room), 1);
    }
    await eventually(() => ledger.events === ROOMS.length && heard.length === ROOMS.length);
    expect(heard).toEqual([20, 21, 22, 23, 24]);
    expect(ledger.lostEvents).toBe(0);
  });

  it('restarts the thermostat with the heater, and nobody else', async () => {
    local.abort(tree.peer('heater').session?.id ?? 0, 'wamp.error.unavailable');
    await eventually(() => tree.peer('thermostat').incarnation === 2 && tree.peer('thermostat').status === 'joined');
    expect(PEERS.filter((id) => tree.peer(id).incarnation !== 1)).toEqual(['heater', 'thermostat']);
  });

  it('restarts a thermostat that fails without the heater', async () => {
    local.abort(tree.peer('thermostat').session?.id ?? 0, 'wamp.error.unavailable');
    await eventually(() => tree.peer('thermostat').incarnation === 2 && tree.peer('thermostat').status === 'joined');
    expect(tree.peer('heater').incarnation).toBe(1);
  });
});
