/**
 * Two peers that share a key, and a router that hands on what it cannot read: calls, results and events are sealed by the one and
 * opened by the other. Who has no key gets nothing, and an endpoint that asks for sealed calls takes no others.
 *
 * Run it where respell and the ciphers are installed: `node end-to-end-encryption.ts` (Node 22 or newer), or with any TypeScript runner.
 */

// The ciphers: npm install @noble/ciphers
import { randomBytes } from 'node:crypto';
import { connect, router } from 'respell';
import { e2ee } from 'respell/e2ee';

async function main() {
  const local = await router({ realm: 'house' });
  const sealed = e2ee({ keys: { 'house-2026': randomBytes(32) } }); // from a vault, not from here
  const [door, phone, stranger] = await Promise.all([
    connect(local, { realm: 'house', passthru: sealed }),
    connect(local, { realm: 'house', passthru: sealed }),
    connect(local, { realm: 'house', passthru: e2ee({ keys: { guessed: randomBytes(32) } }) }),
  ]);

  await door.register('com.example.open', ({ args }) => `the ${args[0]} door is open`, { passthru: 'required' });
  await stranger.subscribe('com.example.news', () => console.log('the stranger hears the news'));
  await phone.subscribe('com.example.news', ({ args, details }) =>
    console.log('news:', args[0], details['ppt_cipher']),
  );

  const { args } = await phone.call('com.example.open', ['cellar']);
  console.log(args[0]);
  await door.publish('com.example.news', args, { acknowledge: true });

  for (const options of [{}, { passthru: false }] as const) {
    await stranger.call('com.example.open', ['cellar'], options).catch((error) => console.log(error.message));
  }
  console.log('not opened:', stranger.stats().unopened, 'by the stranger,', door.stats().unopened, 'by the door');

  await Promise.all([door.leave(), phone.leave(), stranger.leave()]);
  await local.stop();
}
void main();

// It prints:
//   the cellar door is open
//   news: the cellar door is open xsalsa20poly1305
//   call of com.example.open was answered with wamp.error.invalid_argument: the callee does not have the key of the payload
//   call of com.example.open was answered with wamp.error.invalid_argument: the callee takes sealed payloads only
//   not opened: 1 by the stranger, 2 by the door
