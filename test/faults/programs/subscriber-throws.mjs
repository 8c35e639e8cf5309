import { connect, router } from 'respell';

const silent = () => {};
const logger = {
  debug: silent,
  info: silent,
  warn: silent,
  error: ({ uri, err }, message) => console.log(`log: ${message}, ${uri}: ${err.message}`),
};
const local = await router({ realm: 'realm1', port: 0 });
const logged = await connect(local.url, { realm: 'realm1', logger });
const quiet = await connect(local.url, { realm: 'realm1' });
const publisher = await connect(local.url, { realm: 'realm1' });
for (const peer of [logged, quiet]) {
  await peer.subscribe('com.example.news', () => {
    throw new Error('boom');
  });
  await peer.subscribe('com.example.news', async () => {
    throw new Error('bang');
  });
}
const heard = new Promise((resolve) => quiet.subscribe('com.example.news', ({ args: [news] }) => resolve(news)));
await quiet.register('com.example.add', ({ args: [a, b] }) => a + b);
await publisher.publish('com.example.news', ['it works'], { acknowledge: true });
console.log('heard:', await heard);
const { args } = await logged.call('com.example.add', [2, 3]);
console.log('2 + 3 =', args[0], logged.incarnation, quiet.incarnation);
for (const peer of [publisher, quiet, logged]) await peer.leave();
await local.stop();
