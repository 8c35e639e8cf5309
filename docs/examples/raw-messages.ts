/**
 * The raw messages of a peer: all that passes, as a loop, and `send` for what the methods do not do. Here a procedure is served by
 * messages alone.
 *
 * Run it where respell is installed: `node raw-messages.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { connect, router } from 'respell';

async function main() {
  const local = await router({ realm: 'realm1' });
  const callee = await connect(local, { realm: 'realm1' });
  const caller = await connect(local, { realm: 'realm1' });

  // What authenticates is left out of it. Full, it drops the oldest: `buffer`, `overflow`.
  const messages = callee.messages({ types: ['REGISTER', 'REGISTERED', 'INVOCATION', 'YIELD'] });
  callee.send({ type: 'REGISTER', options: {}, procedure: 'com.example.twice' }); // its id is the session's next one

  let called: Promise<unknown> | undefined;
  for await (const { direction, message } of messages) {
    console.log(direction, message.type, 'request' in message ? message.request : '');
    if (message.type === 'REGISTERED') {
      called = caller.call('com.example.twice', [21]).then(({ args }) => console.log('answered:', args[0]));
    }
    if (message.type === 'INVOCATION') {
      const [number] = message.args ?? [];
      callee.send({ type: 'YIELD', request: message.request, options: {}, args: [Number(number) * 2] });
    }
    if (message.type === 'YIELD') break;
  }
  await called;

  await caller.leave();
  await callee.leave();
  await local.stop();
}
void main();

// It prints:
//   out REGISTER 1
//   in REGISTERED 1
//   in INVOCATION 1
//   out YIELD 1
//   answered: 42
