/**
 * A request never hangs: it has a deadline (30 s unless told otherwise), may be given up by a signal, and says itself
 * what is to become of it while there is no session.
 *
 * Run it where respell is installed: `node deadlines-and-signals.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, PeerDown, router, TimeoutError } from 'respell';

async function main() {
  const local = await router({ realm: 'realm1' });
  const callee = await connect(local, { realm: 'realm1', name: 'callee' });
  const caller = await connect(local, { realm: 'realm1', name: 'caller' });

  // The signal of an invocation aborts when its caller has given up: the work can end too.
  let givenUp = 0;
  const bothGivenUp = new Promise<void>((resolve) => {
    void callee.register('com.example.slow', async ({ signal }) => {
      await sleep(10_000, undefined, { signal }).catch(() => {
        givenUp += 1;
        if (givenUp === 2) resolve();
      });
    });
  });
  await callee.register('com.example.quick', () => 'done');

  const late = await caller.call('com.example.slow', [], { timeout: 50 }).catch((error: Error) => error);
  if (late instanceof TimeoutError) console.log(late.code, late.timeout);

  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('the user went away')), 20);
  const left = await caller.call('com.example.slow', [], { signal: controller.signal }).catch((error: Error) => error);
  if (left instanceof Error) console.log(left.message);
  await bothGivenUp;
  console.log('the callee has stopped both');

  caller.abort('wamp.error.unavailable'); // its session ends abnormally: its supervisor restarts it
  await new Promise<void>((resolve) => caller.on('exited', () => resolve()));
  const down = await caller.call('com.example.quick', [], { whenDown: 'fail' }).catch((error: Error) => error);
  if (down instanceof PeerDown) console.log(down.code);
  // The default is to wait for the next session. A call in flight that is lost is sent again only if it is idempotent.
  const { args } = await caller.call('com.example.quick', [], { timeout: 5_000, idempotent: true });
  console.log(args[0], 'in session', caller.stats().sessions);

  await caller.leave();
  await callee.leave();
  await local.stop();
}
void main();

// It prints:
//   WAMP_ERR_TIMEOUT 50
//   the user went away
//   the callee has stopped both
//   WAMP_ERR_PEER_DOWN
//   done in session 2
