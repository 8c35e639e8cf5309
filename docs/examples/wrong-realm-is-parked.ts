/**
 * A reason that no restart can mend, such as a realm that does not exist: after a few tries the peer is parked. Its
 * siblings go on; once the cause is mended, `restartChild` brings it back.
 *
 * Run it where respell is installed: `node wrong-realm-is-parked.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { peer, router, start, supervisor } from 'respell';

async function main() {
  const first = await router({ port: 0, realm: 'house' });
  const url = first.url ?? '';
  const backoff = { first: 10, base: 10 }; // milliseconds; the defaults would take some seconds
  const house = start(
    supervisor({
      children: [peer('kitchen', { url, realm: 'house', backoff }), peer('attic', { url, realm: 'attic', backoff })],
    }),
  );

  const attic = house.peer('attic');
  const reason = await attic.joined().catch((error: Error) => error);
  console.log('uri' in reason ? reason.uri : reason);
  console.log(
    'the attic is',
    attic.status,
    'after',
    attic.incarnation,
    'tries; the kitchen is',
    house.peer('kitchen').status,
  );
  await house.ready.catch((error: Error) =>
    console.log(error.name, 'because of the attic:', error.message.includes('attic')),
  );

  // Somebody mends it: the router comes back with both realms.
  await first.stop();
  const mended = await router({ port: Number(new URL(url).port), realms: { house: {}, attic: {} } });
  await house.restartChild('attic');
  const { realm } = await attic.joined();
  console.log('the attic is', attic.status, 'in realm', realm);
  await house.peer('kitchen').joined();
  console.log('the kitchen, which was never parked, is', house.peer('kitchen').status, 'again too');

  await house.stop();
  await mended.stop();
}
void main();

// It prints:
//   wamp.error.no_such_realm
//   the attic is parked after 4 tries; the kitchen is joined
//   NotReady because of the attic: true
//   the attic is joined in realm attic
//   the kitchen, which was never parked, is joined again too
