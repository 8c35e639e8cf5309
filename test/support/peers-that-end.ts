/** A program of its own: it does what peers do, leaves, and has nothing left that would keep it alive. */
import { connect } from '../../src/connect.js';
import { peer } from '../../src/peer/spec.js';
import { router } from '../../src/router/router.js';
import { start } from '../../src/start.js';
import { supervisor } from '../../supervisors/index.js';

const REALM = 'realm1';

async function main(): Promise<void> {
  const house = await router({ port: 0 });
  const url = house.url ?? '';

  const callee = await connect(url, { realm: REALM });
  await callee.register('com.example.add', ({ args }) => (args[0] as number) + (args[1] as number));
  const caller = await connect(house, { realm: REALM });
  console.log('sum', (await caller.call('com.example.add', [2, 3])).args[0]);
  await callee.leave();
  console.log('left', callee.status);

  const refused = await connect(url, { realm: 'com.example.nowhere' }).catch((error: Error) => error.name);
  console.log('refused', refused);

  const tree = start(
    supervisor({
      children: [
        peer('waits', { url: 'ws://127.0.0.1:9/ws', realm: REALM, backoff: { first: 3_600_000, base: 3_600_000 } }),
        peer('joined', { url, realm: REALM }),
      ],
    }),
  );
  const waits = tree.peer('waits');
  await tree.peer('joined').joined();
  const call = waits.call('com.example.add', [], { timeout: 3_600_000 }).catch((error: Error) => error.name);
  await tree.stop();
  console.log('stopped', waits.status, await call);

  // Whoever left no word: the router is gone, the peer waits for its next try, and leaves.
  const lonely = await connect(url, { realm: REALM, backoff: { first: 3_600_000 } });
  const lost = new Promise((resolve) => lonely.on('exited', resolve));
  await house.kill();
  await lost;
  await lonely.leave();
  await caller.leave();
  console.log('unsettled', [callee, caller, waits, lonely].map((each) => each.stats().unsettled).join());
}

void main();
