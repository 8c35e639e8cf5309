import { connect } from 'respell';

const peer = await connect(process.argv[2], { realm: 'realm1' });
let joins = 0;
peer.on('joined', () => {
  joins += 1;
});
await peer.register('com.example.add', ({ args: [a, b] }) => a + b);
await peer.register('com.example.never', () => new Promise(() => {}));
const heard = new Promise((resolve) => peer.subscribe('com.example.news', ({ args: [news] }) => resolve(news)));
const lost = new Promise((resolve) => peer.on('left', resolve));
const inFlight = peer.call('com.example.never');

console.log('ready'); // Now the router is killed.
try {
  await inFlight;
} catch (error) {
  console.log(`${error.name} ${error.code}, may have executed: ${error.mayHaveExecuted}`);
  console.log(error.message);
}
console.log(`left: ${(await lost).message}`);
await peer.call('com.example.add', [2, 3], { whenDown: 'fail' }).catch(({ name, code, message }) => {
  console.log(`${name} ${code}`);
  console.log(message);
});
console.log('down'); // The router comes back later.
const { args } = await peer.call('com.example.add', [2, 3]);
console.log('a call made while it was down: 2 + 3 =', args[0]);
await peer.publish('com.example.news', ['it is back'], { excludeMe: false });
console.log('heard:', await heard);
console.log('joined again:', joins);
await peer.leave();
