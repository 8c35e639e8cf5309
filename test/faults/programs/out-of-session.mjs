import { connect, peer, router, start, supervisor } from 'respell';

const complain = (error) => {
  console.log(`${error.name} ${error.code}`);
  console.log(error.message);
};
const local = await router({ realm: 'realm1', port: 0 });
const { url } = local;

// Before it has joined: the call waits for the session.
const early = start(
  supervisor({ children: [peer('early', { url, realm: 'realm1', register: { 'com.example.one': () => 1 } })] }),
);
const { args } = await early.peer('early').call('com.example.one');
console.log('a call before the session is there is answered:', args[0]);
await early.stop();

// Before it has joined, and it does not want to wait.
const hasty = start(supervisor({ children: [peer('hasty', { url, realm: 'realm1', whenDown: 'fail' })] }));
await hasty.peer('hasty').call('com.example.one').catch(complain);
await hasty.stop();

// There is no router: it waits to its deadline.
const lonely = start(supervisor({ children: [peer('lonely', { url: 'ws://127.0.0.1:9/ws', realm: 'realm1' })] }));
const waiting = lonely.peer('lonely');
await waiting.call('com.example.one', [], { timeout: 500 }).catch(complain);
const unanswered = waiting.call('com.example.one');
await lonely.stop();
await unanswered.catch(complain);
await waiting.call('com.example.one').catch(complain);
try {
  lonely.peer('lonely');
} catch (error) {
  complain(error);
}

// After it has left.
const late = await connect(url, { realm: 'realm1' });
await late.leave();
await late.call('com.example.one').catch(complain);
await late.publish('com.example.news').catch(complain);
await late.subscribe('com.example.news', () => {}).catch(complain);
await late.register('com.example.one', () => 1).catch(complain);
await late.joined().catch(complain);
await late.leave();
await local.stop();
