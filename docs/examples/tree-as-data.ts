/**
 * A whole tree as JSON, such as a file may hold: which children there are, who supervises them, and how. Code is named. The
 * live tree is JSON too, and can be compared with what it came from.
 *
 * Run it where respell is installed: `node tree-as-data.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { peer, router, start, type TreeSpec } from 'respell';

const FILE = `{
  "strategy": "rest_for_one",
  "children": [
    { "id": "upstairs", "restart": "transient", "intensity": 3, "children": [
      { "id": "thermostat", "start": "sensor", "shutdown": 1000 },
      { "id": "display", "start": "panel" }
    ] }
  ]
}`;

async function main() {
  const local = await router({ realm: 'realm1' }); // in this process; a URL of yours would do as well
  const session = { url: local, realm: 'realm1' };
  // What data cannot say: a logic, a function that makes one, or a child spec with its hooks, as peer(…) returns it.
  const actors = {
    sensor: peer('sensor', { ...session, register: { 'com.example.celsius': () => 21.5 } }),
    panel: peer('panel', session),
  };
  const house = start(JSON.parse(FILE) as TreeSpec, { actors });

  await house.ready;
  const { args } = await house.peer('display').call('com.example.celsius');
  console.log('it is', args[0], 'degrees');

  await house.startChild({ id: 'attic', children: [{ id: 'spare', start: 'panel' }] }); // a branch, while it runs
  const { children = [] } = house.toJSON(); // what JSON.stringify(house) writes
  for (const { id, strategy, children: below = [], live } of children) {
    console.log(`${id}, ${strategy}, is ${live?.status}:`, below.map(({ id, start }) => `${id} (${start})`).join(', '));
  }
  try {
    start({ children: [{ id: 'cellar', children: [{ id: 'boiler', start: 'senser' }] }] }, { actors });
  } catch (error) {
    console.log((error as Error).message);
  }
  await house.stop();
  await local.stop();
}
void main();

// It prints:
//   it is 21.5 degrees
//   upstairs, one_for_one, is running: thermostat (sensor), display (panel)
//   attic, one_for_one, is running: spare (panel)
//   children[0].children[0]: child 'boiler': start: expected the name of one of the actors, received 'senser'; did you mean 'sensor'? (there are: sensor, panel)
