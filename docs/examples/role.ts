/**
 * A role of your own: it stands between the wire and the peer, sees every message both ways, and offers an object to whoever has
 * the peer. This one answers what has been asked before in its session.
 *
 * Run it where respell is installed: `node role.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { connect, type List, role, router, swallow } from 'respell';

const cache = role({
  name: 'cache',
  init({ deliver }) {
    const asked = new Map<number, string>();
    const answers = new Map<string, List>();
    let hits = 0;
    return {
      api: { hits: () => hits, forget: () => answers.clear() },
      message(message, direction) {
        if (direction === 'out' && message.type === 'CALL') {
          const known = answers.get(message.procedure);
          if (known !== undefined) {
            hits += 1;
            deliver({ type: 'RESULT', request: message.request, details: {}, args: known });
            return swallow; // it goes no further
          }
          asked.set(message.request, message.procedure);
        } else if (message.type === 'RESULT') {
          const procedure = asked.get(message.request);
          if (procedure !== undefined) answers.set(procedure, message.args ?? []);
        }
        return undefined; // it passes
      },
    };
  },
});

async function main() {
  const local = await router({ realm: 'realm1' });
  const sensor = await connect(local, { realm: 'realm1' });
  await sensor.register('com.example.celsius', () => {
    console.log('the sensor is read');
    return 21.5;
  });

  const display = await connect(local, { realm: 'realm1', roles: [cache] });
  const celsius = async () => (await display.call('com.example.celsius')).args[0];
  console.log(await celsius(), await celsius(), 'hits:', display.role(cache).hits());
  display.role(cache).forget();
  console.log(await celsius(), 'hits:', display.role(cache).hits());

  await Promise.all([display.leave(), sensor.leave()]);
  await local.stop();
}
void main();

// It prints:
//   the sensor is read
//   21.5 21.5 hits: 1
//   the sensor is read
//   21.5 hits: 1
