/**
 * A peer that knows two routers: it joins the first that welcomes it, and goes to the other when that one is gone.
 *
 * Run it where respell is installed: `node several-routers.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { ConnectError, connect, peer, router, start, supervisor } from 'respell';

async function main() {
  const [first, second] = await Promise.all([
    router({ realm: 'realm1', port: 0 }),
    router({ realm: 'realm1', port: 0 }),
  ]);
  const url = [first.url ?? '', second.url ?? ''];
  const where = () => (tree.peer('sensor').address === url[0] ? 'the first' : 'the second');

  const tree = start(supervisor({ children: [peer('sensor', { url, realm: 'realm1' })] }));
  const sensor = tree.peer('sensor');
  await sensor.joined();
  console.log('joined', where());

  for (const gone of [first, second]) {
    const joined = new Promise((resolve) => sensor.on('joined', resolve));
    if (gone === second) await first.start(); // on the port that it had
    await gone.kill();
    await joined;
    console.log('joined', where());
  }
  await tree.stop();
  await first.stop();

  // Whoever can join none of them is told about each.
  await connect(url, { realm: 'realm1' }).catch((error) => {
    if (error instanceof ConnectError) for (const { message } of error.errors) console.log(message);
  });
}
void main();

// It prints:
//   joined the first
//   joined the second
//   joined the first
//   could not connect to ws://127.0.0.1:…/ws: connect ECONNREFUSED 127.0.0.1:…; is the router running?
//   could not connect to ws://127.0.0.1:…/ws: connect ECONNREFUSED 127.0.0.1:…; is the router running?
