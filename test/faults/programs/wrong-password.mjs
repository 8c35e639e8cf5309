import { connect, router, ticket, wampcra } from 'respell';

const users = { anna: { ticket: 'open sesame', wampcra: 'moon' }, bert: { wampcra: { secret: 'sun', salt: 'sea' } } };
const local = await router({ realms: { house: { auth: { users } } }, port: 0 });
const attempts = [
  { authid: 'anna', auth: ticket('hunter2') },
  { authid: 'anna', auth: wampcra('hunter2') },
  { authid: 'bert', auth: wampcra('hunter2') },
  { authid: 'carl', auth: ticket('hunter2') },
  {},
];
for (const attempt of attempts) {
  try {
    await connect(local.url, { realm: 'house', ...attempt });
  } catch (error) {
    console.log(`${error.name} ${error.code} ${error.uri}`);
    console.log(error.message);
    process.exitCode = 1;
  }
}
const anna = await connect(local.url, { realm: 'house', authid: 'anna', auth: wampcra('moon') });
console.log(`${anna.session.authid} has joined by ${anna.session.authmethod}`);
await anna.leave();
await local.stop();
