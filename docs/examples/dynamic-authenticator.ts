/**
 * A function that says who may join: of a token, who shows it; of a name, the secret by which it proves itself. A procedure of a
 * realm could be asked in its place.
 *
 * Run it where respell is installed: `node dynamic-authenticator.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { type Authenticate, connect, router, ticket, wampcra } from 'respell';

/** Where a program of yours would ask its database. */
const devices = new Map([['lamp', { role: 'device', wampcra: 'what the lamp knows' }]]);
const tokens = new Map([['f3b1', { authid: 'ann', role: 'resident', authextra: { floor: 2 } }]]);

const authenticate: Authenticate = async ({ authmethod, authid, ticket: token }) =>
  authmethod === 'ticket' ? tokens.get(token ?? '') : devices.get(authid);

async function main() {
  const local = await router({ realms: { house: { auth: { authenticate } } } });

  const ann = await connect(local, { realm: 'house', authid: 'me', auth: ticket('f3b1') });
  console.log(ann.session?.authid, ann.session?.authrole, ann.session?.details['authextra']);
  const lamp = await connect(local, { realm: 'house', authid: 'lamp', auth: wampcra('what the lamp knows') });
  console.log(lamp.session?.authid, lamp.session?.authrole, lamp.session?.authmethod);

  // Whoever is nobody is told what anybody is told whose secret is wrong.
  for (const authid of ['lamp', 'nobody']) {
    try {
      await connect(local, { realm: 'house', authid, auth: wampcra('a guess') });
    } catch (error) {
      if (error instanceof Error && 'uri' in error) console.log(authid, error.uri);
    }
  }

  await Promise.all([ann.leave(), lamp.leave()]);
  await local.stop();
}
void main();

// It prints:
//   ann resident { floor: 2 }
//   lamp device wampcra
//   lamp wamp.error.authentication_denied
//   nobody wamp.error.authentication_denied
