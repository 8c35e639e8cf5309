import { connect, result, router } from 'respell';

const silent = () => {};
const logger = {
  debug: silent,
  info: silent,
  warn: silent,
  error: ({ uri, err }, message) => console.log(`log: ${message}, ${uri}: ${err.message}`),
};
const local = await router({ realm: 'realm1', port: 0 });
const callee = await connect(local.url, { realm: 'realm1', logger });
const caller = await connect(local.url, { realm: 'realm1' });
const circle = { name: 'circle' };
circle.inner = { self: circle };
await callee.register('com.example.add', ({ args: [a, b] }) => a + b);
await callee.register('com.example.bigint', () => 10n);
await callee.register('com.example.circle', async () => circle);
await callee.register('com.example.nested', () => result([1, { list: [1, NaN] }]));
await callee.register('com.example.function', () => () => 1);

const others = Array.from({ length: 1_000 }, (_, n) => caller.call('com.example.add', [n, 1]));
for (const name of ['bigint', 'circle', 'nested', 'function']) {
  try {
    const { args } = await caller.call(`com.example.${name}`);
    console.log(name, args);
  } catch (error) {
    console.log(`${error.name} ${error.code} ${error.uri}`);
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
