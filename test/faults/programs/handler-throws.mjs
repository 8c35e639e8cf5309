import { ApplicationError, connect, router } from 'respell';

const silent = () => {};
const logger = {
  debug: silent,
  info: silent,
  warn: silent,
  error: ({ peer, uri, err }, message) => {
    console.log(
      `log: ${message}, ${peer}, ${uri}: ${err.message}, with its stack: ${err.stack.includes(import.meta.url)}`,
    );
  },
};
const local = await router({ realm: 'realm1', port: 0 });
const callee = await connect(local.url, { realm: 'realm1', name: 'callee', logger });
const caller = await connect(local.url, { realm: 'realm1' });
await callee.register('com.example.add', ({ args: [a, b] }) => a + b);
await callee.register('com.example.throws', () => {
  throw new Error('boom');
});
await callee.register('com.example.rejects', async () => {
  throw new TypeError('bang');
});
await callee.register('com.example.throws_text', () => {
  throw 'just text';
});
await callee.register('com.example.too_hot', () => {
  throw new ApplicationError('com.example.error.too_hot', ['at most 25', 25], { asked: 40 });
});

const others = Array.from({ length: 1_000 }, (_, n) => caller.call('com.example.add', [n, 1]));
for (const name of ['throws', 'rejects', 'throws_text', 'too_hot', 'unknown']) {
  try {
    await caller.call(`com.example.${name}`);
  } catch (error) {
    console.log(
      `${error.name} ${error.code} ${error.uri} ${JSON.stringify(error.args)} ${JSON.stringify(error.kwargs)}`,
    );
    console.log(error.message);
  }
}
const sums = await Promise.all(others);
console.log(
  sums.every(({ args: [sum] }, n) => sum === n + 1),
  callee.incarnation,
  caller.incarnation,
);
await caller.leave();
await callee.leave();
await local.stop();
