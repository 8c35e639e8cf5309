/**
 * Who gives a call up says how: whether the callee is told, and whether its last word is waited for.
 *
 * Run it where respell is installed: `node cancel-modes.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { type CancelMode, connect, router } from 'respell';

async function main() {
  const local = await router({ realm: 'realm1' });
  const callee = await connect(local, { realm: 'realm1', name: 'callee' });
  const caller = await connect(local, { realm: 'realm1', name: 'caller' });

  let started = (): void => {};
  let finish = (): void => {};
  let wasTold = false;
  await callee.register('com.example.bake', async ({ signal }) => {
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    signal.addEventListener('abort', () => {
      wasTold = true;
      finish();
    });
    started();
    await done;
  });

  for (const cancelMode of ['killnowait', 'kill', 'skip'] satisfies CancelMode[]) {
    wasTold = false;
    const oven = new AbortController();
    const isOn = new Promise<void>((resolve) => {
      started = resolve;
    });
    const cake = caller.call('com.example.bake', [], { cancelMode, signal: oven.signal });
    await isOn;
    oven.abort(new Error('no cake today'));
    // Whatever the mode, the promise rejects at once, with the reason of the signal.
    const left = await cake.catch((error: Error) => error.message);
    // A call that goes the same way comes behind the INTERRUPT, if there is one.
    await caller.call('com.example.nobody').catch(() => {});
    await new Promise(setImmediate);
    const { callsInFlight } = local.stats();
    console.log(`${cancelMode}: ${left}; the callee was ${wasTold ? '' : 'not '}told; ${callsInFlight} in flight`);
    finish();
  }

  await caller.leave();
  await callee.leave();
  await local.stop();
}
void main();

// It prints:
//   killnowait: no cake today; the callee was told; 0 in flight
//   kill: no cake today; the callee was told; 0 in flight
//   skip: no cake today; the callee was not told; 0 in flight
