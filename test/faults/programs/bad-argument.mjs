import { connect, router } from 'respell';

const local = await router({ realm: 'realm1', port: 0 });
const peer = await connect(local.url, { realm: 'realm1' });
await peer.register('com.example.add', ({ args: [a, b] }) => a + b);
const circle = { name: 'circle' };
circle.inner = { self: circle };

const others = Array.from({ length: 1_000 }, (_, n) => peer.call('com.example.add', [n, 1]));
const attempts = [
  () => peer.call('com.example.add', [10n]),
  () => peer.call('com.example.add', [circle]),
  () => peer.call('com.example.add', [], { kwargs: { when: [1, () => 2] } }),
  () => peer.publish('com.example.news', [1, { deep: [Number.NaN] }]),
  () => peer.call('com.example.add', 5),
  () => peer.call(),
  () => peer.call('com example add', [1]),
  () => peer.call('com.example.add', [1], { timeuot: 5 }),
  () => peer.publish('com.example.news', [], { exclude_me: false }),
  () => peer.register('com.example.sub', 'subtract'),
];
for (const attempt of attempts) {
  try {
    await attempt();
  } catch (error) {
    console.log(`${error.name} ${error.code}${error.path ? ` ${error.path}` : ''}`);
    console.log(error.message);
  }
}
const sums = await Promise.all(others);
console.log(
  sums.every(({ args: [sum] }, n) => sum === n + 1),
  peer.incarnation,
);
await peer.leave();
await local.stop();
