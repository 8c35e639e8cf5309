/**
 * Ticket, WAMP-CRA and SCRAM against a realm of the embedded router that lets in only whom it knows, and what a wrong password
 * leads to. A ticket is sent as it is: over a network use it with `wss:` only.
 *
 * Run it where respell is installed: `node authentication.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { connect, router, scram, scramCredential, ticket, wampcra } from 'respell';

async function main() {
  // Made once, when the password is chosen, and stored: the router never has the password.
  const credential = await scramCredential('correct horse battery staple');

  const local = await router({
    realms: {
      house: {
        auth: {
          users: {
            door: { ticket: 'open sesame', role: 'device' },
            alice: { wampcra: 'a secret that never crosses the wire', role: 'resident' },
            bob: { scram: credential, role: 'resident' },
          },
        },
      },
    },
  });

  // The secret may be a function: it is asked anew for each session, so a rotated secret is found at the next join.
  const door = await connect(local, { realm: 'house', authid: 'door', auth: ticket(async () => 'open sesame') });
  console.log(door.session?.authmethod, door.session?.authid, door.session?.authrole);

  const alice = await connect(local, {
    realm: 'house',
    authid: 'alice',
    auth: wampcra('a secret that never crosses the wire'),
  });
  console.log(alice.session?.authmethod, alice.session?.authid, alice.session?.authrole);

  // Both sides prove themselves: with a router that does not know the password's credential the session ends.
  const bob = await connect(local, { realm: 'house', authid: 'bob', auth: scram('correct horse battery staple') });
  console.log(bob.session?.authmethod, bob.session?.authid, bob.session?.authrole);

  try {
    await connect(local, { realm: 'house', authid: 'alice', auth: wampcra('a wrong one') });
  } catch (error) {
    if (error instanceof Error && 'code' in error) console.log(error.code, 'uri' in error ? error.uri : '');
  }

  await door.leave();
  await alice.leave();
  await bob.leave();
  await local.stop();
}
void main();

// It prints:
//   ticket door device
//   wampcra alice resident
//   wamp-scram bob resident
//   WAMP_ERR_ABORTED wamp.error.authentication_denied
