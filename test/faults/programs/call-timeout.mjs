import { connect, router } from 'respell';

const local = await router({ realm: 'realm1', port: 0 });
const callee = await connect(local.url, { realm: 'realm1' });
const caller = await connect(local.url, { realm: 'realm1' });
await callee.register('com.example.never', () => new Promise(() => {}));
await callee.register('com.example.add', ({ args: [a, b] }) => a + b);

const others = Array.from({ length: 100 }, (_, n) => caller.call('com.example.add', [n, 1]));
const begun = performance.now();
try {
  await caller.call('com.example.never', [], { timeout: 500 });
} catch (error) {
  const took = performance.now() - begun;
  console.log(
    `${error.name} ${error.code} ${error.operation} ${error.timeout}, in time: ${took >= 495 && took < 1_000}`,
  );
  console.log(error.message);
}
try {
  await caller.call('com.example.never', [], { signal: AbortSignal.timeout(200) });
} catch (error) {
  console.log(`the signal's own reason: ${error.name}`);
}
const sums = await Promise.all(others);
console.log(
  sums.every(({ args: [sum] }, n) => sum === n + 1),
  caller.stats().unsettled,
  caller.incarnation,
);
await caller.leave();
await callee.leave();
await local.stop();
