import { connect, peer, router, start, supervisor } from 'respell';

const local = await router({ realm: 'realm1', port: 0 });
const house = start(
  supervisor({
    children: [
      peer('near', { url: local, realm: 'realm1' }),
      peer('far', { url: local.url, realm: 'realm1' }),
      peer('lost', { url: 'ws://127.0.0.1:9/ws', realm: 'realm1' }),
    ],
  }),
  { inspect: true },
);
await Promise.all(['near', 'far'].map((id) => house.peer(id).joined()));
await house.inspector;
const guest = await connect(local.url, { realm: 'realm1' });
const unanswered = guest.call('com.example.unknown', [], { timeout: 60_000 }).catch(({ uri }) => uri);
process.once('exit', () => console.log('the process ends by itself'));
console.log(await unanswered);
await guest.leave();
await house.stop();
await local.stop();
console.log('the last peer has stopped');
